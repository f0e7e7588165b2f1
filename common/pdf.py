"""Pages turned into a PDF that readers with a screen reader can use."""


def to_pdf(html) -> bytes:
    """A tagged PDF (PDF/UA-1) of `html`, which names no address: nothing is fetched while it is made.

    Raises weasyprint.urls.FatalURLFetchingError if it does name one.
    """
    # Imported at the first PDF of a process: it takes 1.5 s, and most processes never make one.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # SECURITY: no protocol is allowed. A page that names an address all the same is not made with a hole in it.
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    return HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
