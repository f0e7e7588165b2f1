"""What figures said each night is kept, and a page says how today's records differ from it."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clusters.models import State
from indicators import nights
from indicators.models import StoredFigure
from indicators.tasks import keep_figures
from tests import make
from tests.browsing import words
from tests.test_measures import held

MAY = datetime.date(2018, 5, 3)
DAY = datetime.timedelta(days=1)


def kept(scene):
    return list(StoredFigure.objects.values_list("first_night", "last_night", "value"))


def test_nights_that_say_the_same_are_one_row(scene):
    for night in (MAY, MAY + DAY, MAY + 2 * DAY):
        assert nights.keep(scene.project, night) == 1
    assert kept(scene) == [(MAY, MAY + 2 * DAY, 2)]
    make.record(scene.service, make.sme(scene.cluster, name="New"), MAY)
    nights.keep(scene.project, MAY + 3 * DAY)
    assert kept(scene)[1] == (MAY + 3 * DAY, MAY + 3 * DAY, 3)


def test_the_same_value_of_other_units_is_another_row(scene):
    nights.keep(scene.project, MAY)
    make.record(scene.service, make.sme(scene.cluster, name="New"), MAY)
    scene.record.state = State.CANCELLED
    scene.record.save()
    nights.keep(scene.project, MAY + DAY)
    assert [row[2] for row in kept(scene)] == [2, 2]


def test_a_night_is_kept_once_and_not_rewritten(scene):
    nights.keep(scene.project, MAY)
    make.record(scene.service, make.sme(scene.cluster, name="New"), MAY)
    assert nights.keep(scene.project, MAY) == 0
    assert kept(scene) == [(MAY, MAY, 2)]


def test_a_night_without_a_worker_is_not_claimed(scene):
    nights.keep(scene.project, MAY)
    nights.keep(scene.project, MAY + 2 * DAY)
    assert not StoredFigure.objects.of_night(MAY + DAY)
    assert len(kept(scene)) == 2


def test_the_worker_keeps_last_night_of_each_project_that_began(scene):
    today = timezone.localdate()
    ahead = make.project("AHEAD", start=today + 30 * DAY, end=today + 400 * DAY)
    make.indicator(ahead)
    keep_figures()
    keep_figures()
    last_night = timezone.localdate() - DAY
    assert kept(scene) == [(last_night, last_night, 2)]


def test_a_page_of_that_day_names_what_came_and_what_went(as_, scene):
    nights.keep(scene.project, MAY)
    address = f"/p/trace/indicators/1/?as_of={MAY}"
    assert "Not as it was" not in words(as_("viewer").get(address))
    make.record(scene.service, make.sme(scene.cluster, name="Newcomer"), MAY)
    scene.other_record.state = State.CANCELLED
    scene.other_record.save()
    text = words(as_("viewer").get(address))
    assert "On the night of 3 May 2018 this figure said 2." in text
    assert "1 counts now and did not then Newcomer SME-0003 with a record of 3 May 2018" in text
    assert "1 counted then and does not now Đurđevak d.o.o. SME-0002 its records fall out" in text
    assert "Not as it was" not in words(
        as_("viewer").get(f"/p/trace/indicators/1/?as_of={MAY + DAY}")
    )


def test_a_firm_that_is_gone_is_called_by_its_code(as_, scene):
    nights.keep(scene.project, MAY)
    scene.record.delete()
    scene.sme.memberships.all().delete()
    scene.sme.delete()
    text = words(as_("viewer").get(f"/p/trace/indicators/1/?as_of={MAY}"))
    assert "SME-0001 deleted, or became one with another" in text


def test_presences_have_codes_and_no_names(as_, scene):
    make.indicator(scene.project, 3, measure="policy_dialogue", target=None, name="Dialogue")
    nights.keep(scene.project, MAY)
    make.attendance(held(scene.serbia), name="Secret Person")
    page = as_("coordinator").get(f"/p/trace/indicators/3/?as_of={MAY}")
    assert "1 counts now and did not then EVT-001/" in words(page)
    assert "Secret" not in page.content.decode()


def test_a_country_is_called_by_its_name(as_, scene):
    make.indicator(scene.project, 3, measure="countries_addressed", target=7, name="Countries")
    nights.keep(scene.project, MAY)
    make.dissemination(scene.bulgaria, "A note", "ES", date=MAY)
    assert "Spain ES" in words(as_("viewer").get(f"/p/trace/indicators/3/?as_of={MAY}"))


def verified(*arguments):
    out = io.StringIO()
    call_command("verify_figures", *arguments, stdout=out)
    return out.getvalue()


def test_the_verifier_is_content_or_names_each_unit(scene, capsys):
    nights.keep(scene.project, MAY)
    assert "1 kept figures checked" in verified()
    make.record(scene.service, make.sme(scene.cluster, name="New"), MAY)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1 kept figures differ"):
        call_command("verify_figures", "--project=trace", stdout=out)
    assert out.getvalue() == "TRACE KPI-01, 2018-05-03: 2 then, 3 now: +SME-0003\n"
    with pytest.raises(CommandError, match="no project with the address"):
        verified("--project=nowhere")


def test_units_that_differ_add_no_queries(as_, scene):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as queries:
            as_("viewer").get(f"/p/trace/indicators/1/?as_of={MAY}")
        return len(queries)

    nights.keep(scene.project, MAY)
    make.record(scene.service, make.sme(scene.cluster, name="New"), MAY)
    as_("viewer").get(f"/p/trace/indicators/1/?as_of={MAY}")
    first = asked()
    for n in range(60):
        make.record(scene.service, make.sme(scene.cluster, name=f"New {n}"), MAY)
    assert asked() == first
    assert "and 11 more" in words(as_("viewer").get(f"/p/trace/indicators/1/?as_of={MAY}"))
