"""Seconds and memory of WeasyPrint without the portal, on the HTML that bench.report left. Prints JSON."""

import json
import os
import time
from pathlib import Path
from statistics import median

from bench.report import HTML, TIMES, peak


def measure():
    from weasyprint import HTML as Page

    # The folder of the portal's own data; this process does not load its settings.
    folder = Path(os.environ.get("VAR_DIR", Path(__file__).parent.parent / "var"))
    html = (folder / HTML).read_text()
    times = []
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        Page(string=html).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
        times.append(time.perf_counter() - begun)
    return {"seconds": round(median(times[1:]), 3), "megabytes": peak()}


if __name__ == "__main__":
    print(json.dumps(measure()))
