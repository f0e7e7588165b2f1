"""What holds for the whole house: nothing leaks, rows cost no queries, models have rules, templates parse."""

import datetime
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.models import Option, When
from projects.models import PriorityArea, Role, Sector
from tests import make, rooms
from tests.test_access import TABLE, world  # noqa: F401

ROOMS = ["accounts", "projects", "workpackages", "clusters", "events", "indicators", "reports"]


def test_nothing_of_another_project_is_on_any_page(world, scene, as_):  # noqa: F811
    other = make.project("HIDDEN", name="zzleak project")
    partner = make.partner(other, "zzleak partner", "SK")
    cluster = make.cluster(partner, "zzleak cluster")
    firm = make.sme(cluster, name="zzleak firm")
    service = make.service(
        cluster, "zzleak service", category=make.category(other, "zzleak category")
    )
    make.record(service, firm, outcome="zzleak outcome")
    make.manager(cluster, "zzleak manager")
    make.evidence(partner, "zzleak proof.txt", audience="project")
    make.contact(firm, partner, "zzleak contact", "zzleak@firm.example")
    make.label(cluster, note="zzleak label")
    make.readiness(cluster, note="zzleak readiness")
    make.training(other, make.competence(other, "zzleak competence"), name="zzleak training")
    twin = make.sme(cluster, name="zzleak twin")
    make.likely_pair(firm, twin)
    make.proposed_merge(
        firm, twin, make.user("zzleak.too@example.org", "zzleak proposer"), reason="zzleak"
    )
    make.task(other, "T9.9", "zzleak task")
    make.member(other, Role.COORDINATOR, partner, make.user("zzleak@example.org", "zzleak user"))
    make.indicator(other, name="zzleak indicator")
    questionnaire = make.questionnaire(other, "zzleak questionnaire")
    question = make.question(questionnaire, "text", "zzleak question")
    wave = make.wave(questionnaire)
    make.asked(wave, firm, handed_in=True, answers=[(question, "zzleak answer")])
    make.imported(partner, make.user(), "Legal name\nzzleak row\n", applied_by=None)
    rooms.each("hidden", other, partner, cluster, firm)
    browser = as_("coordinator")
    for row, (arguments, *_expected) in TABLE.items():
        if row.startswith("POST "):
            continue
        address = reverse(row, args=[world.get(a, a) for a in arguments])
        for query in ("", "?export=csv", "?q=leak", "?sme=leak"):
            response = browser.get(
                address + query, headers={"HX-Request": "true"} if "sme=" in query else {}
            )
            content = (
                b"".join(response.streaming_content) if response.streaming else response.content
            )
            assert b"zzleak" not in content, address + query


LISTS = {
    "overview": (52, []),
    "cluster_list": (10, []),
    "manager_list": (10, []),
    "contact_list": (10, []),
    "manager_detail": (15, ["MG-001"]),
    "skills": (12, []),
    "competence_list": (10, []),
    "training_list": (10, []),
    "sme_list": (11, []),
    "pair_list": (14, []),
    "merge_list": (10, []),
    "service_list": (10, []),
    "servicerecord_list": (10, []),
    "servicerecord_waiting": (10, []),
    "evidence_list": (12, []),
    "evidence_detail": (26, ["EV-00001"]),
    "label_list": (12, []),
    "label_road": (12, ["CL-01"]),
    "label_detail": (16, ["LB-001"]),
    "servicerecord_many": (14, []),
    "servicerecord_asking": (10, []),
    "servicerecord_detail": (20, ["SR-00001"]),
    "indicator_list": (10, []),
    "indicator_units": (10, [1]),
    "indicator_records": (10, [1]),
    "report_list": (10, []),
    "servicerecord_create": (10, []),
    "member_list": (10, []),
    "partner_list": (10, []),
    "sector_list": (10, []),
    "area_list": (10, []),
    "category_list": (10, []),
    "work_plan": (10, []),
    "questionnaire_list": (16, []),
    "questionnaire_detail": (14, ["QN-01"]),
    "questionnaire_preview": (10, ["QN-01"]),
    "questionnaire_results": (26, ["QN-01"]),
    "answer_list": (12, ["QN-01"]),
    "wave_detail": (22, ["WV-01"]),
    "asked_list": (12, ["WV-01"]),
    "sme_detail": (12, ["SME-0001"]),
    "cluster_detail": (18, ["CL-01"]),
    "import_list": (10, []),
    "import_create": (10, ["smes"]),
    "cluster_portfolio": (10, ["CL-01"]),
} | rooms.united("LISTS")


def _queries_of_lists(browser):
    found = {}
    for name, (_most, arguments) in LISTS.items():
        address = reverse(name, args=["trace", *arguments])
        browser.get(address)  # what is drawn once (charts) or kept (a session) is not the page's
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        found[name] = len(queries)
    return found


