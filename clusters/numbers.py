"""The numbers of a firm in its country: what they are called there, how they are checked and written.

The rules are python-stdnum's; where it has none for a number, the form alone is looked at, or nothing.
"""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NotValid

# Letters of other alphabets that look like Latin ones: who copies "ВG" from a Bulgarian page means "BG".
LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУавесіјкмнорѕтхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTXYABECIJKMHOPSTXYABEZHIKMNOPTYX"
)


@dataclass(frozen=True)
class Rule:
    """How a number is checked: by one of stdnum's `modules`, or by its `form` without spaces and hyphens.

    A group in the form is what is stored. `tail` is what may stand behind a number and is no part of it; its
    name may stand before it.
    """

    name: str  # what the country calls it
    shape: str  # the rule in words
    modules: tuple[str, ...] = ()
    form: str = ""
    tail: str = ""
    also: tuple[str, ...] = ()  # other names for it

    def compact(self, number):
        """`number` as it is stored. Raises stdnum's ValidationError for one that does not obey the rule."""
        problem = None
        number = re.sub(self.tail, "", number) if self.tail else number
        for module in self.modules:
            try:
                return import_module(f"stdnum.{module}").validate(number)
            except NotValid as error:
                problem = problem or error
        bare = re.sub(r"[\s-]", "", number).upper()
        if self.form and (found := re.fullmatch(self.form, bare)):
            return found[found.lastindex or 0]
        raise problem or NotValid

    def without_name(self, text):
        """What is typed behind the number's own name, in its script or in Latin letters; `text` without one."""
        names = [*(name.strip() for name in self.name.split(" / ")), *self.also]
        spelled = {name.casefold() for name in (*names, *map(anyascii, names))}
        for name in sorted(spelled, key=len, reverse=True):
            if text.casefold().startswith(name):
                return text[len(name) :].lstrip(" .:№#")
        return text


