import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Assessment,
    Cluster,
    Label,
    Manager,
    Service,
    ServiceRecord,
    Strategy,
)
from clusters.tables import LabelTable, MembershipsColumn, ServiceRecordTable
from common.tables import DayColumn, PortalTable
from events.models import (
    Activity,
    Agreement,
    Attendance,
    Collaboration,
    Dissemination,
    DisseminationCountry,
    Event,
    Meeting,
    PolicyMeeting,
)
from indicators.models import Change, Reading
from workpackages.models import Deliverable


class UnitTable(PortalTable):
    """The units of a figure, of whatever kind. `by_name`: the fields that sort them as people read them."""

    by_name = ("name",)

    code = tables.Column(verbose_name=_("Code"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"]
    )
    first = DayColumn(verbose_name=_("Counts since"))
    count = tables.TemplateColumn(
        template_name="indicators/cells/records.html",
        verbose_name=_("Records"),
        attrs={"td": {"class": "number"}, "th": {"class": "number"}},
    )

    class Meta(PortalTable.Meta):
        pass

    def value_count(self, record):
        return record.count


class SMEUnitTable(UnitTable):
    clusters = MembershipsColumn()

    class Meta(UnitTable.Meta):
        sequence = ("code", "name", "country", "clusters", "...")


class ClusterUnitTable(UnitTable):
    by_name = ("short_name",)

    name = tables.Column(verbose_name=_("Name"), accessor="short_name", linkify=True)


class CountryUnitTable(UnitTable):
    """Countries, as rows that are no records."""

    code = tables.Column(verbose_name=_("Code"))
    name = tables.Column(verbose_name=_("Country"))
    country = None

    def value_first(self, record):
        return record["first"]

    def value_count(self, record):
        return record["count"]


class ManagerUnitTable(UnitTable):
    cluster = tables.Column(verbose_name=_("Cluster"), linkify=True)
    country = None


class CollaborationUnitTable(UnitTable):
    by_name = ("outside_cluster__name",)

    name = tables.Column(verbose_name=_("With"), accessor="outside_cluster", linkify=True)
    own = tables.Column(verbose_name=_("Of"), accessor="own_side", orderable=False)
    country = tables.Column(
        verbose_name=_("Country"),
        accessor="outside_cluster__country__name",
        order_by=["outside_cluster__country"],
    )


class PresenceUnitTable(UnitTable):
    """Presences. SECURITY: no names; whoever may read them does so on the event's list."""

    by_name = ("date",)

    code = None
    name = tables.Column(verbose_name=_("Event"), accessor="event", linkify=True)


class PolicyMeetingUnitTable(UnitTable):
    by_name = ("date",)

    name = tables.Column(verbose_name=_("Organisation"), accessor="organisation", linkify=True)
    country = None


class StrategyUnitTable(UnitTable):
    by_name = ("title",)

    name = tables.Column(verbose_name=_("Title"), accessor="title", linkify=True)
    country = None


class TitledUnitTable(StrategyUnitTable):
    """What is a record and a unit at once, under its own title."""


class DeliveryUnitTable(UnitTable):
    by_name = ("date",)

    name = tables.Column(verbose_name=_("Service"), accessor="service__title", linkify=False)
    country = tables.Column(
        verbose_name=_("Country"), accessor="sme__country__name", order_by=["sme__country"]
    )


class DisseminationUnitTable(UnitTable):
    by_name = ("on_day",)

    name = tables.Column(verbose_name=_("Title"), accessor="called", linkify=True)
    country = None


class ReadingUnitTable(UnitTable):
    by_name = ("date",)

    name = tables.Column(verbose_name=_("Read by"), accessor="partner__short_name")
    country = None


class StrategyRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    title = tables.Column(linkify=True)
    adopted_on = DayColumn(verbose_name=_("Adopted"))

    class Meta(PortalTable.Meta):
        model = Strategy
        fields = ["code", "title", "cluster", "adopted_on"]
        order_by = "code"


class AttendanceRecordTable(PortalTable):
    """Attendances. SECURITY: no names; whoever may read them does so on the event's list."""

    event = tables.Column(linkify=True)
    date = DayColumn(verbose_name=_("Day"))
    category = tables.Column(verbose_name=_("Category"))
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"]
    )
    confirmed_at = DayColumn(verbose_name=_("Confirmed"))

    class Meta(PortalTable.Meta):
        model = Attendance
        fields = ["event", "date", "category", "country", "confirmed_at"]
        order_by = "date"


