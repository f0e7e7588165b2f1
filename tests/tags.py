"""The structure tree of a PDF, as tests read it."""

import pikepdf


def structure(element):
    """Every element below `element`, from the top."""
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from structure(child)
    elif isinstance(element, pikepdf.Dictionary):
        yield element
        if "/K" in element:
            yield from structure(element.K)


def is_area(each):
    """Whether it names something that can be pressed, such as a link."""
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/OBJR"