# country: how its VAT number is called, which module of stdnum checks it, the rule in words
VAT = {
    "AL": Rule("NIPT", _("a letter, 8 digits and a letter"), ("al.nipt",)),
    "AT": Rule("UID", _("U and 8 digits, the last a check digit"), ("at.uid",)),
    "BE": Rule("BTW / TVA", _("10 digits, the last two check digits"), ("be.vat",)),
    "BG": Rule("ИН по ЗДДС", _("9 or 10 digits, the last a check digit"), ("bg.vat",)),
    "CH": Rule(
        "UID", _("CHE, 9 digits of which the last is a check digit, MWST, TVA or IVA"), ("ch.vat",)
    ),
    "CY": Rule("ΦΠΑ", _("8 digits and a check letter"), ("cy.vat",)),
    "CZ": Rule("DIČ", _("8 to 10 digits, the last a check digit"), ("cz.dic",)),
    "DE": Rule(
        "USt-IdNr.", _("9 digits, the last a check digit"), ("de.vat",), also=("USt-ID", "UStID")
    ),
    "DK": Rule("SE / CVR", _("8 digits with a check sum"), ("dk.cvr",)),
    "EE": Rule("KMKR", _("9 digits, the last a check digit"), ("ee.kmkr",)),
    "ES": Rule("NIF", _("9 signs with a check digit or letter"), ("es.nif",)),
    "FI": Rule("ALV", _("8 digits, the last a check digit"), ("fi.alv",)),
    "FR": Rule("TVA", _("2 check signs and 9 digits"), ("fr.tva",)),
    "GB": Rule("VAT", _("9 or 12 digits, two of them check digits"), ("gb.vat",)),
    "GR": Rule("ΑΦΜ", _("9 digits, the last a check digit"), ("gr.vat",)),
    "HR": Rule("OIB", _("11 digits, the last a check digit"), ("hr.oib",)),
    "HU": Rule(
        "közösségi adószám",
        _("8 digits, the last a check digit"),
        ("hu.anum",),
        tail=r"(?<=^\d{8})\d{3}$",  # of the adószám at home: 12892312-2-41
    ),
    "IE": Rule("VAT", _("7 digits with one or two letters"), ("ie.vat",)),
    "IS": Rule("VSK", _("5 or 6 digits"), ("is_.vsk",)),
    "IT": Rule(
        "partita IVA",
        _("11 digits, the last a check digit"),
        ("it.iva",),
        also=("P.IVA", "P. IVA", "PIVA"),
    ),
    "LT": Rule("PVM", _("9 or 12 digits, the last a check digit"), ("lt.pvm",)),
    "LU": Rule("TVA", _("8 digits, the last two check digits"), ("lu.tva",)),
    "LV": Rule("PVN", _("11 digits, the last a check digit"), ("lv.pvn",)),
    "ME": Rule("PIB", _("8 digits, the last a check digit"), ("me.pib",)),
    "MK": Rule("ЕДБ", _("13 digits, the last a check digit"), ("mk.edb",)),
    "MT": Rule("VAT", _("8 digits, the last two check digits"), ("mt.vat",)),
    "NL": Rule("btw-id", _("9 digits, B and 2 digits"), ("nl.btw",)),
    "NO": Rule("MVA", _("9 digits and MVA"), ("no.mva",)),
    "PL": Rule("NIP", _("10 digits, the last a check digit"), ("pl.nip",)),
    "PT": Rule("NIF / NIPC", _("9 digits, the last a check digit"), ("pt.nif",)),
    "RO": Rule("CUI", _("2 to 10 digits, the last a check digit"), ("ro.cf",), also=("CIF",)),
    "RS": Rule("ПИБ / PIB", _("9 digits, the last a check digit"), ("rs.pib",)),
    "SE": Rule("moms", _("12 digits: a number with a check digit, and 01"), ("se.vat",)),
    "SI": Rule("ID za DDV", _("8 digits, the last a check digit"), ("si.ddv",)),
    "SK": Rule("IČ DPH", _("10 digits that 11 divides"), ("sk.dph",)),
    "TR": Rule("VKN", _("10 digits, the last a check digit"), ("tr.vkn",)),
}

