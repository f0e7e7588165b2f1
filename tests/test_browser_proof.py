"""Files dropped on a record, and how they look, in Chromium."""

import pytest
from weasyprint import HTML

from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RECORD = "/p/trace/deliveries/SR-00001/"


def test_files_are_dropped_on_a_record_and_looked_at(page, scene, cast):  # noqa: F811
    sign_in(page, "manager@example.org")
    page.goto(RECORD)
    page.get_by_label("Add files").set_input_files(
        [
            {
                "name": "снимка.png",
                "mimeType": "image/png",
                "buffer": make.picture(size=(900, 600)),
            },
            {"name": "run.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(90)},
            {
                "name": "list.pdf",
                "mimeType": "application/pdf",
                "buffer": HTML(string="<h1>Signed</h1>").write_pdf(),
            },
        ]
    )
    page.get_by_text("Added as EV-00002.").wait_for()
    assert page.get_by_text("run.pdf is not a kind of file that proves a record").is_visible()
    assert page.locator(".uploads progress:visible").count() == 0

    page.locator("form[data-drop]").evaluate(
        """form => {
            const data = new DataTransfer();
            data.items.add(new File(["Minutes of the day"], "minutes.txt"));
            form.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    page.get_by_text("Added as EV-00003.").wait_for()
    assert page.locator("[data-proof-list] li").count() == 3
    assert {one.name for one in scene.record.evidence.all()} == {
        "снимка.png",
        "list.pdf",
        "minutes.txt",
    }

    page.get_by_role("link", name="снимка.png").click()
    picture = page.get_by_role("img", name="Preview of снимка.png")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    page.goto(RECORD)
    page.get_by_role("link", name="list.pdf").click()
    frame = page.locator("iframe.preview-pdf")
    frame.wait_for()
    answer = page.request.get(page.url + "preview/")
    assert answer.headers["content-type"] == "application/pdf"
    assert page.complaints == []


def test_without_scripts_several_files_are_sent_at_once(chromium, live_server, scene, cast):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()  # noqa: F811
    sign_in(page, "manager@example.org")
    page.goto(RECORD)
    page.get_by_label("Add files").set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": name.encode()}
            for name in ("a.txt", "b.txt")
        ]
    )
    page.get_by_role("button", name="Send the files").click()
    page.get_by_text("2 proofs added.").wait_for()
    assert scene.record.evidence.count() == 2
    context.close()
