import re
from functools import partial

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from projects.models import Partner, PriorityArea, ProjectRecord, ProjectRecordQuerySet, Sector

MEMBER_KINDS = (
    *("members_sme", "members_large", "members_research"),
    *("members_public", "members_other"),
)
EARLIEST = 1800
MOST_MEMBERS = 1_000_000
# Where the nomenclature of regions (Regulation (EC) No 1059/2003) writes another code than ISO 3166.
NUTS_COUNTRIES = {"GR": "EL", "GB": "UK"}


def nuts_problem(code, country):
    """Why `code` is no region of `country` (ISO 3166) at NUTS level 1, 2 or 3, as a sentence; empty if it is."""
    letters = NUTS_COUNTRIES.get(str(country), str(country))
    if not code.startswith(letters):
        return _("A region of the cluster's country has a code that begins with %(letters)s.") % {
            "letters": letters
        }
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{1,3}", code):
        return _("After %(letters)s come one to three digits or Latin letters.") % {
            "letters": letters
        }
    return ""


class ClusterQuerySet(ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(partner__in=Partner.objects.managed_by(user))

    def for_list(self):
        return self.select_related("project", "partner")

    def for_cards(self):
        return self.select_related("project", "partner").prefetch_related("sectors").with_counts()

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
    name = models.CharField(_("legal name"), max_length=200)
    country = CountryField(_("country"))
    region = models.CharField(_("region"), max_length=100, blank=True)
    nuts = models.CharField(
        _("NUTS code of the region"),
        max_length=8,
        blank=True,
        help_text=_("The country's two letters and one to three signs, such as BG421 or EL30."),
    )
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), blank=True, related_name="clusters"
    )
    areas = models.ManyToManyField(
        PriorityArea,
        verbose_name=_("priority areas (S3)"),
        blank=True,
        related_name="clusters",
        help_text=_("The areas of the region's smart specialisation that the cluster works in."),
    )
    founded = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    managers_fte = models.DecimalField(
        _("full-time equivalents of management"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Two people at half time are 1. Write 1.5 or 1,5."),
    )
    members_sme = models.PositiveIntegerField(
        _("SMEs"), null=True, blank=True, validators=[MaxValueValidator(MOST_MEMBERS)]
    )
    members_large = models.PositiveIntegerField(
        _("large firms"), null=True, blank=True, validators=[MaxValueValidator(MOST_MEMBERS)]
    )
    members_research = models.PositiveIntegerField(
        _("research and education"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MEMBERS)],
    )
    members_public = models.PositiveIntegerField(
        _("public bodies"), null=True, blank=True, validators=[MaxValueValidator(MOST_MEMBERS)]
    )
    members_other = models.PositiveIntegerField(
        _("other members"), null=True, blank=True, validators=[MaxValueValidator(MOST_MEMBERS)]
    )
    members_counted_on = models.DateField(_("counted on"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    platform_url = models.URLField(
        _("profile on the European Cluster Collaboration Platform"), blank=True
    )
    description = models.TextField(_("description"), blank=True)
    logo = models.FileField(_("logo"), blank=True, editable=False, upload_to="logos/")
    logo_alt = models.CharField(_("what the logo shows"), max_length=150, blank=True)

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
            models.CheckConstraint(
                condition=Q(members_counted_on__isnull=False)
                | Q(**{f"{name}__isnull": True for name in MEMBER_KINDS}),
                name="cluster_members_have_a_day",
                violation_error_message=_("Say on which day the members were counted."),
            ),
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("cluster_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        self.nuts = self.nuts.strip().upper()
        today = timezone.localdate()
        problems = {}
        if self.nuts and self.country and (problem := nuts_problem(self.nuts, self.country)):
            problems["nuts"] = problem
        if self.founded is not None and not EARLIEST <= self.founded <= today.year:
            problems["founded"] = _("Write the year with four digits, from %(from)d to %(to)d.") % {
                "from": EARLIEST,
                "to": today.year,
            }
        if self.members_counted_on and self.members_counted_on > today:
            problems["members_counted_on"] = _("This day is still to come.")
        if problems:
            raise ValidationError(problems)

    def delete(self, *args, **kwargs):
        result = super().delete(*args, **kwargs)
        if self.logo:
            transaction.on_commit(partial(self.logo.storage.delete, self.logo.name))
        return result

    @property
    def monogram(self):
        """Up to two letters that stand for the cluster where it has no logo."""
        words = [word for word in self.short_name.split() if word[:1].isalnum()]
        letters = [word[0] for word in words] if len(words) > 1 else list(self.short_name)
        return "".join(letters[:2]).upper()

    @property
    def logo_text(self):
        """What a reader who does not see the logo is told."""
        return self.logo_alt or _("Logo of %(cluster)s") % {"cluster": self.short_name}

    @property
    def members_by_kind(self):
        """The members that were counted, a row a kind: its name, number, and where its piece of a bar begins."""
        rows, start = [], 0
        for name in MEMBER_KINDS:
            if (number := getattr(self, name)) is not None:
                label = self._meta.get_field(name).verbose_name
                rows.append({"kind": name, "label": label, "number": number, "start": start})
                start += number
        return rows

    @property
    def members_counted(self):
        """How many members were counted, of all kinds; None if none was."""
        rows = self.members_by_kind
        return sum(row["number"] for row in rows) if rows else None
