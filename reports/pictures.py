"""Pictures among the evidence that a report's texts show."""

import base64
import io

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from PIL import Image

from projects import preview
from projects.models import Evidence
from reports.references import illustrated, pictures_in

LONGEST = 1200  # pixels of the longer side: 160 mm at 190 dots an inch


def drawable(project, codes):
    """The evidence of `project` with these codes that is a picture of a kind the portal draws: {code: evidence}."""
    rows = Evidence.objects.filter(project=project, code__in=codes)
    return {row.code: row for row in rows.filter(content_type__in=preview.DRAWN)}


def of_texts(project, chapters) -> dict:
    """{code: name and SHA-256} of each picture that the chapters of a snapshot show; one query, none without any."""
    codes = {
        code for row in chapters for each in row["passages"] for code in pictures_in(each["html"])
    }
    found = drawable(project, codes) if codes else {}
    return {code: {"name": row.name, "sha256": row.sha256} for code, row in sorted(found.items())}


def printed(html, document):
    """Clean HTML of a snapshot with its pictures inside, as `data:`; it names no address."""

    def draw(code, caption):
        known = document.get("pictures", {}).get(code)
        content = known and _content(document["project"]["slug"], code, known["sha256"])
        said = caption or (known["name"] if known else code)
        if not content:
            return format_html(
                "<p>{}</p>", _("[%(code)s can't be shown: %(said)s]") % {"code": code, "said": said}
            )
        data = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
        return figure(data, said)

    # SECURITY: the snapshot's HTML was cleaned; what is added is escaped above.
    return mark_safe(illustrated(html, draw))


def figure(source, caption) -> str:
    """A picture with its caption, which is its alternative text too."""
    return format_html(
        '<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>',
        source,
        caption,
        caption,
    )


def _content(slug, code, sha256) -> bytes:
    """A picture as JPEG; empty if it is gone, is another one by now or can't be drawn."""
    row = Evidence.objects.filter(project__slug=slug, code=code, sha256=sha256).first()
    name = preview.small_picture(row) if row else ""
    if not name:
        return b""
    with row.file.storage.open(name) as file, Image.open(file) as opened:
        opened.thumbnail((LONGEST, LONGEST))
        plain = Image.new("RGB", opened.size, "white")
        plain.paste(opened, mask=opened.getchannel("A") if opened.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()
