import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from common.search import Searchable, SearchableQuerySet
from projects.models import (
    Evidence,
    Membership,
    Partner,
    PriorityArea,
    Project,
    ProjectRecord,
    ProjectRecordQuerySet,
)

MOST_SIGNS = 8000  # of one text of a strategy
YEARS = (1990, 2100)


class StageKind(models.TextChoices):
    """The stages of a strategy, in their order: domain.md, section 5."""

    CONTEXT = "context", _("Context and S3")
    NEEDS = "needs", _("SME needs")
    VALUE_CHAIN = "value_chain", _("Value chain")
    FORESIGHT = "foresight", _("Foresight")
    WORKSHOP = "workshop", _("Regional workshop")
    DRAFT = "draft", _("Draft")
    FEEDBACK = "feedback", _("SME feedback")
    ADOPTED = "adopted", _("Adopted")
    ROADMAP = "roadmap", _("Roadmap")

    @property
    def icon(self):
        return {
            "context": "map",
            "needs": "chat-bubble-left-right",
            "value_chain": "link",
            "foresight": "eye",
            "workshop": "user-group",
            "draft": "pencil-square",
            "feedback": "inbox-arrow-down",
            "adopted": "check-badge",
            "roadmap": "flag",
        }[self.value]


class StrategyQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        """A cluster's own by its managers and the coordinator, the joint one by the coordinator."""
        return self.filter(
            Q(cluster__in=Cluster.objects.editable_by(user))
            | Q(cluster__isnull=True, project__in=Project.objects.editable_by(user))
        )

    def joint(self):
        return self.filter(cluster__isnull=True)

    def of_clusters(self):
        return self.filter(cluster__isnull=False)

    def with_adoption(self):
        """Adds `adopted_on`, the first day on which an adoption holds that was not withdrawn; None without."""
        versions = self.model._meta.get_field("versions").related_model.objects
        first = versions.adopted().filter(strategy=OuterRef("pk")).order_by().values("strategy")
        return self.annotate(adopted_on=Subquery(first.annotate(n=Min("adopted_on")).values("n")))

    def adopted(self):
        """Those that the cluster's board (the steering committee, of the joint one) adopted: with `adopted_on`."""
        return self.with_adoption().filter(adopted_on__isnull=False)

    def for_list(self):
        return (
            self.select_related("project", "cluster__project", "cluster__partner", "created_by")
            .with_adoption()
            .prefetch_related("stages")
        )

    def with_counts(self):
        """Adds how many `objectives` and `actions` it has, and how many of the actions are `done`."""
        objectives = self.model._meta.get_field("objectives").related_model.objects

        def count(counted, **where):
            rows = objectives.filter(strategy=OuterRef("pk"), **where).order_by().values("strategy")
            return Coalesce(Subquery(rows.annotate(n=Count(counted)).values("n")), 0)

        return self.annotate(
            objective_count=count("pk"),
            action_count=count("actions"),
            done_count=count("actions", actions__status="done"),
        )


