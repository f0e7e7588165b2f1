"""A report whose texts are as long as the portal takes them, in every chapter: five hundred pages and more.

    .venv/bin/python bin/with-database sqlite .venv/bin/python -m tests.faults.five_hundred_pages

Prints pages, seconds and memory. It takes minutes, and is therefore run by hand and not with the tests.
"""

import os
import resource
import time

WORDS = "<p>" + "The partners met, listened and agreed on what comes next. " * 12 + "</p>"
CHAPTERS = 20


def main():
    from django.core.management import call_command
    from django.utils import timezone, translation

    from common.prose import LONGEST, clean
    from reports import rendering, snapshot
    from tests import make

    call_command("migrate", verbosity=0)
    project = make.project("LONG")
    make.partner(project)
    period = make.period(project)
    text = clean(WORDS * (LONGEST // len(WORDS)))
    with translation.override("en-gb"):
        document = snapshot.collect(project, period)
        document["chapters"] = [
            {
                "kind": "package",
                "code": f"WP{n}",
                "title": f"Package {n}",
                "ready": True,
                "passages": [{"heading": "Results", "html": text}],
            }
            for n in range(1, CHAPTERS + 1)
        ]
        document["tables"]["packages"] = [
            {"code": f"WP{n}", "title": f"Package {n}", "lead": "", "months": "M1-M12", "tasks": []}
            for n in range(1, CHAPTERS + 1)
        ]
        begun = time.perf_counter()
        html = rendering.to_html(document, made_on=timezone.now(), version=1)
        content, pages = rendering.to_file(document, html, timezone.now())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.perf_counter() - begun
    print(f"{pages} pages, {seconds:.0f} s, {memory:.0f} MB, a file of {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")
    import django

    django.setup()
    main()
