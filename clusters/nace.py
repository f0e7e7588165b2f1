"""What firms do: the sections and divisions of NACE Rev. 2, in our own words.

Groups and classes ("10.8", "10.89") are checked for their form; their division says what is shown.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.numbers import plain

# letter: (title, {division: title})
SECTIONS = {
    "A": (
        _("Farming, forests, fish"),
        {
            "01": _("Crops and animals"),
            "02": _("Forestry and logging"),
            "03": _("Fishing and fish farming"),
        },
    ),
    "B": (
        _("Mining"),
        {
            "05": _("Coal mining"),
            "06": _("Oil and gas extraction"),
            "07": _("Metal ore mining"),
            "08": _("Stone, sand and other mining"),
            "09": _("Support for mining"),
        },
    ),
    "C": (
        _("Manufacturing"),
        {
            "10": _("Food"),
            "11": _("Drinks"),
            "12": _("Tobacco"),
            "13": _("Textiles"),
            "14": _("Clothing"),
            "15": _("Leather and shoes"),
            "16": _("Wood and cork, without furniture"),
            "17": _("Paper"),
            "18": _("Printing and copying of recordings"),
            "19": _("Coke and refined petroleum"),
            "20": _("Chemicals"),
            "21": _("Medicines"),
            "22": _("Rubber and plastics"),
            "23": _("Glass, ceramics, cement and stone"),
            "24": _("Basic metals"),
            "25": _("Metal products"),
            "26": _("Computers, electronics and optics"),
            "27": _("Electrical equipment"),
            "28": _("Machinery"),
            "29": _("Motor vehicles"),
            "30": _("Ships, trains, aircraft and other vehicles"),
            "31": _("Furniture"),
            "32": _("Jewellery, toys, instruments and other goods"),
            "33": _("Repair and installation of machinery"),
        },
    ),
    "D": (_("Energy supply"), {"35": _("Electricity, gas, steam and cooling")}),
    "E": (
        _("Water and waste"),
        {
            "36": _("Water supply"),
            "37": _("Sewage"),
            "38": _("Waste and recycling"),
            "39": _("Cleaning up of polluted sites"),
        },
    ),
    "F": (
        _("Construction"),
        {
            "41": _("Buildings"),
            "42": _("Roads, railways, networks"),
            "43": _("Specialised building trades"),
        },
    ),
    "G": (
        _("Trade and car repair"),
        {
            "45": _("Trade in and repair of vehicles"),
            "46": _("Wholesale"),
            "47": _("Retail"),
        },
    ),
    "H": (
        _("Transport and storage"),
        {
            "49": _("Transport by land and pipeline"),
            "50": _("Transport by water"),
            "51": _("Transport by air"),
            "52": _("Warehouses and support for transport"),
            "53": _("Post and couriers"),
        },
    ),
    "I": (_("Hotels and restaurants"), {"55": _("Lodging"), "56": _("Food and drink service")}),
    "J": (
        _("Information and communication"),
        {
            "58": _("Publishing, software packages included"),
            "59": _("Film, television production and music"),
            "60": _("Broadcasting"),
            "61": _("Telecommunications"),
            "62": _("Programming and IT consultancy"),
            "63": _("Data processing, hosting and web portals"),
        },
    ),
    "K": (
        _("Finance and insurance"),
        {
            "64": _("Banks and holdings"),
            "65": _("Insurance and pension funds"),
            "66": _("Brokers and other support for finance"),
        },
    ),
    "L": (_("Real estate"), {"68": _("Real estate")}),
    "M": (
        _("Professions, science, technology"),
        {
            "69": _("Law and accounting"),
            "70": _("Head offices and management advice"),
            "71": _("Architects, engineers, testing"),
            "72": _("Research and development"),
            "73": _("Advertising and market research"),
            "74": _("Design, photography, translation and other professions"),
            "75": _("Veterinary care"),
        },
    ),
    "N": (
        _("Support for business"),
        {
            "77": _("Renting and leasing"),
            "78": _("Placement and temporary staff"),
            "79": _("Travel agencies and tour operators"),
            "80": _("Security and investigation"),
            "81": _("Care of buildings and gardens"),
            "82": _("Office support, fairs and congresses"),
        },
    ),
    "O": (_("Public administration"), {"84": _("Public administration, defence, social security")}),
    "P": (_("Education"), {"85": _("Education")}),
    "Q": (
        _("Health and social work"),
        {
            "86": _("Health care"),
            "87": _("Residential care"),
            "88": _("Social work without lodging"),
        },
    ),
    "R": (
        _("Arts and leisure"),
        {
            "90": _("Creative arts and shows"),
            "91": _("Libraries, museums, zoos"),
            "92": _("Gambling"),
            "93": _("Sport and leisure"),
        },
    ),
    "S": (
        _("Other services"),
        {
            "94": _("Associations and unions"),
            "95": _("Repair of computers and household goods"),
            "96": _("Hairdressers, laundries and other personal services"),
        },
    ),
    "T": (
        _("Households"),
        {
            "97": _("Households with domestic staff"),
            "98": _("Goods and services for own use"),
        },
    ),
    "U": (_("International bodies"), {"99": _("International bodies")}),
}
SECTION_OF = {division: letter for letter, (_title, its) in SECTIONS.items() for division in its}
FORM = re.compile(r"(?P<section>[A-U])?(?P<division>\d{2})?(?:\.?(?P<rest>\d{1,2}))?\.?")


def nace_code(text):
    """A code typed as `text` as it is stored: "C", "10", "10.8" or "10.89".

    "c10.89", "10,89" and "1089" are understood. Raises ValidationError with a sentence for what is no code.
    """
    bare = plain(text).upper().replace(" ", "").replace(",", ".")
    if not bare:
        return ""
    found = FORM.fullmatch(bare)
    section, division, rest = found.group("section", "division", "rest") if found else (None,) * 3
    if not found or (division is None and (rest or section is None)):
        raise ValidationError(
            _("A NACE code is a section, division, group or class, such as C, 10, 10.8 or 10.89.")
        )
    if division is None:
        return section
    if division not in SECTION_OF:
        raise ValidationError(
            _(
                "NACE Rev. 2 has no division %(division)s: its divisions run from 01 to 99, with gaps."
            )
            % {"division": division}
        )
    if section and section != SECTION_OF[division]:
        raise ValidationError(
            _("Division %(division)s belongs to section %(right)s and not to %(typed)s.")
            % {"division": division, "right": SECTION_OF[division], "typed": section}
        )
    return f"{division}.{rest}" if rest else division


def title_of(code):
    """What the division of `code` (or its section) is called; "" for a code that nobody knows."""
    letter = SECTION_OF.get(code[:2], code[:1])
    title, divisions = SECTIONS.get(letter, ("", {}))
    return divisions.get(code[:2], title)


def choices():
    """The divisions under the headings of their sections, for a filter."""
    return [
        (f"{letter} {title}", [(code, f"{code} {name}") for code, name in divisions.items()])
        for letter, (title, divisions) in SECTIONS.items()
    ]
