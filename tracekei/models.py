"""What joins rooms and is kept: whether a project shows a page to everyone, and what is on it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator
from projects.models import Project
from projects.models.project import OfProject


class PublicPage(models.Model):
    """What a project shows to people without a login; closed until its coordinator opens it."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="public_page")
    is_open = models.BooleanField(
        _("open to everyone"), default=False, help_text=_("Closed, the address answers 404.")
    )
    text = models.TextField(
        _("introduction"),
        max_length=3000,
        blank=True,
        help_text=_("Empty: the project's own summary. Name no person here."),
    )
    indicators = models.ManyToManyField(
        Indicator, verbose_name=_("figures shown"), blank=True, related_name="public_pages"
    )
    shows_events = models.BooleanField(
        _("shows events that were held"),
        default=True,
        help_text=_("Title, day and place; nobody who came."),
    )
    shows_results = models.BooleanField(
        _("shows results"),
        default=True,
        help_text=_("Approved public deliverables, labels and adopted strategies."),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("public page")
        verbose_name_plural = _("public pages")

    def __str__(self):
        return f"{self.project}"

    def get_absolute_url(self):
        return reverse("public_page", args=[self.project.slug])
