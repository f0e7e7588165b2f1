from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.manager import Manager
from clusters.models.wave import When
from common.models import Record
from projects.models import Partner, Project, ProjectRecord, ProjectRecordQuerySet
from projects.models.project import OfProject


class Competence(Record):
    """A skill of running a cluster, as the project names it for its assessments."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="competences")
    position = models.PositiveSmallIntegerField(
        _("place in the list"), default=1, help_text=_("1 comes first.")
    )
    name = models.CharField(_("competence"), max_length=80)
    description = models.CharField(
        _("what it means"),
        max_length=300,
        blank=True,
        help_text=_("One line, so that all who score it mean the same."),
    )

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="competence_name_once",
                violation_error_message=_("This competence is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("competence_list", args=[self.project.slug])


class Training(Record):
    """A training that closes gaps: the competences that it teaches are its tags."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="trainings")
    name = models.CharField(_("training"), max_length=120)
    competences = models.ManyToManyField(
        Competence, verbose_name=_("teaches"), related_name="trainings", blank=True
    )

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="training_name_once",
                violation_error_message=_("This training is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("training_list", args=[self.project.slug])


class Judge(models.TextChoices):
    """Whose judgement the scores are."""

    SELF = "self", _("Self-assessment")
    MENTOR = "mentor", _("Mentor's assessment")


LOWEST, HIGHEST = 1, 5  # of the scale of competence scores


class AssessmentQuerySet(ProjectRecordQuerySet):
    def visible_to(self, user):
        """SECURITY: scores are a person's own; they, their partner and the coordinator read them."""
        return self.filter(
            Q(manager__cluster__partner__in=Partner.objects.read_within_by(user))
            | Q(manager__user=user.pk, project__in=Project.objects.visible_to(user))
        )

    def editable_by(self, user):
        """Those who keep the manager's record; one's own scores, a linked person as well."""
        return self.filter(
            Q(manager__in=Manager.objects.editable_by(user))
            | Q(
                manager__user=user.pk,
                kind=Judge.SELF,
                project__in=Project.objects.visible_to(user),
            )
        )


class Assessment(ProjectRecord):
    """What a manager's competences were judged to be, by the manager or by a mentor, at baseline or at the end."""

    PREFIX = "AS"
    DIGITS = 3

    manager = models.ForeignKey(
        Manager, verbose_name=_("manager"), on_delete=models.CASCADE, related_name="assessments"
    )
    wave = models.CharField(_("wave"), max_length=10, choices=When)
    kind = models.CharField(_("whose judgement"), max_length=10, choices=Judge)
    date = models.DateField(_("date"))
    mentor = models.CharField(_("mentor"), max_length=150, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["manager", "wave", "kind"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["manager", "wave", "kind"],
                name="assessment_once_per_wave",
                violation_error_message=_(
                    "This assessment is there already: open it to change it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(mentor="") | Q(kind=Judge.MENTOR),
                name="assessment_mentor_of_mentors",
                violation_error_message=_("A self-assessment has no mentor."),
            ),
        ]

    def __str__(self):
        return f"{self.manager} – {self.get_wave_display()}, {self.get_kind_display()}"

    def get_absolute_url(self):
        return self.manager.get_absolute_url()


class Score(models.Model):
    """One competence in one assessment, from 1 (new to me) to 5 (could teach it)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(
        _("score"),
        validators=[
            MinValueValidator(LOWEST, _("Scores run from 1 to 5.")),
            MaxValueValidator(HIGHEST, _("Scores run from 1 to 5.")),
        ],
    )

    class ScoreQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(assessment__in=Assessment.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(assessment__in=Assessment.objects.editable_by(user))

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("competence score")
        verbose_name_plural = _("competence scores")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "competence"], name="score_once_per_competence"
            ),
            models.CheckConstraint(
                condition=Q(value__range=(LOWEST, HIGHEST)), name="score_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.competence}: {self.value}"
