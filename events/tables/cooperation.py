import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable, StatusColumn
from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    CollaborationState,
    MarketStep,
    Meeting,
    OutsideCluster,
    PolicyMeeting,
    Synergy,
    SynergyState,
)

CODE = {"td": {"class": "code"}}
WHOLE = {"td": {"class": "whole"}}
DATE = {"td": {"class": "date"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


def code():
    return tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)


def country():
    return tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"], attrs=WHOLE
    )


def partner(accessor="partner"):
    return tables.Column(
        verbose_name=_("Partner"),
        accessor=accessor,
        order_by=[f"{accessor}__short_name"],
        attrs=WHOLE,
    )


def proofs():
    return tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)


def with_outside():
    return tables.Column(
        verbose_name=_("With"),
        accessor="collaboration__outside_cluster",
        order_by=["collaboration__outside_cluster__name"],
    )


class TagColumn(tables.Column):
    """A fact shown as word, tone and icon, which the table's method `tag_of_<column>` tells of a record."""

    def __init__(self, **kwargs):
        super().__init__(empty_values=(), **kwargs)

    def render(self, record, bound_column, table):
        return render_to_string("components/tag.html", self._tag(record, bound_column, table))

    def value(self, record, bound_column, table):
        return str(self._tag(record, bound_column, table)["label"])

    def _tag(self, record, bound_column, table):
        return getattr(table, f"tag_of_{bound_column.name}")(record)


class OutsideClusterTable(PortalTable):
    code = code()
    name = tables.Column(verbose_name=_("Name"))
    country = country()
    town = tables.Column(verbose_name=_("Town"), attrs=WHOLE)
    sector = tables.Column(verbose_name=_("Sector"))
    level = tables.Column(verbose_name=_("Label"))
    website = tables.Column(verbose_name=_("Website"), visible=False, linkify=False)
    collaborations_count = tables.Column(verbose_name=_("Collaborations"), attrs=RIGHT)
    partner = partner()

    class Meta(PortalTable.Meta):
        model = OutsideCluster
        fields = [
            *("code", "name", "country", "town", "sector", "level", "website"),
            *("collaborations_count", "partner"),
        ]

    def render_website(self, value):
        return value


class AcquaintanceTable(PortalTable):
    code = code()
    name = tables.Column(verbose_name=_("Name"), attrs=WHOLE)
    position = tables.Column(verbose_name=_("Position"), visible=False)
    organisation = tables.Column(verbose_name=_("Organisation"), attrs=WHOLE)
    country = country()
    met = tables.TemplateColumn(
        template_name="events/cells/met.html",
        verbose_name=_("Met at"),
        orderable=False,
        attrs=WHOLE,
    )
    day = DayColumn(verbose_name=_("Met on"), orderable=False, visible=False)
    email = tables.Column(verbose_name=_("E-mail"), visible=False)
    phone = tables.Column(verbose_name=_("Telephone"), visible=False)
    follow_up = tables.Column(verbose_name=_("What is to follow"))
    due_on = DayColumn(verbose_name=_("Until"), attrs=DATE)
    state = TagColumn(verbose_name=_("State"), orderable=False)
    legal_basis = tables.Column(verbose_name=_("Legal basis"), visible=False)
    partner = partner()

    class Meta(PortalTable.Meta):
        model = Acquaintance
        fields = [
            *("code", "name", "position", "organisation", "country", "met", "day", "email"),
            *("phone", "follow_up", "due_on", "state", "legal_basis", "partner"),
        ]

    def value_met(self, record):
        return record.met

    def tag_of_state(self, record):
        if not record.follow_up:
            return {"label": _("Nothing to follow"), "tone": "none", "icon": "minus"}
        if record.done_on:
            return {"label": _("Done"), "tone": "good", "icon": "check"}
        if record.is_overdue:
            return {"label": _("Overdue"), "tone": "bad", "icon": "exclamation-triangle"}
        return {"label": _("Open"), "tone": "calm", "icon": "clock"}


class CollaborationTable(PortalTable):
    code = code()
    outside_cluster = tables.Column(
        verbose_name=_("With"), linkify=True, order_by=["outside_cluster__name"]
    )
    country = tables.Column(
        verbose_name=_("Country"),
        accessor="outside_cluster__country__name",
        order_by=["outside_cluster__country"],
        attrs=WHOLE,
    )
    own_side = tables.Column(
        verbose_name=_("Our side"), order_by=["cluster__short_name"], attrs=WHOLE
    )
    subject = tables.Column(verbose_name=_("About"), visible=False)
    state = StatusColumn(CollaborationState, verbose_name=_("State"))
    agreement_count = tables.Column(verbose_name=_("Agreements"), attrs=RIGHT)
    meeting_count = tables.Column(verbose_name=_("Meetings"), attrs=RIGHT)
    counts_since = DayColumn(verbose_name=_("Counts since"), attrs=DATE)
    partner = tables.Column(
        verbose_name=_("Partner"), order_by=["partner__short_name"], visible=False
    )

    class Meta(PortalTable.Meta):
        model = Collaboration
        fields = [
            *("code", "outside_cluster", "country", "own_side", "subject", "state"),
            *("agreement_count", "meeting_count", "counts_since", "partner"),
        ]


