from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.sme import SME
from common.search import Searchable, SearchableQuerySet, words_of
from projects.models import Partner, ProjectRecord, ProjectRecordQuerySet


class LegalBasis(models.TextChoices):
    """Why a person's data may be kept: GDPR, article 6(1)."""

    CONSENT = "consent", _("Consent (Art. 6(1)(a))")
    CONTRACT = "contract", _("Contract (Art. 6(1)(b))")
    LEGAL_DUTY = "legal_duty", _("Legal duty (Art. 6(1)(c))")
    PUBLIC_TASK = "public_task", _("Public task (Art. 6(1)(e))")
    INTEREST = "interest", _("Legitimate interest (Art. 6(1)(f))")


class ContactQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def visible_to(self, user):
        """SECURITY: a contact is read by the partner it belongs to and by the coordinator, nobody else."""
        return self.filter(partner__in=Partner.objects.read_within_by(user))

    def editable_by(self, user):
        return self.filter(partner__in=Partner.objects.managed_by(user))

    def matching(self, text):
        """Contacts whose code, name, address or firm holds each word of `text`."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            found = found.filter(Q(folded__contains=word) | Q(sme__in=SME.objects.matching(word)))
        return found


class Contact(ProjectRecord, Searchable):
    """A person at a firm whom one partner may write to; kept apart from the firm, and that partner's alone."""

    PREFIX = "CT"
    SEARCHED = ("code", "name", "email")

    sme = models.ForeignKey(
        SME, verbose_name=_("SME"), on_delete=models.PROTECT, related_name="contacts"
    )
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=LegalBasis)
    notice_version = models.CharField(
        _("version of the privacy notice"), max_length=40, help_text=_("As its heading says it.")
    )
    informed_on = models.DateField(_("informed on"))

    objects = ContactQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["partner", "sme", "email"],
                condition=~Q(email=""),
                name="contact_address_once",
                violation_error_message=_(
                    "This partner has a contact with this address at the firm."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("contact_detail", args=[self.project.slug, self.code])
