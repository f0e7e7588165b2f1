from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models.cluster import Cluster
from common.search import Searchable, SearchableQuerySet
from projects.models import Project, ProjectRecord, ProjectRecordQuerySet


class SizeClass(models.TextChoices):
    """Size of an enterprise by Commission Recommendation 2003/361/EC."""

    MICRO = "micro", _("Micro (under 10 staff)")
    SMALL = "small", _("Small (under 50 staff)")
    MEDIUM = "medium", _("Medium (under 250 staff)")
    LARGE = "large", _("Large: not an SME")
    UNKNOWN = "unknown", _("Not known yet")

    @classmethod
    def sme_values(cls):
        return [cls.MICRO, cls.SMALL, cls.MEDIUM]

    @property
    def short(self):
        return {
            SizeClass.MICRO: _("Micro"),
            SizeClass.SMALL: _("Small"),
            SizeClass.MEDIUM: _("Medium"),
            SizeClass.LARGE: _("Large"),
            SizeClass.UNKNOWN: _("Not known"),
        }[self]


class SMEQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        """The coordinator's, and those of firms in (or entered for) a cluster that `user` manages."""
        members = ClusterMembership.objects.filter(cluster__in=Cluster.objects.editable_by(user))
        return self.filter(
            Q(pk__in=members.values("sme")) | Q(project__in=Project.objects.editable_by(user))
        )

    def small_or_medium(self):
        return self.filter(size_class__in=SizeClass.sme_values())

    def for_list(self):
        return self.select_related("project").prefetch_related("clusters")


class SME(ProjectRecord, Searchable):
    """An enterprise that clusters serve; once per project, however many clusters it belongs to."""

    PREFIX = "SME"
    SEARCHED = ("code", "name", "native_name", "town", "registration_number")

    name = models.CharField(_("legal name"), max_length=200)
    native_name = models.CharField(
        _("name in its own script"),
        max_length=200,
        blank=True,
        help_text=_("As its papers write it, if that is not in Latin letters."),
    )
    country = CountryField(_("country"))
    town = models.CharField(_("town"), max_length=100, blank=True)
    registration_number = models.CharField(
        _("registration number"),
        max_length=40,
        blank=True,
        help_text=_(
            "In its country's register of companies; it keeps firms from being counted twice."
        ),
    )
    size_class = models.CharField(
        _("size"),
        max_length=10,
        choices=SizeClass,
        default=SizeClass.UNKNOWN,
        help_text=_("Only micro, small and medium enterprises count in the figures."),
    )
    website = models.URLField(_("website"), blank=True)
    clusters = models.ManyToManyField(
        Cluster, through="ClusterMembership", related_name="smes", verbose_name=_("clusters")
    )

    objects = SMEQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("SME")
        verbose_name_plural = _("SMEs")
        ordering = ["name", "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "country", "registration_number"],
                condition=~Q(registration_number=""),
                name="sme_registration_once",
                violation_error_message=_(
                    "A firm of this country with this registration number is in the project already."
                ),
            ),
        ]
        indexes = [models.Index(fields=["project", "name", "code"], name="sme_by_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sme_detail", args=[self.project.slug, self.code])

    @property
    def label(self):
        """How the firm is named in choices: the code first, so that what is typed can be resolved."""
        return f"{self.code} · {self.name} ({self.country.code})"


class ClusterMembership(models.Model):
    """That a firm belongs to a cluster, from when and until when."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="memberships")
    sme = models.ForeignKey(SME, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class ClusterMembershipQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(cluster__in=Cluster.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(cluster__in=Cluster.objects.editable_by(user))

        def current(self, today=None):
            today = today or timezone.localdate()
            return self.filter(Q(until__isnull=True) | Q(until__gte=today))

    objects = ClusterMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster membership")
        verbose_name_plural = _("cluster memberships")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "sme"], name="clustermembership_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="clustermembership_ends_after_start",
                violation_error_message=_("The last day is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.sme} – {self.cluster}"