class AgreementTable(PortalTable):
    code = code()
    date = DayColumn(verbose_name=_("Signed on"), attrs=DATE)
    kind = tables.Column(verbose_name=_("Kind"))
    subject = tables.Column(verbose_name=_("What was agreed"))
    outside = with_outside()
    partner = partner("collaboration__partner")
    signed_by = tables.Column(verbose_name=_("Signed by"), visible=False)
    valid_until = DayColumn(verbose_name=_("Valid until"), attrs=DATE)
    proofs = proofs()

    class Meta(PortalTable.Meta):
        model = Agreement
        fields = [
            *("code", "date", "kind", "subject", "outside", "partner", "signed_by"),
            *("valid_until", "proofs"),
        ]


class MeetingTable(PortalTable):
    code = code()
    on_day = DayColumn(verbose_name=_("Date"), attrs=DATE)
    kind = tables.Column(verbose_name=_("Kind"), attrs=WHOLE)
    called = tables.Column(verbose_name=_("Subject"))
    outside = with_outside()
    partner = partner("collaboration__partner")
    where = tables.Column(verbose_name=_("Place"), orderable=False, visible=False)
    event = tables.Column(verbose_name=_("Event"), accessor="event__code", attrs=CODE)
    proofs = proofs()

    class Meta(PortalTable.Meta):
        model = Meeting
        fields = [
            *("code", "on_day", "kind", "called", "outside", "partner", "where", "event"),
            "proofs",
        ]


class PolicyMeetingTable(PortalTable):
    code = code()
    date = DayColumn(verbose_name=_("Date"), attrs=DATE)
    organisation = tables.Column(verbose_name=_("Organisation"))
    function = tables.Column(verbose_name=_("Office"))
    level = tables.Column(verbose_name=_("Level"), attrs=WHOLE)
    subject = tables.Column(verbose_name=_("About"))
    place = tables.Column(verbose_name=_("Where"), visible=False)
    cluster = tables.Column(verbose_name=_("Cluster"), visible=False)
    partner = partner()
    confirmed = TagColumn(verbose_name=_("Presence"))
    proofs = proofs()

    class Meta(PortalTable.Meta):
        model = PolicyMeeting
        fields = [
            *("code", "date", "organisation", "function", "level", "subject", "place"),
            *("cluster", "partner", "confirmed", "proofs"),
        ]

    def tag_of_confirmed(self, record):
        return presence(record)


def presence(record):
    """Whether a policymaker's presence is confirmed, as word, tone and icon."""
    if record.confirmed:
        return {"label": _("Confirmed"), "tone": "good", "icon": "check-badge"}
    return {"label": _("Not confirmed"), "tone": "warn", "icon": "question-mark-circle"}


class SynergyTable(PortalTable):
    code = code()
    origin = tables.Column(verbose_name=_("From"), orderable=False, attrs=WHOLE)
    goal = tables.Column(verbose_name=_("To"), orderable=False, attrs=WHOLE)
    step = tables.Column(verbose_name=_("Step of the value chain"))
    description = tables.Column(verbose_name=_("What for"), visible=False)
    border = tables.Column(
        verbose_name=_("Between countries"), accessor="crosses_border", orderable=False
    )
    state = StatusColumn(SynergyState, verbose_name=_("State"))
    partner = partner()

    class Meta(PortalTable.Meta):
        model = Synergy
        fields = ["code", "origin", "goal", "step", "description", "border", "state", "partner"]

    def render_border(self, record):
        if not record.crosses_border:
            return _("one country")
        return f"{record.from_cluster.country.name} – {record.to_cluster.country.name}"

    value_border = render_border


class MarketStepTable(PortalTable):
    code = code()
    date = DayColumn(verbose_name=_("Date"), attrs=DATE)
    country = country()
    kind = tables.Column(verbose_name=_("Kind"), attrs=WHOLE)
    title = tables.Column(verbose_name=_("Title"))
    description = tables.Column(verbose_name=_("What was done"), visible=False)
    cluster = tables.Column(verbose_name=_("Cluster"), attrs=WHOLE)
    partner = partner()
    proofs = proofs()

    class Meta(PortalTable.Meta):
        model = MarketStep
        fields = [
            *("code", "date", "country", "kind", "title", "description", "cluster"),
            *("partner", "proofs"),
        ]
