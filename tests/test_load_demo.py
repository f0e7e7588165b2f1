"""The demonstration: the same on every run, marked in every record, its second project always in month 14."""

import datetime
import hashlib
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from clusters.models import SME, Cluster, Contact, Service, ServiceRecord, SizeClass, State
from clusters.numbers import registration_number, vat_number
from events.models import Event
from indicators.figures import explained, first_days, units_by_cluster
from indicators.measures import MEASURES
from projects.models import Evidence, Membership, Project, ProjectRecord, Role
from reports import snapshot
from tests import make
from tests.recounting import recount
from tests.test_snapshot_forms import complaints
from tracekei.demonstration import PASSWORD, add_demonstration
from tracekei.loading import load_project

pytestmark = pytest.mark.django_db

ANY_DAY = datetime.date(2026, 11, 22)
SMES = MEASURES["smes_benefitting"]


@pytest.fixture(scope="class")
def loaded_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """What `load_demo` printed and the folder of its files; the records stay for the tests of one class."""
    folder = tmp_path_factory.mktemp("media")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=hashers),
        transaction.atomic(),
    ):
        yield run(), folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded_once, settings):
    """What `load_demo` printed. A test that changes its records takes the change back."""
    printed, settings.MEDIA_ROOT = loaded_once
    return printed


def run(*options):
    out = StringIO()
    call_command("load_demo", *options, stdout=out)
    return out.getvalue()


def project(slug="trace-kei"):
    return Project.objects.get(slug=slug)


def figure(project, day):
    return len(first_days(SMES, project, day))


