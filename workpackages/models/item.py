from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.search import Searchable, SearchableQuerySet
from projects.models import Membership, Partner, Project, SpokenOf
from projects.models.project import OfProject

LONGEST_TEXT = 20_000  # characters of a description


def month(label, **kwargs):
    """A field for a project month, counted from 1."""
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(1, _("Months are counted from M1."))], **kwargs
    )


class PlanQuerySet(SearchableQuerySet, OfProject):
    def editable_by(self, user):
        """The coordinator changes the plan; what is reported of an item is the lead partner's as well."""
        return self.filter(
            Q(project__in=Project.objects.editable_by(user))
            | Q(lead__in=Partner.objects.read_within_by(user))
        )

    def for_list(self):
        return self.select_related("project", "lead")


class PlanItem(SpokenOf, Searchable):
    """A numbered part of the work plan, which a partner leads and one member may answer for."""

    SEARCHED = ("code", "title")
    PLANNED = ()  # the fields that an amendment changes

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)ss")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1, _("Numbers begin with 1."))]
    )
    code = models.CharField(_("code"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=300)
    lead = models.ForeignKey(
        Partner,
        verbose_name=_("lead"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    responsible = models.ForeignKey(
        Membership,
        verbose_name=_("responsible"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who is reminded. Empty: the people of the lead partner."),
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code} {self.title}"

    def save(self, *args, **kwargs):
        self.code = self.own_code
        super().save(*args, **kwargs)

    @property
    def own_code(self):
        """The code that follows from its number."""
        raise NotImplementedError

    @property
    def partner(self):
        """Whose paper its evidence is: the lead's, else the coordinator's."""
        return self.lead or self.project.partners.filter(coordinates=True).first()

    def months_as_dates(self, first, last):
        """The first day of month `first` and the last of month `last`; months beyond the project are its last."""
        most = self.project.months
        return self.project.month(min(first, most))[0], self.project.month(min(last, most))[1]

    def check_months(self, names, first, last, whole):
        """Raise ValidationError where a month of the fields `names` lies outside M`first` to M`last` of `whole`."""
        errors = {}
        for name in names:
            value = getattr(self, name)
            if value is not None and not first <= value <= last:
                errors[name] = _("%(whole)s has the months M%(first)d to M%(last)d.") % {
                    "whole": whole,
                    "first": first,
                    "last": last,
                }
        if errors:
            raise ValidationError(errors)
