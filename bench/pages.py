"""Queries and server time of the pages that people open most, through all of the middleware."""

import time
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

PROJECT, PERSON = "trace-kei", "coordinator@demo.example"
TIMES = 30

# What is measured, where, and the most queries it should take; the first is the page to set the others beside.
PAGES = [
    ("Periods (almost empty)", "periods/", None),
    ("Overview", "", 52),
    ("What is due", "due/", 26),
    ("Who is late with what", "due/everybody/", 26),
    ("Open comments", "comments/", 10),
    ("Indicator", "indicators/3/", 22),
    ("SMEs", "smes/", 10),
    ("SMEs, last page", "smes/?page=999999", 10),
    ("SMEs, a search", "smes/?q=ов", 10),
    ("Deliveries", "deliveries/", 10),
    ("Log a service", "deliveries/new/", 10),
]


def measure():
    """Each page of PAGES with its queries and its median milliseconds when nothing is drawn for the first time."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    browser = Client()
    browser.force_login(User.objects.get(email=PERSON))
    found = []
    for name, address, most in PAGES:
        address = f"/p/{PROJECT}/{address}"
        for _ in range(3):
            answer = browser.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}.")
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        asked = len(queries)  # read now: the next request empties the log
        times = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            browser.get(address)
            times.append((time.perf_counter() - begun) * 1000)
        found.append(
            {
                "page": name,
                "address": address,
                "queries": asked,
                "most_queries": most,
                "milliseconds": round(median(times), 1),
                "kilobytes": round(len(answer.content) / 1024, 1),
            }
        )
    return found


def table(found):
    empty = found[0]["milliseconds"]
    lines = ["", f"{'Page':24}{'queries':>8}{'at most':>9}{'ms':>8}{'× empty':>9}{'kB':>8}"]
    for row in found:
        most = "" if row["most_queries"] is None else row["most_queries"]
        lines.append(
            f"{row['page']:24}{row['queries']:>8}{most:>9}{row['milliseconds']:>8.1f}"
            f"{row['milliseconds'] / empty:>9.1f}{row['kilobytes']:>8.1f}"
        )
    return "\n".join(lines)
