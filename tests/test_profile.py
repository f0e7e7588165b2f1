"""A cluster's profile: its fields, its logo, and what it adds to the figures."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models
from django.db.migrations.executor import MigrationExecutor
from PIL import Image, ImageFile

from clusters.models import Cluster
from indicators.models import Target
from indicators.templatetags.contributions import contributions_of
from projects.models import PriorityArea, Sector
from tests import make
from tests.browsing import beside, filled, words

EDIT = "/p/trace/clusters/CL-01/edit/"
PAGE = "/p/trace/clusters/CL-01/"
LOGO = "/p/trace/clusters/CL-01/logo/"
LOGO_EDIT = "/p/trace/clusters/CL-01/logo/edit/"


def edit(browser, **changes):
    return browser.post(EDIT, filled(browser.get(EDIT), **changes))


def test_a_manager_fills_in_the_profile_and_the_page_tells_it(as_, scene):
    energy = Sector.objects.create(project=scene.project, name="Energy")
    ict = Sector.objects.create(project=scene.project, name="ICT")
    area = PriorityArea.objects.create(project=scene.project, name="Mechatronics")
    browser = as_("manager")
    response = edit(
        browser,
        nuts=" bg421 ",
        sectors=[energy.pk, ict.pk],
        areas=[area.pk],
        founded="2011",
        managers_fte="2,5",
        members_sme="40",
        members_research="3",
        members_counted_on="2018-03-01",
        platform_url="https://clustercollaboration.eu/green",
    )
    assert response.status_code == 302
    cluster = Cluster.objects.get(pk=scene.cluster.pk)
    assert (cluster.nuts, cluster.founded, str(cluster.managers_fte)) == ("BG421", 2011, "2.50")
    assert set(cluster.sectors.all()) == {energy, ict}
    said = words(browser.get(PAGE))
    for part in ("BG421", "Energy", "ICT", "Mechatronics", "2011", "2.5 full-time", "40 SMEs"):
        assert part in said
    assert "43 members in all, counted by the cluster on 1 Mar 2018" in said
    assert "a record of 1 member firm" in said


@pytest.mark.parametrize(
    ("country", "code", "fits"),
    [
        ("BG", "BG4", True),
        ("BG", "BG421", True),
        ("GR", "EL30", True),
        ("GR", "GR30", False),
        ("GB", "UKC11", True),
        ("RS", "RS123", True),
        ("BG", "BG", False),
        ("BG", "BG4211", False),
        ("BG", "ITF4", False),
        ("BG", "BG4-1", False),
        ("BG", "BG٤", False),
    ],
)
def test_a_region_has_a_code_of_its_country(country, code, fits, as_, scene):
    response = edit(as_("manager"), country=country, nuts=code)
    assert (response.status_code == 302) is fits
    if not fits:
        assert beside(response, "nuts")
        assert filled(response)["nuts"] == [code]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("founded", "1799"),
        ("founded", "2999"),
        ("founded", "long ago"),
        ("managers_fte", "-1"),
        ("managers_fte", "two"),
        ("managers_fte", "1,2,3"),
        ("managers_fte", "12345"),
        ("members_sme", "-4"),
        ("members_sme", "99999999999999"),
        ("platform_url", "javascript:alert(1)"),
        ("sectors", "7'--"),
    ],
)
def test_nonsense_is_refused_beside_its_field(field, typed, as_, scene):
    Sector.objects.create(project=scene.project, name="Energy")
    response = edit(as_("manager"), **{field: typed}, region="Typed and kept")
    assert response.status_code == 200
    assert beside(response, field) or field == "sectors"
    assert filled(response)["region"] == ["Typed and kept"]
    assert Cluster.objects.get(pk=scene.cluster.pk).region == ""


def test_members_are_counted_on_a_day(as_, scene):
    browser = as_("manager")
    assert "which day" in beside(edit(browser, members_sme="0"), "members_counted_on")
    tomorrow = datetime.date.today() + datetime.timedelta(days=2)
    response = edit(browser, members_sme="4", members_counted_on=tomorrow.isoformat())
    assert "still to come" in beside(response, "members_counted_on")
    with pytest.raises(IntegrityError):
        Cluster.objects.filter(pk=scene.cluster.pk).update(members_sme=4)


def test_a_sector_of_another_project_is_not_offered_and_not_taken(as_, scene):
    Sector.objects.create(project=scene.project, name="Energy")
    other = Sector.objects.create(project=make.project("OTHER"), name="Space")
    browser = as_("manager")
    assert "Space" not in words(browser.get(EDIT))
    assert edit(browser, sectors=[other.pk]).status_code == 200
    assert not scene.cluster.sectors.exists()


def test_countries_are_offered_once_each_those_of_the_partners_first(as_, scene):
    page = as_("manager").get(EDIT).content.decode()
    partners, union, others = (page.index(f'<optgroup label="{t}"') for t in GROUPS)
    assert partners < page.index('value="RS"') < union < page.index('value="FR"') < others
    assert page.count('value="BG"') == page.count('value="FR"') == page.count('value="JP"') == 1
    assert '<option value="BG" selected>' in page


GROUPS = ("Countries of the partners", "European Union", "Other countries")


@pytest.mark.parametrize("tag", [Sector, PriorityArea])
def test_a_tag_in_use_is_not_deleted(tag, scene, as_):
    kept = tag.objects.create(project=scene.project, name="Energy")
    name = "sector" if tag is Sector else "area"
    getattr(scene.cluster, f"{name}s").add(kept)
    with pytest.raises(models.ProtectedError):
        kept.delete()
    as_("coordinator").post(f"/p/trace/{name}s/{kept.pk}/delete/")
    assert tag.objects.filter(pk=kept.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_one_sector_becomes_the_first_of_several():
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate([("clusters", "0004_needs_and_satisfaction")])
        old = executor.loader.project_state([("clusters", "0004_needs_and_satisfaction")]).apps
        project = old.get_model("projects", "Project").objects.create(
            slug="old", acronym="OLD", name="Old", start="2016-11-16", end="2018-11-15"
        )
        sector = old.get_model("projects", "Sector").objects.create(project=project, name="ICT")
        partner = old.get_model("projects", "Partner").objects.create(
            project=project, number=1, short_name="P", name="P", country="BG"
        )
        fields = {"project": project, "partner": partner, "country": "BG"}
        clusters = old.get_model("clusters", "Cluster").objects
        clusters.create(code="CL-01", short_name="A", name="A", sector=sector, **fields)
        clusters.create(code="CL-02", short_name="B", name="B", **fields)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(newest)
    kept = {c.code: [s.name for s in c.sectors.all()] for c in Cluster.objects.all()}
    assert kept == {"CL-01": ["ICT"], "CL-02": []}


# --- The logo --------------------------------------------------------------------------------------


def upload(browser, content, name="logo.png", alt="A green leaf"):
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return browser.post(LOGO_EDIT, {"picture": file, "alt": alt})


def shown(browser):
    return b"".join(browser.get(LOGO).streaming_content)


def test_a_logo_is_drawn_anew_and_served_to_members_only(as_, scene, client):
    browser = as_("manager")
    hidden = make.picture("JPEG", size=(2000, 1000), comment=b"<script>alert(1)</script>")
    assert upload(browser, hidden).status_code == 302
    response = browser.get(LOGO)
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"script" not in content
    assert Image.open(io.BytesIO(content)).size == (480, 240)
    assert 'alt="A green leaf"' in browser.get(PAGE).content.decode()
    assert as_("stranger").get(LOGO).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "logo.svg"),
        (b"GIF89a" + b"\0" * 40, "logo.png"),
        (b"%PDF-1.7 not a picture", "logo.png"),
        (make.picture(size=(300, 300))[:60], "half.png"),
        (b"x", "logo.webp"),
    ],
)
def test_what_is_no_picture_is_refused_by_its_content(content, name, as_, scene):
    response = upload(as_("manager"), content, name)
    assert "no PNG, JPEG or WebP" in beside(response, "picture")
    assert filled(response)["alt"] == ["A green leaf"]
    assert not Cluster.objects.get(pk=scene.cluster.pk).logo


def test_half_a_picture_is_refused_also_where_reports_are_made(as_, scene, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    response = upload(as_("manager"), make.picture(size=(300, 300))[:60], "half.png")
    assert "no PNG, JPEG or WebP" in beside(response, "picture")


def test_a_picture_made_to_fill_the_memory_is_refused(as_, scene):
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert "40 million" in beside(upload(as_("manager"), out.getvalue()), "picture")


def test_a_file_that_is_too_large_and_none_at_all_are_refused(as_, scene):
    browser = as_("manager")
    assert "larger than 5 MB" in beside(upload(browser, b"x" * (5 * 1024 * 1024 + 1)), "picture")
    assert "Choose" in beside(browser.post(LOGO_EDIT, {"alt": "x"}), "picture")


def test_a_replaced_and_a_removed_logo_leave_no_file(
    as_, scene, settings, django_capture_on_commit_callbacks
):
    browser = as_("manager")

    def kept():
        return len(list(settings.MEDIA_ROOT.glob("logos/*")))

    with django_capture_on_commit_callbacks(execute=True):
        upload(browser, make.picture())
    first = shown(browser)
    with django_capture_on_commit_callbacks(execute=True):
        upload(browser, make.picture(size=(9, 9)))
    assert shown(browser) != first
    assert kept() == 1
    browser.post(LOGO_EDIT, {"alt": "Only the words"})
    assert Cluster.objects.get(pk=scene.cluster.pk).logo_alt == "Only the words"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/p/trace/clusters/CL-01/logo/remove/")
    assert kept() == 0
    assert browser.get(LOGO).status_code == 404
    assert "monogram" in browser.get(PAGE).content.decode()


def test_nobody_removes_another_partners_logo(as_, scene):
    assert as_("manager").post("/p/trace/clusters/CL-02/logo/remove/").status_code == 403


# --- The contribution ------------------------------------------------------------------------------


def test_a_contribution_says_own_share_target_and_what_is_shared(as_, scene):
    make.record(scene.service, scene.other_sme)  # served by both clusters
    Target.objects.create(indicator=scene.indicator, cluster=scene.cluster, value=4)
    (part,) = contributions_of(scene.cluster, scene.project, scene.project.end)
    assert (part.value, part.shared, part.whole) == (2, 1, 2)
    assert (part.target, part.percent, part.whole_target) == (4, 50, 284)
    browser = as_("viewer")
    page = browser.get(PAGE)
    assert "of its own target of 4 · 50 %" in words(page)
    assert "units may be shared" in words(page)
    for address in ("/p/trace/indicators/1/units/", "/p/trace/indicators/1/records/"):
        assert f"{address}?cluster=CL-01" in page.content.decode()
        assert browser.get(f"{address}?cluster=CL-01").status_code == 200


def test_labels_are_shared_with_nobody_and_the_page_says_no_such_thing(as_, scene):
    make.label(scene.cluster, awarded_on=scene.project.start, certificate=True)
    scene.indicator.measure = "bronze_labels"
    scene.indicator.save()
    (part,) = contributions_of(scene.cluster, scene.project, scene.project.end)
    assert (part.value, part.shared, part.overlaps) == (1, 0, False)
    assert "may be shared" not in words(as_("viewer").get(PAGE))


def test_a_cluster_without_records_contributes_nothing_and_shares_nothing(scene):
    empty = make.cluster(scene.italy)
    (part,) = contributions_of(empty, scene.project, scene.project.end)
    assert (part.value, part.shared, part.whole, part.percent) == (0, 0, 2, None)