# country: the same for the number in its register of companies
REGISTER = {
    "AL": Rule("NIPT", _("a letter, 8 digits and a letter"), ("al.nipt",)),
    "AT": Rule(
        "Firmenbuchnummer",
        _("digits and a letter, such as FN 122119m"),
        form=r"(?:FN)?(\d{1,6}[A-Z])",
    ),
    "BE": Rule("KBO / BCE", _("10 digits, the last two check digits"), ("be.vat",)),
    "BG": Rule(
        "ЕИК",
        _("9 digits, the last a check digit; 13 for a branch"),
        ("bg.vat",),
        form=r"\d{13}",
        also=("БУЛСТАТ",),
    ),
    "CH": Rule("UID", _("CHE and 9 digits, the last a check digit"), ("ch.uid",)),
    "CY": Rule("HE", _("HE and digits"), form=r"(?:HE)?(\d{1,7})"),
    "CZ": Rule("IČO", _("8 digits, the last a check digit"), ("cz.dic",)),
    "DE": Rule(
        "Handelsregisternummer",
        _("court, HRA or HRB, and number, such as Ulm HRB 12345"),
        ("de.handelsregisternummer",),
    ),
    "DK": Rule("CVR", _("8 digits with a check sum"), ("dk.cvr",)),
    "EE": Rule("registrikood", _("8 digits, the last a check digit"), ("ee.registrikood",)),
    "ES": Rule("NIF", _("9 signs with a check digit or letter"), ("es.nif",)),
    "FI": Rule("Y-tunnus", _("8 digits, the last a check digit"), ("fi.ytunnus",)),
    "FR": Rule("SIREN", _("9 digits, the last a check digit"), ("fr.siren",)),
    "GB": Rule("company number", _("8 signs"), form=r"[A-Z0-9]{2}\d{6}"),
    "GR": Rule("ΓΕΜΗ", _("12 digits"), form=r"\d{12}"),
    "HR": Rule("OIB / MBS", _("OIB with 11 digits or MBS with 9"), ("hr.oib",), form=r"\d{9}"),
    "HU": Rule("cégjegyzékszám", _("10 digits, such as 01-09-123456"), form=r"\d{10}"),
    "IE": Rule("CRO", _("up to 6 digits"), form=r"\d{1,6}"),
    "IT": Rule(
        "codice fiscale / REA",
        _("11 digits, the last a check digit; or REA, such as FG-123456"),
        ("it.codicefiscale",),
        form=r"[A-Z]{2}\d{4,7}",
    ),
    "LT": Rule("įmonės kodas", _("9 digits"), form=r"\d{9}|\d{7}"),
    "LU": Rule("RCS", _("B and digits"), form=r"[A-Z]\d{1,7}"),
    "LV": Rule("reģistrācijas numurs", _("11 digits, the last a check digit"), ("lv.pvn",)),
    "MD": Rule("IDNO", _("13 digits, the last a check digit"), ("md.idno",)),
    "ME": Rule("PIB", _("8 digits, the last a check digit"), ("me.pib",)),
    "MK": Rule("ЕМБС", _("7 digits"), form=r"\d{7}"),
    "MT": Rule("C number", _("C and digits"), form=r"C\d{1,6}"),
    "NL": Rule("KvK", _("8 digits"), form=r"\d{8}"),
    "NO": Rule("organisasjonsnummer", _("9 digits, the last a check digit"), ("no.orgnr",)),
    "PL": Rule(
        "REGON / KRS", _("REGON with 9 or 14 digits or KRS with 10"), ("pl.regon",), r"\d{10}"
    ),
    "PT": Rule("NIPC", _("9 digits, the last a check digit"), ("pt.nif",)),
    "RO": Rule(
        "Nr. Reg. Com. / CUI",
        _("such as J12/345/2015, or the CUI with its check digit"),
        ("ro.onrc", "ro.cui"),
    ),
    "RS": Rule("матични број / MB", _("8 digits"), form=r"\d{8}"),
    "SE": Rule("organisationsnummer", _("10 digits, the last a check digit"), ("se.orgnr",)),
    "SI": Rule("matična številka", _("7 or 10 digits with a check digit"), ("si.maticna",)),
    "SK": Rule("IČO", _("8 digits"), form=r"\d{8}"),
    "TR": Rule("VKN", _("10 digits, the last a check digit"), ("tr.vkn",)),
    "UA": Rule("ЄДРПОУ", _("8 digits, the last a check digit"), ("ua.edrpou",)),
}

# What stands before a VAT number in trade across borders; the other countries write none.
PREFIXES = {
    **{country: (country,) for country in VAT if country not in ("CH", "IS", "ME", "NO", "TR")},
    "GR": ("EL", "GR"),
    "GB": ("GB", "XI"),  # XI: Northern Ireland, for goods
}
NOT_STORED = ("AL", "MK", "RS")  # typed by some, and no part of the number there


