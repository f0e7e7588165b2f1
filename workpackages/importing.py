"""The work plan from spreadsheets: work packages, tasks, deliverables, milestones, risks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.importing import widgets
from projects.importing.columns import CODE_COLUMN, Column, Kind, brought_in_by
from projects.importing.records import Records, one
from projects.models import Objective, Partner, Project
from workpackages import forms
from workpackages.actions import remember_change
from workpackages.forms.month import MonthField
from workpackages.models import Amendment, Deliverable, Milestone, Risk, Task, WorkPackage
from workpackages.plan import planned


def coordinators(user, project):
    """Whether `user` writes the plan of `project`."""
    return Project.objects.editable_by(user).filter(pk=project.pk).exists()


_NUMBER = Column("number", also="no | nr | № | numero | nummer | número", example=1)
_TITLE = Column("title", also="name | task | work package title | titolo | titel | título | titlu")
_LEAD = Column(
    "lead",
    also="leader | lead partner | lead beneficiary | responsible partner | partner",
    says=gettext_lazy("The partner's short name."),
)
_FIRST = Column("first_month", also="start month | start | from | begin | first", example="M1")
_LAST = Column("last_month", also="end month | end | to | until | last", example="M12")
_DUE = Column("due_month", also="due date | due | delivery month | month", example="M6")
_PACKAGE = Column(
    "work_package", also="wp | package", example="WP1", says=gettext_lazy("Its code, such as WP1.")
)
_AMENDMENT = Column(
    "amendment",
    example="",
    says=gettext_lazy("The number of the amendment that changes the plan; empty for a correction."),
)
_DESCRIPTION = Column("description", also="what | text", example="")


def _kind(name, title, model, form, *own, list_url="work_plan", says=""):
    return Kind(
        name=name,
        title=title,
        model=model,
        form=form,
        list_url=list_url,
        says=says,
        brought_by=coordinators,
        columns=(CODE_COLUMN, *own),
    )


class Planned(Records):
    """Rows of the plan: their codes follow from their numbers, and a change names its amendment."""

    unknown = gettext_lazy("No part of this plan has the code %(code)s.")

    class Meta(Records.Meta):
        model = None

    def widget(self, column, epoch):
        if isinstance(self.kind.form.base_fields.get(column.name), MonthField):
            return widgets.Text()  # "M7", 7 or a day: the form knows
        return super().widget(column, epoch)

    def value(self, instance, name):
        if name == "amendment":
            return None
        if name in self.several:
            return [] if instance._state.adding else list(getattr(instance, name).all())
        return super().value(instance, name)

    def references(self):
        project = self.project
        partners = Partner.objects.visible_to(self.user).filter(project=project)
        packages = WorkPackage.objects.visible_to(self.user).filter(project=project)
        no_partner = _("No partner of this project is called “%(words)s”.")
        partners_twice = _("Several partners are called “%(words)s”: %(records)s.")
        no_package = _("No work package of this project is called “%(words)s”.")
        packages_twice = _("Several work packages are called “%(words)s”: %(records)s.")

        def many(queryset, none, several, names, shown):
            return lambda: widgets.Records(
                queryset, none=none, several=several, names=names, shown=shown
            )

        return {
            "lead": one(
                partners,
                no_partner,
                partners_twice,
                names=["short_name", "name"],
                shown=lambda partner: partner.short_name,
            ),
            "contributors": many(
                partners,
                no_partner,
                partners_twice,
                ["short_name", "name"],
                lambda partner: partner.short_name,
            ),
            "work_package": one(
                packages,
                no_package,
                packages_twice,
                names=["title", "number"],
                shown=lambda package: package.code,
            ),
            "work_packages": many(
                packages,
                no_package,
                packages_twice,
                ["title", "number"],
                lambda package: package.code,
            ),
            "objectives": many(
                Objective.objects.visible_to(self.user).filter(project=project),
                _("No objective of this project has the number “%(words)s”."),
                _("Several objectives fit “%(words)s”: %(records)s."),
                ["number", "text"],
                lambda objective: str(objective.number),
            ),
            "task": one(
                Task.objects.visible_to(self.user).filter(project=project),
                _("No task of this project is called “%(words)s”."),
                _("Several tasks are called “%(words)s”: %(records)s."),
                names=["title"],
                shown=lambda task: task.code,
            ),
            "amendment": one(
                Amendment.objects.visible_to(self.user).filter(project=project),
                _("No amendment of this project has the number “%(words)s”."),
                _("Several amendments fit “%(words)s”: %(records)s."),
                names=["number"],
                shown=lambda amendment: str(amendment.number),
            ),
        }

    def key(self, values):
        if any(value in (None, "") for value in values.values()):
            return None
        return tuple(getattr(value, "pk", value) for value in values.values())

    def form_for(self, instance, new):
        form = super().form_for(instance, new)
        form.before = None if new else self.planned(instance)
        return form

    def planned(self, instance):
        return planned(instance)

    def take_codes(self, count):
        """Codes follow from the numbers that the rows say."""

    def new_code(self, instance):
        return instance.own_code

    def write_entered(self):
        entered = list(self.entered)
        super().write_entered()
        for record, data in entered:
            for name in self.several & data.keys():
                getattr(record, name).set(data[name] or [])
            if data.get("amendment"):
                remember_change(
                    amendment=data["amendment"],
                    record=record,
                    before=None,
                    after=self.planned(record),
                )


@brought_in_by
class WorkPackages(Planned):
    key_columns = ("number",)
    kind = _kind(
        "work-packages",
        gettext_lazy("Work packages"),
        WorkPackage,
        forms.WorkPackageForm,
        _NUMBER,
        _TITLE,
        _LEAD,
        _FIRST,
        _LAST,
        Column("aim", also="objectives | description | aims", example=""),
        _AMENDMENT,
        says=gettext_lazy("A work package that is there already is found by its number."),
    )

    class Meta(Planned.Meta):
        model = WorkPackage


@brought_in_by
class Tasks(Planned):
    key_columns = ("work_package", "number")
    key_relations = ("work_package",)
    prefetch = ("contributors", "objectives")
    kind = _kind(
        "tasks",
        gettext_lazy("Tasks"),
        Task,
        forms.TaskForm,
        _PACKAGE,
        _NUMBER,
        _TITLE,
        _LEAD,
        _FIRST,
        _LAST,
        _DESCRIPTION,
        Column(
            "contributors",
            also="participants | contributing partners",
            says=gettext_lazy("Short names of partners, with semicolons between them."),
        ),
        Column(
            "objectives",
            also="aims",
            says=gettext_lazy("Numbers of objectives, with semicolons between them."),
        ),
        _AMENDMENT,
        says=gettext_lazy("A task that is there already is found by its work package and number."),
    )

    class Meta(Planned.Meta):
        model = Task


@brought_in_by
class Deliverables(Planned):
    key_columns = ("work_package", "number")
    key_relations = ("work_package",)
    kind = _kind(
        "deliverables",
        gettext_lazy("Deliverables"),
        Deliverable,
        forms.DeliverableForm,
        _PACKAGE,
        _NUMBER,
        _TITLE,
        Column("task", example="", says=gettext_lazy("Its code, such as T1.1.")),
        _LEAD,
        Column(
            "kind",
            also="type | nature",
            example="R: document, report",
            words={"R": "report | document", "DEC": "website | media | film", "OTHER": "other"},
        ),
        Column(
            "level",
            also="dissemination level | access",
            example="PU: public",
            words={"PU": "public", "CO": "confidential | sensitive | SEN"},
        ),
        _DUE,
        _DESCRIPTION,
        _AMENDMENT,
        list_url="deliverable_list",
        says=gettext_lazy(
            "A deliverable that is there already is found by its work package and number."
        ),
    )

    class Meta(Planned.Meta):
        model = Deliverable


@brought_in_by
class Milestones(Planned):
    key_columns = ("number",)
    kind = _kind(
        "milestones",
        gettext_lazy("Milestones"),
        Milestone,
        forms.MilestoneForm,
        _NUMBER,
        _TITLE,
        _PACKAGE,
        _LEAD,
        _DUE,
        _DESCRIPTION,
        Column("verification", also="means of verification | verified by", example=""),
        _AMENDMENT,
        list_url="milestone_list",
        says=gettext_lazy("A milestone that is there already is found by its number."),
    )

    class Meta(Planned.Meta):
        model = Milestone


@brought_in_by
class Risks(Planned):
    key_columns = ("number",)
    prefetch = ("work_packages",)
    kind = _kind(
        "risks",
        gettext_lazy("Critical risks"),
        Risk,
        forms.RiskForm,
        _NUMBER,
        Column("description", also="risk | what may happen", example="Managers leave"),
        Column(
            "work_packages",
            also="wp | wps | work package",
            example="WP1",
            says=gettext_lazy("Codes, with semicolons between them."),
        ),
        Column("mitigation", also="measures | proposed mitigation | risk mitigation", example=""),
        list_url="risk_list",
        says=gettext_lazy("A risk that is there already is found by its number."),
    )

    class Meta(Planned.Meta):
        model = Risk

    def planned(self, instance):
        return None
