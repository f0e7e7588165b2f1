"""The portal's main path as a person walks it, in Chromium, with a real worker behind it."""

import datetime
import os
import signal
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clusters.models import ServiceRecord
from reports.models import Rendering
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(tmp_path):
    """A Celery worker of its own on the test's database, broker and files."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
            **{**database, "HOST": str(database["HOST"]).replace("/", "%2F")}
        ),
        "VAR_DIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tracekei", "worker", "-c", "1", "-l", "warning"],
        env=environment,
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1360, "height": 900}
    )
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    context.close()


def sign_in(page, email):
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()


def number_on_card(page):
    return page.locator(".kpi", has_text="SMEs benefitting").locator(".num").inner_text()


def test_a_logged_service_moves_the_figure_and_the_report_says_the_same(
    page, worker, scene, cast, tmp_path
):
    firm = make.sme(scene.cluster, name="Ябълка и син ООД")
    sign_in(page, "manager@example.org")
    assert number_on_card(page) == "2"

    page.locator(".menu-log summary").click()
    page.get_by_role("link", name="Service what a firm received").click()
    page.get_by_label("Service").select_option(label="Energy audit – New")
    page.get_by_label("SME").press_sequentially("Ябълка")
    page.locator("datalist option").first.wait_for(state="attached")
    page.get_by_label("SME").fill(page.locator("datalist option").first.get_attribute("value"))
    page.get_by_label("Date").fill("2018-06-01")
    page.get_by_label("Effort").fill("2,5")
    page.get_by_label("Satisfaction").fill("7")
    page.get_by_label("Proof").set_input_files(
        {"name": "списък.txt", "mimeType": "text/plain", "buffer": "Подписан списък".encode()}
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("Satisfaction runs from 1 to 5.").wait_for()
    assert page.get_by_text("Kept from before: списък.txt").is_visible()
    assert page.get_by_label("Effort").input_value() == "2,5"
    page.get_by_label("Satisfaction").fill("5")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: SR-").wait_for()
    assert page.get_by_role("link", name="списък.txt").is_visible()
    record = ServiceRecord.objects.get(sme=firm)
    assert (record.effort, record.satisfaction) == (2.5, 5)

    page.get_by_role("link", name="Overview").click()
    assert number_on_card(page) == "3"
    page.locator("a.kpi", has_text="SMEs benefitting").click()
    page.get_by_role("link", name="Show the 3 enterprises").click()
    row = page.get_by_role("row", name="Ябълка и син ООД")
    row.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("link", name=record.code).click()
    page.get_by_role("heading", name="Energy audit").wait_for()

    period = make.period(scene.project, 2, 13, 24)
    page.get_by_role("link", name="Reports").click()
    page.get_by_label("Reporting period").select_option(label=str(period))
    page.get_by_role("button", name="Generate progress report").click()
    page.get_by_role("progressbar").or_(page.get_by_role("link", name="Download")).wait_for()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Download the report").click(timeout=60_000)
    download.value.save_as(tmp_path / "report.pdf")
    text = subprocess.run(
        ["pdftotext", tmp_path / "report.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "3 of 284" in " ".join(text.split())
    assert Rendering.objects.get().file_sha256
    assert page.complaints == []


def test_a_phone_logs_a_service_without_scrolling_sideways(page, scene, cast):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "manager@example.org")
    page.locator(".menu-log summary").click()
    page.get_by_role("link", name="Service what a firm received").click()
    page.get_by_label("Service").select_option(index=1)
    page.get_by_label("SME").fill(scene.sme.code)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: SR-").wait_for()
    for name in ("overview", "sme_list", "servicerecord_list", "indicator_list", "report_list"):
        page.goto(reverse(name, args=["trace"]))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_lists_answer_while_one_types(page, scene, cast):
    sign_in(page, "manager@example.org")
    page.get_by_role("navigation", name="Project").get_by_role("link", name="SMEs").click()
    page.get_by_label("Search", exact=True).press_sequentially("Слън")
    page.wait_for_url(lambda address: "q=" in address)
    page.get_by_text("1 record", exact=True).wait_for()
    page.get_by_role("cell", name="Слънце ЕООД").wait_for()


def test_a_training_of_twelve_is_logged_verified_and_confirmed_by_link(page, scene, cast):
    firms = [make.sme(scene.cluster, name=f"Firm {i:02}") for i in range(12)]
    for firm in firms[:10]:
        make.contact(firm, scene.bulgaria, "Mila", f"{firm.code.lower()}@firm.example")
    sign_in(page, "manager@example.org")
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Deliveries").click()
    page.get_by_role("link", name="Log for many").click()
    # What is typed while the service's own firms are on their way stays and is searched for.
    held = []
    page.route("**/many/", lambda route: held.append(route))
    with page.expect_request("**/many/"):
        page.get_by_label("Service").select_option(label="Energy audit – New")
    page.get_by_label("Date").fill("2018-06-01")
    page.get_by_role("searchbox", name="Search firms", exact=True).last.fill("firm")
    page.unroute("**/many/")  # lets go of what was held
    page.get_by_text("Слънце ЕООД").wait_for(state="detached")
    for firm in firms[:10]:
        page.get_by_label(firm.name).check()
    page.get_by_label("Or paste codes or names").fill(f"{firms[10].code}\nFirm 11\nFirm 1")
    page.get_by_label("Effort").fill("18")
    page.get_by_label("These hours are").select_option("for all firms together")
    page.get_by_label("Proof").set_input_files(
        {"name": "list.txt", "mimeType": "text/plain", "buffer": b"Signed by twelve"}
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("1 line names no firm").wait_for()
    assert page.get_by_text("list.txt").is_visible()
    page.get_by_label("Or paste codes or names").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("12 deliveries logged: SR-00003 to SR-00014.").wait_for()
    records = ServiceRecord.objects.exclude(together=None)
    assert {(one.effort, one.evidence.get().name) for one in records} == {(1.5, "list.txt")}

    page.get_by_role("link", name="Ask firms to confirm").click()
    page.get_by_text("12 records", exact=True).wait_for()
    page.get_by_role("button", name="Choose all on this page").click()
    page.get_by_role("button", name="Ask the chosen firms").click()
    page.get_by_text("10 firms asked.").wait_for()
    page.get_by_text("No contact with an e-mail address: Firm").wait_for()
    assert len(mail.outbox) == 10

    page.context.clear_cookies()
    sign_in(page, "coordinator@example.org")
    page.goto(reverse("servicerecord_waiting", args=["trace"]))
    page.get_by_role("button", name="Choose all on this page").click()
    page.get_by_role("button", name="Verify the chosen ones").click()
    page.get_by_text("14 deliveries verified.").wait_for()
    assert {one.verified_by for one in records.all()} == {cast.coordinator}
    assert page.complaints == []


def test_a_firm_confirms_by_its_link(page, scene, cast):
    asked = make.confirmation(scene.record, created_by=cast.manager)
    expired = make.confirmation(
        scene.other_record, expires_at=timezone.now() - datetime.timedelta(days=1)
    )
    link = asked.link.removeprefix("http://localhost:8000")
    page.set_viewport_size({"width": 390, "height": 844})
    axe = Axe()

    def has_no_barriers():
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto(f"{link}?language=en-gb")
    page.reload()
    has_no_barriers()
    asked.refresh_from_db()
    assert asked.answered_at is None

    page.get_by_label("Satisfied", exact=True).check()
    page.get_by_label("Comment").fill("Полезно.")
    page.get_by_role("button", name="Yes, we received this").click()
    page.get_by_role("heading", name="Thank you").or_(
        page.locator(".note-success")
    ).first.wait_for()
    asked.refresh_from_db()
    assert (asked.answer, asked.satisfaction, asked.comment) == ("yes", 4, "Полезно.")
    has_no_barriers()

    page.goto(f"{link}?language=en-gb")
    page.get_by_text("This link has been used.").wait_for()
    assert page.get_by_role("button").count() == 0
    complaints = len(page.complaints)
    assert complaints == 0
    altered = link[:-3] + ("a" if link[-3] != "a" else "b") + link[-2:]
    assert page.goto(altered).status == 404
    has_no_barriers()
    late = expired.link.removeprefix("http://localhost:8000")
    assert page.goto(f"{late}?language=en-gb").status == 410
    page.get_by_role("heading", name="This link has expired").wait_for()
    has_no_barriers()


PAGES = [
    ("overview", []),
    ("indicator_create", []),
    ("indicator_edit", [1]),
    ("indicator_targets", [1]),
    ("indicator_proof", [1]),
    ("proof_overview", []),
    ("change_list", []),
    ("public_page_edit", []),
    ("work_plan", []),
    ("partner_list", []),
    ("cluster_list", []),
    ("cluster_detail", ["CL-01"]),
    ("cluster_edit", ["CL-01"]),
    ("cluster_logo_edit", ["CL-01"]),
    ("cluster_portfolio", ["CL-01"]),
    ("manager_list", []),
    ("manager_detail", ["MG-001"]),
    ("contact_list", []),
    ("contact_detail", ["CT-0001"]),
    ("contact_create", []),
    ("contact_delete", ["CT-0001"]),
    ("skills", []),
    ("competence_list", []),
    ("training_create", []),
    ("assessment_create", ["MG-001", "end", "self"]),
    ("sme_list", []),
    ("sme_detail", ["SME-0001"]),
    ("sme_create", []),
    ("sme_edit", ["SME-0001"]),
    ("sme_delete", ["SME-0001"]),
    ("service_list", []),
    ("service_detail", ["SV-001"]),
    ("servicerecord_list", []),
    ("servicerecord_waiting", []),
    ("servicerecord_many", []),
    ("servicerecord_asking", []),
    ("servicerecord_ask", ["SR-00001"]),
    ("servicerecord_create", []),
    ("servicerecord_detail", ["SR-00001"]),
    ("servicerecord_proof", ["SR-00001"]),
    ("evidence_list", []),
    ("label_list", []),
    ("label_create", []),
    ("label_detail", ["LB-001"]),
    ("label_road", ["CL-01"]),
    ("readiness_create", ["CL-01"]),
    ("evidence_detail", ["EV-00001"]),
    ("evidence_edit", ["EV-00001"]),
    ("evidence_delete", ["EV-00001"]),
    ("questionnaire_list", []),
    ("questionnaire_create", []),
    ("questionnaire_detail", ["QN-01"]),
    ("questionnaire_preview", ["QN-01"]),
    ("questionnaire_translate", ["QN-01", "bg"]),
    ("questionnaire_results", ["QN-01"]),
    ("answer_list", ["QN-01"]),
    ("question_create", ["QN-01"]),
    ("question_edit", ["QU-001"]),
    ("wave_detail", ["WV-01"]),
    ("wave_roster", ["WV-01"]),
    ("asked_list", ["WV-01"]),
    ("indicator_list", []),
    ("indicator_detail", [1]),
    ("indicator_detail", [2]),
    ("indicator_units", [1]),
    ("indicator_records", [1]),
    ("report_list", []),
    ("member_list", []),
    ("invitation_create", []),
    ("period_list", []),
    ("sector_list", []),
    ("area_list", []),
    ("category_list", []),
    ("project_edit", []),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_the_accessibility_rules(scheme, page, scene, cast):
    page.emulate_media(color_scheme=scheme)
    make.evidence(scene.bulgaria)
    axe, problems = Axe(), {}
    make.contact(scene.sme, scene.bulgaria)
    questionnaire = make.questionnaire(scene.project)
    need = make.question(questionnaire, "several", options=[("Money", scene.service.category)])
    satisfied, wave = make.question(questionnaire), make.wave(questionnaire)
    make.question(questionnaire, "text", "What else?", required=True)
    answers = [(satisfied, 4), (need, need.options.get())]
    asked = make.asked(wave, scene.sme, answers=answers, handed_in=True)
    waiting = make.asked(wave, scene.other_sme, answers=answers)

    def look(name):
        found = axe.run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        )
        if found.violations_count:
            problems[name] = found.generate_report()

    scene.record.evidence.add(make.evidence(scene.bulgaria))
    make.label(scene.cluster, awarded_on=scene.project.start, certificate=True)
    make.readiness(scene.cluster)
    page.goto("/accounts/login/")
    look("sign in")
    for firm in (waiting, asked):
        page.goto(reverse("answer", args=[firm.token]))
        look("the page behind a link")
    page.goto(reverse("answer", args=[waiting.token]))
    page.locator("button[name=hand_in]").click()
    page.locator("#form-errors").wait_for()
    look("a question left out")
    sign_in(page, "coordinator@example.org")
    for name, arguments in PAGES:
        page.goto(reverse(name, args=["trace", *arguments]))
        look(f"{name} {arguments}")
    page.goto(asked.get_absolute_url())
    look("what a firm answered")
    page.goto(reverse("servicerecord_create", args=["trace"]))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    look("a form with errors")
    assert problems == {}
    assert page.complaints == []


def test_the_demonstration_opens_on_every_role(page, db):
    call_command("load_demo", verbosity=0)
    for person in ("coordinator", "manager", "staff", "viewer"):
        page.context.clear_cookies()
        page.goto("/")
        page.get_by_label("Email").fill(f"{person}@demo.example")
        page.get_by_label("Password").fill("cluster-excellence")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1).wait_for()
        page.goto("/p/trace-kei/")
        assert page.locator(".demo").is_visible()
        assert int(number_on_card(page)) > 250
    assert page.complaints == []
