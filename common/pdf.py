"""Pages turned into a PDF that readers with a screen reader can use, and that archives keep."""

import gc
import logging
import re
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass

from common.tagging import finish_tags

# What XMP says of a file that is tagged as PDF/UA-1 asks and an archive's PDF/A-3a besides. WeasyPrint writes the
# identifier of one of the two; PDF/A wants the other's described. Source: PDF/UA-1 (ISO 14289-1), 5, and
# PDF/A-3 (ISO 19005-3), 6.6.2.3.
UA_TOO = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True)
class Attached:
    """A file that lies in a PDF. relationship: what it is to its pages, `Source` or `Data` (ISO 19005-3, 6.8)."""

    name: str
    content: bytes
    description: str
    relationship: str = "Data"


def to_pdf(html) -> bytes:
    """A tagged PDF (PDF/UA-1) of `html`, which names no address: nothing is fetched while it is made.

    Raises weasyprint.urls.FatalURLFetchingError if it does name one.
    """
    return _page(html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, finisher=finish_tags)


def to_archive(html, attached: Iterable[Attached], dated, laid_out=None) -> tuple[bytes, int]:
    """A PDF of `html` for archives (PDF/A-3a), tagged as PDF/UA-1 asks, with files in it; and its pages. Raises as
    `to_pdf`.

    dated: the time that the files carry; laid_out(n): called when page n is laid out, again for each round that the
    numbers of a table of contents take. The same arguments make the same bytes, in any process.
    """
    from weasyprint import Attachment

    files = [
        Attachment(
            string=each.content,
            name=each.name,
            description=each.description,
            relationship=each.relationship,
            created=dated,
            modified=dated,
        )
        for each in attached
    ]
    with _fewer_collections(), _pages_told(laid_out):
        return _archived(_page(html), files)


def _archived(page, files):
    document = page.render(pdf_variant="pdf/a-3a", pdf_tags=True)
    metadata = document.metadata
    written = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *how: written(*how).replace(
        b"</rdf:RDF>", UA_TOO + b"</rdf:RDF>"
    )
    metadata.attachments = [*metadata.attachments, *files]
    made = document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, finisher=finish_tags)
    return made, len(document.pages)


class _Pages(logging.Handler):
    """Tells how many pages were laid out so far; the rounds that follow the first begin anew and tell nothing."""

    def __init__(self, laid_out):
        super().__init__(logging.INFO)
        self.laid_out, self.most = laid_out, 0

    def emit(self, record):
        found = re.search(r"Page (\d+)", record.getMessage())
        if found and int(found[1]) > self.most:
            self.most = int(found[1])
            self.laid_out(self.most)


@contextmanager
def _pages_told(laid_out):
    """WeasyPrint says in its log which page it lays out."""
    if laid_out is None:
        yield
        return
    log, handler = logging.getLogger("weasyprint.progress"), _Pages(laid_out)
    level, propagate = log.level, log.propagate
    log.setLevel(logging.INFO)  # not `log.level`: what it passes on is remembered
    log.propagate = False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagate


@contextmanager
def _fewer_collections():
    """A layout makes millions of objects that live as long as it does; looking for garbage among them takes a quarter
    of the time. What was there before is not looked at, and the rest less often."""
    threshold = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        gc.collect()  # the layout is gone; what was there before is still frozen
        gc.unfreeze()


def _page(html):
    # Imported at the first PDF of a process: it takes 1.5 s, and most processes never make one.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # SECURITY: nothing is read but what the page itself holds as `data:`. A page that names an address all the same
    # is not made with a hole in it.
    itself = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    return HTML(string=html, url_fetcher=itself)
