"""How alike two firms are, judged by what people write of them: names, numbers, website, town, country.

Names are compared without their legal form and spelled one way: people write Cyrillic in Latin letters after the
Bulgarian, the Serbian or the German custom, so Щ, Št, sht and scht are one sound here. The scores are points of
evidence, not probabilities: from LIKELY on a pair is worth a person's look.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from anyascii import anyascii
from cleanco import prepare_default_terms
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

LIKELY = 60
ALIKE = 80  # per cent: names that share less are not called alike
LONGEST = 80  # signs of a name that are compared
SAME_COUNTRY, SAME_TOWN = 5, 10  # points

# Legal forms that cleanco does not know: Bulgarian and Serbian ones, and those of Germany, Portugal and Romania
# that it has only in part. Written as they look when spelled by `spelled`.
FORMS = """
    ood eood ad ead et sd kd kda adsic dzzd kooperacia
    d o o|doo|a d|ad|o d|od|k d|kd|j p|pr|preduzetnik|szr|zadruga
    kft|kkt|ev|e v|ec|nonprofit kft|szovetkezet
    lda|unipessoal lda|unipessoal|sociedade unipessoal lda|crl
    srl|s r l|srl d|pfa|p f a|ii|i i|if|sc|s c|ra
    srls|s r l s|spa|s p a|sas|s a s|snc|s n c|e c|& c|scarl|s c a r l|societa agricola|coop
    gmbh co kg|gmbh & co kg|gmbh und co kg|ug|ug haftungsbeschrankt|e k|ek|e kfm|e kfr|kg|ohg|gbr|eg|e g|ag co kg
"""
PREFIXES = {("sc",), ("s", "c"), ("et",), ("ad",), ("s", "z", "r"), ("szr",), ("firma",)}

# Hosts on which many firms have their page: the same host says nothing.
SHARED_HOSTS = {
    *("facebook.com", "linkedin.com", "instagram.com", "youtube.com", "twitter.com", "x.com"),
    *("google.com", "sites.google.com", "business.site", "wordpress.com", "blogspot.com"),
    *("wixsite.com", "weebly.com", "olx.bg", "olx.ro", "github.io", "example.org", "example.com"),
}

CYRILLIC = str.maketrans(
    {
        "ъ": "a",
        "ь": "",
        "щ": "st",
        "ж": "z",
        "ш": "s",
        "ч": "c",
        "ц": "c",
        "х": "h",
        "ю": "iu",
        "я": "ia",
        "й": "i",
        "ы": "i",
        "э": "e",
        "ё": "io",
        "ј": "i",
        "ђ": "d",
        "ћ": "c",
        "џ": "dz",
        "љ": "li",
        "њ": "ni",
    }
)
# The same sound in other spellings, longer ones first.
SOUNDS = {
    "tsch": "c",
    "dsch": "dz",
    "shch": "st",
    "scht": "st",
    "sch": "s",
    "sht": "st",
    "dzh": "dz",
    "sh": "s",
    "zh": "z",
    "ch": "c",
    "kh": "h",
    "ts": "c",
    "tz": "c",
    "cz": "c",
    "dj": "d",
    "ph": "f",
    "th": "t",
    "ck": "k",
    "ue": "u",
    "oe": "o",
    "ae": "a",
    "ou": "u",
    "w": "v",
    "y": "i",
    "j": "i",
    "q": "k",
}
_SOUND = re.compile("|".join(SOUNDS))
_DOUBLE = re.compile(r"([a-z])\1+")
_SOFT = re.compile(r"[aeiouz ]")


def romanised(text):
    """`text` in small Latin letters, digits and single spaces."""
    latin = anyascii(str(text).casefold().translate(CYRILLIC)).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in latin).split())


@cache
def _legal_forms():
    """The legal forms as tuples of words: cleanco's and ours, and how many words the longest has."""
    forms = {
        tuple(romanised(" ".join(parts)).split()) for _length, parts in prepare_default_terms()
    }
    for line in FORMS.strip().splitlines():
        parts = line.split("|") if "|" in line else line.split()
        forms |= {tuple(romanised(part).split()) for part in parts}
    # A form with points reads as single letters, and without them as one word.
    forms |= {("".join(form),) for form in forms if all(len(word) == 1 for word in form)}
    forms |= {tuple(form[0]) for form in forms if len(form) == 1 and len(form[0]) < 5}
    forms.discard(())
    return forms, max(map(len, forms))


def without_legal_form(text):
    """The words of a firm's name, in Latin letters, without its legal form: "Слънце ЕООД" is ["slance"]."""
    forms, longest = _legal_forms()
    words = romanised(text).split()
    stripped = True
    while stripped and len(words) > 1:
        stripped = False
        for length in range(min(longest, len(words) - 1), 0, -1):
            if tuple(words[-length:]) in forms:
                words, stripped = words[:-length], True
                break
            if tuple(words[:length]) in PREFIXES:
                words, stripped = words[length:], True
                break
    return words


def spelled(text):
    """The words of a name without its legal form, each spelled the one way in which names are compared."""
    return [
        _DOUBLE.sub(r"\1", _SOUND.sub(lambda found: SOUNDS[found[0]], word))
        for word in without_legal_form(text)
    ]


