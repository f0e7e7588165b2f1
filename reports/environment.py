"""What makes a report's file besides its content: templates, language, clock, programs and fonts.

A file that is made again is the same to the last byte where these are; where it differs, this says whether they are.
"""

import ctypes
import hashlib
import zlib
from ctypes.util import find_library
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

HERE = Path(settings.BASE_DIR)
TEMPLATES = HERE / "templates/reports/pdf"
# The modules that turn what is stated into the file.
MODULES = [
    *(HERE / "common" / name for name in ("charts.py", "pdf.py", "tagging.py")),
    *(HERE / "reports" / name for name in ("exporting.py", "pictures.py", "rendering.py")),
]
PACKAGES = (
    *("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "pyphen"),
    *("pillow", "vl-convert-python", "segno"),
)
# The system's libraries that lay out text, with the function that tells their version.
LIBRARIES = {"pango-1.0": "pango_version_string", "harfbuzz": "hb_version_string"}
# Where a font may lie on a system, and the families that the templates name.
FONT_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts"),
    *("~/.local/share/fonts", "~/.fonts"),
)
FONTS = ("NotoSans-*.[ot]tf", "DejaVuSans*.[ot]tf")


@cache
def environment() -> str:
    """Its SHA-256, in hexadecimal. It takes some hundredths of a second the first time in a process."""
    words = ["en-gb", settings.TIME_ZONE, f"zlib {zlib.ZLIB_RUNTIME_VERSION}"]
    words += [f"{name} {version(name)}" for name in PACKAGES]
    words += [f"{name} {_library(name, told_by)}" for name, told_by in LIBRARIES.items()]
    found = hashlib.sha256(" ".join(words).encode())
    for path in [*MODULES, *sorted(TEMPLATES.rglob("*.*")), *fonts()]:
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def fonts() -> list[Path]:
    """The font files of this machine that reports are set in, by name."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    files = {path for folder in folders for name in FONTS for path in folder.rglob(name)}
    return sorted(files, key=lambda path: (path.name, str(path)))


def _library(name, told_by):
    path = find_library(name)
    if path is None:  # systems that name it otherwise
        return "of unknown version"
    function = getattr(ctypes.CDLL(path), told_by)
    function.restype = ctypes.c_char_p
    return function().decode()
