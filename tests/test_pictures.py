"""Pictures from the evidence in a report's texts: chosen, checked, kept, printed with words for who can't see them."""

import io

import docx
import pikepdf
import pytest
from django.db.models import ProtectedError
from django.utils import timezone, translation
from PIL import Image

from projects.models import Evidence
from projects.models.evidence import Audience
from reports import actions, rendering, snapshot
from reports.models import Passage
from reports.other_forms import made_as
from tests import make
from tests.browsing import filled, words

pytestmark = pytest.mark.django_db
SUMMARY = "/p/trace/reports/periods/1/summary/"


@pytest.fixture
def photo(scene):
    content = make.picture("PNG", (400, 300))
    return make.evidence(scene.bulgaria, "IMG_1.png", content, content_type="image/png")


def said_with(photo, caption="Kick-off"):
    return f"<p>Before.</p><p>{{{photo.code} {caption}}}</p><p>See {{{photo.code}}}.</p>"


def collected(period):
    with translation.override("en-gb"):
        return snapshot.collect(period.project, period)


def test_a_picture_is_printed_with_its_caption_as_alternative_text(scene, cast, photo):
    text = said_with(photo, "Kick-off &amp; first &quot;talks&quot;")
    make.chapter(scene.period, cast.coordinator, text=text)
    document = collected(scene.period)
    assert document["pictures"] == {photo.code: {"name": "IMG_1.png", "sha256": photo.sha256}}
    with translation.override("en-gb"):
        html = rendering.to_html(document, made_on=timezone.now(), version=1)
        content, _pages = rendering.to_file(document, html, timezone.now())
    assert f"<p>See {photo.code}.</p>" in html
    assert html.count("data:image/jpeg;base64,") == 1
    with pikepdf.open(io.BytesIO(content)) as opened:
        said = [str(each.get("/Alt", "")) for each in _elements(opened.Root.StructTreeRoot)]
    assert 'Kick-off & first "talks"' in said
    page = made_as("summary-page", document, timezone.now()).decode()
    assert "data:image/jpeg;base64," in page
    made = docx.Document(io.BytesIO(made_as("narrative", document, timezone.now())))
    assert len(made.inline_shapes) == 1


def _elements(element):
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _elements(child)
    elif isinstance(element, pikepdf.Dictionary):
        yield element
        if "/K" in element:
            yield from _elements(element.K)


def test_who_writes_chooses_among_the_pictures_he_may_read(scene, cast, photo, as_):
    browser = as_("coordinator")
    page = browser.get(f"{SUMMARY}edit/")
    assert f"{{{photo.code} IMG_1.png}}" in page.content.decode()
    sent = filled(page, text=f"<p>{{{photo.code} Us}}</p>")
    assert browser.post(f"{SUMMARY}edit/", sent).status_code == 302
    shown = browser.get(SUMMARY).content.decode()
    assert f'<img src="/p/trace/evidence/{photo.code}/preview/" alt="Us">' in shown
    other = make.partner(scene.project, "Far")
    hidden = make.evidence(
        other, "far.png", make.picture(), content_type="image/png", audience=Audience.PARTNER
    )
    Passage.objects.update(body=f"<p>{{{hidden.code} Far}}</p>")
    assert "<img" not in as_("viewer").get(SUMMARY).content.decode().split("prose-card")[1]


@pytest.mark.parametrize("which", ["EV-99999", "hidden", "text"])
def test_a_code_that_is_no_picture_of_ones_own_is_refused_beside_the_field(which, scene, cast, as_):
    far = make.partner(scene.project, "Far")
    codes = {
        "hidden": make.evidence(
            far, "far.png", make.picture(), content_type="image/png", audience=Audience.PARTNER
        ).code,
        "text": make.evidence(scene.bulgaria).code,
    }
    code = codes.get(which, which)
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    browser, address = as_("staff"), f"/p/trace/reports/periods/1/{package.code}/edit/"
    page = browser.post(address, filled(browser.get(address), results=f"<p>{{{code} x}}</p>"))
    assert f"{code} is no picture among the evidence that you may read." in words(page)
    assert not Passage.objects.exists()


def test_a_picture_that_cannot_be_drawn_stops_the_lock(scene, cast):
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    bad = make.evidence(scene.bulgaria, "x.png", huge.getvalue(), content_type="image/png")
    make.ready(scene.period, cast.coordinator)
    Passage.objects.filter(chapter__kind="summary").update(body=f"<p>{{{bad.code} Huge}}</p>")
    stopping, _warning = actions.gaps_of(cast.coordinator, scene.period)
    (gap,) = stopping
    assert f"shows the picture {bad.code}, which is not there or can't be drawn" in gap.sentence
    with translation.override("en-gb"):
        html = rendering.to_html(collected(scene.period), made_on=timezone.now(), version=1)
    assert f"[{bad.code} can&#x27;t be shown: Huge]" in html


def test_a_picture_of_a_locked_report_is_protected(scene, cast, photo):
    make.ready(scene.period, cast.coordinator)
    Passage.objects.filter(chapter__kind="summary").update(body=said_with(photo))
    edition = make.locked(scene.period, cast.coordinator)
    with pytest.raises(ProtectedError):
        Evidence.objects.get(pk=photo.pk).delete()
    actions.open_report(user=cast.coordinator, edition=edition, texts_only=True, reason="x")
    Passage.objects.filter(chapter__kind="summary").update(body="<p>Without.</p>")
    make.locked(scene.period, cast.coordinator)
    Evidence.objects.get(pk=photo.pk).delete()


def test_texts_of_the_last_period_are_taken_over_on_request(scene, cast, as_):
    make.chapter(scene.period, cast.coordinator, text="<p>As it was {KPI-01}</p>")
    make.period(scene.project, 2, 13, 24)
    browser, address = as_("coordinator"), "/p/trace/reports/periods/2/summary/edit/"
    plain = browser.get(address)
    assert "Take over the texts of M1-M12" in words(plain)
    assert not plain.context["form"].fields["text"].initial
    page = browser.get(f"{address}?carry")
    assert "1 text of M1-M12 was put in. Nothing is saved yet" in words(page)
    assert page.context["form"].fields["text"].initial == "<p>As it was {KPI-01}</p>"
    assert Passage.objects.count() == 1
    assert browser.post(f"{address}?carry", filled(page)).status_code == 302
    assert Passage.objects.count() == 2
    again = browser.get(f"{address}?carry")  # what is written is not overwritten
    assert "Nothing is saved yet" not in words(again)
