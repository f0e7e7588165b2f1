"""Project files: loaded twice they change nothing, with an error they are refused whole, by line and field."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from clusters.models import Cluster
from indicators.models import Indicator, Target
from projects.models import Objective, Partner, Project, ReportingPeriod
from tracekei.loading import ProjectFileError, load_project
from workpackages.models import Task

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
TRACE_KEI = settings.BASE_DIR / "data" / "trace-kei.yaml"
ROOMS = ("projects", "workpackages", "clusters", "events", "indicators")

SMALL = """\
project:
  slug: small
  acronym: SMALL
  name: A small project
  start: 2024-01-01
  end: 2025-12-31
  grant_number:
sectors: [agro-food, ICT]
partners:
  - number: 1
    short_name: Første
    name: Første Klynge
    country: NO
    sector: ICT
    coordinates: true
  - number: 2
    short_name: Втори
    name: Втори клъстер
    country: BG
clusters:
  - {short_name: North, name: North cluster, partner: Første, country: NO}
work_packages:
  - number: 1
    title: Work
    lead: Втори
    first_month: 1
    last_month: 24
    tasks:
      - {number: 1, title: Begin, first_month: 1, last_month: 6}
service_categories: [Training]
promised_events:
  - {kind: study_visit, count: 2}
indicators:
  - number: 1
    name: SMEs benefitting
    unit: enterprises
    counts_as_one: an enterprise
    counted_when: served
    measure: smes_benefitting
    targets:
      - value: 10
      - {cluster: North, value: 10}
periods:
  - {number: 1, first_month: 1, last_month: 12}
  - {number: 2, first_month: 13, last_month: 24}
"""


@pytest.fixture
def file(tmp_path):
    """`file(text)` is the path of a file that holds `text`, or SMALL with some of it replaced."""

    def write(text=SMALL, change=None):
        path = tmp_path / "project.yaml"
        for old, new in (change or {}).items():
            assert text.count(old) == 1, f"{old!r} is to be in the file once"
            text = text.replace(old, new)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def problems(path):
    with pytest.raises(ProjectFileError) as refusal:
        load_project(path)
    return refusal.value.problems


def contents():
    """Everything that a project file can write, as plain rows."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def run(path):
    out = StringIO()
    call_command("load_project", str(path), stdout=out)
    return out.getvalue()


# --- What a file does ------------------------------------------------------------------------------


def test_the_reference_project_is_loaded_from_its_file():
    project = load_project(TRACE_KEI).project
    assert (project.acronym, project.months, project.report_due_days) == ("TRACE-KEI", 24, 60)
    assert project.month(24)[1].isoformat() == "2018-11-15"
    assert project.objectives.count() == 9
    assert project.sectors.count() == 3
    assert len({partner.country.code for partner in project.partners.all()}) == 7
    assert project.partners.get(coordinates=True).short_name == "D.A.Re."
    assert project.clusters.get(short_name="BIOMASTEC").partner.short_name == "EURA-Consult"
    assert [package.code for package in project.work_packages.all()] == ["WP1", "WP2", "WP3", "WP4"]
    assert [str(period) for period in project.periods.all()] == ["M1-M12", "M13-M24"]
    promised = {
        event.kind: (event.count, event.in_each_region) for event in project.promised_events.all()
    }
    assert promised == {
        "joint_training": (2, False),
        "study_visit": (2, False),
        "regional_workshop": (1, True),
    }
    assert (project.total_budget, project.eu_contribution, project.grant_number) == (None, None, "")
    assert not project.demonstration


def test_the_eight_indicators_have_their_targets_and_say_what_they_wait_for():
    project = load_project(TRACE_KEI).project
    overall = Target.objects.filter(indicator__project=project, cluster=None)
    values = {target.indicator.number: target.value for target in overall}
    assert values == {1: 3, 2: 14, 3: 284, 4: 7, 5: 1, 6: 7}
    for indicator in Indicator.objects.filter(project=project):
        assert indicator.unit and indicator.counts_as_one and indicator.counted_when
        assert bool(indicator.measure) != bool(indicator.awaits)
    smes = project.indicators.get(measure="smes_benefitting")
    assert sum(target.value for target in smes.targets.exclude(cluster=None)) == 284


