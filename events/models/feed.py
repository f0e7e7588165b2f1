import secrets

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Membership

SIGNER = signing.Signer(sep=".", salt="events.feed")


def new_nonce():
    return secrets.token_hex(8)


class FeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """SECURITY: the address is its owner's alone."""
        return self.active().filter(membership__user=user.pk)

    def editable_by(self, user):
        return self.visible_to(user)

    def active(self):
        """Those of people who are in the project now."""
        return self.filter(
            membership__in=Membership.objects.active(), membership__user__is_active=True
        )

    def for_secret(self, secret):
        """The feed behind a secret address; DoesNotExist for one that was never given out, or was renewed.

        SECURITY: the signature is compared in constant time, before the database is asked anything. The row alone,
        as in a copy of the database, does not tell the address.
        """
        try:
            pk, nonce = SIGNER.unsign(secret).split("-")
        except (signing.BadSignature, ValueError) as error:
            raise self.model.DoesNotExist from error
        return self.active().get(pk=pk, nonce=nonce)


class Feed(models.Model):
    """The secret address under which a member's calendar program reads the project's events."""

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    renewed_at = models.DateTimeField(_("renewed on"), default=timezone.now)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self):
        return f"{self.membership}"

    @property
    def address(self):
        """The whole address, which opens the calendar without a login."""
        secret = SIGNER.sign(f"{self.pk}-{self.nonce}")
        return settings.SITE_URL + reverse("calendar_feed", args=[secret])
