from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from projects.models.project import OfProject, Partner, Project, ReportingPeriod
from projects.models.spoken import SpokenOf


class Numbering(models.Model):
    """The last number given out for a kind of record in a project, so that no code is used twice."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    prefix = models.CharField(max_length=10)
    last = models.PositiveIntegerField(default=0)

    objects = OfProject.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "prefix"], name="numbering_prefix_once"),
        ]

    def __str__(self):
        return f"{self.prefix} {self.last}"

    @classmethod
    def take(cls, project, prefix, count=1):
        """Reserve `count` numbers in `project` and return them as a range.

        The UPDATE holds the row until the caller's transaction ends, so two callers never get the same one.
        """
        with transaction.atomic():
            cls.objects.get_or_create(project=project, prefix=prefix)
            row = cls.objects.filter(project=project, prefix=prefix)
            row.update(last=F("last") + count)
            last = row.values_list("last", flat=True).get()
        return range(last - count + 1, last + 1)


class ProjectRecordQuerySet(OfProject):
    pass


class OfPartner(ProjectRecordQuerySet):
    """Records that a partner's people log (staff and cluster managers); everyone in the project reads them."""

    def editable_by(self, user):
        return self.filter(partner__in=Partner.objects.read_within_by(user))


class ProjectRecord(SpokenOf):
    """A record of a project, with a code that people read out to each other and that never changes."""

    PREFIX = ""
    DIGITS = 4
    DAY = ""  # the field that says when it happened, of records that reports tell of
    change_reason = ""  # why what was reported is changed; the audit trail keeps it with the change

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)ss")
    code = models.CharField(_("code"), max_length=20, editable=False)
    demonstration = models.BooleanField(
        _("demonstration data"),
        default=False,
        editable=False,
        help_text=_("This record is invented."),
    )

    objects = ProjectRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="%(class)s_code_once"),
        ]

    def save(self, *args, **kwargs):
        with transaction.atomic():
            if not self.code:
                (number,) = Numbering.take(self.project, self.PREFIX)
                self.code = self.code_for(number)
            super().save(*args, **kwargs)

    def reported_in(self):
        """The submitted period in which its day lies; None if none does. A change of it is then a restatement."""
        day = getattr(self, self.DAY, None) if self.DAY else None
        if day is None:
            return None
        frozen = ReportingPeriod.objects.filter(project=self.project_id, frozen_on__isnull=False)
        periods = frozen.select_related("project")
        return next((each for each in periods if each.start <= day <= each.end), None)

    def get_additional_data(self):
        """What the audit trail keeps beside a change (django-auditlog asks for it by this name)."""
        return {"reason": self.change_reason} if self.change_reason else None

    @classmethod
    def code_for(cls, number):
        return f"{cls.PREFIX}-{number:0{cls.DIGITS}d}"
