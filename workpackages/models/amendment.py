from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.models import Record
from projects.models import Project
from projects.models.project import OfProject


class Amendment(Record):
    """A change of the grant agreement's plan, in force from its date: the plan has a further version from then on."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1, _("Numbers begin with 1."))]
    )
    date = models.DateField(_("in force from"))
    reason = models.TextField(_("reason"), max_length=4000)
    demonstration = models.BooleanField(default=False, editable=False)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="amendment_number_once",
                violation_error_message=_("Another amendment has this number."),
            ),
        ]

    def __str__(self):
        return _("Amendment %(number)d, %(day)s") % {
            "number": self.number,
            "day": date_format(self.date),
        }

    def get_absolute_url(self):
        return reverse("amendment_list", args=[self.project.slug])

    @property
    def version(self):
        return self.number + 1

    def clean(self):
        super().clean()
        if not self.date:
            return
        if self.date < self.project.start:
            raise ValidationError(
                {
                    "date": _("The project begins on %(day)s; before it there is no plan to amend.")
                    % {"day": date_format(self.project.start)}
                }
            )
        if self.date > timezone.localdate():
            raise ValidationError({"date": _("Enter an amendment when it is in force.")})
        others = Amendment.objects.filter(project=self.project).exclude(pk=self.pk)
        if self.number and (
            others.filter(number__lt=self.number, date__gt=self.date).exists()
            or others.filter(number__gt=self.number, date__lt=self.date).exists()
        ):
            raise ValidationError({"date": _("Amendments follow each other by number and date.")})


class PlanChange(models.Model):
    """What one amendment changed in one item of the plan: a field before and after, or the whole item."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class PlanChangeQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(amendment__in=Amendment.objects.visible_to(user))

        def editable_by(self, user):
            """Nobody: what an amendment changed stays on record."""
            return self.none()

    objects = PlanChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the plan")
        verbose_name_plural = _("changes of the plan")
        ordering = ["amendment__number", "pk"]

    def __str__(self):
        return f"{self.amendment} {self.code}"
