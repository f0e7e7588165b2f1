"""Two people at one moment: two locks, a record changed under a snapshot, a record deleted under a lock."""

import datetime
import json
import time

import pytest
from django.core.exceptions import ValidationError

from clusters.models import ServiceRecord
from reports.actions.chapter import write
from reports.models import Basis, Chapter, Edition, Passage, Rendering
from tests import make
from tests.faults.plant import Plant

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LOCK = """
import sys, time
from django.core.exceptions import ValidationError
from accounts.models import User
from projects.models import ReportingPeriod
from reports import actions
period = ReportingPeriod.objects.select_related("project").get(pk=sys.argv[1])
user = User.objects.get(pk=sys.argv[2])
_stopping, warning = actions.gaps_of(user, period)
reasons = {check.key: "Known." for check in warning}
while time.time() < float(sys.argv[3]):
    pass
try:
    print("locked", actions.lock_report(user=user, period=period, reasons=reasons).number)
except ValidationError as error:
    print("refused", " ".join(error.messages))
"""

# A snapshot that stands still between its first figure and the others.
SNAPSHOT = """
import json, sys, time
from django.utils.translation import override
from common.moment import one_moment
from projects.models import ReportingPeriod
from reports import snapshot
period = ReportingPeriod.objects.select_related("project").get(pk=sys.argv[1])
behind = snapshot.behind
def slow(figure):
    found = behind(figure)
    print("first figure", flush=True)
    time.sleep(4)
    return found
snapshot.behind = slow
with override("en-gb"), one_moment():
    print(json.dumps(snapshot.collect(period.project, period)))
"""


# Somebody whose text is written and not yet committed.
WRITE = """
import sys, time
from django.db import transaction
from reports.models import Passage
with transaction.atomic():
    Passage.objects.filter(chapter__kind="summary").update(body="<p>Just in time</p>")
    print("written", flush=True)
    time.sleep(4)
"""

# A lock that stands still while it takes the snapshot.
SLOW = """
import time
from reports import snapshot
collect = snapshot.collect
def slow(*what):
    print("taking", flush=True)
    time.sleep(4)
    return collect(*what)
snapshot.collect = slow
"""


@pytest.fixture
def plant(tmp_path):
    return Plant(tmp_path)


def test_of_two_who_lock_at_once_one_does_and_the_other_reads_a_sentence(plant, scene, cast):

    make.ready(scene.period, cast.coordinator)
    at = time.time() + 4
    both = [plant.script(LOCK, scene.period.pk, cast.coordinator.pk, at) for _n in range(3)]
    said = sorted(each.communicate(timeout=60)[0].strip().splitlines()[-1] for each in both)
    assert [line.split()[0] for line in said] == ["locked", "refused", "refused"], said
    assert all("locked already" in line or "same moment" in line for line in said[1:])
    edition = Edition.objects.get()
    assert edition.turns.count() == 1
    assert Rendering.objects.filter(edition=edition).count() == 1
    assert Basis.objects.filter(report=edition, service_record__isnull=False).count() == 2


def test_a_text_that_is_being_saved_is_in_the_report_that_is_locked_meanwhile(plant, scene, cast):
    make.ready(scene.period, cast.coordinator)
    writing = plant.script(WRITE)
    assert writing.stdout.readline().strip() == "written"
    locking = plant.script(LOCK, scene.period.pk, cast.coordinator.pk, 0)
    assert locking.communicate(timeout=60)[0].strip().splitlines()[-1].startswith("locked")
    assert writing.wait(10) == 0
    assert "Just in time" in json.dumps(Edition.objects.get().snapshot["chapters"])


def test_who_saves_a_text_while_the_report_is_locked_is_told(plant, scene, cast):
    make.ready(scene.period, cast.coordinator)
    chapter = Chapter.objects.get(kind="summary")
    locking = plant.script(SLOW + LOCK, scene.period.pk, cast.coordinator.pk, 0)
    assert locking.stdout.readline().strip() == "taking"
    with pytest.raises(ValidationError, match="locked"):
        write(
            user=cast.coordinator,
            chapter=chapter,
            bodies={("text", None): "<p>Too late</p>"},
            ready=True,
        )
    assert locking.communicate(timeout=60)[0].strip().splitlines()[-1].startswith("locked")
    assert "Too late" not in json.dumps(Edition.objects.get().snapshot)
    assert not Passage.objects.filter(body__contains="Too late").exists()


def test_a_snapshot_is_of_one_moment_whatever_is_changed_under_it(plant, scene, cast):
    make.indicator(scene.project, 3, name="The same once more", target=5)
    running = plant.script(SNAPSHOT, scene.period.pk)
    assert running.stdout.readline().strip() == "first figure"
    day = scene.period.start + datetime.timedelta(days=5)
    make.record(scene.service, make.sme(scene.cluster, name="Came meanwhile"), day)
    ServiceRecord.objects.filter(pk=scene.record.pk).update(state="cancelled")
    said = running.communicate(timeout=60)[0].strip().splitlines()
    document = json.loads(said[-1])
    values = [row["value"] for row in document["indicators"] if row["units"] is not None]
    assert values == [2, 2]
    assert all(len(row["units"]) == 2 for row in document["indicators"] if row["units"])
    assert sum(row["records"] for row in document["services"]) == 2
