"""An audit box: all that proves a report, a figure, a work package or a partner's records, in one file."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.jobs import UNFINISHED, Job
from indicators.models import Indicator
from projects.models import Membership, Partner, Project, ToldOf
from projects.models.project import OfProject
from reports.models.edition import Edition
from workpackages.models import WorkPackage

SUBJECTS = ("edition", "indicator", "package", "partner")


class AuditBoxQuerySet(OfProject):
    def visible_to(self, user):
        """SECURITY: what is in a box follows from the rights of whoever asked for it. It is open to that person as
        long as the same role in the same partner lasts, and to coordinators, who read everything."""
        same = Membership.objects.active().filter(
            user=user.pk,
            project=OuterRef("project"),
            role=OuterRef("role"),
            partner=OuterRef("member_of"),
        )
        own = Q(Exists(same), requested_by=user.pk)
        return (
            super().visible_to(user).filter(own | Q(project__in=Project.objects.editable_by(user)))
        )

    def editable_by(self, user):
        return self.visible_to(user)

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def for_work(self):
        return self.for_list()

    def for_list(self):
        rows = self.select_related(
            *("project", "requested_by", "edition__period__project", "edition__project"),
            *("indicator__project", "package__project", "partner"),
        )
        return rows.defer("edition__snapshot")


class AuditBox(ToldOf, Job):
    """A request for everything behind something, and the finished file. One of the four subjects is set."""

    STEPS = 3

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="boxes")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, null=True, related_name="boxes")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, null=True, related_name="boxes"
    )
    package = models.ForeignKey(
        WorkPackage, on_delete=models.CASCADE, null=True, related_name="boxes"
    )
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="boxes")
    named = models.BooleanField(
        _("with names"), default=False, help_text=_("Firms, files and people by name, not by code.")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(
        max_length=20,
        blank=True,
        default="",
        editable=False,
        help_text=_("In which role it was requested; empty: only coordinators take it out."),
    )
    member_of = models.ForeignKey(
        Partner, on_delete=models.CASCADE, null=True, editable=False, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested on"), auto_now_add=True)
    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(max_length=255, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)

    objects = AuditBoxQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit box")
        verbose_name_plural = _("audit boxes")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{name}__isnull": name != one for name in SUBJECTS})
                        for one in SUBJECTS
                    ),
                    _connector=Q.OR,
                ),
                name="box_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(file=""), name="box_done_has_file"
            ),
        ]

    def __str__(self):
        return _("Audit box of %(subject)s") % {"subject": self.subject_label}

    def get_absolute_url(self):
        return reverse("box_detail", args=[self.project.slug, self.pk])

    @property
    def created_by(self):
        return self.requested_by

    @property
    def subject(self):
        return self.edition or self.indicator or self.package or self.partner

    @property
    def subject_label(self):
        if self.edition:
            return str(self.edition)
        if self.partner:
            return self.partner.short_name
        return self.subject.code

    @property
    def filename(self):
        words = (
            f"report-{self.edition.period}-v{self.edition.number}"
            if self.edition
            else self.subject_label.replace(" ", "-")
        )
        named = "-with-names" if self.named else ""
        return f"{self.project.slug}-audit-box-{words}{named}-{self.requested_at:%Y-%m-%d}.zip"
