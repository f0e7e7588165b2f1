from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project

KEPT_DAYS = 60


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """SECURITY: what somebody has not saved yet is read by nobody else, whatever their role."""
        return self.filter(user=user.pk, project__in=Project.objects.visible_to(user))

    def editable_by(self, user):
        return self.visible_to(user)

    def of_page(self, form, record):
        return self.filter(form=form, record=record)

    def stale(self):
        """Drafts that nobody has touched for so long that they go."""
        return self.filter(saved_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


class Draft(models.Model):
    """What somebody has typed into a form and not saved yet."""

    key = models.UUIDField(unique=True, help_text=_("The page in which it is being typed."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(_("form"), max_length=80)
    record = models.CharField(_("record"), max_length=60, blank=True)
    data = models.JSONField(_("what was typed"))
    saved_at = models.DateTimeField(_("saved at"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "project", "form", "record"], name="draft_of_page"),
            models.Index(fields=["saved_at"], name="draft_by_age"),
        ]

    def __str__(self):
        return f"{self.form} {self.record}".strip()