class Strategy(ProjectRecord, Searchable):
    """What a cluster, or the consortium with the joint one, sets out to do for years: one for each, in versions."""

    PREFIX = "ST"
    DIGITS = 2
    SEARCHED = ("code", "title", "vision", "mission", "context")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="strategies")
    cluster = models.OneToOneField(
        Cluster,
        verbose_name=_("cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="strategy",
        error_messages={"unique": _("This cluster has a strategy already: go on with that one.")},
    )
    title = models.CharField(_("title"), max_length=200)
    first_year = models.PositiveSmallIntegerField(
        _("first year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[1])],
    )
    last_year = models.PositiveSmallIntegerField(
        _("last year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[1])],
    )
    vision = models.TextField(
        _("vision"),
        blank=True,
        max_length=MOST_SIGNS,
        help_text=_("Where the cluster wants to be at the end of these years."),
    )
    mission = models.TextField(
        _("mission"), blank=True, max_length=MOST_SIGNS, help_text=_("What it does, and for whom.")
    )
    context = models.TextField(
        _("context"),
        blank=True,
        max_length=MOST_SIGNS,
        help_text=_(
            "The region, its smart specialisation (S3) and where the cluster stands in it."
        ),
    )
    areas = models.ManyToManyField(
        PriorityArea,
        verbose_name=_("S3 priorities"),
        blank=True,
        related_name="strategies",
        help_text=_("The region's priorities of smart specialisation that the strategy serves."),
    )
    needs = models.TextField(
        _("what the firms need"),
        blank=True,
        max_length=MOST_SIGNS,
        help_text=_("What the questionnaire and the talks with the members say."),
    )

    objects = StrategyQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = [F("cluster__partner__number").asc(nulls_last=True), "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(cluster__isnull=True),
                name="strategy_joint_once",
                violation_error_message=_("The project has its joint strategy already."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True)
                | Q(last_year__isnull=True)
                | Q(last_year__gte=F("first_year")),
                name="strategy_ends_after_start",
                violation_error_message=_("The last year is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("strategy_detail", args=[self.project.slug, self.code])

    @property
    def is_joint(self):
        return self.cluster_id is None

    @property
    def whose(self):
        """Whose strategy it is, in words."""
        return str(self.cluster) if self.cluster_id else _("Joint strategy")

    @property
    def board(self):
        """Who adopts it, in words."""
        return _("the cluster's board") if self.cluster_id else _("the steering committee")

    @property
    def span(self):
        """The years it is made for; empty while nobody said them."""
        years = [str(year) for year in (self.first_year, self.last_year) if year]
        return "–".join(dict.fromkeys(years))

    @cached_property
    def partner(self):
        """Whose papers its evidence is: the cluster's partner's, of the joint one the coordinator's."""
        if self.cluster_id:
            return self.cluster.partner
        return Partner.objects.filter(project=self.project_id, coordinates=True).first()

    # --- Where it stands, told from dates; rows come from `for_list` ---

    def standing_on(self, day):
        """What is under way on `day`, as a `Standing`."""
        rows = self.timeline(day)
        now = next((row for row in rows if row["now"]), None)
        if self.adopted_on and self.adopted_on <= day:
            return Standing(StageKind.ADOPTED, _("Adopted"), "good", "check-badge")
        if not any(row["done"] for row in rows):
            return Standing(None, _("Not begun"), "none", "minus")
        kind = now["kind"]
        label = _("Ready to be adopted") if kind == StageKind.ADOPTED else kind.label
        return Standing(kind, label, "warn" if now["late"] else "calm", kind.icon)

    @property
    def standing(self):
        return self.standing_on(timezone.localdate())

    def timeline(self, day):
        """The stages in order, each with its row, its day, and whether it is done, under way or late on `day`.

        Adoption has no day of its own: it is that of the adopted version.
        """
        order = {kind: n for n, kind in enumerate(StageKind.values)}
        rows, reached = [], False
        for stage in sorted(self.stages.all(), key=lambda stage: order[stage.kind]):
            kind = StageKind(stage.kind)
            on = self.adopted_on if kind == StageKind.ADOPTED else stage.done_on
            done = on is not None and on <= day
            now = not done and not reached
            reached = reached or now
            rows.append(
                {
                    "stage": stage,
                    "kind": kind,
                    "on": on if done else None,
                    "planned": stage.planned_on,
                    "done": done,
                    "now": now,
                    "late": not done and stage.planned_on is not None and stage.planned_on < day,
                }
            )
        return rows


class Standing:
    """Where a strategy stands: the stage under way (None before the first) as word, tone and icon."""

    def __init__(self, kind, label, tone, icon):
        self.kind, self.label, self.tone, self.icon = kind, label, tone, icon


class StrategyStageQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(strategy__in=Strategy.objects.editable_by(user))

    def for_list(self):
        return self.select_related(
            "project",
            "strategy__project",
            "strategy__cluster__partner",
            "responsible__user",
            "created_by",
        )

    def open(self):
        """Those that are not done; of adoption that is told by the versions."""
        adopted = Strategy.objects.adopted().values("pk")
        return self.filter(done_on__isnull=True).exclude(
            kind=StageKind.ADOPTED, strategy__in=adopted
        )

    def due_between(self, first, last):
        """Open stages that are planned for a day from `first` to `last`."""
        return self.open().filter(planned_on__range=(first, last))

    def overdue(self, today):
        return self.open().filter(planned_on__lt=today)


class StrategyStage(ProjectRecord, Searchable):
    """One stage on a strategy's way: when it was to be done, when it was, who answers for it, what proves it."""

    PREFIX = "SS"
    SEARCHED = ("code", "note")

    strategy = models.ForeignKey(
        Strategy, verbose_name=_("strategy"), on_delete=models.CASCADE, related_name="stages"
    )
    kind = models.CharField(_("stage"), max_length=12, choices=StageKind, editable=False)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    responsible = models.ForeignKey(
        Membership,
        verbose_name=_("responsible"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="strategy_stages",
    )
    note = models.TextField(_("note"), blank=True, max_length=MOST_SIGNS)
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="strategy_stages"
    )

    objects = StrategyStageQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("stage of a strategy")
        verbose_name_plural = _("stages of strategies")
        ordering = ["strategy", "pk"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["strategy", "kind"],
                name="strategystage_once",
                violation_error_message=_("The strategy has this stage already."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="adopted") | Q(done_on__isnull=True),
                name="strategystage_adoption_is_a_version",
                violation_error_message=_("The day of the adoption stands with the version."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {StageKind(self.kind).label}"

    def get_absolute_url(self):
        return reverse("strategystage_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        return self.strategy.partner

    @property
    def due_on(self):
        return self.planned_on

    def clean(self):
        super().clean()
        problems = {}
        if self.done_on and self.done_on > timezone.localdate():
            problems["done_on"] = _(
                "This day has not come yet. A stage is entered when it is done."
            )
        for name in ("planned_on", "done_on"):
            day = getattr(self, name)
            if isinstance(day, datetime.date) and not YEARS[0] <= day.year <= YEARS[1]:
                problems[name] = _("Is the year right?")
        if problems:
            raise ValidationError(problems)
