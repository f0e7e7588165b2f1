"""How many came to an event: by category, country and day, without a name."""

from django.db.models import Q
from django_countries import countries

from events.models import Category


def presence(event):
    """The numbers of `event`: rows by category with a number for each day, countries, and distinct persons.

    Counted is who was confirmed; `waiting` are those on the list who were not (yet). One person on two days is
    two presences and one person. `expected` are the persons on those lines that wait.
    """
    rows = event.attendances.order_by()
    days = event.days
    by_category, by_country, waiting = {}, {}, 0
    said = rows.annotate(came=Q(confirmed_at__isnull=False))
    for date, category, country, confirmed, n in said.counted(
        "date", "category", "country", "came"
    ):
        if not confirmed:
            waiting += n
            continue
        line = by_category.setdefault(category, dict.fromkeys(days, 0))
        line[date] = line.get(date, 0) + n
        by_country[country] = by_country.get(country, 0) + n
    came = rows.confirmed()
    people = came.values("manager", "sme", "person").distinct().count()
    return {
        "days": days,
        "rows": [
            {
                "category": one,
                "days": list(by_category[one].values()),
                "sum": sum(by_category[one].values()),
            }
            for one in Category
            if one in by_category
        ],
        "totals": [sum(line.get(day, 0) for line in by_category.values()) for day in days],
        "presences": sum(by_country.values()),
        "people": people,
        "countries": sorted(
            ((countries.name(code) or "–", n) for code, n in by_country.items()),
            key=lambda pair: (-pair[1], pair[0]),
        ),
        "waiting": waiting,
        "expected": rows.waiting().values("manager", "sme", "person").distinct().count()
        if waiting
        else 0,
    }
