from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.sme import SME
from projects.models import ProjectRecord, ProjectRecordQuerySet


class MergeState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DONE = "done", _("Merged")
    UNDONE = "undone", _("Undone")
    DECLINED = "declined", _("Declined")

    @property
    def tone(self):
        return {"proposed": "warn", "done": "good", "undone": "calm", "declined": "calm"}[self]

    @property
    def icon(self):
        return {
            "proposed": "clock",
            "done": "check",
            "undone": "arrow-uturn-left",
            "declined": "x-mark",
        }[self]


class MergeQuerySet(ProjectRecordQuerySet):
    def open(self):
        """Proposals that wait for the coordinator; not those whose firms were merged otherwise meanwhile."""
        return self.filter(
            state=MergeState.PROPOSED,
            kept__merged_into__isnull=True,
            merged__merged_into__isnull=True,
        )

    def between(self, one, other):
        """The merges of these two firms, whichever stays."""
        return self.filter(Q(kept=one, merged=other) | Q(kept=other, merged=one))

    def matching(self, text):
        """Merges with a firm that holds each word of `text`, or whose code it is."""
        if not text.strip():
            return self
        firms = SME.objects.filter(
            Q(pk__in=SME.objects.matching(text)) | Q(merged_into__in=SME.objects.matching(text))
        )
        return self.filter(
            Q(kept__in=firms) | Q(merged__in=firms) | Q(code__iexact=text.strip()[:20])
        )

    def for_list(self):
        return self.select_related(
            "project", "kept__project", "merged__project", "proposed_by", "decided_by"
        ).prefetch_related("kept__clusters", "merged__clusters")


class Merge(ProjectRecord):
    """That two firms are one: proposed, done or undone, with all that takes to undo it."""

    PREFIX = "MR"

    kept = models.ForeignKey(
        SME, verbose_name=_("stays"), on_delete=models.PROTECT, related_name="merges"
    )
    merged = models.ForeignKey(
        SME, verbose_name=_("goes into it"), on_delete=models.PROTECT, related_name="merged_by"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MergeState, default=MergeState.PROPOSED
    )
    # Fields whose value is taken from the firm that goes; the others keep the value of the one that stays.
    taken = models.JSONField(default=list, editable=False)
    # What undoing needs: see clusters/actions/merge.py.
    journal = models.JSONField(default=dict, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("merge of firms")
        verbose_name_plural = _("merges of firms")
        ordering = ["-proposed_at", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["kept", "merged"],
                condition=Q(state="proposed"),
                name="merge_proposed_once",
                violation_error_message=_("Somebody proposed to merge these two already."),
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(state="done"),
                name="merge_done_once",
                violation_error_message=_("This firm was merged already."),
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="merge_of_two"),
        ]

    def __str__(self):
        return f"{self.merged.code} → {self.kept.code}"

    def get_absolute_url(self):
        return reverse("merge_detail", args=[self.project.slug, self.code])
