import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Record
from projects.models.project import Project

LONGEST = 366  # days for which a token may be good
NOTED = timedelta(minutes=10)  # so often is its use written down


class Scope(models.TextChoices):
    """What a token reads of what its person reads."""

    FIGURES = "figures", _("figures: values, targets, months and shares")
    UNITS = "units", _("figures with their units and records")

    @property
    def short(self):
        return {"figures": _("Figures"), "units": _("Figures and units")}[self.value]


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own: nobody else sees that there is one."""
        return self.filter(created_by=user.pk)

    editable_by = visible_to

    def good(self, today=None):
        return self.filter(revoked_at__isnull=True, last_day__gte=today or timezone.localdate())

    def for_secret(self, secret):
        """The token of this secret, expired or not; none if nobody has it."""
        return self.filter(digest=Token.digest_of(secret))


class Token(Record):
    """Lets a program read what its person may read, until a day. SECURITY: only the digest of its secret is kept."""

    PREFIX = "kei_"

    name = models.CharField(
        _("what it is for"), max_length=80, help_text=_("Such as: the ministry's dashboard.")
    )
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_("Empty: all projects that you are a member of."),
    )
    scope = models.CharField(_("reads"), max_length=10, choices=Scope, default=Scope.FIGURES)
    last_day = models.DateField(_("good until"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=12, editable=False)
    used_at = models.DateTimeField(_("used last"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(digest=""), name="token_has_a_secret"),
        ]

    def __str__(self):
        return self.name

    @staticmethod
    def digest_of(secret):
        # SECURITY: 256 random bits need no slow hash; nobody guesses them.
        return hashlib.sha256(secret.encode(errors="replace")).hexdigest()

    def give_secret(self) -> str:
        """A new secret for this token, which is not saved yet. It is told once and not kept."""
        secret = self.PREFIX + secrets.token_urlsafe(32)
        self.digest, self.start = self.digest_of(secret), secret[:8]
        return secret

    @property
    def is_good(self):
        return self.revoked_at is None and self.last_day >= timezone.localdate()

    def clean(self):
        super().clean()
        today = timezone.localdate()
        if self.last_day and not today <= self.last_day <= today + timedelta(days=LONGEST):
            raise ValidationError(
                {"last_day": _("A token is good for a year at most, and not in the past.")}
            )

    def note_use(self):
        """Write down that it was used, at most once in NOTED."""
        now = timezone.now()
        stale = Q(used_at__isnull=True) | Q(used_at__lt=now - NOTED)
        Token.objects.filter(stale, pk=self.pk).update(used_at=now)