def test_a_second_run_changes_nothing_not_even_versions_and_times():
    assert "unchanged" in run(TRACE_KEI)
    before = contents()
    loaded = load_project(TRACE_KEI)
    assert contents() == before
    assert all(set(counts) == {"unchanged"} for counts in loaded.counts.values())


def test_the_command_says_what_it_did(file):
    lines = [line.split() for line in run(file()).splitlines()]
    assert ["partners", "2", "0", "0"] in lines
    changed = file(change={"Første Klynge": "Første Klynge AS"})
    lines = [line.split() for line in run(changed).splitlines()]
    assert ["partners", "0", "1", "1"] in lines


def test_a_changed_entry_is_updated_and_its_version_rises(file):
    load_project(file())
    first = Partner.objects.get(number=1)
    load_project(file(change={"Første Klynge": "Første Klynge AS"}))
    again = Partner.objects.get(number=1)
    assert (again.pk, again.name, again.version) == (
        first.pk,
        "Første Klynge AS",
        first.version + 1,
    )
    assert again.updated_at > first.updated_at
    assert Partner.objects.get(number=2).version == 1


def test_what_the_file_does_not_name_stays(file):
    project = load_project(file()).project
    Project.objects.update(grant_number="123456", website="https://small.example")
    Objective.objects.create(project=project, number=1, text="Typed by hand.")
    load_project(file(change={"  - {number: 2, first_month: 13, last_month: 24}\n": ""}))
    project.refresh_from_db()
    assert (project.grant_number, project.website) == ("123456", "https://small.example")
    assert project.objectives.count() == 1
    assert project.periods.count() == 2


def test_quotes_with_nothing_in_them_empty_a_field(file):
    load_project(file())
    Project.objects.update(grant_number="123456")
    load_project(file(change={"grant_number:": 'grant_number: ""'}))
    assert Project.objects.get().grant_number == ""


def test_norway_is_a_country_and_not_the_word_no(file):
    load_project(file())
    assert Partner.objects.get(number=1).country.code == "NO"


def test_the_coordinator_can_change_in_both_directions(file):
    load_project(file())
    other = {
        "    coordinates: true\n": "    coordinates: false\n",
        "country: BG": "country: BG\n    coordinates: true",
    }
    load_project(file(change=other))
    assert Partner.objects.get(coordinates=True).number == 2
    load_project(file(change={"country: BG": "country: BG\n    coordinates: false"}))
    assert Partner.objects.get(coordinates=True).number == 1


def test_periods_can_shift_against_each_other(file):
    load_project(file())
    load_project(
        file(change={"last_month: 12}": "last_month: 18}", "first_month: 13": "first_month: 19"})
    )
    load_project(file())
    assert [str(period) for period in ReportingPeriod.objects.all()] == ["M1-M12", "M13-M24"]


def test_a_cluster_keeps_its_code_and_a_task_gets_its(file):
    load_project(file())
    load_project(file(change={"name: North cluster": "name: Northern cluster"}))
    assert Cluster.objects.get().code == "CL-01"
    assert Task.objects.get().code == "T1.1"


def test_a_file_can_be_loaded_with_another_first_day(file):
    project = load_project(file(), start=TODAY).project
    assert (project.start, project.end.isoformat(), project.months) == (TODAY, "2028-11-21", 24)


# --- What is refused -------------------------------------------------------------------------------

