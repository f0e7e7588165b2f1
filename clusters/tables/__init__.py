import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Answer,
    Asked,
    Contact,
    Delivery,
    Label,
    LikelyPair,
    Manager,
    Merge,
    MergeState,
    Novelty,
    Service,
    ServiceRecord,
    State,
)
from common.tables import DayColumn, PortalTable, StatusColumn
from common.templatetags.portal import plain

CODE = {"td": {"class": "code"}}
WHOLE = {"td": {"class": "nowrap"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class MembershipsColumn(tables.Column):
    """The clusters of a firm, those it left in brackets; needs SMEs as `for_list` reads them."""

    def __init__(self, **kwargs):
        super().__init__(verbose_name=_("Clusters"), accessor="memberships", orderable=False)

    def render(self, record):
        memberships = record.memberships.all()
        return render_to_string("clusters/cells/memberships.html", {"memberships": memberships})

    def value(self, record):
        current = [one for one in record.memberships.all() if not one.is_over]
        return ", ".join(membership.cluster.short_name for membership in current)


class SMETable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    name = tables.TemplateColumn(
        template_name="clusters/cells/firm.html", verbose_name=_("Name"), context_object_name="sme"
    )
    native_name = tables.Column(verbose_name=_("In its own script"), visible=False)
    # By its name: the table's own way to a choice's words goes through all countries for each row.
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"], attrs=WHOLE
    )
    town = tables.Column(verbose_name=_("Town"), attrs=WHOLE)
    size_class = tables.Column(verbose_name=_("Size"), attrs=WHOLE)
    nace = tables.Column(verbose_name=_("Activity"))
    clusters = MembershipsColumn()
    deliveries = tables.Column(verbose_name=_("Received"), attrs=RIGHT)
    registration_number = tables.Column(visible=False)
    vat_number = tables.Column(visible=False)
    staff = tables.Column(visible=False)
    turnover = tables.Column(visible=False)
    balance_sheet = tables.Column(visible=False)
    figures_year = tables.Column(visible=False)
    size_override = tables.Column(visible=False)
    size_reason = tables.Column(visible=False)
    website = tables.Column(visible=False)

    class Meta(PortalTable.Meta):
        model = SME
        fields = [
            *("code", "name", "native_name", "country", "town", "size_class", "nace", "clusters"),
            *("deliveries", "registration_number", "vat_number", "staff", "turnover"),
            *("balance_sheet", "figures_year", "size_override", "size_reason", "website"),
        ]
        order_by = "name"

    def value_name(self, record):
        return record.name

    def render_size_class(self, record):
        return record.size.short

    def render_nace(self, record):
        return f"{record.nace} {record.activity}"

    def value_nace(self, record):
        return record.nace

    def value_vat_number(self, value):
        return value

    def value_staff(self, value):
        return value

    value_turnover = value_balance_sheet = value_figures_year = value_staff


class ContactTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    name = tables.TemplateColumn(
        template_name="clusters/cells/person.html",
        verbose_name=_("Name"),
        context_object_name="contact",
    )
    sme = tables.Column(verbose_name=_("SME"), linkify=True, order_by=["sme__name"])
    sme_code = tables.Column(verbose_name=_("SME code"), accessor="sme__code", visible=False)
    legal_basis = tables.Column(verbose_name=_("Legal basis"))
    position = tables.Column(visible=False)
    notice_version = tables.Column(verbose_name=_("Notice"), visible=False)
    informed_on = DayColumn(verbose_name=_("Informed on"), attrs={"td": {"class": "date"}})
    partner = tables.Column(verbose_name=_("Partner"), order_by=["partner__short_name"])

    def value_name(self, record):
        return record.name

    class Meta(PortalTable.Meta):
        model = Contact
        fields = [
            *("code", "name", "position", "sme", "sme_code", "email", "phone"),
            *("legal_basis", "notice_version", "informed_on", "partner"),
        ]
        order_by = "name"


class DoneColumn(tables.Column):
    """Whether a wave's assessment is there, as word and icon."""

    def render(self, value):
        shown = (
            {"label": _("Assessed"), "tone": "good", "icon": "check"}
            if value
            else {"label": _("Missing"), "tone": "calm", "icon": "clock"}
        )
        return render_to_string("components/tag.html", shown)

    def value(self, value):
        return str(_("Assessed") if value else _("Missing"))


class ManagerTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    cluster = tables.Column(verbose_name=_("Cluster"), linkify=True)
    since = DayColumn(verbose_name=_("Since"))

    baseline_done = DoneColumn(verbose_name=_("Baseline"))
    end_done = DoneColumn(verbose_name=_("End"))

    class Meta(PortalTable.Meta):
        model = Manager
        fields = ["code", "name", "cluster", "role", "since", "baseline_done", "end_done"]


class ServiceTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    title = tables.Column(verbose_name=_("Title"), linkify=True)
    cluster = tables.Column(verbose_name=_("Cluster"))
    category = tables.Column(verbose_name=_("Category"))
    novelty = tables.Column(verbose_name=_("Against baseline"))
    deliveries = tables.Column(verbose_name=_("Delivered"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = Service
        fields = ["code", "title", "cluster", "category", "novelty", "deliveries"]

    def render_novelty(self, record):
        return Novelty(record.novelty).short


class ServiceRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    date = DayColumn(verbose_name=_("Date"), attrs={"td": {"class": "date"}})
    sme = tables.Column(verbose_name=_("SME"), order_by=["sme__name"])
    sme_code = tables.Column(verbose_name=_("SME code"), accessor="sme__code", visible=False)
    service = tables.Column(verbose_name=_("Service"), order_by=["service__title"])
    service_code = tables.Column(
        verbose_name=_("Service code"), accessor="service__code", visible=False
    )
    cluster = tables.Column(
        verbose_name=_("Cluster"),
        order_by=["cluster__short_name"],
        attrs={"td": {"class": "whole"}},
    )
    state = StatusColumn(State, verbose_name=_("State"))
    effort = tables.Column(verbose_name=_("Hours"), attrs=RIGHT)
    satisfaction = tables.Column(verbose_name=_("Satisfaction"), attrs=RIGHT, visible=False)
    outcome = tables.Column(verbose_name=_("Outcome"), visible=False)
    proofs = tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)
    verified_at = DayColumn(verbose_name=_("Verified"), attrs={"td": {"class": "date"}})

    def render_effort(self, value):
        return plain(value)

    def value_effort(self, value):
        return value

    class Meta(PortalTable.Meta):
        model = ServiceRecord
        fields = [
            "code",
            "date",
            "sme",
            "service",
            "cluster",
            "state",
            "effort",
            "proofs",
            "verified_at",
        ]


class WaitingTable(ServiceRecordTable):
    """Deliveries of which several are chosen for one press."""

    chosen = tables.TemplateColumn(
        template_name="clusters/cells/chosen.html",
        verbose_name=_("Choose"),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "choose"}},
    )
    created_by = tables.Column(verbose_name=_("Logged by"), order_by=["created_by__name"])
    verified_at = state = None

    class Meta(PortalTable.Meta):
        model = ServiceRecord
        fields = ["code", "date", "sme", "service", "effort", "proofs", "created_by"]
        sequence = ["chosen", "..."]