def digest(slug):
    """One hash over what the invented records of a project say, without times and random ids."""
    rows = [
        *SME.objects.filter(project__slug=slug)
        .order_by("code")
        .values_list(
            *("code", "name", "native_name", "country", "town", "registration_number"),
            *("vat_number", "nace", "staff", "turnover", "balance_sheet", "size_class"),
        ),
        *SME.clusters.through.objects.filter(cluster__project__slug=slug)
        .order_by("sme__code", "cluster__code")
        .values_list("sme__code", "cluster__code", "since", "until"),
        *Service.objects.filter(project__slug=slug)
        .order_by("code")
        .values_list("code", "title", "novelty", "since", "task__code"),
        *ServiceRecord.objects.filter(project__slug=slug)
        .order_by("code")
        .values_list(
            *(
                "code",
                "date",
                "state",
                "sme__code",
                "service__code",
                "effort",
                "outcome",
                "satisfaction",
            ),
            *("created_by__email", "verified_by__email", "verified_at"),
        ),
        *Contact.objects.filter(project__slug=slug)
        .order_by("code")
        .values_list("code", "sme__code", "partner__short_name", "name", "email", "legal_basis"),
        *Evidence.objects.filter(project__slug=slug)
        .order_by("code", "service_records__code")
        .values_list("code", "sha256", "service_records__code"),
        *Membership.objects.filter(project__slug=slug)
        .order_by("user__email")
        .values_list("user__email", "role", "partner__short_name"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def digest_of_a_load(slug, day):
    """The digest of a project that is loaded and forgotten again."""
    with transaction.atomic():
        assert not isinstance(add_demonstration(slug, today=day), Project)
        found = digest(slug)
        transaction.set_rollback(True)
    return found


PUBLIC_EVENTS = [
    "Meeting of the five projects of the call",
    "First joint training",
    "TCI conference: the project's ambassadors meet clusters from Russia and Turkey",
    "Second meeting of the projects of the call",
]


class TestLoaded:
    """Both projects, as `load_demo` left them."""

    def test_there_are_as_many_invented_records_as_promised(self, demo):
        trace = project()
        assert SME.objects.filter(project=trace).count() == 305
        assert SME.objects.filter(project=trace).standing().count() == 304
        assert ServiceRecord.objects.filter(project=trace).count() == 1500
        assert trace.managers.count() == 14
        assert len(set(SME.objects.filter(project=trace).values_list("country", flat=True))) == 7
        for cluster in trace.clusters.all():
            assert cluster.services.count() == 8
            assert set(cluster.services.values_list("novelty", flat=True)) == {
                "existing",
                "improved",
                "new",
            }

    def test_the_figure_falls_a_little_short_of_its_target_and_lags_behind_in_the_middle(
        self, demo
    ):
        trace = project()
        assert figure(trace, trace.end) == 271
        assert figure(trace, trace.month(12)[1]) < 284 / 2
        shares = units_by_cluster(SMES, trace, trace.end)
        assert len(shares) == 7
        assert sum(len(units) for units in shares.values()) > 271, (
            "firms of two clusters are in both shares"
        )

    def test_the_figure_and_its_explained_count_are_a_recount_of_the_exports(self, demo, client):
        trace = project()
        client.force_login(User.objects.get(email="coordinator@demo.example"))
        for day in (trace.month(12)[1], trace.end):
            steps, codes = recount(client, trace, day)
            said = explained(SMES.sources[0], trace, day)
            assert [(step.records, step.units) for step in said] == steps
            assert len(codes) == figure(trace, day)

    def test_a_snapshot_of_trace_kei_asks_sixty_queries_at_most_and_keeps_to_its_schema(
        self, demo, django_assert_max_num_queries
    ):
        period = Project.objects.get(slug="trace-kei").periods.get(number=2)
        with django_assert_max_num_queries(60):
            document = snapshot.collect(period.project, period)
        assert document["restated"] is not None
        assert complaints(document) == []

    def test_there_is_something_to_fall_out_at_each_condition(self, demo):
        trace = project()
        records = ServiceRecord.objects.filter(project=trace)
        assert {state for (state,) in records.values_list("state").distinct()} == set(State.values)
        assert records.filter(date__lt=trace.start).count() == 5
        assert records.filter(date__gt=trace.end).count() == 6
        assert records.filter(service__novelty="existing", state=State.DELIVERED).exists()
        for size in (SizeClass.LARGE, SizeClass.UNKNOWN):
            assert records.filter(service__novelty="new", sme__size_class=size).exists()

    def test_the_second_year_is_stronger_and_august_and_december_are_quiet(self, demo):
        trace = project()
        dates = ServiceRecord.objects.filter(project=trace).values_list("date", flat=True)
        months = [trace.month_of(day) for day in dates]
        assert months.count(18) > months.count(12) > months.count(1)
        calendar = [(day.year, day.month) for day in dates]
        assert calendar.count((2017, 8)) < calendar.count((2017, 6))
        assert calendar.count((2017, 12)) < calendar.count((2017, 11))

    def test_no_service_is_delivered_before_it_is_offered_nor_outside_its_cluster(self, demo):
        for record in ServiceRecord.objects.select_related("service", "sme").prefetch_related(
            "sme__clusters"
        ):
            assert record.service.since <= record.date
            assert record.cluster_id == record.service.cluster_id
            assert record.cluster_id in {cluster.pk for cluster in record.sme.clusters.all()}
            assert record.verified_by_id is None or record.verified_by_id != record.created_by_id

    def test_names_are_spelt_in_both_scripts(self, demo):
        firms = SME.objects.filter(project=project())
        assert firms.filter(name__contains="ő").exists()
        assert not firms.exclude(country__in=["BG", "RS"]).exclude(native_name="").exists()
        # One firm was entered twice, the second time as its papers write it.
        assert firms.filter(name=F("native_name")).count() == 1
        for firm in firms.filter(country__in=["BG", "RS"]).exclude(name=F("native_name")):
            assert any("а" <= letter <= "я" for letter in firm.native_name.lower())
            assert not any("а" <= letter <= "џ" for letter in (firm.name + firm.town).lower())

    def test_invented_numbers_obey_the_rule_of_their_country(self, demo):
        firms = SME.objects.all()
        assert firms.exclude(registration_number="").count() > 300
        assert firms.exclude(vat_number="").count() > 250
        for firm in firms:
            assert registration_number(firm.country.code, firm.registration_number) == (
                firm.registration_number,
                "",
            )
            assert vat_number(firm.country.code, firm.vat_number) == firm.vat_number

    def test_sizes_come_from_figures_or_say_why_not(self, demo):
        firms = SME.objects.filter(project=project())
        assert firms.filter(staff__isnull=False, size_override="").count() > 250
        assert firms.exclude(size_override="").filter(size_reason="").count() == 0
        assert firms.filter(size_class="unknown", staff__isnull=False).count() == 8
        assert firms.filter(size_class="large").exclude(size_override="").exists()
        assert firms.filter(size_class="large", size_override="").exists()
        assert {size for (size,) in firms.values_list("size_class").distinct()} == set(
            SizeClass.values
        )

    def test_contacts_belong_to_the_partner_of_a_cluster_of_their_firm(self, demo):
        contacts = Contact.objects.filter(project=project()).select_related("sme", "partner")
        assert 180 < contacts.count() < 318
        for contact in contacts.prefetch_related("sme__clusters"):
            partners = {cluster.partner_id for cluster in contact.sme.clusters.all()}
            assert contact.partner_id in partners
            assert contact.email.endswith(".example")

    def test_evidence_is_a_real_file_that_names_the_records_it_proves(self, demo):
        papers = Evidence.objects.filter(project=project(), link="")
        assert papers.filter(service_records__isnull=False).distinct().count() == 14
        assert papers.filter(labels__isnull=False).count() == papers.unused().count() + 3 == 3
        for paper in papers.exclude(file=""):
            content = paper.file.read()
            assert (paper.size, paper.content_type) == (len(content), "text/plain")
            assert paper.sha256 == hashlib.sha256(content).hexdigest()
            assert b"DEMONSTRATION DATA" in content
            for code in paper.service_records.values_list("code", flat=True):
                assert code.encode() in content
        assert ServiceRecord.objects.filter(evidence__in=papers).exists()

    def test_no_invented_record_is_unmarked(self, demo):
        assert all(project.demonstration for project in Project.objects.all())
        for model in ProjectRecord.__subclasses__():
            real = model.objects.filter(demonstration=False)
            if model is Cluster:
                real = real.exclude(project=project())  # the reference project's clusters exist
            if model is Event:
                real = real.exclude(title__in=PUBLIC_EVENTS)
            assert not real.exists(), model
            assert model.objects.filter(demonstration=True).exists(), model

    def test_codes_go_on_where_the_invented_ones_end(self, demo):
        with transaction.atomic():
            cluster = project().clusters.first()
            assert make.sme(cluster, name="Someone's own firm").code == "SME-0306"
            transaction.set_rollback(True)

    def test_a_second_run_adds_nothing_and_shows_the_accounts_again(self, demo):
        before = {
            model: model.objects.count()
            for model in (*ProjectRecord.__subclasses__(), Membership, User)
        }
        again = run()
        assert "TRACE-KEI holds service records already and stays as it is." in again
        assert "coordinator@demo.example" in again
        assert {model: model.objects.count() for model in before} == before

    def test_the_project_file_can_be_loaded_again_afterwards(self, demo):
        with transaction.atomic():
            loaded = load_project(settings.BASE_DIR / "data" / "trace-kei.yaml")
            assert all(set(counts) == {"unchanged"} for counts in loaded.counts.values())
            assert loaded.project.demonstration
            transaction.set_rollback(True)

    def test_there_is_an_account_for_each_role_and_the_password_opens_it(self, demo, client):
        roles = {
            "coordinator@demo.example": {Role.COORDINATOR},
            "manager@demo.example": {Role.CLUSTER_MANAGER},
            "staff@demo.example": {Role.STAFF},
            "viewer@demo.example": {Role.VIEWER},
        }
        for email, expected in roles.items():
            assert email in demo
            assert {
                member.role for member in User.objects.get(email=email).memberships.all()
            } == expected
            sent = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
            assert sent.status_code == 302, email
            client.logout()
        assert PASSWORD in demo
        assert User.objects.get(email="coordinator@demo.example").memberships.count() == 2
        assert User.objects.get(email="staff@demo.example").memberships.count() == 2
        assert User.objects.get(email="viewer@demo.example").memberships.count() == 1

    def test_each_cluster_has_a_manager_who_signs_in(self, demo):
        for cluster in Cluster.objects.all():
            manager = cluster.managers.get(user__isnull=False)
            assert Cluster.objects.editable_by(manager.user).get() == cluster


def test_two_loads_make_the_same_records():
    digests = set()
    for day in (datetime.date(2026, 11, 22), datetime.date(2027, 8, 3)):
        digests.add(digest_of_a_load("trace-kei", day))
    assert len(digests) == 1


def test_two_loads_of_the_live_project_on_one_day_make_the_same_records():
    digests = set()
    for _time in range(2):
        with time_machine.travel(
            datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC), tick=False
        ):
            digests.add(digest_of_a_load("demo-wood", ANY_DAY))
    assert len(digests) == 1


@pytest.mark.parametrize("day", ["2026-11-22", "2027-01-01", "2028-02-29"])
def test_the_live_project_is_in_its_month_14_on_the_day_it_is_loaded(day):
    with time_machine.travel(f"{day}T10:00:00+00:00", tick=False):
        today = timezone.localdate()
        add_demonstration("demo-wood", today=today)
        live = project("demo-wood")
        assert live.month_of(today) == 14
        assert live.months == 30
        records = ServiceRecord.objects.filter(project=live)
        assert records.count() == 200
        assert not records.filter(date__gt=today).exclude(state=State.PLANNED).exists()
        assert records.filter(date__gt=today).count() == 9
        assert not records.filter(verified_at__gt=timezone.now()).exists()
        assert 20 <= figure(live, today) < 60 * 14 / 30
        first, current, _last = live.periods.all()
        assert first.end < today and abs((first.due - today).days) <= 31
        assert current.start <= today <= current.end


def test_the_live_project_keeps_its_dates_when_time_goes_on():
    with time_machine.travel("2026-11-22T10:00:00+00:00", tick=False):
        add_demonstration("demo-wood", today=timezone.localdate())
    start = project("demo-wood").start
    with time_machine.travel("2027-01-22T10:00:00+00:00", tick=False):
        add_demonstration("demo-wood", today=timezone.localdate())
    assert project("demo-wood").start == start


def test_a_portal_that_others_reach_refuses_the_known_password(settings):
    settings.LOCAL = False
    settings.SITE_URL = "https://portal.example.eu"
    with pytest.raises(CommandError, match=r"portal\.example\.eu.*--anyway"):
        run()
    assert not Project.objects.exists()


def test_what_people_entered_is_not_mixed_with_invented_records():
    own = load_project(settings.BASE_DIR / "data" / "trace-kei.yaml").project
    cluster = own.clusters.first()
    make.record(make.service(cluster, "A real service"), make.sme(cluster, name="A real firm"))
    assert add_demonstration("trace-kei", today=ANY_DAY) == own
    assert SME.objects.filter(project=own).count() == 1
    own.refresh_from_db()
    assert not own.demonstration


def test_another_project_at_the_same_address_is_left_alone():
    make.project("TRACE-KEI")
    with pytest.raises(
        CommandError, match=r"TRACE-KEI lacks .*BIOMASTEC.*load data/trace-kei.yaml first"
    ):
        run()
    assert not User.objects.exists()
