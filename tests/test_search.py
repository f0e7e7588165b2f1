"""Search across a project: what is found, by whom, in which order."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.search import Searchable, marked, words_of
from tests import make
from tests.test_access import world  # noqa: F401
from tracekei import search


def ask(browser, text):
    return browser.get(reverse("search", args=["trace"]), {"q": text})


def names(response):
    return [
        "".join(piece for piece, _found in hit.name)
        for group in response.context["found"].groups
        for hit in group.hits
    ]


@pytest.mark.parametrize("text", ["слънце", "EOOD", "Plovdiv", "sme-0001"])
def test_a_firm_is_found_whatever_the_letters(text, as_, scene):
    assert "Слънце ЕООД" in names(ask(as_("viewer"), text))


def test_every_kind_of_record_is_found_and_leads_to_its_page(world, as_, scene):  # noqa: F811
    browser = as_("coordinator")
    missing = []
    for model in search.kinds():
        for record in model.objects.filter(project=scene.project)[:1]:
            hits = [
                hit
                for group in ask(browser, record.code).context["found"].groups
                for hit in group.hits
                if hit.code == record.code
            ]
            if not hits or browser.get(hits[0].url).status_code != 200:
                missing.append(record)
    assert not missing


def test_a_hit_asks_the_database_nothing_further(world, cast, scene):  # noqa: F811
    request = SimpleNamespace(user=cast.coordinator, project=scene.project)
    asking = {}
    for model in search.kinds():
        code = model.objects.filter(project=scene.project).values_list("code", flat=True)[0]
        rows = search.best_rows(request, code, "holding", model)
        with CaptureQueriesContext(connection) as queries:
            assert [search.hit(row, words_of(code)) for row in rows]
        asking[model.__name__] = [query["sql"][:300] for query in queries]
    assert {kind: asked for kind, asked in asking.items() if asked} == {}


def test_the_code_itself_comes_before_what_begins_with_it(as_, scene):
    make.sme(scene.cluster, name="Sme-0002 Consulting")
    assert names(ask(as_("viewer"), "SME-0002"))[0] == "Đurđevak d.o.o."


def test_the_beginning_of_a_name_comes_before_its_middle(as_, scene):
    make.sme(scene.cluster, name="Bio Zenith")
    make.sme(scene.cluster, name="Anthrazenit")
    make.sme(scene.cluster, name="Zenith Farms")
    assert names(ask(as_("viewer"), "zenit")) == ["Zenith Farms", "Bio Zenith", "Anthrazenit"]


def test_a_firm_is_not_found_by_its_contact_by_who_may_not_read_it(as_, scene):
    make.contact(scene.sme, scene.bulgaria, name="Secret Person", email="secret@firm.example")
    for text in ("secret@firm.example", "Secret Person"):
        page = ask(as_("viewer"), text)
        assert not page.context["found"].groups
        assert "Secret Person" not in page.content.decode().replace(f"“{text}”", "").replace(
            f'value="{text}"', ""
        ).replace(f": {text}", "")
    assert names(ask(as_("manager"), "secret@firm.example")) == ["Secret Person"]


def test_another_partners_papers_are_not_found(as_, scene):
    make.evidence(scene.serbia, "Hidden minutes.txt")
    assert not names(ask(as_("manager"), "hidden minutes"))
    assert names(ask(as_("coordinator"), "hidden minutes")) == ["Hidden minutes.txt"]


def test_another_project_is_not_found(as_, scene):
    other = make.project(slug="other", acronym="OTHER")
    partner = make.partner(other, "Zzleak", "BG")
    make.sme(make.cluster(partner, "Zzleak cluster"), name="Zzleak firm")
    assert not names(ask(as_("coordinator"), "zzleak"))


def test_members_are_found_by_name_and_not_by_address(as_, cast):
    name = cast.manager.name
    assert name in names(ask(as_("viewer"), name))
    assert name not in names(ask(as_("viewer"), cast.manager.email))


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("green clus", "Green cluster", "clusters"),
        ("CL-01", "Green cluster", "clusters"),
        ("d.a.re", "D.A.Re.", "partners"),
        ("kpi-02", "Managers involved", "indicators"),
    ],
)
def test_the_kinds_of_which_there_are_dozens_are_found_too(text, name, kind, as_, scene):
    browser = as_("viewer")
    [group] = [one for one in ask(browser, text).context["found"].groups if one.title == kind]
    assert name in "".join(piece for piece, _found in group.hits[0].name)
    assert browser.get(group.hits[0].url).status_code == 200


def test_a_merged_firm_leads_to_the_one_that_stays(as_, scene):
    gone = make.sme(scene.cluster, name="Oldname OOD")
    gone.merged_into = scene.sme
    gone.save()
    assert names(ask(as_("viewer"), "oldname")) == ["Слънце ЕООД"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("?!.,;", "Type at least two letters"),
        ("a", "Type at least two letters"),
        ("word " * 60, "too long to look for"),
        ("x" * 5_000_000, "too long to look for"),
        ("a\x00", "Type at least two letters"),
        ("\x00nowhere\x00", "Nothing that you may see holds"),
        ("w" * 200, "Nothing that you may see holds"),
        ("%_'\"\\ nowhere", "Nothing that you may see holds"),
    ],
    ids=[
        "signs",
        "letter",
        "long",
        "megabytes",
        "nul",
        "nul in a word",
        "a long word",
        "wildcards",
    ],
)
def test_what_can_not_be_found_gets_a_sentence(text, sentence, as_, scene):
    page = ask(as_("viewer"), text)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_what_matched_is_marked_and_what_is_written_stays_text(as_, scene):
    make.sme(scene.cluster, name="<script>Đorđe</script>")
    page = (
        ask(as_("viewer"), "djordje").content.decode()
        + ask(as_("viewer"), "dorde").content.decode()
    )
    assert "<mark>Đorđe</mark>" in page
    assert "<script>Đ" not in page


def test_marking_follows_letters_that_fold_to_several():
    assert marked("Großer Ćuk", words_of("grosser cuk")) == [
        ("Großer", True),
        (" ", False),
        ("Ćuk", True),
    ]


def test_rows_do_not_add_queries_to_a_search(as_, scene):
    browser = as_("coordinator")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            ask(browser, "zenith")
        return len(queries)

    make.sme(scene.cluster, name="Zenith 0")
    first = asked()
    for number in range(1, 12):
        make.sme(scene.cluster, name=f"Zenith {number}")
    assert asked() == first < 25


def test_more_than_the_page_shows_leads_to_the_list(as_, scene):
    for number in range(7):
        make.sme(scene.cluster, name=f"Zenith {number}")
    [group] = ask(as_("coordinator"), "zenith").context["found"].groups
    assert len(group.hits) == search.SHOWN
    listed = as_("coordinator").get(group.url)
    assert "Zenith 6" in listed.content.decode()


@pytest.mark.postgres  # similarity of words is PostgreSQL's own
@pytest.mark.parametrize("text", ["djurdevak", "Durđevka", "durdewak"])
def test_small_errors_are_forgiven(text, as_, scene):
    page = ask(as_("viewer"), text)
    assert "Đurđevak d.o.o." in names(page)


@pytest.mark.postgres
def test_a_small_error_does_not_open_what_is_hidden(as_, scene):
    make.contact(scene.sme, scene.bulgaria, name="Secretary Person", email="s@firm.example")
    assert not names(ask(as_("viewer"), "secretery"))
    assert names(ask(as_("manager"), "secretery")) == ["Secretary Person"]


@pytest.mark.postgres  # SQLite has no such index
def test_every_kind_has_its_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'")
        indexed = {table for (table,) in cursor.fetchall()}
    searched = {m._meta.db_table for m in apps.get_models() if issubclass(m, Searchable)}
    assert searched <= indexed