ERRORS = r"""
-    country: NO
+    country: XX
= line 13, partners[1].country: "XX" is not a country code (ISO 3166-1, two letters).

-    country: NO
+    country: [NO]
= line 13, partners[1].country: is not a single value.

-    sector: ICT
+    sector: TIC
= line 14, partners[1].sector: "TIC" is not the name of a sector in this file.

-  acronym: SMALL
= line 2, project.acronym: is missing.

-  acronym: SMALL
+  acronyme: SMALL
= line 3, project.acronyme: is not known here; known: acronym.

-  acronym: SMALL
+  acronym: SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
= line 3, project.acronym: Ensure this value has at most 40 characters (it has 41).

-  slug: small
+  slug: s m
= line 2, project.slug: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.

-  start: 2024-01-01
+  start: 1.1.2024
= line 5, project.start: "1.1.2024" is not a date; write it like 2018-11-15.

-  start: 2024-01-01
+  start: 2024-02-30
= line 5, project.start: "2024-02-30" is not a date; write it like 2018-11-15.

-  start: 2024-01-01
+  start: 0024-01-01
= line 5, project.start: "0024-01-01" is not in the years 1990 to 2099.

-  end: 2025-12-31
+  end: 2023-12-31
= line 6, project.end: The last day is to come after the first day.

-  grant_number:
+  total_budget: 12,5
= line 7, project.total_budget: "12,5" is not a number; write it like 1234.50.

-  grant_number:
+  total_budget: -1
= line 7, project.total_budget: Ensure this value is greater than or equal to 0.

-  grant_number:
+  total_budget: .nan
= line 7, project.total_budget: ".nan" is not a number; write it like 1234.50.

-  grant_number:
+  report_due_days: 70000
= line 7, project.report_due_days: "70000" is not a whole number from 0 to 32767.

-  grant_number:
+  demonstration: yes
= line 7, project.demonstration: "yes" is neither true nor false.

-  grant_number:
+  website: nowhere
= line 7, project.website: Enter a valid URL.

-  grant_number:
+  slug: other
= line 7, project.slug: is given a second time; the first is on line 2.

-  grant_number:
+  summary: "a\0b"
= line 7, project.summary: holds a character that has no place in a text.

-  grant_number:
+  summary: "\uD800"
= line 7, project.summary: holds a character that has no place in a text.

-  - number: 2
-    short_name: Втори
+  - number: 1
+    short_name: Втори
= line 16, partners[2].number: is the same as that of partners[1].

-    short_name: Втори
+    short_name: Første
= line 17, partners[2].short_name: is the same as that of partners[1].

-    country: BG
+    country: BG
+    coordinates: true
= line 20, partners[2].coordinates: Another partner coordinates this project already.

-    coordinates: true
= line 10, partners[1].coordinates: no partner coordinates the project; write true for the one that does.

-  - {short_name: North, name: North cluster, partner: Første, country: NO}
+  - {short_name: North, name: North cluster, partner: Nobody, country: NO}
= line 21, clusters[1].partner: "Nobody" is not the name of a partner in this file.

-    first_month: 1
-    last_month: 24
+    first_month: 1
+    last_month: 25
= line 27, work_packages[1].last_month: the project ends in month 24.

-    first_month: 1
+    first_month: one
= line 26, work_packages[1].first_month: "one" is not a whole number from 0 to 32767.

-      - {number: 1, title: Begin, first_month: 1, last_month: 6}
+      - {number: 1, title: Begin, first_month: 7, last_month: 6}
= line 29, work_packages[1].tasks[1].last_month: month 6 comes before the first month, 7.

-service_categories: [Training]
+service_categories: Training
= line 30, service_categories: is not a list; begin each entry with a hyphen.

-  - {kind: study_visit, count: 2}
+  - {kind: party, count: 2}
= line 32, promised_events[1].kind: "party" is not one of joint_training, study_visit, …

-    measure: smes_benefitting
+    measure: luck
= line 39, indicators[1].measure: "luck" is not one of smes_benefitting, …

-      - value: 10
+      - value: ten
= line 41, indicators[1].targets[1].value: "ten" is not a number; write it like 1234.50.

-      - {cluster: North, value: 10}
+      - value: 11
= line 42, indicators[1].targets[2].cluster: is the same as that of indicators[1].targets[1].

-  - {number: 2, first_month: 13, last_month: 24}
+  - {number: 2, first_month: 12, last_month: 24}
= line 45, periods[2].first_month: Period M1-M12 has some of these months.

-  - {number: 1, first_month: 1, last_month: 12}
+  - M1
= line 44, periods[1]: is not a group of fields (number, kind, first_month, last_month, due_days).

-project:
+projekt:
= line 1, projekt: is not known here; known: project.
"""  # lines of SMALL, what stands there instead, and what is said of it (… for the rest)