def plain(text):
    """`text` in the letters and digits that a register uses, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(LOOK_ALIKE).split())


def vat_number(country, text):
    """The VAT number typed as `text` as it is stored: compact, with the prefix of countries that have one.

    country: its code of two letters. A number of a country without a known rule is kept as typed.
    Raises ValidationError with the sentence that names the country's rule.
    """
    rule = VAT.get(country)
    number = plain(text) if rule else " ".join(text.split())
    if not number or rule is None:
        return number
    bare = re.sub(r"[\s.\-/:]", "", number).upper()
    prefixes = PREFIXES.get(country, ())
    prefix = next((prefix for prefix in prefixes if bare.startswith(prefix)), "")
    try:
        stored = rule.compact(bare.removeprefix(prefix) if _is_prefix(bare, prefix, rule) else bare)
    except NotValid as problem:
        if (shorter := rule.without_name(" ".join(text.split()))) and len(shorter) < len(number):
            return vat_number(country, shorter)
        raise ValidationError(_not_a_vat_number(country, rule, bare, problem)) from problem
    if country in NOT_STORED or not prefixes:
        return stored
    return (prefix if prefix == "XI" else prefixes[0]) + stored.removeprefix(prefixes[0])


def _is_prefix(bare, prefix, rule):
    """Whether `prefix` stands before the number and is no part of it, as the letters of a French key may be."""
    if not prefix:
        return False
    try:
        rule.compact(bare.removeprefix(prefix))
    except NotValid:
        return not bare[len(prefix) :].isalpha()
    return True


def _not_a_vat_number(country, rule, bare, problem):
    of_another = _country_of(bare)
    if of_another and of_another != country:
        return _(
            "This is a VAT number of %(other)s, and the firm's country is %(country)s: one of them is wrong."
        ) % {"other": countries.name(of_another), "country": countries.name(country)}
    if isinstance(problem, InvalidChecksum):
        sentence = _(
            "The check digit does not fit: a digit is wrong or two changed places. "
            "A VAT number of %(country)s (%(name)s) has %(shape)s."
        )
    else:
        sentence = _("A VAT number of %(country)s (%(name)s) has %(shape)s.")
    return sentence % {
        "country": countries.name(country),
        "name": rule.name,
        "shape": rule.shape,
    }


def _country_of(bare):
    """The country whose prefix and rule `bare` obeys; None if there is none."""
    for country, prefixes in PREFIXES.items():
        for prefix in prefixes:
            if bare.startswith(prefix):
                try:
                    VAT[country].compact(bare.removeprefix(prefix))
                except NotValid:
                    continue
                return country
    return None


def registration_number(country, text):
    """The register's number typed as `text`: (as it is stored, why it may be wrong or "").

    A number that does not obey the rule of its country is kept as typed: registers have changed their rules and
    left old numbers in force, branches and sole traders have others, and a firm may stand in a foreign one. So it is
    a doubt to confirm and no error; a VAT number is one, because it is looked up by machines today.
    """
    rule = REGISTER.get(country)
    typed = " ".join(text.split())
    if not typed or rule is None:
        return typed, ""
    for number in dict.fromkeys((typed, rule.without_name(typed))):
        with suppress(NotValid):
            return rule.compact(plain(number)), ""
    sentence = _("A registration number of %(country)s (%(name)s) has %(shape)s.")
    return typed, sentence % {
        "country": countries.name(country),
        "name": rule.name,
        "shape": rule.shape,
    }


def shown(country, number):
    """A stored VAT number as people read it: the prefix apart."""
    for prefix in PREFIXES.get(country, ()):
        if number.startswith(prefix) and country not in NOT_STORED:
            return f"{prefix} {number.removeprefix(prefix)}"
    return number


@dataclass(frozen=True)
class Check:
    """What is known of a number: its name in the country, and a verdict as word, tone and icon."""

    name: str
    verdict: str
    tone: str
    icon: str


def checks(country, registration, vat):
    """The verdicts on a firm's stored numbers, by field; nothing for a number that is not there."""
    found = {}
    if registration:
        doubt = registration_number(country, registration)[1]
        found["registration_number"] = _check(REGISTER.get(country), bool(doubt))
    if vat:
        try:
            vat_number(country, vat)
        except ValidationError:
            found["vat_number"] = _check(VAT.get(country), True)
        else:
            found["vat_number"] = _check(VAT.get(country), False)
    return found


def _check(rule, doubtful):
    if rule is None:
        return Check("", _("No rule known"), "none", "minus")
    if doubtful:
        return Check(rule.name, _("Unlike the country's rule"), "warn", "exclamation-triangle")
    return Check(rule.name, _("Fits the country's rule"), "good", "check")
