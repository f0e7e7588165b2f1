"""The SME figure by hand: plain Python over the rows of the lists' exports, without a model or a measure."""

import csv
import datetime
import io

from django.urls import reverse

COUNTING_SIZES = ("Micro", "Small", "Medium")


def rows_of(client, project, list_name):
    """All rows of a list as a reader downloads them: a dictionary each, by the words of the header."""
    address = reverse(list_name, args=[project.slug])
    answer = client.get(address, {"cluster": "", "export": "csv"})
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def recount(client, project, as_of):
    """What is left of the deliveries after each condition, as (deliveries, firms) counts, and the firms that count.

    project gives its slug and its two dates; everything else comes from the exports.
    """
    sizes = {row["Code"]: row["Size"] for row in rows_of(client, project, "sme_list")}
    against = {
        row["Code"]: row["Against baseline"] for row in rows_of(client, project, "service_list")
    }
    left = rows_of(client, project, "servicerecord_list")
    assert len({row["Code"] for row in left}) == len(left)
    for row in left:
        row["day"] = datetime.date.fromisoformat(row["Date"])
    conditions = [
        lambda row: True,
        lambda row: row["day"] <= as_of,
        lambda row: row["State"] == "Delivered",
        lambda row: project.start <= row["day"] <= project.end,
        lambda row: against[row["Service code"]] in ("New", "Improved"),
        lambda row: sizes[row["SME code"]] in COUNTING_SIZES,
    ]
    steps = []
    for condition in conditions:
        left = [row for row in left if condition(row)]
        steps.append((len(left), len({row["SME code"] for row in left})))
    return steps, {row["SME code"] for row in left}
