from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from common.models import Record
from common.search import Searchable, SearchableQuerySet
from projects.models import Project, ProjectRecord, ProjectRecordQuerySet
from projects.models.project import OfProject
from workpackages.models import Task


class ServiceCategory(Record):
    """A kind of service, as the project names them."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="service_categories"
    )
    name = models.CharField(_("category"), max_length=100)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="servicecategory_name_once",
                violation_error_message=_("This category is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("category_list", args=[self.project.slug])


class Novelty(models.TextChoices):
    """What the project did for a service, compared with the baseline."""

    EXISTING = "existing", _("Existing: as before the project")
    IMPROVED = "improved", _("Improved by the project")
    NEW = "new", _("New through the project")

    @property
    def short(self):
        return {
            Novelty.EXISTING: _("Existing"),
            Novelty.IMPROVED: _("Improved"),
            Novelty.NEW: _("New"),
        }[self]


def number_of(rows, owner, distinct=None):
    """How many `rows` (or how many of what they name in the field `distinct`) belong to the `owner` that they
    refer to; 0 where there are none."""
    counted = Count(distinct, distinct=True) if distinct else Count("pk")
    return Coalesce(Subquery(rows.order_by().values(owner).annotate(n=counted).values("n")), 0)


def _delivered():
    """The deliveries of the service in the query around."""
    records = apps.get_model("clusters", "ServiceRecord").objects.delivered()
    return records.filter(service=OuterRef("pk"))


class ServiceQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def for_list(self):
        return self.select_related("project", "cluster", "category")

    def with_deliveries(self):
        """Adds `deliveries`, counted for the rows that are shown and not for the whole list."""
        return self.annotate(deliveries=number_of(_delivered(), "service"))

    def with_firms(self):
        """Adds `firms`, to how many a service was delivered, each once."""
        return self.annotate(firms=number_of(_delivered(), "service", distinct="sme"))


class Service(ProjectRecord, Searchable):
    """An entry of a cluster's service portfolio."""

    PREFIX = "SV"
    SEARCHED = ("code", "title", "description")
    DIGITS = 3

    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="services"
    )
    title = models.CharField(_("title"), max_length=200)
    category = models.ForeignKey(
        ServiceCategory,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        related_name="services",
    )
    novelty = models.CharField(
        _("compared with the baseline"),
        max_length=10,
        choices=Novelty,
        help_text=_("Deliveries of new and improved services count; existing ones do not."),
    )
    description = models.TextField(_("description"), blank=True)
    since = models.DateField(_("offered since"), null=True, blank=True)
    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.PROTECT, null=True, blank=True
    )

    objects = ServiceQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["cluster__partner__number", "title"]

    def __str__(self):
        return self.title

    @property
    def counts(self):
        """Whether deliveries of this service count: it is the project's doing."""
        return self.novelty != Novelty.EXISTING

    def get_absolute_url(self):
        return reverse("service_detail", args=[self.project.slug, self.code])