class AskedTable(PortalTable):
    sme = tables.Column(
        verbose_name=_("Firm"),
        linkify=lambda record: record.get_absolute_url(),
        order_by=["sme__name"],
    )
    sme_code = tables.Column(verbose_name=_("SME code"), accessor="sme__code", visible=False)
    cluster = tables.Column(verbose_name=_("Asked by"), order_by=["cluster__short_name"])
    contact = tables.Column(verbose_name=_("Written to"), empty_values=(), orderable=False)
    last_sent = DayColumn(verbose_name=_("Last mail"))
    reminders = tables.Column(verbose_name=_("Reminders"), attrs=RIGHT, default=0)
    state = tables.Column(verbose_name=_("State"), empty_values=(), orderable=False)
    handed_in_at = DayColumn(verbose_name=_("Handed in"))

    class Meta(PortalTable.Meta):
        model = Asked
        fields = ["sme", "cluster", "contact", "last_sent", "reminders", "state", "handed_in_at"]
        order_by = "sme"

    def render_sme(self, record):
        return record.sme.name

    def render_contact(self, record):
        return render_to_string("clusters/cells/contact.html", {"asked": record})

    def value_contact(self, record):
        return record.contact_name or ""

    def render_state(self, record):
        return render_to_string("components/tag.html", state_of_asked(record))

    def value_state(self, record):
        return str(state_of_asked(record)["label"])


def state_of_asked(asked):
    """How far a firm is, as word, tone and icon."""
    if asked.handed_in_at:
        return {"label": _("Handed in"), "tone": "good", "icon": "check"}
    if asked.begun:
        return {"label": _("Begun"), "tone": "calm", "icon": "pencil"}
    if asked.last_state == Delivery.FAILED:
        return {"label": _("Not sent"), "tone": "bad", "icon": "exclamation-triangle"}
    if asked.last_state == Delivery.INTERRUPTED:
        return {"label": _("Perhaps sent"), "tone": "warn", "icon": "question-mark-circle"}
    if asked.last_state in (Delivery.WAITING, Delivery.SENDING):
        return {"label": _("Being sent"), "tone": "calm", "icon": "clock"}
    if asked.invited:
        return {"label": _("Invited"), "tone": "calm", "icon": "envelope"}
    return {"label": _("Not invited yet"), "tone": "", "icon": "minus"}


