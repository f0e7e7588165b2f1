"""The words by which strategies are compared: themes, and the steps of a value chain, of the whole project."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Record
from common.search import fold
from projects.models import Project
from projects.models.project import OfProject


class Tag(Record):
    """A name that is there once in a project, however it is written."""

    KIND = ""  # the related name, and the beginning of its addresses' names

    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(max_length=300, editable=False)

    objects = OfProject.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="%(class)s_key_once"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse(f"{self._meta.model_name}_list", args=[self.project.slug])

    def save(self, *args, **kwargs):
        self.key = fold(self.name)[:300]
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        key = fold(self.name)[:300]
        if self.name and not key:
            raise ValidationError({"name": _("A name has letters or digits.")})
        same = type(self).objects.filter(project=self.project_id, key=key).exclude(pk=self.pk)
        if found := same.first():
            raise ValidationError(
                {"name": _("It is in the list already, as “%(name)s”.") % {"name": found.name}}
            )


class Theme(Tag):
    """A field in which strategies set themselves objectives, the same word in all of them."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="themes")

    class Meta(Tag.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]


class ChainStep(Tag):
    """A step from the first input to the last use, by which clusters' value chains are set side by side."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="chain_steps")
    position = models.PositiveSmallIntegerField(
        _("place in the chain"),
        default=1,
        validators=[MaxValueValidator(99)],
        help_text=_("1 is the first step: research or raw materials, for example."),
    )

    class Meta(Tag.Meta):
        verbose_name = _("step of the value chain")
        verbose_name_plural = _("steps of the value chain")
        ordering = ["position", "name"]
