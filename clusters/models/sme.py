from functools import partial

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models.cluster import Cluster
from clusters.models.keys import Keyed, KeyedQuerySet, to_compare_index
from clusters.models.service import number_of
from clusters.models.size import SizeClass, reason
from clusters.nace import nace_code, title_of
from clusters.numbers import checks, shown, vat_number
from common.search import Searchable, SearchableQuerySet, words_of
from projects.models import Project, ProjectRecord, ProjectRecordQuerySet

BY_HAND = _("Entered by hand, without figures.")


class SMEQuerySet(KeyedQuerySet, SearchableQuerySet, ProjectRecordQuerySet):
    def visible_to(self, user):
        """Firms of the user's projects. One that was merged into another is seen as that other alone."""
        return self.known_to(user).standing()

    def known_to(self, user):
        """The firms that `user` sees, and those that were merged into one of them."""
        return super().visible_to(user)

    def standing(self):
        """Firms that were not merged into another one."""
        return self.filter(merged_into__isnull=True)

    def matching(self, text):
        """The firms that hold each word of `text`, themselves or in what was merged into them."""
        words = words_of(text)
        if not words:
            return self.none() if text.strip() else self
        holding = SME.objects.filter(*(Q(folded__contains=word) for word in words))
        return self.filter(pk__in=holding.values_list(Coalesce("merged_into", "pk")))

    holding = matching

    def editable_by(self, user):
        """The coordinator's, and those of firms in (or entered for) a cluster that `user` manages."""
        members = ClusterMembership.objects.filter(cluster__in=Cluster.objects.editable_by(user))
        return self.standing().filter(
            Q(pk__in=members.values("sme")) | Q(project__in=Project.objects.editable_by(user))
        )

    def small_or_medium(self):
        return self.filter(size_class__in=SizeClass.sme_values())

    def for_list(self):
        """With the memberships of the rows that are shown, and `deliveries`, counted for these."""
        delivered = (
            apps.get_model("clusters", "ServiceRecord")
            .objects.delivered()
            .filter(sme=OuterRef("pk"))
        )
        memberships = ClusterMembership.objects.select_related("cluster__project").order_by(
            "cluster__partner__number", "cluster__code"
        )
        return (
            self.select_related("project")
            .prefetch_related(Prefetch("memberships", memberships))
            .annotate(deliveries=number_of(delivered, "sme"))
        )

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for firm in objs:
            firm.derive_size()
        return super().bulk_create(objs, *args, **kwargs)


class SME(ProjectRecord, Searchable, Keyed):
    """An enterprise that clusters serve; once per project, however many clusters it belongs to."""

    PREFIX = "SME"
    SEARCHED = ("code", "name", "native_name", "town", "registration_number", "vat_number")

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
    vat_number = models.CharField(
        _("VAT number"),
        max_length=40,
        blank=True,
        help_text=_("With or without its country's letters, spaces and dots."),
    )
    nace = models.CharField(
        _("NACE code"),
        max_length=5,
        blank=True,
        help_text=_(
            "Main activity by NACE Rev. 2: section, division, group or class, as in 10.89."
        ),
    )
    staff = models.DecimalField(
        _("staff"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, _("Staff can't be negative."))],
        help_text=_("In annual work units: who works half the time is a half."),
    )
    turnover = models.DecimalField(
        _("turnover, EUR"),
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, _("A turnover can't be negative."))],
    )
    balance_sheet = models.DecimalField(
        _("balance sheet total, EUR"),
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, _("A balance sheet total can't be negative."))],
    )
    figures_year = models.PositiveSmallIntegerField(
        _("year of the figures"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990, _("Take the year of the latest closed accounts."))],
    )
    size_override = models.CharField(
        _("size set by hand"), max_length=10, choices=SizeClass.known, blank=True
    )
    size_reason = models.CharField(_("why it is set by hand"), max_length=300, blank=True)
    size_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("size set by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    size_set_at = models.DateTimeField(_("size set on"), null=True, blank=True, editable=False)
    size_class = models.CharField(
        _("size"),
        max_length=10,
        choices=SizeClass,
        default=SizeClass.UNKNOWN,
        help_text=_(
            "From the figures, or as set by hand. Only micro, small and medium enterprises count."
        ),
    )
    website = models.URLField(_("website"), blank=True)
    clusters = models.ManyToManyField(
        Cluster, through="ClusterMembership", related_name="smes", verbose_name=_("clusters")
    )

    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="former",
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
                condition=~Q(registration_number="") & Q(merged_into__isnull=True),
                name="sme_registration_once",
                violation_error_message=_(
                    "A firm of this country with this registration number is in the project already."
                ),
            ),
            models.UniqueConstraint(
                fields=["project", "country", "vat_number"],
                condition=~Q(vat_number="") & Q(merged_into__isnull=True),
                name="sme_vat_once",
                violation_error_message=_(
                    "A firm of this country with this VAT number is in the project already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(size_override="") | ~Q(size_reason=""),
                name="sme_size_by_hand_has_reason",
                violation_error_message=_("Say why the size is set by hand."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "name", "code"], name="sme_by_name"),
            # Small enough that the list's count reads it and no row.
            models.Index(
                fields=["project"], condition=Q(merged_into__isnull=True), name="sme_standing"
            ),
            to_compare_index,
        ]

    def save(self, *args, **kwargs):
        self.derive_size()
        super().save(*args, **kwargs)

    def derive_size(self):
        """Set `size_class` from what was set by hand, or from the figures.

        A new firm that comes with a class alone (from a file, without figures) keeps it as one set by hand.
        """
        given = self._state.adding and not self.has_figures and self.size_class
        if given and given != SizeClass.UNKNOWN and not self.size_override:
            self.size_override = given
            self.size_reason = self.size_reason or str(BY_HAND)
        self.size_class = self.size_override or self.size_by_figures.size_class

    def clean(self):
        super().clean()
        problems = {}
        for name, read in (
            ("vat_number", partial(vat_number, self.country.code)),
            ("nace", nace_code),
        ):
            try:
                setattr(self, name, read(getattr(self, name)))
            except ValidationError as problem:
                problems[name] = problem
        if self.figures_year and self.figures_year > timezone.localdate().year:
            problems["figures_year"] = _("This year has not begun yet.")
        if problems:
            raise ValidationError(problems)

    def __str__(self):
        return self.name

    @property
    def own_name(self):
        """The firm as its own papers write it: what it is called in a mail and on a page for it."""
        return self.native_name or self.name

    def get_absolute_url(self):
        return reverse("sme_detail", args=[self.project.slug, self.code])

    @property
    def label(self):
        """How the firm is named in choices: the code first, so that what is typed can be resolved."""
        return f"{self.code} · {self.name} ({self.country.code})"

    @property
    def has_figures(self):
        return any(figure is not None for figure in (self.staff, self.turnover, self.balance_sheet))

    @property
    def size_by_figures(self):
        """What the figures say, with the words for it."""
        return reason(self.staff, self.turnover, self.balance_sheet)

    @property
    def size(self):
        return SizeClass(self.size_class)

    @property
    def vat_shown(self):
        return shown(self.country.code, self.vat_number)

    @property
    def checked(self):
        """Which numbers obey the rule of their country: {field: Check}, for those that are known."""
        return checks(self.country.code, self.registration_number, self.vat_number)

    @property
    def activity(self):
        """What the division of its NACE code is called."""
        return title_of(self.nace)


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

    @property
    def is_over(self):
        return self.until is not None and self.until < timezone.localdate()
