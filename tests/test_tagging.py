"""The tags of a PDF that WeasyPrint leaves open: what headers head, links that are one, running texts set apart."""

import io

import pikepdf
import pytest

from common.pdf import to_pdf
from tests.tags import is_area, structure

PAGE = """<!doctype html><html lang="en"><head><title>Tags</title><style>
@page { size: A5; @top-left { content: "Running head" } @bottom-right { content: "Page " counter(page) } }
nav a::before { content: "1 " } nav a::after { content: " page " target-counter(attr(href url), page) }
</style></head><body><h1>Tags</h1>
<nav><p><a href="#table">To the <strong>table</strong></a></p></nav>
<p>On <a href="https://portal.example/">one <em>portal</em></a>.</p>
<table id="table" style="break-before: page"><thead><tr><th>Cluster</th><th>Firms</th></tr></thead>
<tbody><tr><th>Apulia</th><td>12</td></tr><tr><th>Sofia</th><td>9</td></tr></tbody></table></body></html>"""


@pytest.fixture(scope="module")
def pdf():
    with pikepdf.open(io.BytesIO(to_pdf(PAGE))) as opened:
        yield opened


def of_kind(pdf, kind):
    return [each for each in structure(pdf.Root.StructTreeRoot.K) if each.get("/S") == kind]


def marks(page):
    """(tag, properties) of each marked piece of a page's content."""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC":
            yield str(operands[0]), operands[1]


def owners(pdf):
    """{number: what the parent tree names as the owner of a page's marks, or of an area}."""
    nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, nums[::2]), nums[1::2], strict=True))


def test_each_header_says_whether_it_heads_a_row_or_a_column(pdf):
    scopes = [str(each.A.Scope) for each in of_kind(pdf, "/TH")]
    assert scopes == ["/Column", "/Column", "/Row", "/Row"]


def test_a_link_is_one_whatever_stands_in_it_and_owns_all_that_can_be_pressed(pdf):
    links = of_kind(pdf, "/Link")
    assert len(links) == 2
    areas = [[each for each in link.K if is_area(each)] for link in links]
    assert all(areas)
    pressed = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
    assert sum(map(len, areas)) == len(pressed) > 4
    owned = owners(pdf)
    for link, its in zip(links, areas, strict=True):
        for area in its:
            assert owned[int(area.Obj.StructParent)].objgen == link.objgen
    everywhere = [each for each in structure(pdf.Root.StructTreeRoot.K) if is_area(each)]
    assert len(everywhere) == len(pressed)


def test_running_texts_are_pagination_and_all_others_stand_in_the_tree(pdf):
    tree = {each.objgen for each in structure(pdf.Root.StructTreeRoot.K)}
    assert len(pdf.pages) == 2
    for page in pdf.pages:
        owned = owners(pdf)[int(page.StructParents)]
        found = list(marks(page))
        running = [how for tag, how in found if tag == "/Artifact"]
        assert [str(how.Type) for how in running] == ["/Pagination", "/Pagination"]
        assert not any("/MCID" in how for how in running)
        text = [how.MCID for _tag, how in found if "/MCID" in how]
        assert len(text) == len(found) - 2 > 0
        assert all(owned[int(number)].objgen in tree for number in text)