class AssessmentRecordTable(PortalTable):
    manager = tables.Column(linkify=True)
    wave = tables.Column()
    kind = tables.Column()
    date = DayColumn()

    class Meta(PortalTable.Meta):
        model = Assessment
        fields = ["manager", "wave", "kind", "date"]
        order_by = "date"


class AgreementRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    collaboration = tables.Column(linkify=True)
    date = DayColumn()
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(PortalTable.Meta):
        model = Agreement
        fields = ["code", "collaboration", "kind", "subject", "date", "proofs"]
        order_by = "date"


class MeetingRecordTable(AgreementRecordTable):
    date = None
    called = tables.Column(verbose_name=_("Subject"))
    on_day = DayColumn(verbose_name=_("Day"))

    class Meta(PortalTable.Meta):
        model = Meeting
        fields = ["code", "collaboration", "kind", "called", "on_day", "proofs"]
        order_by = "on_day"


class CountryRecordTable(PortalTable):
    country = tables.Column(accessor="country__name", order_by=["country"])
    dissemination = tables.Column(linkify=True)

    class Meta(PortalTable.Meta):
        model = DisseminationCountry
        fields = ["country", "dissemination"]
        order_by = "country"


class DisseminationRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    called = tables.Column(verbose_name=_("Title"), linkify=True)
    country = tables.Column(accessor="event__country__name", order_by=["event__country"])
    on_day = DayColumn(verbose_name=_("Day"))
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(PortalTable.Meta):
        model = Dissemination
        fields = ["code", "called", "country", "on_day", "state", "proofs"]
        order_by = "on_day"


class PolicyMeetingRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    date = DayColumn()
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(PortalTable.Meta):
        model = PolicyMeeting
        fields = ["code", "organisation", "level", "subject", "date", "confirmed", "proofs"]
        order_by = "date"


class TitledRecordTable(PortalTable):
    """Records under their own title."""

    code = tables.Column(verbose_name=_("Code"), linkify=True)
    title = tables.Column(linkify=True)

    class Meta(PortalTable.Meta):
        fields = ["code", "title"]
        order_by = "code"


class ServiceRowTable(TitledRecordTable):
    since = DayColumn()

    class Meta(TitledRecordTable.Meta):
        model = Service
        fields = ["code", "title", "cluster", "category", "novelty", "since"]


class EventRowTable(TitledRecordTable):
    first_day = DayColumn(verbose_name=_("Day"))
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(TitledRecordTable.Meta):
        model = Event
        fields = ["code", "title", "kind", "first_day", "state", "proofs"]
        order_by = "first_day"


class ActivityRowTable(TitledRecordTable):
    first_day = DayColumn(verbose_name=_("Day"))
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(TitledRecordTable.Meta):
        model = Activity
        fields = ["code", "title", "partner", "task", "first_day", "proofs"]
        order_by = "first_day"


class DeliverableRowTable(TitledRecordTable):
    submitted_on = DayColumn(verbose_name=_("Submitted"))

    class Meta(TitledRecordTable.Meta):
        model = Deliverable
        fields = ["code", "title", "state", "submitted_on"]


class ReadingTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    date = DayColumn()
    value = tables.TemplateColumn(
        "{% load portal %}{{ record.value|plain }}",
        attrs={"td": {"class": "number"}, "th": {"class": "number"}},
    )
    cluster = tables.Column(default=_("the project"))
    accepted = tables.TemplateColumn(
        template_name="indicators/cells/accepted.html", verbose_name=_("State")
    )
    proofs = tables.Column(verbose_name=_("Proofs"))

    class Meta(PortalTable.Meta):
        model = Reading
        fields = ["code", "date", "value", "cluster", "partner", "accepted", "proofs"]
        order_by = "-date"

    def value_value(self, record):
        return record.value

    def value_accepted(self, record):
        return record.standing.label


