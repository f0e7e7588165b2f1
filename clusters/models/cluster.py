from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from projects.models import Partner, ProjectRecord, ProjectRecordQuerySet, Sector


class ClusterQuerySet(ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(partner__in=Partner.objects.managed_by(user))

    def for_list(self):
        return self.select_related("project", "partner", "sector")

    def with_counts(self):
        """Adds `sme_count`, `service_count` and `served_count` (firms with a delivery, each once)."""

        def count(model, **where):
            records = apps.get_model("clusters", model).objects.filter(
                cluster=OuterRef("pk"), **where
            )
            counted = "sme" if model != "Service" else "pk"
            return Coalesce(
                Subquery(
                    records.order_by()
                    .values("cluster")
                    .annotate(n=Count(counted, distinct=True))
                    .values("n")
                ),
                0,
            )

        return self.annotate(
            sme_count=count("ClusterMembership"),
            service_count=count("Service"),
            served_count=count("ServiceRecord", state="delivered"),
        )


class Cluster(ProjectRecord):
    """The network of firms that a partner manages."""

    PREFIX = "CL"
    DIGITS = 2

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="clusters"
    )
    short_name = models.CharField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"))
    region = models.CharField(_("region"), max_length=100, blank=True)
    sector = models.ForeignKey(
        Sector, verbose_name=_("sector"), on_delete=models.PROTECT, null=True, blank=True
    )
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("description"), blank=True)

    objects = ClusterQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["partner__number", "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "short_name"],
                name="cluster_name_once",
                violation_error_message=_("Another cluster of this project has this short name."),
            ),
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("cluster_detail", args=[self.project.slug, self.code])
