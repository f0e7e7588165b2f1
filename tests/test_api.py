"""The read API: who gets what with which token, the same figures as the pages, and no input that breaks it."""

import contextlib
import datetime
import io

import openpyxl
import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from projects.models import Token
from tests import make
from tests.browsing import words
from tracekei.wsgi import application

BASE = "/api/v1"
PATHS = {
    "projects": "figures",
    "projects/trace": "figures",
    "projects/trace/figures": "figures",
    "projects/trace/figures/KPI-01": "figures",
    "projects/trace/figures/KPI-01/explained": "figures",
    "projects/trace/figures/KPI-01/units": "units",
    "projects/trace/figures/KPI-01/records": "units",
}


def token(person, scope="units", days=30, **fields):
    made = Token(
        name="Test",
        scope=scope,
        created_by=person,
        last_day=timezone.localdate() + datetime.timedelta(days=days),
        **fields,
    )
    secret = made.give_secret()
    made.save()
    return secret


def ask(client, path, secret=None, **query):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.get(f"{BASE}/{path}", query, headers=headers)


# --- Who gets what -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_each_address_answers_members_with_a_token_and_nobody_else(path, scene, cast, client):
    got = {}
    for person in ("viewer", "staff", "manager", "coordinator"):
        got[person] = ask(client, path, token(getattr(cast, person))).status_code
    assert got == dict.fromkeys(got, 200)
    assert ask(client, path).status_code == 401
    assert ask(client, path, "kei_wrong").status_code == 401
    assert ask(client, path, token(cast.viewer, days=-1)).status_code == 401
    assert ask(client, path, token(cast.viewer, revoked_at=timezone.now())).status_code == 401
    stranger = ask(client, path, token(cast.stranger))
    assert stranger.status_code == (200 if path == "projects" else 404)
    assert "trace" not in stranger.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_a_narrower_token_reads_less(path, scene, cast, client):
    answer = ask(client, path, token(cast.coordinator, scope="figures"))
    assert answer.status_code == (200 if PATHS[path] == "figures" else 403)
    elsewhere = make.project("SECOND")
    make.member(elsewhere, user=cast.viewer, role="viewer")
    other = ask(client, path, token(cast.viewer, project=elsewhere))
    if path == "projects":
        assert [one["slug"] for one in other.json()] == ["second"]
    else:
        assert other.status_code == 403
        assert "for another project" in other.json()["detail"]


def test_a_session_is_no_token(scene, as_):
    assert as_("coordinator").get(f"{BASE}/projects").status_code == 401


def test_who_left_the_project_or_the_portal_reads_nothing(scene, cast, client):
    secret = token(cast.viewer)
    cast.viewer.memberships.update(expires_on=datetime.date(2020, 1, 1))
    assert ask(client, "projects/trace/figures", secret).status_code == 404
    cast.viewer.is_active = False
    cast.viewer.save()
    assert ask(client, "projects", secret).status_code == 401


def test_so_many_calls_a_minute_and_no_more(scene, cast, client):
    cache.clear()
    secret = token(cast.viewer)
    codes = [ask(client, "projects/trace", secret).status_code for _n in range(121)]
    assert set(codes[:120]) == {200}
    assert codes[120] == 429
    assert ask(client, "projects/trace", token(cast.manager)).status_code == 200


# --- What it says ------------------------------------------------------------------------------------


def test_a_figure_is_what_its_page_says(scene, cast, client):
    secret = token(cast.viewer)
    said = ask(client, "projects/trace/figures/KPI-01", secret).json()
    assert (said["value"], said["target"], said["percent"]) == (2, 284, 0)
    assert [(share["cluster"], share["value"]) for share in said["clusters"]] == [
        ("CL-01", 1),
        ("CL-02", 1),
    ]
    assert said["months"][-1] == {"month": 24, "until": "2018-11-15", "value": 2}
    early = ask(client, "projects/trace/figures/KPI-01", secret, as_of="2016-11-20").json()
    assert (early["as_of"], early["value"]) == ("2016-11-20", 0)
    waiting = ask(client, "projects/trace/figures/KPI-02", secret).json()
    assert (waiting["value"], waiting["how"]) == (None, None)
    explained = ask(client, "projects/trace/figures/KPI-01/explained", secret).json()
    assert [step["records"] for step in explained[0]["steps"]] == [2] * 6


