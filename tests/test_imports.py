"""Spreadsheets into records: preview, all or nothing, and back out again."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from clusters.importing.columns import OF_CLUSTERS
from clusters.models import (
    SME,
    ClusterMembership,
    Manager,
    Service,
    ServiceRecord,
)
from common.jobs import Progress
from projects.importing import checking
from projects.models import Import
from tests import make
from tests.browsing import beside, filled, words

pytestmark = pytest.mark.django_db

SMES = """Company;Country;City;Reg. No;Size;Cluster
Ябълка и син ООД;Bulgaria;Пловдив;000123451;малко;Green cluster
Solar Ćuprija d.o.o.;Srbija;Ниш;07123456;medium;Green cluster
"""


def csv_file(text, name="members.csv", encoding="utf-8"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = text if isinstance(text, bytes) else text.encode(encoding)
    return SimpleUploadedFile(name, content)


def upload(browser, content, kind="smes", name="members.csv"):
    """Send a file on the import page, as a person does; the page that answers."""
    address = reverse("import_create", args=["trace", kind])
    form = filled(browser.get(address))
    return browser.post(address, {**form, "file": csv_file(content, name)}, follow=True)


def checked(content, scene, person, kind="smes", **fields):
    """The preview of a file that `person` brought."""
    source = make.imported(scene.bulgaria, person, content, kind=kind, **fields)
    assert checking.work(source.pk)
    source.refresh_from_db()
    assert (source.state, source.stage) == (Progress.DONE, "check"), source.failure
    return source


def applied(source, person):
    Import.objects.filter(pk=source.pk).update(
        stage="apply", state=Progress.QUEUED, applied_by=person
    )
    assert checking.work(source.pk)
    source.refresh_from_db()
    return source


def outcomes(source):
    return list(source.rows.values_list("number", "outcome"))


def wrong(source):
    return [tuple(error) for row in source.rows.exclude(errors=[]) for error in row.errors]


def test_a_file_of_firms_is_previewed_and_written_and_changes_nothing_the_second_time(scene, cast):
    source = checked(SMES, scene, cast.manager)
    assert wrong(source) == []
    assert outcomes(source) == [(2, "new"), (3, "new")]
    assert SME.objects.count() == 2
    applied(source, cast.manager)
    assert source.is_applied
    firm = SME.objects.get(registration_number="000123451")
    assert (firm.name, str(firm.country), firm.town, firm.size_class) == (
        "Ябълка и син ООД",
        "BG",
        "Пловдив",
        "small",
    )
    assert (firm.code, firm.created_by) == ("SME-0003", cast.manager)
    assert "i sin ood" in firm.folded
    assert list(firm.clusters.all()) == [scene.cluster]
    again = checked(SMES, scene, cast.manager)
    assert outcomes(again) == [(2, "unchanged"), (3, "unchanged")]
    applied(again, cast.manager)
    assert SME.objects.count() == 4
    assert ClusterMembership.objects.count() == 4


def test_what_an_import_enters_and_changes_is_in_the_audit_trail(scene, cast):
    applied(checked(SMES, scene, cast.manager), cast.manager)
    firm = SME.objects.get(registration_number="07123456")
    entered = LogEntry.objects.get_for_object(firm).get()
    assert (entered.actor, entered.action) == (cast.manager, LogEntry.Action.CREATE)
    assert entered.changes["town"] == ["None", "Ниш"]
    membership = LogEntry.objects.get_for_object(firm.memberships.get()).get()
    assert membership.actor == cast.manager
    applied(checked(SMES.replace("Ниш", "Niš"), scene, cast.manager), cast.manager)
    changed = LogEntry.objects.get_for_object(firm).first()
    assert (changed.actor, changed.changes) == (cast.manager, {"town": ["Ниш", "Niš"]})
    firm.refresh_from_db()
    assert firm.version == 2


def test_a_row_enters_what_the_page_enters(scene, cast, as_):
    page = as_("manager").get("/p/trace/smes/new/")
    as_("manager").post(
        "/p/trace/smes/new/",
        filled(
            page,
            name="Firm",
            country="BG",
            town="Sofia",
            registration_number=" 831 641 791 ",
            size_override="micro",
            size_reason="Entered by hand, without figures.",
            members_of=[str(scene.cluster.pk)],
        ),
    )
    by_hand = SME.objects.get(name="Firm")
    by_hand.delete()
    text = "Legal name;Country;Town;Registration number;Size;Member of\nFirm;BG;Sofia;831  641791;Micro;Green cluster\n"
    applied(checked(text, scene, cast.manager), cast.manager)
    by_file = SME.objects.get(name="Firm")
    own = {"id", "code", "submission", "created_at", "updated_at", "folded", "size_set_at"}
    own |= {
        "compared"
    }  # the likely duplicates of rows are looked for afterwards, in the background
    for field in SME._meta.concrete_fields:
        if field.name not in own:
            assert getattr(by_file, field.attname) == getattr(by_hand, field.attname), field.name
    assert by_file.folded.split("|")[1:] == by_hand.folded.split("|")[1:]


def test_a_doubtful_number_is_confirmed_in_a_column_that_changes_nothing_by_itself(scene, cast):
    text = "Legal name;Country;Registration number;Number confirmed\nOld register;BG;123;{}\n"
    (said,) = wrong(checked(text.format(""), scene, cast.manager))
    assert said[:2] == ("Registration number", "123")
    assert "write yes into the column “Number confirmed”" in said[2]
    source = checked(text.format("yes"), scene, cast.manager)
    assert (wrong(source), outcomes(source)) == ([], [(2, "new")])
    applied(source, cast.manager)
    assert SME.objects.get(name="Old register").registration_number == "123"
    assert outcomes(checked(text.format("yes"), scene, cast.manager)) == [(2, "unchanged")]


def test_errors_name_the_row_the_column_and_the_value(scene, cast):
    text = (
        "My members\n\nLegal name;Country;Size;Website\n"
        "Good;Bulgaria;Small;\n"
        ";Atlantis;enormous;not an address\n"
    )
    source = checked(text, scene, cast.manager)
    assert outcomes(source) == [(4, "new"), (5, "error")]
    said = {column: (value, sentence) for column, value, sentence in wrong(source)}
    assert said["Country"][0] == "Atlantis"
    assert "is no country" in said["Country"][1]
    assert said["Legal name"][1] == "This field is required."
    assert "Small (under 50 staff)" in said["Size"][1]
    assert said["Website"] == ("not an address", "Write a web address, such as www.firm.eu.")
    assert not source.may_be_applied


def test_nothing_is_written_while_a_row_has_an_error(scene, cast, as_):
    source = checked("Legal name;Country\nGood;BG\nBad;Atlantis\n", scene, cast.manager)
    page = as_("manager").post(reverse("import_apply", args=["trace", source.pk]), follow=True)
    assert "Nothing was imported: rows have errors." in words(page)
    assert SME.objects.count() == 2


def test_a_preview_that_no_longer_holds_is_made_again_and_nothing_is_written(scene, cast, as_):
    text = f"Code;Town\n{scene.sme.code};Sofia\n"
    source = checked(text, scene, cast.manager)
    SME.objects.filter(pk=scene.sme.pk).update(town="Varna", version=2)
    applied(source, cast.manager)
    assert (source.is_checked, source.outdated) == (True, True)
    scene.sme.refresh_from_db()
    assert scene.sme.town == "Varna"
    assert source.rows.get().changes == [["Town", "Varna", "Sofia"]]
    page = as_("manager").get(source.get_absolute_url())
    assert "records changed after the preview was made" in words(page)
    applied(source, cast.manager)
    scene.sme.refresh_from_db()
    assert (scene.sme.town, scene.sme.version) == ("Sofia", 3)


def test_an_empty_cell_clears_beside_a_code_and_leaves_alone_beside_a_name(scene, cast):
    SME.objects.filter(pk=scene.sme.pk).update(registration_number="5", website="https://x.example")
    text = "Country;Registration number;Website;Town\nBG;5;;Sofia\n"
    assert checked(text, scene, cast.manager).rows.get().changes == [["Town", "Пловдив", "Sofia"]]
    text = f"Code;Website\n{scene.sme.code};\n"
    changes = checked(text, scene, cast.manager).rows.get().changes
    assert changes == [["Website", "https://x.example", ""]]


def test_rows_that_say_the_same_firm_are_left_out_with_the_reason(scene, cast):
    text = (
        "Legal name;Country;Registration number\n"
        "One;BG;000000018\nAnother;BG;000 000 018\nThree;BG;\nTHREE;BG;\n"
        "SLANTSE EOOD;BG;\nThree;RO;\n"
    )
    source = checked(text, scene, cast.manager)
    assert "error" not in dict(outcomes(source)).values(), wrong(source)
    assert [outcome for _number, outcome in outcomes(source)] == [
        "new",
        "duplicate",
        "new",
        "duplicate",
        "duplicate",
        "new",
    ]
    said = [sentence for _column, _value, sentence in wrong(source)]
    assert "Row 2 of this file has the same number" in said[0]
    assert "Row 4 of this file has the same name" in said[1]
    assert f"It looks like {scene.sme.code} Слънце ЕООД" in said[2]
    applied(source, cast.manager)
    assert SME.objects.count() == 5


def test_rows_of_other_partners_are_errors_that_tell_nothing(scene, cast):
    other = scene.other_sme
    text = f"Code;Legal name\n{other.code};Taken over\nSME-9999;Nobody's\n"
    source = checked(text, scene, cast.manager)
    sentences = {sentence.replace(value, "X") for _column, value, sentence in wrong(source)}
    assert len(sentences) == 1
    text = f"Legal name;Country;Member of\nNew firm;BG;{scene.other_cluster}\n{other.name};RS;\n"
    source = checked(text, scene, cast.manager)
    assert {outcome for _number, outcome in outcomes(source)} == {"error"}
    for text, kind in [
        (f"Code;Title\n{scene.other_service.code};Taken\nSV-999;Taken\n", "services"),
        (f"Code;Name\n{scene.other_manager.code};Taken\nMG-999;Taken\n", "managers"),
        (f"Code;Outcome\n{scene.other_record.code};Taken\nSR-99999;Taken\n", "deliveries"),
    ]:
        source = checked(text, scene, cast.manager, kind=kind)
        sentences = {sentence.replace(value, "X") for _column, value, sentence in wrong(source)}
        assert len(sentences) == 1, sentences
        assert scene.other_manager.email not in str(wrong(source))


def test_services_managers_and_deliveries_come_in_by_their_names(scene, cast):
    make.category(scene.project, "Advice")
    text = (
        "Title;Cluster;Category;Compared with the baseline\nExport help;Green cluster;Advice;New\n"
    )
    source = checked(text, scene, cast.manager, kind="services")
    assert wrong(source) == []
    applied(source, cast.manager)
    assert Service.objects.get(title="Export help").category.name == "Advice"
    text = "Name;Cluster;E-mail;Since\nMaria Ilieva;Green cluster;maria@green.example;1.3.2017\n"
    source = checked(text, scene, cast.manager, kind="managers")
    assert wrong(source) == []
    applied(source, cast.manager)
    assert Manager.objects.get(name="Maria Ilieva").since == datetime.date(2017, 3, 1)
    text = "Date;Service;SME;Hours;Satisfaction\n31.12.2017;Export help;Слънце ЕООД;2,5;4\n"
    source = checked(text, scene, cast.manager, kind="deliveries")
    assert wrong(source) == []
    applied(source, cast.manager)
    record = ServiceRecord.objects.get(service__title="Export help")
    assert (record.sme, record.cluster, float(record.effort)) == (scene.sme, scene.cluster, 2.5)
    assert outcomes(checked(text, scene, cast.manager, kind="deliveries")) == [(2, "unchanged")]
    source.refresh_from_db()
    assert not source.file


def test_what_the_page_refuses_a_row_refuses_with_the_same_sentence(scene, cast):
    text = (
        "Date;Service;SME;Hours;Satisfaction\n"
        "1.1.2090;Energy audit;Слънце ЕООД;1;4\n"
        "1.1.2018;Energy audit;Слънце ЕООД;-1;7\n"
    )
    said = wrong(checked(text, scene, cast.manager, kind="deliveries"))
    sentences = [sentence for _column, _value, sentence in said]
    assert any("can't lie in the future" in sentence for sentence in sentences)
    assert "Effort can't be negative." in sentences
    assert "Satisfaction runs from 1 to 5." in sentences
    text = "Name;Since;Until\nMaria;2018-02-01;2018-01-01\n"
    said = wrong(checked(text, scene, cast.manager, kind="managers"))
    assert said[0][2] == "The last day is not to come before the first."


def test_a_file_is_uploaded_and_its_preview_begun(scene, as_):
    page = upload(as_("manager"), SMES)
    source = Import.objects.get()
    assert page.redirect_chain[-1][0] == source.get_absolute_url()
    assert (source.stage, source.state) == ("check", "queued")
    checking.work(source.pk)
    page = as_("manager").get(source.get_absolute_url())
    assert "Import 2 records" in words(page)


@pytest.mark.parametrize("kind", OF_CLUSTERS, ids=lambda kind: kind.name)
def test_the_list_of_each_kind_leads_to_its_import(scene, as_, kind):
    address, link = reverse(kind.list_url, args=["trace"]), f'"/p/trace/imports/new/{kind.name}/"'
    assert link in as_("manager").get(address, follow=True).content.decode()
    assert link not in as_("viewer").get(address, follow=True).content.decode()


def test_unknown_columns_are_asked_for_once(scene, as_):
    text = "Wie heißt sie;Where\nFirma GmbH;Bulgaria\n"
    page = upload(as_("manager"), text)
    source = Import.objects.get()
    address = reverse("import_columns", args=["trace", source.pk])
    assert page.redirect_chain[-1][0] == address
    assert "Firma GmbH" in words(page)
    refused = as_("manager").post(address, {"check": "1"})
    assert "Choose the column that holds this" in beside(refused, "name")
    chosen = {"check": "1", "name": "0", "country": "1"}
    twice = as_("manager").post(address, {**chosen, "town": "1"})
    assert "chosen for “Country” already" in beside(twice, "town")
    as_("manager").post(address, chosen)
    source.refresh_from_db()
    assert (source.mapping, source.state) == ({"name": 0, "country": 1}, "queued")
    page = upload(as_("manager"), text.replace("Firma", "Andere"))
    again = Import.objects.exclude(pk=source.pk).get()
    assert again.mapping == {"name": 0, "country": 1}
    assert page.redirect_chain[-1][0] == again.get_absolute_url()


def test_the_person_says_which_row_holds_the_headers(scene, as_):
    page = upload(as_("manager"), "Firms of 2017\nA;B\nFirma GmbH;Bulgaria\n")
    source = Import.objects.get()
    address = page.redirect_chain[-1][0]
    as_("manager").post(address, {"read": "1", "header_row": "3", "encoding": "utf-8"})
    source.refresh_from_db()
    assert (source.header_row, source.headers) == (3, ["Firma GmbH", "Bulgaria"])


def test_a_killed_workers_import_is_taken_up_again(scene, cast):
    from django.utils import timezone

    from common import jobs

    source = make.imported(scene.bulgaria, cast.manager, SMES)
    jobs.take(Import, source.pk)
    assert checking.put_back_abandoned() == []
    Import.objects.update(heartbeat=timezone.now() - datetime.timedelta(minutes=1))
    assert checking.put_back_abandoned() == [source.pk]
    assert checking.work(source.pk)
    assert not checking.work(source.pk)
    source.refresh_from_db()
    assert source.attempts == 2
    assert source.rows.count() == 2


def test_a_worker_that_lost_its_claim_writes_no_record(scene, cast, monkeypatch):
    from projects.importing.records import Records

    source = checked(SMES, scene, cast.manager)
    write = Records.write_entered

    def slow(self):
        Import.objects.filter(pk=source.pk).update(state=Progress.QUEUED, claim=None)
        return write(self)

    Import.objects.update(stage="apply", state=Progress.QUEUED, applied_by=cast.manager)
    monkeypatch.setattr(Records, "write_entered", slow)
    assert not checking.work(source.pk)
    assert SME.objects.count() == 2
    monkeypatch.undo()
    assert Import.objects.get().state in (Progress.QUEUED, Progress.RUNNING)


def test_previews_that_nobody_imported_go_after_a_month_with_their_files(scene, cast):
    ages = {"old": 31, "young": 29, "queued": 31, "imported": 31}
    there = {}
    for name, days in ages.items():
        source = make.imported(scene.bulgaria, cast.manager)
        assert checking.work(source.pk)
        there[name] = source
        since = timezone.now() - datetime.timedelta(days=days)
        Import.objects.filter(pk=source.pk).update(created_at=since)
    Import.objects.filter(pk=there["queued"].pk).update(state="queued")
    Import.objects.filter(pk=there["imported"].pk).update(stage="apply")
    file = there["old"].file
    assert file.storage.exists(file.name)
    assert checking.forget_left() == 1
    assert not file.storage.exists(file.name)
    left = set(Import.objects.values_list("pk", flat=True))
    assert left == {there[name].pk for name in ("young", "queued", "imported")}
    assert there["young"].file.storage.exists(there["young"].file.name)
    assert checking.forget_left() == 0
