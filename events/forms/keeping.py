"""What the forms of records that a partner keeps have in common: whose it is, and the proof sent along."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.forms import RecordForm
from events.forms.files import WithFiles
from events.models import Standing
from projects.forms import LinkField


class KeptForm(RecordForm):
    """A record of one partner; who works for a single partner is not asked for which."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        partners = self.fields["partner"]
        partners.queryset = partners.queryset.read_within_by(self.user)
        partners.empty_label = _("Choose …")
        if self.is_new:
            only = list(partners.queryset[:2])
            if len(only) == 1:
                self.instance.partner = only[0]
                del self.fields["partner"]

    def _get_validation_exclusions(self):
        # The partner may be given and not asked for; what has to be unique of a partner is checked all the same.
        return super()._get_validation_exclusions() - {"partner"}


class ProvenForm(WithFiles):
    """A record with its first proof, files or a link, in the same form; more is added on the record's page."""

    link = LinkField(
        label=_("Proof: a link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where everyone can see it. The whole project reads it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            del self.fields["link"]


class EventField(forms.ModelChoiceField):
    def label_from_instance(self, event):
        return f"{event.code} {event.title}, {date_format(event.first_day, 'j M Y')}"


class OfEventForm(RecordForm):
    """A record that may be about an event of the project and then reads from it what the event says already.

    Declares OWN: its fields with the event's attribute that stands for each, and the sentence for one that is
    missing where there is no event ("" where it may be).
    """

    OWN = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        events = self.fields["event"]
        standing = events.queryset.exclude(state=Standing.CANCELLED)
        events.queryset = standing | events.queryset.filter(pk=self.instance.event_id)
        events.empty_label = _("None")

    def clean(self):
        data = super().clean()
        event = data.get("event")
        for name, attribute, sentence in self.OWN:
            if event:
                self._require_same(name, getattr(event, attribute))
                data[name] = self.fields[name].clean("") if name in data else None
            elif sentence and not data.get(name) and not self.errors.keys() & {name, "event"}:
                self.add_error(name, sentence)
        return data

    def _require_same(self, name, theirs):
        """What the event says already is not kept a second time; anything else is asked about."""
        typed = self.cleaned_data.get(name)
        if typed and typed != theirs:
            shown = date_format(theirs) if hasattr(theirs, "year") else f"“{theirs}”"
            sentence = _("This is the event's: %(theirs)s. Leave it empty, or choose no event.")
            self.add_error(name, sentence % {"theirs": shown})