def test_units_and_records_come_in_pages(scene, cast, client):
    for n in range(105):
        make.record(scene.service, make.sme(scene.cluster, name=f"Firm {n}"))
    secret = token(cast.viewer)
    first = ask(client, "projects/trace/figures/KPI-01/units", secret).json()
    assert (first["count"], first["pages"], len(first["items"])) == (107, 2, 100)
    assert first["items"][0] == {
        "code": "SME-0001",
        "name": "Слънце ЕООД",
        "counts_since": first["items"][0]["counts_since"],
    }
    second = ask(client, "projects/trace/figures/KPI-01/units", secret, page=2).json()
    assert len(second["items"]) == 7
    assert not {u["code"] for u in first["items"]} & {u["code"] for u in second["items"]}
    far = ask(client, "projects/trace/figures/KPI-01/units", secret, page=10**9)
    assert (far.status_code, far.json()["items"]) == (200, [])
    rows = ask(client, "projects/trace/figures/KPI-01/records", secret, page=2).json()
    assert (rows["count"], rows["items"][-1]["code"]) == (107, "SR-00107")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"as_of": "2018-02-30"}, "as_of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "2999-01-01"}, "has not come yet"),
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"page": str(10**30)}, "page"),
    ],
)
def test_what_can_not_be_asked_is_told(query, sentence, scene, cast, client):
    answer = ask(client, "projects/trace/figures/KPI-01/units", token(cast.viewer), **query)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_names_of_people_are_in_no_answer(scene, cast, client):
    event = make.event(scene.bulgaria, state="held")
    make.attendance(event, name="Secret Guest", organisation="Region", category="policymaker")
    make.indicator(scene.project, 3, measure="policy_dialogue", target=None, name="Dialogue")
    secret = token(cast.viewer)
    for path in ("units", "records"):
        answer = ask(client, f"projects/trace/figures/KPI-03/{path}", secret)
        assert answer.json()["count"] == 1
        assert "Secret Guest" not in answer.content.decode()


# --- Tokens ------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_revoked_by_its_person(scene, cast, as_, client):
    browser = as_("viewer")
    day = timezone.localdate() + datetime.timedelta(days=9)
    page = browser.post("/tokens/", {"name": "Ministry", "scope": "figures", "last_day": day})
    made = Token.objects.get()
    text = words(page)
    assert "Copy it now" in text
    secret = page.context["secret"]
    assert secret.startswith(made.start)
    assert secret not in browser.get("/tokens/").content.decode()
    assert ask(client, "projects", secret).status_code == 200
    made.refresh_from_db()
    assert made.used_at
    assert as_("manager").post(f"/tokens/{made.pk}/revoke/").status_code == 404
    as_("viewer").post(f"/tokens/{made.pk}/revoke/")
    assert ask(client, "projects", secret).status_code == 401


@pytest.mark.parametrize("days", [-1, 400])
def test_a_token_is_good_for_a_year_at_most(days, scene, as_):
    day = timezone.localdate() + datetime.timedelta(days=days)
    page = as_("viewer").post("/tokens/", {"name": "X", "scope": "figures", "last_day": day})
    assert "good for a year at most" in words(page)
    assert not Token.objects.exists()


# --- The document ------------------------------------------------------------------------------------


def test_the_document_is_open_and_names_each_address(client, db):
    answer = client.get(f"{BASE}/openapi.json")
    assert answer.status_code == 200
    assert len(answer.json()["paths"]) == len(PATHS)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def connections_kept():
    """The end of a request closes the connection, and with it the test's transaction, unless this is in force."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connections_kept")
def test_schemathesis_finds_no_server_error(scene, cast, monkeypatch):
    """All that the document allows, and what it does not: each answer is one that the document tells."""
    monkeypatch.setattr("tracekei.api.views.Throttle.get_cache_key", lambda *args: None)
    headers = {"Authorization": f"Bearer {token(cast.coordinator)}"}
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", application)
    seen = []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=20, deadline=None, database=None, suppress_health_check=HealthCheck
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def each(case):
                # Half of the time a real project and figure: what is invented is found by few.
                if len(seen) % 2 and case.path_parameters:
                    case.path_parameters |= {"slug": "trace"}
                    if "code" in case.path_parameters:
                        case.path_parameters["code"] = "KPI-01"
                answer = case.call(headers=headers)
                case.validate_response(answer, checks=CHECKS)
                seen.append(answer.status_code)

            with contextlib.suppress(Unsatisfiable):
                each()
    assert len(seen) > 100
    assert {200, 404, 422} <= set(seen)


# --- The spreadsheet ---------------------------------------------------------------------------------


def test_all_figures_with_their_units_are_one_spreadsheet(scene, as_):
    answer = as_("viewer").get("/p/trace/indicators/?export=xlsx&as_of=2018-11-15")
    assert answer["Content-Type"].endswith("sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Figures", "Clusters", "Units", "Months"]
    assert [row[0].value for row in book["Figures"].rows] == ["Indicator", "KPI-01", "KPI-02"]
    units = [[cell.value for cell in row[:3]] for row in book["Units"].rows][1:]
    assert units == [
        ["KPI-01", "SME-0001", "Слънце ЕООД"],
        ["KPI-01", "SME-0002", "Đurđevak d.o.o."],
    ]
    assert len(list(book["Months"].rows)) == 25