def test_rows_do_not_add_queries(scene, as_, cast):
    browser = as_("coordinator")
    make.rendering(scene.period, cast.coordinator, number=99, state="failed")
    make.imported(scene.bulgaria, cast.manager)
    proof = make.evidence(scene.bulgaria)
    scene.record.evidence.add(proof)
    questionnaire = make.questionnaire(scene.project)
    needs = make.question(questionnaire, "several", options=[("Money", scene.service.category)])
    satisfied, wave = make.question(questionnaire), make.wave(questionnaire)
    answers = [(satisfied, 4), (needs, needs.options.get())]
    make.asked(wave, scene.sme, handed_in=True, answers=answers)
    make.wave(questionnaire, When.END)
    make.contact(scene.sme, scene.bulgaria)
    make.label(scene.cluster)
    make.readiness(scene.cluster)
    make.training(scene.project, make.competence(scene.project))
    make.likely_pair(scene.sme, scene.other_sme)
    make.proposed_merge(scene.sme, scene.other_sme, cast.coordinator)
    rooms.each("world", scene, cast)
    before = _queries_of_lists(browser)
    for i in range(10):
        day = scene.project.start + datetime.timedelta(days=i + 1)
        make.label(scene.cluster, level="gold", awarded_on=day, valid_until=day.replace(year=2025))
        make.readiness(scene.cluster, date=day)
        make.evidence(scene.bulgaria, f"Proof {i}.txt", f"Signed {i}".encode())
        cluster = make.cluster(scene.bulgaria, f"Cluster {i}")
        firm = make.sme(cluster, scene.cluster, name=f"Firm {i}")
        service = make.service(cluster, f"Service {i}")
        make.record(service, firm)
        make.record(scene.service, scene.sme).evidence.add(proof)
        make.contact(firm, scene.bulgaria, f"Contact {i}")
        make.contact(scene.sme, scene.bulgaria, f"Contact {i}", f"{i}@firm.example")
        make.record(scene.service, scene.sme)
        make.likely_pair(scene.sme, firm)
        make.proposed_merge(scene.sme, firm, cast.coordinator)
        make.record(make.service(scene.cluster, f"Own {i}"), scene.sme)
        person = make.manager(scene.cluster, f"Manager {i}")
        make.further_role(scene.manager, scene.cluster, f"Role {i}")
        skill = make.competence(scene.project, f"Competence {i}")
        make.training(scene.project, skill, name=f"Training {i}")
        make.assessment(person, scores=[(skill, 2)])
        make.assessment(person, wave="end", scores=[(skill, 3)])
        Option.objects.create(question=needs, position=i + 2, text=f"Need {i}")
        answers.append((make.question(questionnaire, text=f"Question {i}"), 3))
        make.asked(wave, firm, cluster, handed_in=True, answers=answers)
        make.member(scene.project, Role.STAFF, scene.bulgaria)
        make.rendering(scene.period, cast.coordinator, number=i + 1, state="failed")
        make.task(scene.project, f"T1.{i + 5}")
        make.partner(scene.project, f"Partner {i}", "PT")
        make.category(scene.project, f"Category {i}")
        scene.cluster.sectors.add(Sector.objects.create(project=scene.project, name=f"Sector {i}"))
        scene.cluster.areas.add(
            PriorityArea.objects.create(project=scene.project, name=f"Area {i}")
        )
        make.imported(scene.bulgaria, make.member(scene.project, partner=scene.bulgaria))
        make.indicator(scene.project, 10 + i, measure="", target=3, name=f"Indicator {i}")
        rooms.each("more", scene, cast, i)
    assert _queries_of_lists(browser) == before
    # On each page the bell asks one more, and on a record's own page what was said of it.
    too_many = {name: n for name, n in before.items() if n > LISTS[name][0] + 2}
    assert not too_many


def _own_models():
    for room in ROOMS:
        yield from apps.get_app_config(room).get_models()


def test_the_codes_of_two_kinds_differ():
    """A code that is read out names one record of a project."""
    prefixes = [model.PREFIX for model in apps.get_models() if getattr(model, "PREFIX", "")]
    assert sorted(prefixes) == sorted(set(prefixes))


@pytest.mark.parametrize("model", list(_own_models()), ids=lambda model: model._meta.label)
def test_each_model_says_who_sees_and_who_changes_it(model):
    if model._meta.label == "accounts.User":
        pytest.skip("persons are reached through memberships only")
    assert callable(model._default_manager.visible_to)
    assert callable(model._default_manager.editable_by)
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


def _own_templates():
    folder = Path(settings.BASE_DIR / "templates")
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))


@pytest.mark.parametrize("name", _own_templates())
def test_every_template_parses_and_has_no_inline_style_or_script(name):
    source = get_template(name).template.source
    assert re.match(r"\{#", source), "a template begins with a comment that names its context"
    shown = re.findall(r"\{\{ *(?:\w+\.)*(?:pk|task_id) *\}\}", source)
    assert not shown, "a key of 1,000 has a comma in it: write |stringformat:'d'"
    if not name.startswith("reports/pdf/"):
        assert " style=" not in source
        assert not re.search(r"<script(?![^>]*\bsrc=)", source)
        assert "|safe" not in source
        assert not re.search(r"\son[a-z]+=", source)


def test_the_stylesheet_closes_what_it_opens():
    depth = 0
    style = Path(settings.BASE_DIR / "static/css/portal.css").read_text()
    for number, line in enumerate(style.splitlines(), start=1):
        assert depth == 0 or not line.startswith(("/*", "@media")), f"line {number} is in a block"
        depth += line.count("{") - line.count("}")
    assert depth == 0


def test_every_setting_of_the_environment_is_documented():
    source = Path(settings.BASE_DIR / "tracekei/settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    documented = Path(settings.BASE_DIR / "docs/settings.md").read_text()
    assert names
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_no_page_names_an_address_outside(as_):
    page = as_("coordinator").get("/p/trace/").content.decode()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
