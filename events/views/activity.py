"""Activities: logging them, and the list of them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from common.views import Create, Detail, Edit, List
from events.filters.activity import ActivityFilter
from events.forms import ActivityForm
from events.models import Activity
from events.tables.activity import ActivityTable
from events.views.files import KeepsFiles
from events.views.logging import Logged, LoggedDelete
from projects.models import Evidence, Partner
from projects.views.draft import Drafted
from projects.views.evidence import Proof, proof_of
from workpackages.models import Task

LAST = (
    "last"  # ?like=last: as what one logged last, today; ?like=AC-00012: as that one, on its days
)
LIKE = ["task", "partner", "title", "done", "result", "bodies", "hours"]
LIKE_MANY = ["managers", "competences"]


class ActivityList(Logged, List):
    model = Activity
    table_class = ActivityTable
    filterset_class = ActivityFilter
    title = gettext_lazy("Activities")
    lede = gettext_lazy("What the partners did for the tasks, each logged once.")
    empty = gettext_lazy("No activity here. Remove a filter if you set one, or log an activity.")
    create_url, create_label = "activity_create", gettext_lazy("Log an activity")

    def get_queryset(self):
        rows = super().get_queryset().for_list().with_proof().with_people()
        if "export" in self.request.GET:
            # SECURITY: of the evidence only what the reader may see.
            evidence = Prefetch("evidence", Evidence.objects.visible_to(self.request.user))
            rows = rows.prefetch_related("managers", "smes", "competences", evidence)
        return rows

    def get_table_kwargs(self):
        hidden = () if self.request.project.keeps_hours else ("hours",)
        return {**super().get_table_kwargs(), "exclude": hidden}

    def links(self):
        timeline = reverse("activity_timeline", args=[self.request.project.slug])
        query = self.request.GET.urlencode()
        label = gettext_lazy("Timeline")
        return [(f"{timeline}?{query}" if query else timeline, label, "bars-3-bottom-left")]


class ActivityDetail(Detail):
    model = Activity

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("created_by")

    def get_context_data(self, **kwargs):
        user, activity = self.request.user, self.object
        return super().get_context_data(
            **proof_of(activity, user),
            record=activity,
            managers=activity.managers.visible_to(user).select_related("project", "cluster"),
            firms=activity.smes.visible_to(user).select_related("project"),
            competences=activity.competences.visible_to(user),
            may_log=Partner.objects.read_within_by(user)
            .filter(project=self.request.project)
            .exists(),
            **kwargs,
        )


class ActivityPage(Drafted, Logged):
    model = Activity
    form_class = ActivityForm
    template_name = "events/activity_form.html"
    list_url = "activity_list"

    def saved(self):
        super().saved()
        if self.object.warning:
            messages.warning(self.request, self.object.warning)


class ActivityCreate(ActivityPage, KeepsFiles, Create):
    title = gettext_lazy("Log an activity")

    def get_initial(self):
        project = self.request.project
        initial = {"first_day": project.reading_day(), "partner": self.request.membership.partner}
        if like := self.like:
            initial |= {name: getattr(like, name) for name in LIKE}
            initial |= {name: list(getattr(like, name).all()) for name in LIKE_MANY}
            initial["smes"] = list(like.smes.visible_to(self.request.user))
            if self.request.GET["like"] != LAST:
                initial["first_day"] = like.first_day
                initial["last_day"] = like.last_day if like.lasts > 1 else None
        if code := self.named("task"):
            tasks = Task.objects.visible_to(self.request.user).filter(project=project)
            initial["task"] = tasks.filter(code=code).first() or initial.get("task")
        return initial

    def named(self, name):
        return self.request.GET.get(name, "").replace("\x00", "")

    @cached_property
    def last(self):
        """What the user logged last."""
        mine = Activity.objects.editable_by(self.request.user).filter(
            project=self.request.project, created_by=self.request.user
        )
        return mine.for_list().order_by("-created_at", "-pk").first()

    @cached_property
    def like(self):
        """The activity that this one is like; None for a blank form."""
        asked = self.named("like")
        if asked in ("", LAST):
            return self.last if asked else None
        visible = Activity.objects.visible_to(self.request.user)
        return visible.filter(project=self.request.project, code=asked).first()

    def get_context_data(self, **kwargs):
        return super().get_context_data(last=self.last, like=self.like, **kwargs)


class ActivityEdit(ActivityPage, Edit):
    title = gettext_lazy("Edit activity")

    @property
    def lede(self):
        return str(self.object)


class ActivityDelete(LoggedDelete):
    model = Activity
    list_url = "activity_list"


class ActivityEvidence(Proof):
    record_model = Activity
