from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Record
from indicators.models.indicator import Indicator


class ChangeKind(models.TextChoices):
    NEW = "new", _("New indicator")
    DEFINITION = "definition", _("Definition")
    TARGETS = "targets", _("Targets")


class ChangeState(models.TextChoices):
    OPEN = "open", _("Waits for a second person")
    ACCEPTED = "accepted", _("In force")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self):
        return {"open": "warn", "accepted": "good", "refused": "bad", "withdrawn": "none"}[
            self.value
        ]

    @property
    def icon(self):
        return {
            "open": "clock",
            "accepted": "check",
            "refused": "x-mark",
            "withdrawn": "arrow-uturn-left",
        }[self.value]


class Change(Record):
    """A change of what an indicator asks or is to reach: proposed with a reason, in force once a second person
    accepts it, and on record for ever."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("what"), max_length=12, choices=ChangeKind)
    before = models.JSONField(null=True)
    after = models.JSONField()
    reason = models.TextField(_("reason"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=12, choices=ChangeState, default=ChangeState.OPEN
    )
    proposed_by_name = models.CharField(_("proposed by"), max_length=150)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_by_name = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_because = models.CharField(_("why"), max_length=500, blank=True)

    class ChangeQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(indicator__in=Indicator.objects.visible_to(user))

        def editable_by(self, user):
            """Nobody edits a proposal: it is decided, or withdrawn and made anew."""
            return self.none()

        def open(self):
            return self.filter(state=ChangeState.OPEN)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of an indicator")
        verbose_name_plural = _("changes of indicators")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "kind"],
                condition=Q(state=ChangeState.OPEN),
                name="change_one_open_of_a_kind",
                violation_error_message=_("A change of this is waiting to be decided already."),
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.OPEN, decided_at__isnull=True)
                | (~Q(state=ChangeState.OPEN) & Q(decided_at__isnull=False)),
                name="change_decided_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}: {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("change_detail", args=[self.indicator.project.slug, self.pk])