class AnswerTable(PortalTable):
    firm = tables.Column(
        verbose_name=_("Firm"),
        accessor="asked__sme",
        order_by=["asked__sme__name"],
        linkify=lambda record: record.asked.get_absolute_url(),
    )
    code = tables.Column(verbose_name=_("SME code"), accessor="asked__sme__code", attrs=CODE)
    cluster = tables.Column(
        verbose_name=_("Asked by"),
        accessor="asked__cluster",
        order_by=["asked__cluster__short_name"],
    )
    wave = tables.Column(
        verbose_name=_("Wave"),
        accessor="asked__wave__get_kind_display",
        order_by=["asked__wave__kind"],
    )
    question_code = tables.Column(
        verbose_name=_("Question code"), accessor="question__code", visible=False
    )
    question = tables.Column(verbose_name=_("Question"), order_by=["question__position"])
    answer = tables.Column(verbose_name=_("Answer"), empty_values=(), orderable=False)
    handed_in = DayColumn(verbose_name=_("Handed in"), accessor="asked__handed_in_at")

    class Meta(PortalTable.Meta):
        model = Answer
        fields = ["firm", "code", "cluster", "wave", "question", "answer", "handed_in"]

    def render_answer(self, record):
        return str(record)

    def value_answer(self, record):
        return record.number or str(record)

    def value_handed_in(self, record):
        return record.asked.handed_in_at


class LabelTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    cluster = tables.Column(verbose_name=_("Cluster"), order_by=["cluster__short_name"])
    level = tables.Column(verbose_name=_("Level"))
    candidate_on = DayColumn(verbose_name=_("Candidate"))
    interview_on = DayColumn(verbose_name=_("Interview"))
    awarded_on = DayColumn(verbose_name=_("Awarded"))
    valid_until = DayColumn(verbose_name=_("Valid until"))
    proofs = tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = Label
        fields = ["code", "cluster", "level", "candidate_on", "interview_on", "awarded_on"]
        sequence = [*fields, "valid_until", "proofs"]


class FirmColumn(tables.TemplateColumn):
    """A firm with what helps to recognise it; exported as code and name."""

    def __init__(self, accessor, **kwargs):
        super().__init__(
            template_name="clusters/cells/candidate.html",
            accessor=accessor,
            orderable=False,
            **kwargs,
        )

    def value(self, value, **kwargs):
        return f"{value.code} {value.name}"


class PairTable(PortalTable):
    score = tables.Column(verbose_name=_("Likeness"), attrs=RIGHT, orderable=False)
    one = FirmColumn("one", verbose_name=_("Firm"))
    other = FirmColumn("other", verbose_name=_("Other firm"))
    reasons = tables.TemplateColumn(
        template_name="clusters/cells/reasons.html", verbose_name=_("Why"), orderable=False
    )
    decide = tables.TemplateColumn(
        template_name="clusters/cells/decide.html",
        verbose_name=_("Decide"),
        orderable=False,
        empty_values=(),
        exclude_from_export=True,
    )

    def value_reasons(self, record):
        return "; ".join(record.sentences)

    class Meta(PortalTable.Meta):
        model = LikelyPair
        fields = ["score", "one", "other", "reasons", "decide"]


class MergeTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    merged = FirmColumn("merged", verbose_name=_("Firm that goes"))
    kept = FirmColumn("kept", verbose_name=_("Firm that stays"))
    state = StatusColumn(MergeState, verbose_name=_("State"))
    proposed_by = tables.Column(verbose_name=_("By"), orderable=False)
    proposed_at = DayColumn(verbose_name=_("On"))
    decided_by = tables.Column(verbose_name=_("Decided by"), orderable=False)

    class Meta(PortalTable.Meta):
        model = Merge
        fields = ["code", "merged", "kept", "state", "proposed_by", "proposed_at", "decided_by"]


class RecipientColumn(tables.Column):
    """The contact of the own partner at the firm; a choice where there are several."""

    def render(self, record):
        partner = record.cluster.partner_id
        contacts = [one for one in record.sme.reachable if one.partner_id == partner]
        context = {"code": record.code, "contacts": contacts, "firm": record.sme}
        return render_to_string("clusters/cells/recipient.html", context)


class AskingTable(WaitingTable):
    """Deliveries whose firms can be asked to confirm them."""

    to = RecipientColumn(
        verbose_name=_("The mail goes to"),
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
    )
    created_by = proofs = effort = None

    class Meta(PortalTable.Meta):
        model = ServiceRecord
        fields = ["code", "date", "sme", "service"]
        sequence = ["chosen", "..."]
