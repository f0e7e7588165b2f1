from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.kind import EventKind
from projects.models import Project
from projects.models.project import OfProject


class PromisedEvent(models.Model):
    """How many events of a kind the grant agreement promises, in all or in each cluster's region."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="promised_events")
    kind = models.CharField(_("kind"), max_length=30, choices=EventKind)
    count = models.PositiveSmallIntegerField(_("how many"))
    in_each_region = models.BooleanField(_("in each reference region"), default=False)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("promised event")
        verbose_name_plural = _("promised events")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="promised_kind_once"),
            models.CheckConstraint(
                condition=Q(count__gt=0),
                name="promised_count_positive",
                violation_error_message=_("Promise one event at least."),
            ),
        ]

    def __str__(self):
        return f"{self.count} × {self.get_kind_display()}"

    @property
    def sort(self):
        return EventKind(self.kind)
