"""Small pictures of the photos that prove records: without place and camera, as large as a screen, kept."""

import struct
import warnings
from pathlib import Path

from django.core.files.storage import default_storage
from PIL import Image, ImageOps

FOLDER = "previews"
LONGEST = 1600  # pixels of the longer side
MOST_PIXELS = 100_000_000  # of the original; more is a picture made to fill the memory
DRAWN = ("image/jpeg", "image/png", "image/webp")

# What Pillow raises for a picture that is damaged, cut off or made to confuse.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)
_BROKEN += (OverflowError, MemoryError, struct.error, Image.DecompressionBombError)


def name_of(file):
    """The name under which the small picture of the stored `file` is kept."""
    return f"{FOLDER}/{Path(file).name}.webp"


def small_picture(evidence) -> str:
    """The stored small picture of `evidence`, made now if it is not there; empty if none can be made."""
    if not evidence.file or evidence.content_type not in DRAWN:
        return ""
    name = name_of(evidence.file.name)
    path = Path(default_storage.path(name))
    if path.exists():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{id(evidence)}.part")
    try:
        with evidence.file.open("rb") as file:
            _draw(file, part)
        part.replace(path)  # in one step: a reader never finds half a picture
    except _BROKEN:
        part.unlink(missing_ok=True)
        return ""
    return name


def _draw(file, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(file, formats=("JPEG", "PNG", "WEBP"))
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("RGB", (LONGEST, LONGEST))
    picture = ImageOps.exif_transpose(picture)  # turned as the camera was held
    picture.thumbnail((LONGEST, LONGEST))
    plain = picture.convert(
        "RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB"
    )
    # SECURITY: a new picture of the same pixels carries no EXIF, so neither place nor camera.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    clean.save(path, "WEBP", quality=82)
