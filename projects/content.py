"""What an uploaded file is, told by its content and never by its name."""

import codecs
import struct
import zipfile

import puremagic

# The kinds of file that the portal keeps, with the endings of their names; the first is the usual one.
KINDS = {
    "text/plain": (".txt", ".csv", ".tsv", ".md", ".eml", ".ics"),
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
_HEIC = {b"heic", b"heix", b"mif1", b"msf1"}  # as telephones name their photos
_IMAGES = {kind for kind in KINDS if kind.startswith("image/")}
_NO_TEXT = {chr(code) for code in (*range(9), 11, *range(14, 32), 127)}

_OFFICE_PARTS = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}

# What zipfile raises for an archive that is damaged, encrypted or made to confuse.
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    struct.error,
)


def kind_of(file):
    """The media type of an open file if the portal keeps such files, else None; left at its beginning."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    # The first bytes decide: a program that carries a PDF inside is still a program.
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "image/heic"
    if _is_text(head):
        return "text/plain"
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return None
    return min(found & _IMAGES, default=None)


def download_name(name, kind):
    """`name` as a file of media type `kind` is saved by a browser: one line, with an ending that is true."""
    # SECURITY: a text that was given the name of a program is not to be started by a double click.
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    endings = KINDS.get(kind, (".bin",))
    return line if line.lower().endswith(endings) else f"{line}{endings[0]}"


def _kind_of_archive(file):
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names:
                return _kind_of_open_document(archive)
    except _BROKEN:
        return None
    finally:
        file.seek(0)
    for part, kind in _OFFICE_PARTS.items():
        if part in names:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return None


def _kind_of_open_document(archive):
    entry = archive.getinfo("mimetype")
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > 100:
        return None
    kind = archive.read(entry).decode("ascii", "replace")
    return kind if kind in KINDS else None


def _is_text(head):
    """Whether these bytes are text, be it in UTF-8, in UTF-16 or in a code page of older programs."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    if not text or _NO_TEXT.intersection(text) or text.startswith(("#!", "MZ")):
        return False
    return not text.lstrip().startswith("<")  # a web page or a drawing may carry a script
