"""What a browser makes of a page: the fields of its form as they would be sent, and its words."""

import re
from html import unescape
from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects what the last posting form inside <main> would send if it were sent as it stands."""

    def __init__(self):
        super().__init__()
        self.in_main = self.in_form = False
        self.fields = {}
        self.area = self.select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "main":
            self.in_main = True
        elif tag == "form":
            self.in_form = self.in_main and attrs.get("method") == "post"
            if self.in_form:
                self.fields = {}
        elif not self.in_form:
            return
        elif tag == "input" and attrs.get("name") and attrs.get("type") != "file":
            if attrs.get("type") not in ("checkbox", "radio"):
                self.add(attrs["name"], attrs.get("value", ""))
            elif "checked" in attrs:
                self.add(attrs["name"], attrs.get("value", "on"))
        elif tag == "textarea":
            self.area = attrs["name"]
            self.add(self.area, "")
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and "selected" in attrs:
            self.add(self.select, attrs.get("value", ""))

    def handle_data(self, data):
        if self.area:
            self.fields[self.area][-1] += data

    def handle_endtag(self, tag):
        if tag == "main":
            self.in_main = False
        elif tag == "form":
            self.in_form = False
        elif tag == "textarea":
            if self.area:
                # The first line break after the tag belongs to the markup.
                self.fields[self.area][-1] = re.sub(r"^\r?\n", "", self.fields[self.area][-1])
            self.area = None
        elif tag == "select":
            self.select = None

    def add(self, name, value):
        self.fields.setdefault(name, []).append(value)


def filled(response, **changes):
    """What the page's form would send, with `changes` typed into it."""
    form = _Form()
    form.feed(response.content.decode())
    return {**form.fields, **changes}


def words(response):
    """The text of the page's <main>, one space between words."""
    page = response.content.decode()
    main = re.search(r"<main\b.*</main>", page, re.S)
    return _plain(main[0] if main else page)


def beside(response, field):
    """What the page says at a field that is to be mended."""
    found = re.findall(
        rf'id="error_\d+_id_{field}"[^>]*>(.*?)</(?:span|p)>', response.content.decode(), re.S
    )
    return " ".join(_plain(text) for text in found)


def _plain(markup):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
