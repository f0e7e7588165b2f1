"""Figures that leave the portal: the command's lines and JSON, and the codes of units."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Cluster
from indicators.exchange import all_as_data
from indicators.figures import figures
from indicators.measures import MEASURES
from indicators.models import Indicator
from tests import make
from tests.test_measures import held

END = datetime.date(2018, 11, 15)


def printed(*arguments):
    out = io.StringIO()
    call_command("figures", *arguments, stdout=out)
    return out.getvalue()


def test_the_lines_say_what_the_pages_say(scene):
    text = printed("trace", "--as-of=2018-11-15")
    first = " ".join(text.splitlines()[0].split())
    assert first == "KPI-01 2 of 284 Not reached SMEs benefitting"
    assert "–" in text.splitlines()[1]


def test_the_json_names_each_unit_by_its_code(scene):
    data = json.loads(printed("trace", "--as-of=2018-11-15", "--json"))
    assert (data["project"], data["as_of"]) == ("trace", "2018-11-15")
    first, waiting = data["figures"]
    assert first["units"] == ["SME-0001", "SME-0002"]
    assert first["clusters"] == {"CL-01": ["SME-0001"], "CL-02": ["SME-0002"]}
    assert (first["value"], first["target"]) == (2, 284.0)
    assert (waiting["value"], waiting["units"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "no project with the address “nowhere”"),
        (["trace", "--as-of=2018-02-30"], "is not a day"),
        (["trace", "--as-of=May"], "is not a day"),
        (["trace", "--as-of=2999-01-01"], "has not come yet"),
    ],
)
def test_what_can_not_be_asked_is_a_sentence(arguments, sentence, scene):
    with pytest.raises(CommandError, match=sentence):
        printed(*arguments)


@pytest.mark.parametrize("key", MEASURES)
def test_every_measure_has_as_many_codes_as_units(key, scene):
    make.assessment(scene.manager)
    make.attendance(held(scene.serbia), name="Regional office")
    make.indicator(scene.project, 3, measure=key, target=None, name="Asked")
    asked = Indicator.objects.filter(number=3)
    (figure,) = figures(scene.project, asked, END)
    (said,) = [row for row in all_as_data(scene.project, END)["figures"] if row["code"] == "KPI-03"]
    assert len(said["units"]) == len(set(said["units"])) == len(figure.first_days)
    assert said["value"] == figure.value
    assert set(said["clusters"]) <= set(Cluster.objects.values_list("code", flat=True))


def test_units_add_no_queries(scene, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        all_as_data(scene.project, END)
    for n in range(8):
        make.record(scene.service, make.sme(scene.cluster, name=f"Firm {n}"))
    with django_assert_num_queries(len(before)):
        all_as_data(scene.project, END)
