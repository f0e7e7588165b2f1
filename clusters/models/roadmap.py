"""What a strategy sets out to do: its objectives, and the actions that lead there."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models.strategy import MOST_SIGNS, YEARS, Strategy
from clusters.models.theme import ChainStep, Theme
from common.search import Searchable, SearchableQuerySet
from projects.models import Membership, PriorityArea, ProjectRecord, ProjectRecordQuerySet


class ActionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")

    @property
    def tone(self):
        return {"planned": "calm", "under_way": "calm", "done": "good", "dropped": "none"}[
            self.value
        ]

    @property
    def icon(self):
        return {
            "planned": "calendar",
            "under_way": "play",
            "done": "check",
            "dropped": "x-mark",
        }[self.value]


class StrategyObjectiveQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(strategy__in=Strategy.objects.editable_by(user))

    def for_list(self):
        return self.select_related(
            "project",
            "strategy__project",
            "strategy__cluster__partner",
            "theme",
            "step",
            "area",
            "created_by",
        )

    def of_clusters(self):
        return self.filter(strategy__cluster__isnull=False)

    def with_counts(self):
        """Adds how many actions it has (`action_count`), and how many are done (`done_count`)."""
        return self.annotate(
            action_count=models.Count("actions", distinct=True),
            done_count=models.Count(
                "actions", filter=Q(actions__status=ActionStatus.DONE), distinct=True
            ),
        )


class StrategyObjective(ProjectRecord, Searchable):
    """One aim of a strategy, tagged so that it can be set beside those of other clusters.

    An objective of the joint strategy keeps the clusters' objectives that it comes from.
    """

    PREFIX = "SO"
    DIGITS = 3
    SEARCHED = ("code", "title", "text", "measured_by")

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, related_name="strategy_objectives"
    )
    strategy = models.ForeignKey(
        Strategy, verbose_name=_("strategy"), on_delete=models.CASCADE, related_name="objectives"
    )
    position = models.PositiveSmallIntegerField(_("number"), default=1)
    title = models.CharField(_("objective"), max_length=250)
    text = models.TextField(_("in more words"), blank=True, max_length=MOST_SIGNS)
    measured_by = models.CharField(
        _("how it is seen to be reached"),
        max_length=300,
        blank=True,
        help_text=_("A figure and a year, for example."),
    )
    theme = models.ForeignKey(
        Theme,
        verbose_name=_("theme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
        help_text=_("The matrix of strategies sets objectives of one theme side by side."),
    )
    step = models.ForeignKey(
        ChainStep,
        verbose_name=_("step of the value chain"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
    )
    area = models.ForeignKey(
        PriorityArea,
        verbose_name=_("S3 priority"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
    )
    sources = models.ManyToManyField(
        "self",
        verbose_name=_("objectives it comes from"),
        symmetrical=False,
        blank=True,
        related_name="joint_objectives",
    )

    objects = StrategyObjectiveQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("objective of a strategy")
        verbose_name_plural = _("objectives of strategies")
        ordering = ["strategy", "position", "pk"]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("strategyobjective_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        return self.strategy.partner


class RoadmapActionQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(objective__strategy__in=Strategy.objects.editable_by(user))

    def for_list(self):
        return self.select_related(
            "project",
            "objective__project",
            "objective__strategy__project",
            "objective__strategy__cluster__partner",
            "responsible__user",
            "depends_on",
            "created_by",
        )

    def open(self):
        return self.filter(status__in=[ActionStatus.PLANNED, ActionStatus.UNDER_WAY])

    def due_between(self, first, last):
        """Open actions that end on a day from `first` to `last`."""
        return self.open().filter(due_on__range=(first, last))

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)


class RoadmapAction(ProjectRecord, Searchable):
    """A step of the roadmap: who does what from when to when for an objective, and after which other step."""

    PREFIX = "RA"
    DIGITS = 3
    SEARCHED = ("code", "title", "text", "carried_by")

    objective = models.ForeignKey(
        StrategyObjective,
        verbose_name=_("objective"),
        on_delete=models.CASCADE,
        related_name="actions",
    )
    title = models.CharField(_("action"), max_length=250)
    text = models.TextField(_("in more words"), blank=True, max_length=4000)
    responsible = models.ForeignKey(
        Membership,
        verbose_name=_("responsible"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="roadmap_actions",
        help_text=_("The member of the project who sees to it and is reminded."),
    )
    carried_by = models.CharField(
        _("carried out by"),
        max_length=200,
        blank=True,
        help_text=_("Firms or bodies outside the project, in words."),
    )
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ActionStatus, default=ActionStatus.PLANNED
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    depends_on = models.ForeignKey(
        "self",
        verbose_name=_("comes after"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="dependents",
        help_text=_("An action that has to be done first."),
    )

    objects = RoadmapActionQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("action of a roadmap")
        verbose_name_plural = _("actions of roadmaps")
        ordering = ["objective", F("begins_on").asc(nulls_last=True), "pk"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("begins_on")),
                name="roadmapaction_ends_after_start",
                violation_error_message=_("An action is not due before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False)
                | (~Q(status="done") & Q(done_on__isnull=True)),
                name="roadmapaction_done_has_a_day",
                violation_error_message=_(
                    "What is done has the day on which it was, and nothing else has."
                ),
            ),
        ]
        indexes = [models.Index(fields=["project", "status", "due_on"], name="roadmap_due")]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("roadmapaction_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        """Whose staff sees to it when nobody is named."""
        return self.objective.strategy.partner

    @property
    def state(self):
        return ActionStatus(self.status)

    @property
    def is_open(self):
        return self.status in (ActionStatus.PLANNED, ActionStatus.UNDER_WAY)

    def is_overdue(self, day):
        return self.is_open and self.due_on is not None and self.due_on < day

    def clean(self):
        super().clean()
        problems = {}
        for name in ("begins_on", "due_on", "done_on"):
            day = getattr(self, name)
            if day and not YEARS[0] <= day.year <= YEARS[1]:
                problems[name] = _("Is the year right?")
        if self.begins_on and self.due_on and self.due_on < self.begins_on:
            problems["due_on"] = _("An action is not due before it begins.")
        if self.status == ActionStatus.DONE and not self.done_on:
            problems["done_on"] = _("Say on which day it was done.")
        elif self.status != ActionStatus.DONE and self.done_on:
            problems["done_on"] = _("Only what is done has such a day: choose “Done”, or clear it.")
        elif self.done_on and self.done_on > timezone.localdate():
            problems["done_on"] = _("This day has not come yet.")
        if sentence := self.circle():
            problems["depends_on"] = sentence
        if problems:
            raise ValidationError(problems)

    def circle(self):
        """Why it can't come after `depends_on`, as a sentence; empty if it can."""
        if not self.depends_on_id:
            return ""
        if self.depends_on_id == self.pk:
            return _("An action can't come after itself.")
        # Read anew: somebody else may have set another one meanwhile.
        rows = RoadmapAction.objects.filter(objective__strategy=self.objective.strategy_id)
        after = {
            pk: (before, code) for pk, before, code in rows.values_list("pk", "depends_on", "code")
        }
        way, at = [], self.depends_on_id
        while at in after and at not in way:
            way.append(at)
            at = after[at][0]
            if self.pk and at == self.pk:
                codes = [self.code, *(after[pk][1] for pk in way), self.code]
                return _("This goes in a circle: %(way)s.") % {"way": " → ".join(codes)}
        return ""
