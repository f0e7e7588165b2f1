"""Who was at an event, from the organiser's spreadsheet."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import SME, Manager
from events.actions.attendance import MOST_ROWS
from events.forms.attendance import AttendanceForm
from events.models import Attendance, Category, Event, Source, Standing
from events.models.attendance import person_key
from projects.importing import cells
from projects.importing.columns import Column, Kind, brought_in_by
from projects.importing.records import Records, one
from projects.models import Partner


def members(user, project):
    """Whether `user` writes for a partner of `project`; whose event it is is asked with the event."""
    return Partner.objects.read_within_by(user).filter(project=project).exists()


class AttendanceRowForm(AttendanceForm):
    """A row of the list; its event is the one that the file was brought to."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"event"}


@brought_in_by
class Attendances(Records):
    """Rows find who is on the list already by the day and the person; they are confirmed like all others."""

    key_columns = ("date", "manager", "sme", "name", "organisation")
    key_relations = ("manager__cluster", "sme")
    project_path = "event__project"
    kind = Kind(
        name="attendances",
        title=gettext_lazy("People at an event"),
        model=Attendance,
        form=AttendanceRowForm,
        list_url="event_list",
        personal=True,
        brought_by=members,
        within=Event,
        says=gettext_lazy(
            "Each row is a person on a day. A name that is a manager's, and an organisation that is a firm's, are "
            "linked; whoever is on the list already is not entered twice. You confirm them afterwards, as the others."
        ),
        columns=(
            Column("date", also="day | datum | data | dátum | dan | дата", example="2017-06-28"),
            Column(
                "name",
                also="participant | full name | first and last name | surname | nome | nume | név | ime | име",
                example="Ana Jovanović",
            ),
            Column(
                "organisation",
                also="organization | company | firm | institution | affiliation | ente | azienda | organizație | cég",
                example="Region of Vojvodina",
            ),
            Column("country", also="land | país | paese | țara | ország | država | държава"),
            Column(
                "category",
                also="kind | type | sort",
                example="Policymaker",
                words={
                    "manager": "manager | cluster staff",
                    "sme": "firm | company | business",
                    "policymaker": "policy maker | public authority | ministry | municipality | region",
                    "outside_cluster": "cluster | other cluster | external cluster",
                    "other": "university | guest | speaker | press",
                },
            ),
            Column(
                "manager",
                also="cluster manager",
                says=gettext_lazy("A manager's code or name; empty for everybody else."),
            ),
            Column(
                "sme",
                also="sme code | firm code",
                says=gettext_lazy("A firm's code or name; empty for everybody else."),
            ),
        ),
    )

    class Meta(Records.Meta):
        model = Attendance

    def references(self):
        managers = Manager.objects.visible_to(self.user).filter(project=self.project)
        firms = SME.objects.visible_to(self.user).filter(project=self.project)
        return {
            "manager": one(
                managers.select_related("cluster"),
                _("No cluster manager of this project is called “%(words)s”."),
                _("Several managers are called “%(words)s”: %(records)s."),
                names=["name"],
                shown=lambda manager: f"{manager.code} · {manager.name}",
            ),
            "sme": one(
                firms,
                _("No firm of this project is called “%(words)s”."),
                _("Several firms are called “%(words)s”: %(records)s."),
                names=["name"],
                shown=lambda firm: f"{firm.code} · {firm.name}",
            ),
        }

    def defaults_of_new(self):
        """An event of one day needs no column of days."""
        if self.within and self.within.first_day == self.within.last_day:
            return {"date": self.within.first_day}
        return {}

    # --- Which person a row means -------------------------------------------------------------------

    def scope(self):
        return Attendance.objects.filter(event=self.within)

    def prepare(self):
        super().prepare()
        self.present |= {"manager", "sme", "organisation", "name"}
        self.on_day = Counter(self.scope().values_list("date", flat=True))

    def identify(self, row):
        self.link(row)
        return super().identify(row)

    def link(self, row):
        """Say in the row's own cells which manager or firm of the project its words mean, if they mean only one."""
        if cells.text(row.get("manager")).strip() or cells.text(row.get("sme")).strip():
            return
        try:
            category = self.fields["category"].widget.clean(row.get("category"))
        except ValueError:
            return  # the row is told so
        if category == Category.MANAGER and (manager := self._only("manager", row.get("name"))):
            row["manager"], row["name"], row["organisation"] = manager.code, "", ""
        elif category == Category.SME and (firm := self._only("sme", row.get("organisation"))):
            row["sme"], row["organisation"] = firm.code, ""

    def _only(self, column, cell):
        try:
            return self.fields[column].widget.clean(cell) if cells.text(cell).strip() else None
        except ValueError:
            return None

    def key(self, values):
        """One person is on the list of a day once: as a manager, for a firm, or by name and organisation."""
        day, manager, firm = values["date"], values["manager"], values["sme"]
        if day in (None, ""):
            return None
        if manager:
            return day, "manager", manager.pk
        person = person_key(values["name"] or "", "" if firm else values["organisation"] or "")
        if not firm and not person:
            return None
        return day, firm.pk if firm else None, person

    # --- One row --------------------------------------------------------------------------------------

    def init_instance(self, row=None):
        instance = Attendance(event=self.within, created_by=self.user, source=Source.IMPORTED)
        instance.row_number = f"r{row['row_number']}"
        return instance

    def import_instance(self, instance, row, **kwargs):
        if self.within.state == Standing.CANCELLED:
            raise ValidationError({"date": _("The event was cancelled: nobody was there.")})
        super().import_instance(instance, row, **kwargs)
        self.on_day[instance.date] += row["new"]
        if self.on_day[instance.date] > MOST_ROWS:
            raise ValidationError(
                {"date": _("%d people at most are on the list of a day.") % MOST_ROWS}
            )

    def after_init_instance(self, instance, new, row, **kwargs):
        super().after_init_instance(instance, new, row, **kwargs)
        if not new:
            instance.event = self.within  # asked for days without a query each

    def called(self, instance):
        return instance.who or self.label_of({"name": instance.organisation})

    def take_codes(self, count):
        """People at an event have no code."""

    def new_code(self, instance):
        return ""
