"""What people write for a period's report, and that a partner's data for it are complete."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Partner, Project, ReportingPeriod, SpokenOf
from projects.models.project import OfProject
from reports.models.edition import Edition
from workpackages.models import Task, WorkPackage

WRITERS = ("cluster_manager", "staff")


class ChapterKind(models.TextChoices):
    """Who writes what. Source: domain.md, section 4: leaders their work packages, the coordinator the rest."""

    SUMMARY = "summary", _("Publishable summary")
    PACKAGE = "package", _("Work package")
    MANAGEMENT = "management", _("Management of the consortium")
    FOLLOW_UP = "follow-up", _("Follow-up of recommendations")
    NEXT = "next", _("Next period")


class Writing(models.TextChoices):
    """How far a chapter is."""

    OPEN = "open", _("Being written")
    READY = "ready", _("Ready")
    RETURNED = "returned", _("Returned")

    @property
    def tone(self):
        return {"open": "calm", "ready": "good", "returned": "warn"}[self.value]

    @property
    def icon(self):
        return {"open": "pencil", "ready": "check", "returned": "arrow-uturn-left"}[self.value]


class ChapterQuerySet(OfProject):
    def for_list(self):
        return self.select_related("project", "period__project", "package__project")

    def editable_by(self, user):
        """The coordinator writes all, the people of a leading partner their package's; none while it is locked."""
        own = Partner.objects.worked_for_by(user, *WRITERS).values("pk")
        return self.filter(
            Q(project__in=Project.objects.editable_by(user)) | Q(package__lead__in=own)
        ).exclude(period__in=Edition.objects.closed().values("period"))


class Chapter(SpokenOf):
    """One part of the narrative of a period's report, with one person or partner to answer for it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="chapters")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="chapters")
    kind = models.CharField(_("kind"), max_length=12, choices=ChapterKind)
    package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="chapters",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=Writing, default=Writing.OPEN, editable=False
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    returned_because = models.TextField(
        _("why it was returned"), max_length=2000, blank=True, editable=False
    )

    objects = ChapterQuerySet.as_manager()

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "kind"],
                condition=~Q(kind=ChapterKind.PACKAGE),
                name="chapter_once_a_period",
            ),
            models.UniqueConstraint(fields=["period", "package"], name="chapter_package_once"),
            models.CheckConstraint(
                condition=Q(kind=ChapterKind.PACKAGE, package__isnull=False)
                | Q(~Q(kind=ChapterKind.PACKAGE), package__isnull=True),
                name="chapter_of_a_package",
            ),
        ]

    def __str__(self):
        if self.package:
            return f"{self.package.code} {self.package.title}"
        return str(self.get_kind_display())

    def get_absolute_url(self):
        return reverse("chapter_detail", args=[self.project.slug, self.period.number, self.place])

    @classmethod
    def called(cls, rows, code):
        number = code.removeprefix("CH-")
        return (
            rows.filter(pk=int(number)) if number.isdecimal() and len(number) < 18 else rows.none()
        )

    @property
    def code(self):
        """What addresses of comments call it."""
        return f"CH-{self.pk}"

    @property
    def place(self):
        """The word for it in an address: the package's code or the kind."""
        return self.package.code if self.package else self.kind

    @property
    def writing(self):
        return Writing(self.state)

    @property
    def lead(self):
        """The partner whose people write it; None for the coordinator's own."""
        return self.package.lead if self.package else None

    def may_be_written_by(self, user):
        """Whether `user` may write it, saved or not: the rule of `editable_by`."""
        return self.is_of(user) and self.locked_in is None

    @property
    def locked_in(self):
        """The version of the report in which it is locked; None while it can be written."""
        closed = Edition.objects.closed().filter(period=self.period_id)
        return (
            closed.select_related("locked_by", "period__project", "project")
            .defer("snapshot")
            .first()
        )

    def is_of(self, user):
        """Whether `user` writes it as long as the report is not locked."""
        if Project.objects.editable_by(user).filter(pk=self.project_id).exists():
            return True
        leads = Partner.objects.worked_for_by(user, *WRITERS)
        return bool(self.lead) and leads.filter(pk=self.lead.pk).exists()

    @property
    def has_text(self):
        return any(passage.body for passage in self.passages.all())


class PassageKind(models.TextChoices):
    TEXT = "text", _("Text")
    TASK = "task", _("Progress of a task")
    RESULTS = "results", _("Results")
    DEVIATIONS = "deviations", _("Deviations and corrective action")


class Passage(models.Model):
    """One text of a chapter. `body` is HTML as `common.prose.clean` leaves it."""

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=12, choices=PassageKind)
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="passages"
    )
    body = models.TextField(_("text"), blank=True)

    class PassageQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(chapter__in=Chapter.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(chapter__in=Chapter.objects.editable_by(user))

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "kind"],
                condition=~Q(kind=PassageKind.TASK),
                name="passage_once_a_chapter",
            ),
            models.UniqueConstraint(fields=["chapter", "task"], name="passage_task_once"),
        ]

    def __str__(self):
        return f"{self.chapter}: {self.task or self.get_kind_display()}"


class Declaration(models.Model):
    """A partner's word that its data for a period are complete."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="declarations")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="declarations"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="declarations")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField(_("declared on"))

    class DeclarationQuerySet(OfProject):
        def editable_by(self, user):
            return self.filter(partner__in=Partner.objects.read_within_by(user)).exclude(
                period__in=Edition.objects.closed().values("period")
            )

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            models.UniqueConstraint(fields=["period", "partner"], name="declaration_once"),
        ]

    def __str__(self):
        return f"{self.period}: {self.partner}"
