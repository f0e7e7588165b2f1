"""A submitted report is made again years later: by another process, from a database that has changed, byte for byte."""

import datetime
import subprocess
import sys

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command

from accounts.models import User
from clusters.models import ServiceRecord
from reports import actions, rendering
from reports.models import Edition, Passage, Rendering
from tests import make
from tests.faults.plant import Plant


@pytest.fixture
def submitted(scene, cast, tmp_path):
    photo = make.evidence(
        scene.bulgaria, "x.png", make.picture("PNG", (60, 40)), content_type="image/png"
    )
    make.ready(scene.period, cast.coordinator)
    summary = Passage.objects.filter(chapter__kind="summary")
    summary.update(body=f"<p>In short: {{KPI-01}}.</p><p>{{{photo.code} Us}}</p>")
    edition = make.locked(scene.period, cast.coordinator)
    actions.submit_report(user=cast.coordinator, edition=edition)
    for row in edition.renderings.all():
        assert rendering.make(row.pk)
    return edition


def changed(scene, cast):
    """What may happen to a database in some years."""
    make.record(scene.service, make.sme(scene.cluster, name="Later"))
    ServiceRecord.objects.filter(pk=scene.record.pk).update(state="cancelled")
    User.objects.filter(pk=cast.coordinator.pk).update(name="Another Name")
    Passage.objects.update(body="<p>Quite another text.</p>")
    type(scene.project).objects.update(name="Renamed", disclaimer="New", acronym="NEW")
    type(scene.indicator).objects.update(name="Redefined")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_it_is_the_same_to_the_last_byte(submitted, scene, cast, tmp_path):
    changed(scene, cast)
    file = Rendering.objects.get(edition=submitted, final=True)
    again = tmp_path / "again.pdf"
    done = subprocess.run(
        [sys.executable, "manage.py", "reproduce_report", "trace", "1", "--output", again],
        cwd=portal.BASE_DIR,
        env=Plant(tmp_path, PYTHONHASHSEED="5").env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "They are the same, to the last byte." in done.stdout
    assert again.read_bytes() == (tmp_path / "media" / file.file.name).read_bytes()


@pytest.mark.django_db
def test_a_file_that_is_another_one_is_told(submitted, capsys):
    Rendering.objects.update(file_sha256="0" * 64)
    with pytest.raises(CommandError, match="draws and lays out with the same"):
        call_command("reproduce_report", "trace", "1")
    Rendering.objects.update(environment="f" * 64)
    with pytest.raises(
        CommandError, match="with another version of its templates, programs and fonts"
    ):
        call_command("reproduce_report", "trace", "1", "--report-version", "1")


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("trace", "2"), ("nowhere", "1"), ("trace", "1")])
def test_what_was_not_submitted_is_told(words, scene, cast):
    make.locked(scene.period, cast.coordinator)
    with pytest.raises(CommandError, match="was submitted"):
        call_command("reproduce_report", *words)


@pytest.mark.django_db
def test_a_submitted_report_says_its_submitters_name_of_that_day(submitted, cast):
    User.objects.filter(pk=cast.coordinator.pk).update(name="Another Name")
    edition = Edition.objects.get()
    assert edition.submitter == "Giulia Rossi"
    assert edition.submitted_at > edition.locked_at - datetime.timedelta(seconds=1)
