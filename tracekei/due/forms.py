from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from common.forms import PortalModelForm


class MailForm(PortalModelForm):
    """Which mails a person wants, and in which language."""

    class Meta:
        model = get_user_model()
        fields = ("wants_reminders", "wants_digest", "language")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        field.choices = [("", _("That of my partner’s country")), *field.choices[1:]]
