"""Logos: an uploaded picture drawn anew, so that nothing but pixels is kept and served."""

import io
import struct
import warnings

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

MAX_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000  # more is a picture made to fill the memory
SIDE = 480  # pixels of the longer side: sharp at twice the size at which pages show it
FORMATS = ("PNG", "JPEG", "WEBP")
CONTENT_TYPE = "image/webp"

# What Pillow raises for a picture that is damaged, cut off or made to confuse.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)
_BROKEN += (OverflowError, MemoryError, struct.error, Image.DecompressionBombError)


class NotAPicture(ValueError):
    """The file is no PNG, JPEG or WebP picture of a sensible size."""


def redrawn(file) -> ContentFile:
    """The picture in `file`, a new WebP of at most SIDE pixels a side; raises NotAPicture.

    The type is told by the content alone. Of a moving picture the first frame is taken.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # Half a PNG is found here: WeasyPrint, where it is loaded, lets Pillow draw what is cut off.
            Image.open(file, formats=FORMATS).verify()
            file.seek(0)
            picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise NotAPicture
        picture = ImageOps.exif_transpose(picture)
        seen_through = "A" in picture.mode or "transparency" in picture.info
        plain = picture.convert("RGBA" if seen_through else "RGB")
        plain.thumbnail((SIDE, SIDE))
    except _BROKEN as error:
        raise NotAPicture from error
    # SECURITY: only pixels are copied; comments, profiles and what hides behind the picture stay out.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=90)
    return ContentFile(out.getvalue())
