"""Charts: one picture for one specification, harmless, and drawn also when nothing can be kept."""

import xml.etree.ElementTree as ET

import pytest

from common.charts import PAPER, SCREEN
from indicators.charts import NARROW, WIDE, months_against_plan

MONTHS = [{"month": month, "value": month * 3} for month in range(1, 13)]


def chart(**changes):
    plain = {"months": MONTHS, "target": 60, "of_months": 24, "description": "SMEs benefitting"}
    return months_against_plan(**{**plain, **changes})


def texts(svg):
    return {element.text for element in ET.fromstring(svg).iter() if element.text}


def test_a_chart_shows_the_value_the_plan_and_the_months():
    assert {"36", "plan 60", "M1", "M12", "M24"} <= texts(chart())


def test_a_chart_of_the_same_numbers_is_the_same_and_of_others_is_not():
    assert chart() == chart()
    assert chart() != chart(target=61)
    assert chart() != chart(months=MONTHS[:-1])
    assert chart(palette=PAPER) != chart(palette=SCREEN)


def test_a_chart_that_was_drawn_is_not_drawn_again(monkeypatch):
    drawn = chart(target=77)
    # The drawing library is gone: whoever needs it fails.
    monkeypatch.setattr("vl_convert.vegalite_to_svg", None)
    assert chart(target=77) == drawn
    with pytest.raises(TypeError):
        chart(target=78)


def test_a_chart_is_drawn_while_the_cache_is_away(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",  # nobody listens on the port called discard
        }
    }
    assert "36" in texts(chart())


@pytest.mark.parametrize(
    "odd",
    [
        {"months": []},
        {"months": [], "target": None},
        {"months": MONTHS[:1], "of_months": 1},
        {"months": [{"month": 1, "value": 0}], "target": 0},
        {"target": None},
        {"target": 0.5, "baseline": 40},
        {"target": 10**9, "of_months": 600},
    ],
)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_chart_stands_with_any_numbers(odd, size):
    svg = chart(size=size, **odd)
    assert ET.fromstring(svg).tag.endswith("svg")


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>&', "</svg>", "Слънце & Đurđevak \x0b"]
)
def test_a_chart_takes_any_text_as_text(text):
    svg = chart(description=text)
    assert "<script" not in svg
    assert svg.count("</svg>") == 1


def test_a_chart_styles_nothing_inline():
    assert " style=" not in chart()
    assert "<style" not in chart()


def test_a_chart_on_screen_takes_the_pages_colours_and_on_paper_its_own():
    assert "var(--accent)" in chart(palette=SCREEN)
    assert "var(--" not in chart(palette=PAPER)
    assert PAPER.accent in chart(palette=PAPER)


def test_a_chart_says_in_words_what_it_shows():
    name = ET.fromstring(chart()).find("{http://www.w3.org/2000/svg}title").text
    assert name == "SMEs benefitting by project month, beside the planned line"
