from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from events.actions.acquaintance import erase_acquaintance, follow_up_done
from events.filters.cooperation import AcquaintanceFilter, OutsideClusterFilter
from events.forms.cooperation import AcquaintanceForm, OutsideClusterForm
from events.models import Acquaintance, Event, OutsideCluster
from events.tables.cooperation import AcquaintanceTable, OutsideClusterTable
from events.views.cooperation import (
    ReadsPeople,
    RoomCreate,
    RoomDelete,
    RoomDetail,
    RoomEdit,
    RoomList,
)
from events.views.keeping import KeptByPartner


class OutsideClusterList(RoomList):
    model = OutsideCluster
    table_class = OutsideClusterTable
    filterset_class = OutsideClusterFilter
    title = gettext_lazy("Outside clusters")
    lede = gettext_lazy("Clusters that are no part of the consortium, each entered once.")
    empty = gettext_lazy("No cluster here. Remove a filter if you set one, or add a cluster.")
    create_url, create_label = "outsidecluster_create", gettext_lazy("Add a cluster")

    def get_queryset(self):
        return super().get_queryset().for_list()


class OutsideClusterDetail(RoomDetail):
    model = OutsideCluster
    template_name = "events/outsidecluster_detail.html"
    list_url = "outsidecluster_list"

    def facts(self):
        record = self.object
        return [
            (_("Country"), record.country.name, ""),
            (_("Town"), record.town, ""),
            (_("Sector"), record.sector, ""),
            (_("Label"), record.get_level_display() if record.level else "", ""),
            (_("Website"), record.website, record.website),
            (_("Note"), record.note, ""),
            (_("Kept by"), str(record.partner), ""),
        ]

    def get_context_data(self, **kwargs):
        record, user = self.object, self.request.user
        together = record.collaborations.visible_to(user).for_list()
        people = list(record.people.visible_to(user).for_list())
        return super().get_context_data(
            collaborations=together.with_first_day().with_numbers(),
            people=people,
            # SECURITY: of what other partners keep, the number and nothing else.
            people_elsewhere=record.people.count() - len(people),
            may_create=KeptByPartner.may_create(self),
            **kwargs,
        )


class OutsideClusterPage:
    model = OutsideCluster
    form_class = OutsideClusterForm
    list_url = "outsidecluster_list"


class OutsideClusterCreate(OutsideClusterPage, RoomCreate):
    title = gettext_lazy("New outside cluster")


class OutsideClusterEdit(OutsideClusterPage, RoomEdit):
    title = gettext_lazy("Edit outside cluster")


class OutsideClusterDelete(RoomDelete):
    model = OutsideCluster
    list_url = "outsidecluster_list"


class AcquaintanceList(ReadsPeople, RoomList):
    model = Acquaintance
    table_class = AcquaintanceTable
    filterset_class = AcquaintanceFilter
    title = gettext_lazy("Contacts made")
    lede = gettext_lazy(
        "Persons whom your partner met outside the consortium, and what is to follow. Other partners do not see them."
    )
    empty = gettext_lazy("No contact here. Remove a filter if you set one, or add a contact.")
    create_url, create_label = "acquaintance_create", gettext_lazy("Add a contact")

    def get_queryset(self):
        return super().get_queryset().for_list()


class AcquaintanceDetail(RoomDetail):
    model = Acquaintance
    template_name = "events/acquaintance_detail.html"
    list_url = "acquaintance_list"

    def tag(self):
        return AcquaintanceTable.tag_of_state(None, self.object) if self.object.follow_up else None

    def facts(self):
        record = self.object
        outside = record.outside_cluster
        day = f", {date_format(record.day)}" if record.day else ""
        notice = _("version %(version)s, informed on %(day)s") % {
            "version": record.notice_version,
            "day": date_format(record.informed_on),
        }
        return [
            (_("Organisation"), record.organisation, ""),
            (_("Outside cluster"), str(outside or ""), outside and outside.get_absolute_url()),
            (_("Country"), record.country.name, ""),
            (_("E-mail"), record.email, record.email and f"mailto:{record.email}"),
            (_("Telephone"), record.phone, ""),
            (_("Met at"), f"{record.met}{day}" if record.met else "", ""),
            (_("What is to follow"), record.follow_up, ""),
            (_("Until"), date_format(record.due_on) if record.due_on else "", ""),
            (_("Done on"), date_format(record.done_on) if record.done_on else "", ""),
            (_("Legal basis"), record.get_legal_basis_display(), ""),
            (_("Privacy notice"), notice, ""),
            (_("Kept by"), str(record.partner), ""),
        ]


class AcquaintancePage:
    model = Acquaintance
    form_class = AcquaintanceForm
    list_url = "acquaintance_list"
    template_name = "house/form.html"


class AcquaintanceCreate(AcquaintancePage, RoomCreate):
    title = gettext_lazy("New contact")
    NAMED = {"event": Event, "outside_cluster": OutsideCluster}

    def get_initial(self):
        initial = super().get_initial()
        if outside := initial.get("outside_cluster"):
            initial |= {"organisation": outside.name, "country": outside.country}
        return initial


class AcquaintanceEdit(AcquaintancePage, RoomEdit):
    title = gettext_lazy("Edit contact")


class AcquaintanceDelete(RoomDelete):
    model = Acquaintance
    list_url = "acquaintance_list"

    def remove(self, record):
        erase_acquaintance(user=self.request.user, person=record)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=_("Erase what is kept of %(name)s?") % {"name": self.object},
            consequence=_(
                "Name, address and telephone number are deleted here and in the history of changes. "
                "That a contact was kept and erased stays there, without the person."
            ),
            submit_label=_("Erase"),
            **kwargs,
        )


@require_POST
def acquaintance_done(request, code):
    """Say that what was to follow is done today."""
    visible = Acquaintance.objects.visible_to(request.user).for_list()
    person = get_object_or_404(visible, project=request.project, code=code)
    try:
        follow_up_done(user=request.user, person=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done: %(what)s") % {"what": person.follow_up})
    return redirect(person)
