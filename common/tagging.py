"""The tags of a PDF, finished as PDF/UA-1 asks where WeasyPrint leaves them open.

Source: PDF/UA-1 (ISO 14289-1), 7.5 tables, 7.8 page headers and footers, 7.18.5 links; the Matterhorn Protocol 1.1,
checkpoints 15, 18 and 28.
"""


def finish_tags(_document, pdf):
    """Say of each table header what it heads, make each link one whatever stands in it, and set headers and footers
    apart from the text. WeasyPrint calls it when all of the file but its trailer is made (its `finisher`).
    """
    tree = _Tree(pdf)
    for element in tree.elements.values():
        if element["S"] == "/TR":
            _say_what_headers_head(tree.children(element))
    _make_links_one(tree)
    _set_apart_what_runs_on(tree)


class _Tree:
    """The tags as they lie among the objects of `pdf`: structure elements by their references."""

    def __init__(self, pdf):
        dictionaries = [each for each in pdf.objects if isinstance(each, dict)]
        self.elements = _of_type(dictionaries, "/StructElem")
        self.areas = _of_type(dictionaries, "/OBJR")  # of links and fields, that can be pressed
        self.pages = _of_type(dictionaries, "/Page").values()
        (self.root,) = _of_type(dictionaries, "/StructTreeRoot").values()
        # What each page's marks and each area belong to: number, elements, number, elements ...
        self.owners = pdf.objects[int(self.root["ParentTree"].split()[0])]["Nums"]
        self.streams = {each.reference: each for each in pdf.objects if hasattr(each, "stream")}

    def children(self, element):
        return [self.elements[key] for key in element["K"] if key in self.elements]

    def around(self, element):
        """The elements that `element` lies in, from the inside."""
        while (element := self.elements.get(element["P"])) is not None:
            yield element

    def reached(self):
        """The references of all elements below the root."""
        found, left = set(), list(self.root["K"])
        while left:
            key = left.pop()
            if key in self.elements and key not in found:
                found.add(key)
                left.extend(self.elements[key]["K"])
        return found


def _of_type(dictionaries, name):
    return {each.reference: each for each in dictionaries if each.get("Type") == name}


def _say_what_headers_head(cells):
    """A header beside data heads its row, one among headers its column."""
    scope = "/Row" if any(cell["S"] == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = scope


def _make_links_one(tree):
    """A bold word or a number inside a link is an area of its own that can be pressed: it becomes the link's."""
    moved = {}
    for key, element in tree.elements.items():
        areas = [each for each in element["K"] if each in tree.areas]
        if not areas or element["S"] == "/Form":
            continue
        links = [each for each in tree.around(element) if each["S"] == "/Link"]
        if not links:
            element["S"] = "/Link"
            continue
        element["S"] = "/Span"
        element["K"][:] = [each for each in element["K"] if each not in areas]
        links[-1]["K"].extend(areas)
        moved[key] = links[-1].reference
    for at, owner in enumerate(tree.owners):
        if isinstance(owner, bytes):
            tree.owners[at] = moved.get(owner, owner)


def _set_apart_what_runs_on(tree):
    """Texts in the margins of pages, which are tagged but stand nowhere in the tree, become pagination artifacts."""
    reached = tree.reached()
    by_number = dict(zip(tree.owners[::2], tree.owners[1::2], strict=True))
    for page in tree.pages:
        marks = by_number[page["StructParents"]]
        drawn = tree.streams[page["Contents"]].stream
        for at, words in enumerate(drawn):
            number = words.get("MCID") if isinstance(words, dict) else None
            if number is not None and marks[number] not in reached:
                marks[number] = "null"
                drawn[at - 1 : at + 1] = ["/Artifact", type(words)({"Type": "/Pagination"})]
    for key in tree.elements.keys() - reached:
        tree.elements[key].clear()
