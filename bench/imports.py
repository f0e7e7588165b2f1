"""Seconds and memory of an import of ten thousand firms, beside reading the same file with openpyxl alone.

Run as a program it measures one thing in a process of its own and prints JSON: `file` makes the spreadsheet,
`preview` and `apply` are the portal's, `openpyxl` and `calamine` read the cells and do nothing with them.
"""

import json
import os
import sys
import time

from bench.report import peak

ROWS = 10_000
FILE = "bench-imports.xlsx"
PARTS = ["file", "openpyxl", "calamine", "preview", "apply", "again"]


def table(parts):
    alone = parts["openpyxl"]["seconds"]
    lines = [
        "",
        f"{f'Import of {ROWS:,} firms':44}{'seconds':>9}{'rows/s':>9}{'× openpyxl':>12}{'MB at most':>12}",
    ]
    for name, said in [
        ("openpyxl", "Reading the file with openpyxl alone"),
        ("calamine", "Reading the file as the portal does"),
        ("preview", "Preview: read, check, compare, store"),
        ("apply", "Apply: check again, write, audit trail"),
        ("again", "Preview of the same file once more"),
    ]:
        part = parts[name]
        lines.append(
            f"{said:44}{part['seconds']:>9.2f}{ROWS / part['seconds']:>9.0f}"
            f"{part['seconds'] / alone:>12.1f}{part['megabytes']:>12}"
        )
    return "\n".join(lines)


def path():
    from django.conf import settings

    return settings.VAR_DIR / FILE


def make_file():
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path()))
    sheet = book.add_worksheet()
    sheet.write_row(
        0,
        0,
        [
            "Legal name",
            "Country",
            "Town",
            "Registration number",
            "Number confirmed",
            "Size",
            "Website",
            "Member of",
        ],
    )
    cluster = _cluster()
    for n in range(1, ROWS + 1):
        sheet.write_row(
            n,
            0,
            [
                f"Фирма номер {n} ООД",
                "Bulgaria",
                "Пловдив",
                f"{n:09d}",
                "yes",
                "Small",
                f"https://firm{n}.example",
                cluster.short_name,
            ],
        )
    book.close()


def _person():
    from accounts.models import User
    from bench.pages import PERSON

    return User.objects.get(email=PERSON)


def _cluster():
    from bench.pages import PROJECT
    from clusters.models import Cluster

    return Cluster.objects.filter(project__slug=PROJECT).first()


def read_with_openpyxl():
    import openpyxl

    book = openpyxl.load_workbook(path(), read_only=True)
    return sum(1 for row in book.worksheets[0].iter_rows(values_only=True) for _cell in row)


def read_with_calamine():
    from projects.importing import reading

    with path().open("rb") as file:
        return len(reading.read(file).rows)


def upload():
    from django.core.files import File

    from clusters.importing.columns import SMES
    from projects.importing import headers, reading
    from projects.models import Import

    with path().open("rb") as file:
        found = headers.find(SMES, reading.read(file).rows)
        source = Import(
            project=_cluster().project,
            kind=SMES.name,
            created_by=_person(),
            name=FILE,
            stage="check",
            state="queued",
            header_row=found.row,
            mapping=found.mapping,
        )
        source.file.save(FILE, File(file))
    return source


def check():
    from projects.importing import checking

    return _worked(checking, upload())


def apply():
    from projects.importing import checking
    from projects.models import Import

    source = Import.objects.filter(stage="check", state="done").first()
    Import.objects.filter(pk=source.pk).update(stage="apply", state="queued", applied_by=_person())
    return _worked(checking, source)


def _worked(checking, source):
    if not checking.work(source.pk):
        source.refresh_from_db()
        raise SystemExit(source.failure)
    source.refresh_from_db()
    if source.outdated:
        raise SystemExit("The preview did not hold.")
    return source.counts


def measure(part):
    work = {
        "file": make_file,
        "openpyxl": read_with_openpyxl,
        "calamine": read_with_calamine,
        "preview": check,
        "apply": apply,
        "again": check,
    }[part]
    begun = time.perf_counter()
    done = work()
    return {"seconds": round(time.perf_counter() - begun, 3), "megabytes": peak(), "done": done}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")
    import django

    django.setup()
    print(json.dumps(measure(sys.argv[1])))
