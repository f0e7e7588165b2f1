"""Takes the pictures of the guides from the demonstration: `make pictures` after a page has changed.

Fills the database that the environment names, starts the portal on it and looks at it with Chromium, as the reader
of the guide will. Writes docs/pictures/*.png.
"""

import io
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from reports import rendering  # noqa: E402
from tracekei.demonstration import PASSWORD  # noqa: E402

PORT = 8799
ADDRESS = f"http://localhost:{PORT}"
FOLDER = Path(__file__).parent / "pictures"
SIZE = {"width": 1200, "height": 800}

# The picture's name, the page of TRACE-KEI that it shows, the link to follow there, and how many pixels high.
MANAGER = [
    ("cluster", "clusters/CL-06/", None, 900),
    ("import", "imports/new/smes/", None, 640),
    ("firm", "smes/SME-0234/", None, 860),
    ("merge", "smes/duplicates/", "Compare", 900),
    ("log-many", "deliveries/many/", None, 900),
    ("delivery", "deliveries/?cluster=6&proof=yes", "SR-", 860),
    ("needs", "needs/", "Results", 900),
    ("skills", "managers/MG-011/", None, 860),
    ("label", "clusters/CL-06/road/", None, 720),
    ("countries", "countries/", None, 960),
    ("cooperation", "cooperation/", None, 900),
]

STAFF = [
    ("activity-form", "activities/new/?task=T1.2", None, 860),
    ("timeline", "activities/timeline/?page=2", None, 860),
    ("calendar", "calendar/?month=2018-05", None, 860),
    ("search", "search/?q=energy", None, 860),
    ("matching", "strategies/matching/", None, 900),
]

COORDINATOR = [
    ("indicator", "indicators/3/?as_of=2018-03-01", None, 1000),
    ("proof", "indicators/3/proof/?level=unproven", None, 720),
    ("targets", "indicators/3/targets/?as_of=2018-03-01", None, 860),
    ("report-period", "reports/periods/2/", None, 1000),
    ("report-version", "reports/periods/1/versions/1/", None, 900),
    ("chapter", "reports/periods/2/WP1/edit/", None, 860),
]


def main():
    if settings.VAR_DIR == settings.BASE_DIR / "var":
        sys.exit("This would fill your own database. `make pictures` brings one of its own.")
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=io.StringIO())
    for key in rendering.put_back_abandoned():
        rendering.make(key)  # what a worker does
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", str(PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{ADDRESS}/health/")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            page = browser.new_page(base_url=ADDRESS, viewport=SIZE, color_scheme="light")
            _sign_in(page, "manager@demo.example")
            for name, address, link, height in MANAGER:
                _open(page, address, link, height)
                _take(page, name)
            page.context.clear_cookies()
            _sign_in(page, "staff@demo.example")
            for name, address, link, height in STAFF:
                _open(page, address, link, height)
                _take(page, name)
            _leave_a_draft(page)
            _open(page, "activities/new/", None, 560)
            _take(page, "draft")
            page.context.clear_cookies()
            _sign_in(page, "coordinator@demo.example")
            for name, address, link, height in COORDINATOR:
                _open(page, address, link, height)
                _take(page, name)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _open(page, address, link, height):
    page.set_viewport_size({**SIZE, "height": height})
    page.goto(f"/p/trace-kei/{address}")
    if link:
        page.get_by_role("main").get_by_role("link", name=link).first.click()
        page.get_by_role("heading", level=1).wait_for()


def _take(page, name):
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.quantize(128).save(FOLDER / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png")


def _leave_a_draft(page):
    page.goto("/p/trace-kei/activities/new/")
    page.get_by_label("Title").fill("Visits to members about their needs")
    page.get_by_label("What was done").fill("Five firms of different size, with the same guide.")
    page.get_by_text("Draft saved").wait_for()


def _sign_in(page, email):
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).wait_for()


def _wait_for(address):
    deadline = time.monotonic() + 30
    while True:
        try:
            return urllib.request.urlopen(address)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
