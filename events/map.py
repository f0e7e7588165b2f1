"""Maps drawn on the server: outlines from data/map.json, coloured by the state that a page gives each country."""

import json
from functools import cache

from django.conf import settings
from django_countries import countries

SMALL = 7  # pixels: the radius of the mark over a country too small to be seen


@cache
def _outlines():
    return json.loads((settings.BASE_DIR / "data" / "map.json").read_text(encoding="utf-8"))


def drawing(name, states):
    """What the template of a map draws: "europe" or "world", with `states`, {code of a country: word for a class}.

    Countries without a state are one shape, and so are lines of longitude and latitude.
    """
    outlines = _outlines()[name]
    plain = [land["d"] for code, land in outlines["lands"].items() if code not in states]
    shown = [
        {
            **land,
            "code": code,
            "name": countries.name(code),
            "state": states[code],
            # On the map of the world, what the other map shows needs no mark.
            "small": land["small"]
            and (name == "europe" or code not in _outlines()["europe"]["lands"]),
        }
        for code, land in outlines["lands"].items()
        if code in states
    ]
    return {
        "name": name,
        "box": f"0 0 {outlines['width']} {outlines['height']}",
        "width": outlines["width"],
        "height": outlines["height"],
        "grid": outlines["grid"],
        "plain": "".join([outlines["rest"], *plain]),
        # What is small is drawn last, so that no neighbour hides it.
        "lands": sorted(shown, key=lambda land: land["small"]),
        "radius": SMALL,
    }


def beyond_europe(codes):
    """Those of `codes` that the drawing of Europe and its neighbours does not hold."""
    return sorted(set(codes) - _outlines()["europe"]["lands"].keys())
