from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.forms import DateInput, RecordForm
from events.models import Event


class RegistrationForm(RecordForm):
    """Until when people register, and for how many places."""

    class Meta:
        model = Event
        fields = ["registration_until", "capacity"]
        widgets = {"registration_until": DateInput}

    def clean_registration_until(self):
        until = self.cleaned_data["registration_until"]
        if until and until > self.instance.last_day:
            raise ValidationError(
                _("By then the event is over. Choose its last day, or one before.")
            )
        return until

    def clean_capacity(self):
        places = self.cleaned_data["capacity"]
        there = self.instance.registrations.registered().count()
        if places is not None and places < there:
            raise ValidationError(
                ngettext(
                    "%(n)d person is registered already: so many places are needed.",
                    "%(n)d people are registered already: so many places are needed.",
                    there,
                )
                % {"n": there}
            )
        return places


class AskingForm(RecordForm):
    """Until when people say how it was."""

    class Meta:
        model = Event
        fields = ["evaluation_until"]
        widgets = {"evaluation_until": DateInput}

    def clean_evaluation_until(self):
        until = self.cleaned_data["evaluation_until"]
        if until and until < self.instance.first_day:
            raise ValidationError(_("People are asked from the first day of the event on."))
        return until