def changes(text):
    """The rows of a text like ERRORS: old lines, new lines, sentence."""
    for change in text.strip("\n").split("\n\n"):
        lines = change.split("\n")
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] == sign) for sign in "-+")
        yield pytest.param(old, new, lines[-1][2:], id=lines[-1][2:].split(": ")[0])


@pytest.mark.parametrize(("old", "new", "sentence"), list(changes(ERRORS)))
def test_an_error_is_named_by_line_and_field_and_nothing_is_written(file, old, new, sentence):
    before = contents()
    beginning, _, _rest = sentence.partition("…")
    said = problems(file(change={old: new}))
    assert any(one.startswith(beginning) if "…" in sentence else one == sentence for one in said)
    assert contents() == before


def test_an_error_in_an_update_leaves_everything_as_it_was(file):
    load_project(file())
    before = contents()
    assert problems(file(change={"Første Klynge": "Other", "last_month: 12}": "last_month: 99}"}))
    assert contents() == before


def test_all_errors_are_listed_at_once_in_the_order_of_the_lines(file):
    path = file(
        change={
            "start: 2024-01-01": "start: soon",
            "country: BG": "country: ZZ",
            "count: 2": "count: two",
        }
    )
    assert [sentence.split(":")[0] for sentence in problems(path)] == [
        "line 5, project.start",
        "line 19, partners[2].country",
        "line 32, promised_events[1].count",
    ]


UNREADABLE = {
    b"": "The file is empty.",
    b"# nothing but a remark\n": "The file is empty.",
    b"#" * 1_000_001: "The file is larger than 1 MB.",
    b"[" * 3_000: "The file is nested far deeper than a project file.",
    b"project: {}\nname: caf\xe9\n": "line 2: the file is not UTF-8 text.",
    b"a: \x01\n": "line 1: a character here has no place in a text.",
    b"a: b: c\n": "line 1: this can't be read as YAML: mapping values are not allowed here.",
    b"a: 1\n---\nb: 2\n": "line 2: this can't be read as YAML: expected a single document in the stream, "
    "but found another document.",
    b"a: &x [1]\nb: *x\n": "line 2: this can't be read as YAML: an alias (*name) has no place in a project "
    "file.",
    b"project: !!python/object/apply:os.getcwd []\n": "line 1: this can't be read as YAML: the tag "
    "tag:yaml.org,2002:python/object/apply:os.getcwd has no place in a project file.",
    b"sectors: [ICT]\n": "line 1, project: is missing.",
}


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda content: repr(content[:20]))
def test_a_file_that_is_no_project_file_gets_one_sentence(file, content):
    assert problems(file(content)) == (UNREADABLE[content],)


def test_a_list_instead_of_a_project_is_refused(file):
    [sentence] = problems(file(b"- project\n"))
    assert sentence.startswith("line 1, the file: is not a group of fields (project, objectives,")


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path):
    assert problems(tmp_path / "nowhere.yaml") == (
        "The file can't be read: No such file or directory.",
    )
    assert problems(tmp_path) == ("The file can't be read: Is a directory.",)


def test_the_command_refuses_with_every_problem_in_a_line(file):
    path = file(change={"country: BG": "country: ZZ", "count: 2": "count: two"})
    with pytest.raises(CommandError) as refusal:
        run(path)
    first, *others = str(refusal.value).splitlines()
    assert first == f"{path} was not loaded and nothing was changed."
    assert len(others) == 2
    assert refusal.value.returncode == 1


LINES = SMALL.splitlines()


@profile(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(LINES) - 1), st.text(max_size=12))
@example(0, "\0")
@example(10, "{")
def test_no_damage_to_a_file_ends_in_anything_but_a_refusal(tmp_path, number, garbage):
    damaged = "\n".join([*LINES[:number], LINES[number] + garbage, *LINES[number + 1 :]])
    path = tmp_path / "damaged.yaml"
    path.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    try:
        load_project(path)
    except ProjectFileError as refusal:
        assert refusal.problems