class WhyColumn(tables.Column):
    """Why a record does not count: the same sentence for all that fall out at a step."""

    def __init__(self, why):
        super().__init__(verbose_name=_("Why it does not count"), empty_values=(), orderable=False)
        self.why = why

    def render(self):
        return self.why

    value = render


class MendColumn(tables.TemplateColumn):
    """Where a record that does not count is mended: at itself, or at what the path `mended` leads to."""

    def __init__(self, mended):
        super().__init__(
            template_name="indicators/cells/mend.html",
            verbose_name=_("Mend"),
            orderable=False,
            exclude_from_export=True,
            extra_context={},
        )
        self.mended = mended

    def render(self, record, *args, **kwargs):
        place = record
        for part in filter(None, self.mended.split("__")):
            place = getattr(place, part)
        self.extra_context["place"] = place
        return super().render(record, *args, **kwargs)


class ProofTable(PortalTable):
    """Units by how they are proven. The rows are `views.proof.Line`s."""

    code = tables.TemplateColumn(
        template_name="indicators/cells/unit.html", verbose_name=_("Code"), order_by="code"
    )
    name = tables.Column(verbose_name=_("Name"))
    level = tables.TemplateColumn(
        template_name="indicators/cells/level.html", verbose_name=_("Proof"), order_by="level"
    )
    why = tables.Column(verbose_name=_("Why"))
    records = tables.Column(
        verbose_name=_("Records"), attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    mended = tables.TemplateColumn(
        template_name="indicators/cells/mended.html",
        verbose_name=_("Mend"),
        accessor="address",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(PortalTable.Meta):
        pass

    def value_code(self, record):
        return record.code

    def value_level(self, record):
        return record.level.label


class ChangeTable(PortalTable):
    indicator = tables.Column(accessor="indicator__code", verbose_name=_("Indicator"))
    kind = tables.Column(linkify=True)
    created_at = DayColumn(verbose_name=_("Proposed"))
    state = tables.TemplateColumn(template_name="indicators/cells/state.html")

    class Meta(PortalTable.Meta):
        model = Change
        fields = ["created_at", "indicator", "kind", "reason", "proposed_by_name"]
        sequence = ("created_at", "indicator", "kind", "reason", "proposed_by_name", "state", "...")
        order_by = "-created_at"

    def value_state(self, record):
        return record.get_state_display()


# How the units and the records of measures are listed, by model.
UNITS = {
    SME: SMEUnitTable,
    Cluster: ClusterUnitTable,
    Manager: ManagerUnitTable,
    Collaboration: CollaborationUnitTable,
    Attendance: PresenceUnitTable,
    PolicyMeeting: PolicyMeetingUnitTable,
    Strategy: StrategyUnitTable,
    Service: TitledUnitTable,
    ServiceRecord: DeliveryUnitTable,
    Event: TitledUnitTable,
    Activity: TitledUnitTable,
    Dissemination: DisseminationUnitTable,
    Deliverable: TitledUnitTable,
    Reading: ReadingUnitTable,
    None: CountryUnitTable,
}
RECORDS = {
    ServiceRecord: ServiceRecordTable,
    Label: LabelTable,
    Attendance: AttendanceRecordTable,
    Assessment: AssessmentRecordTable,
    Agreement: AgreementRecordTable,
    Meeting: MeetingRecordTable,
    DisseminationCountry: CountryRecordTable,
    Dissemination: DisseminationRecordTable,
    PolicyMeeting: PolicyMeetingRecordTable,
    Strategy: StrategyRecordTable,
    Service: ServiceRowTable,
    Event: EventRowTable,
    Activity: ActivityRowTable,
    Deliverable: DeliverableRowTable,
    Reading: ReadingTable,
}
