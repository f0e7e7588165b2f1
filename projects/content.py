"""What an uploaded file is, told by its content and never by its name."""

import zipfile

import puremagic

KINDS = {
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}

_OFFICE_PARTS = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}


def kind_of(file):
    """The media type of an open file if the portal keeps such files, else None; left at its beginning."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file)
    if _is_text(head):
        return "text/plain"
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return None
    # The first bytes decide: a program that carries a PDF inside is still a program.
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    kinds = found & KINDS - {"application/pdf"}
    return sorted(kinds)[0] if kinds else None


def _kind_of_archive(file):
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace")
                return kind if kind in KINDS else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        return None
    finally:
        file.seek(0)
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    for part, kind in _OFFICE_PARTS.items():
        if part in names:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return None


def _is_text(head):
    if not head or b"\x00" in head or head.startswith((b"#!", b"MZ", b"%PDF-")):
        return False
    if head.lstrip()[:1] == b"<":  # a web page or a drawing may carry a script
        return False
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
