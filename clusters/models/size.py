"""The size of an enterprise by Commission Recommendation 2003/361/EC, Annex, Article 2."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from common.templatetags.portal import plain

MILLION = 1_000_000


class SizeClass(models.TextChoices):
    """Size of an enterprise by Commission Recommendation 2003/361/EC."""

    MICRO = "micro", _("Micro (under 10 staff)")
    SMALL = "small", _("Small (under 50 staff)")
    MEDIUM = "medium", _("Medium (under 250 staff)")
    LARGE = "large", _("Large: not an SME")
    UNKNOWN = "unknown", _("Not known yet")

    @classmethod
    def sme_values(cls):
        return [cls.MICRO, cls.SMALL, cls.MEDIUM]

    @classmethod
    def known(cls):
        """The classes with their labels, as a person may choose them."""
        return [(value, label) for value, label in cls.choices if value != cls.UNKNOWN]

    @property
    def short(self):
        return {
            SizeClass.MICRO: _("Micro"),
            SizeClass.SMALL: _("Small"),
            SizeClass.MEDIUM: _("Medium"),
            SizeClass.LARGE: _("Large"),
            SizeClass.UNKNOWN: _("Not known"),
        }[self]

    @property
    def tone(self):
        return {"large": "warn", "unknown": "none"}.get(self.value, "good")

    @property
    def icon(self):
        return {"large": "no-symbol", "unknown": "question-mark-circle"}.get(self.value, "check")


@dataclass(frozen=True)
class Ceiling:
    """What an enterprise of a class may have: fewer staff, and at most one of the two amounts in EUR."""

    size_class: SizeClass
    staff_below: int
    turnover: int
    balance_sheet: int


CEILINGS = (
    Ceiling(SizeClass.MICRO, 10, 2 * MILLION, 2 * MILLION),
    Ceiling(SizeClass.SMALL, 50, 10 * MILLION, 10 * MILLION),
    Ceiling(SizeClass.MEDIUM, 250, 50 * MILLION, 43 * MILLION),
)


def size_of(staff, turnover=None, balance_sheet=None) -> SizeClass:
    """The size of an enterprise, as Article 2 of the Annex to Recommendation 2003/361/EC defines it.

    staff: annual work units; turnover, balance_sheet: EUR a year and EUR. None: not known.
    The staff must be below the class's number, and one of the two amounts within its ceiling. The classes lie
    inside one another (a micro enterprise is a small one too), so the answer is the narrowest class that the known
    figures prove; LARGE when they prove that there is none, and UNKNOWN in between: eight staff alone prove
    nothing, as both amounts may be above 50 and 43 million; 250 staff alone prove that it is no SME.
    """
    fits = [_fits(ceiling, staff, turnover, balance_sheet) for ceiling in CEILINGS]
    for ceiling, verdict in zip(CEILINGS, fits, strict=True):
        if verdict:
            return ceiling.size_class
    return SizeClass.LARGE if fits[-1] is False else SizeClass.UNKNOWN


def _fits(ceiling, staff, turnover, balance_sheet):
    """Whether the figures lie within `ceiling`: True, False, or None while they leave it open."""
    amounts = [(turnover, ceiling.turnover), (balance_sheet, ceiling.balance_sheet)]
    within = [None if amount is None else amount <= most for amount, most in amounts]
    money = True if True in within else None if None in within else False
    people = None if staff is None else staff < ceiling.staff_below
    if people is False or money is False:
        return False
    return True if people and money else None


def narrower(staff, turnover, balance_sheet):
    """The ceilings of classes narrower than the proven one that the missing figures may still allow."""
    proven = size_of(staff, turnover, balance_sheet)
    for ceiling in CEILINGS:
        if ceiling.size_class == proven:
            return
        if _fits(ceiling, staff, turnover, balance_sheet) is None:
            yield ceiling


def millions(amount):
    """EUR as people say it, exactly: 6.2 M EUR, 480,000 EUR."""
    if amount >= MILLION / 10 and amount % 1000 == 0:
        number = (Decimal(amount) / MILLION).normalize()
        return f"{number_format(f'{number:f}', force_grouping=True)} M EUR"
    return f"{plain(amount)} EUR"


@dataclass(frozen=True)
class Reasoning:
    """Why an enterprise has its size: from its `figures` in words, or `by_hand`; what is open in `further`."""

    size_class: SizeClass
    figures: str = ""
    further: str = ""
    by_hand: bool = False


def reason(staff, turnover, balance_sheet):
    """The size that the figures give, with the words for it."""
    proven = size_of(staff, turnover, balance_sheet)
    said = [
        sentence % {"amount": shown(amount)}
        for amount, sentence, shown in (
            (staff, _("%(amount)s staff"), plain),
            (turnover, _("%(amount)s turnover"), millions),
            (balance_sheet, _("%(amount)s balance sheet total"), millions),
        )
        if amount is not None
    ]
    further = _further(proven, staff, turnover, balance_sheet)
    return Reasoning(proven, figures=_listed(said), further=further)


def _listed(said):
    if len(said) < 2:
        return "".join(said)
    return _("%(first)s and %(last)s") % {"first": ", ".join(said[:-1]), "last": said[-1]}


def _further(proven, staff, turnover, balance_sheet):
    """What is missing, or what the missing figure could still change, as a sentence."""
    if proven == SizeClass.UNKNOWN:
        if staff is None:
            return _("The staff is missing.")
        return _("Turnover or balance sheet total is missing.")
    if proven == SizeClass.LARGE:
        if staff is not None and staff >= CEILINGS[-1].staff_below:
            return _("No SME whatever turnover and balance sheet total are.")
        return _("No SME whatever the staff is: both amounts are above the ceilings.")
    for ceiling in narrower(staff, turnover, balance_sheet):
        sentence = (
            _("With a balance sheet total of at most %(most)s it would be %(size)s.")
            if balance_sheet is None
            else _("With a turnover of at most %(most)s it would be %(size)s.")
        )
        most = ceiling.balance_sheet if balance_sheet is None else ceiling.turnover
        return sentence % {"most": millions(most), "size": ceiling.size_class.short.lower()}
    return ""