def host(address):
    """The domain of a website, which its owner has alone; "" for none or for one that many share."""
    name = (urlsplit(address if "//" in address else f"//{address}").hostname or "").casefold()
    name = name.removeprefix("www.")
    return "" if not name or name in SHARED_HOSTS else name


def number(text, country):
    """A registration or VAT number as its digits and letters, without the country in front."""
    signs = "".join(sign for sign in romanised(text).upper() if sign.isalnum())
    return signs.removeprefix(country) if signs != country else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of a firm. names: each as its spelled words in one string, in the order written."""

    names: tuple[str, ...]
    country: str
    town: str
    registration: str
    numbers: frozenset
    host: str

    @property
    def digest(self):
        """Changes when something that is compared does."""
        told = (*self.names, self.country, self.town, self.registration, *sorted(self.numbers))
        return hashlib.blake2b("|".join((*told, self.host)).encode(), digest_size=12).hexdigest()

    @property
    def sorted_names(self):
        return tuple(_in_order(name) for name in self.names)

    @property
    def keys(self):
        """Pairs (key, name): firms that share a key are compared with those whose names stand next to theirs."""
        found = {(f"n:{self.country}{number}", "") for number in self.numbers}
        if self.host:
            found.add((f"d:{self.host[:60]}", ""))
        for name in self.names:
            words = name.split()
            place = _in_order(name)
            found |= {(f"t:{word[:30]}", place) for word in words[:5] if len(word) > 2}
            # The sound of the first word without its vowels, for slips of the pen and other spellings.
            found.add((f"c:{_SOFT.sub('', words[0])[:6] or words[0][:6]}", place))
        return found


def _in_order(name):
    return " ".join(sorted(name.split()))[:LONGEST]


def facts_of(firm):
    """The `Facts` of an SME, saved or not."""
    country = str(getattr(firm.country, "code", firm.country) or "")
    names = dict.fromkeys(
        " ".join(words)[:LONGEST]
        for words in (spelled(firm.name), spelled(firm.native_name))
        if words
    )
    registration = number(firm.registration_number, country)
    vat = number(firm.vat_number, country)
    return Facts(
        names=tuple(names),
        country=country,
        town="".join(spelled(firm.town)),
        registration=registration,
        numbers=frozenset(filter(None, (registration, vat))),
        host=host(firm.website),
    )


def compare(one: Facts, other: Facts) -> tuple[int, list]:
    """How alike two firms are, from 0 to 100, and the reasons as a list that `in_words` puts into words."""
    score, reasons = 0, []
    share = alike(one, other)
    if share >= ALIKE:
        score += _points(share)
        reasons.append(["name", share])
    if one.registration and one.registration == other.registration:
        score += 60
        reasons.append(["registration"])
    elif one.numbers & other.numbers:
        score += 60
        reasons.append(["number"])
    elif one.registration and other.registration and one.country == other.country:
        score -= 35
        reasons.append(["other_registration"])
    if one.host and one.host == other.host:
        score += 25
        reasons.append(["website"])
    if one.country != other.country:
        score -= 20
        reasons.append(["other_country"])
    else:
        score += SAME_COUNTRY
        if one.town and one.town == other.town:
            score += SAME_TOWN
            reasons.append(["town"])
        elif one.town and other.town:
            score -= 10
            reasons.append(["other_town"])
    return max(0, min(100, score)), reasons


def near_enough(one, other) -> bool:
    """Whether two names, each with its words in order, can make a likely pair without a number or a website."""
    if not fuzz.ratio(one, other, score_cutoff=ALIKE):
        return False
    return _points(_share(one, other)) + SAME_COUNTRY + SAME_TOWN >= LIKELY


def alike(one: Facts, other: Facts) -> int:
    """How much two firms' names share, in whole per cent, whichever of their names is nearest."""
    return max(
        (_share(a, b) for a in one.sorted_names for b in other.sorted_names),
        default=0,
    )


def _points(share):
    """What names that are alike say: from 30 points at ALIKE to 70 for the same name."""
    return 30 + 2 * (share - ALIKE)


def _share(one, other):
    share = fuzz.ratio(one, other)
    if share < 100 and re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0  # "Hall 1" and "Hall 2" are two
    if share >= ALIKE:
        sound = _SOFT.sub("", one)
        if len(sound) > 2 and sound == _SOFT.sub("", other):
            share = max(share, 93)
    return int(share)


def in_words(reasons):
    """The sentences for what `compare` found, for and against."""
    texts = {
        "registration": _("same registration number"),
        "number": _("same number, registration or VAT"),
        "website": _("same website"),
        "town": _("same town"),
        "other_registration": _("but different registration numbers"),
        "other_country": _("but different countries"),
        "other_town": _("but different towns"),
    }
    for name, *values in reasons:
        if name == "name" and values[0] == 100:
            yield _("the same name without the legal form")
        elif name == "name":
            yield _("names alike without the legal form: %(share)d %%") % {"share": values[0]}
        elif name in texts:
            yield texts[name]
