import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clusters.forms.record import ServiceField, SMEField
from clusters.models import SME, Cluster, Service, ServiceRecord, State
from common.forms import DateInput, DecimalField, PortalForm, RecordsField, narrow
from projects.forms import EvidenceFileField
from projects.models import Evidence
from workpackages.models import Task

SHOWN = 200  # firms offered to be ticked; further ones are searched for
MOST = 200  # firms in one form: seconds, not minutes, of saving
MAYBE = 6  # firms named beside a line that may mean each of them


class ManyForm(PortalForm, forms.Form):
    """One service, delivered to many firms on one day."""

    service = ServiceField(
        label=_("Service"), queryset=Service.objects.all(), empty_label=_("Choose …")
    )
    date = forms.DateField(label=_("Date"), widget=DateInput)
    state = forms.ChoiceField(label=_("State"), choices=State, initial=State.DELIVERED)
    firms = RecordsField(
        queryset=SME.objects.all(), required=False, to_field_name="code", label=_("Firms")
    )
    search = forms.CharField(
        label=_("Search firms"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "form-control",
                "placeholder": _("Name, code, town …"),
            }
        ),
    )
    lines = forms.CharField(
        label=_("Or paste codes or names, one in a line"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    effort = DecimalField(
        label=_("Effort, hours"),
        required=False,
        max_digits=7,
        decimal_places=2,
        min_value=0,
        error_messages={
            "invalid": _("Effort is a number of hours, such as 2.5 or 2,5."),
            "min_value": _("Effort can't be negative."),
        },
    )
    effort_is = forms.ChoiceField(
        label=_("These hours are"),
        choices=[("each", _("for each firm")), ("all", _("for all firms together"))],
        initial="each",
        required=False,
    )
    outcome = forms.CharField(
        label=_("Outcome"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    task = forms.ModelChoiceField(label=_("Task"), queryset=Task.objects.all(), required=False)
    evidence_file = EvidenceFileField(
        label=_("Proof"),
        required=False,
        help_text=_("One signed list proves all of them."),
    )
    kept = RecordsField(
        queryset=Evidence.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.MultipleHiddenInput,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.project = user, project
        narrow(self, user=user, project=project)
        for name in ("service", "kept"):
            self.fields[name].queryset = self.fields[name].queryset.editable_by(user)
        self.unresolved = []  # lines that name no firm: (line, sentence, firms that it may mean)
        self.already = []  # firms that have this service from this day

    # --- The firms ------------------------------------------------------------------------------

    def offered(self):
        """The firms to be ticked: those that are first, then what the search finds in the own clusters.

        Returns them as pairs with whether they are ticked, and how many more there are.
        """
        ticked = self._ticked()
        found = self.fields["firms"].queryset.filter(clusters__in=self._clusters()).distinct()
        if words := str(self["search"].value() or "").replace("\x00", ""):
            found = found.matching(words)
        others = found.exclude(pk__in=[firm.pk for firm in ticked]).order_by("name", "code")
        firms = [(firm, True) for firm in ticked] + [(firm, False) for firm in others[:SHOWN]]
        return firms, max(others.count() - SHOWN, 0)

    def _ticked(self):
        codes = [code for code in self["firms"].value() or [] if "\x00" not in str(code)]
        return list(self.fields["firms"].queryset.filter(code__in=codes[:MOST]).order_by("name"))

    def _clusters(self):
        """Of the service's cluster, once it is chosen; of all that the user keeps before."""
        own = Cluster.objects.editable_by(self.user).filter(project=self.project)
        chosen = str(getattr(self["service"].value(), "pk", self["service"].value()) or "")
        if chosen.isdecimal() and len(chosen) < 18:
            return own.filter(services=int(chosen)) or own
        return own

    def clean(self):
        data = super().clean()
        firms = {firm.pk: firm for firm in data.get("firms") or []}
        for line in dict.fromkeys(self._lines(data)):
            for firm in self._resolved(line):
                firms[firm.pk] = firm
        data["firms"] = sorted(firms.values(), key=lambda firm: (firm.name, firm.code))
        if self.unresolved:
            self.add_error(
                "lines",
                ngettext(
                    "%(n)d line names no firm: mend it, or choose beside it.",
                    "%(n)d lines name no firm: mend them, or choose beside them.",
                    len(self.unresolved),
                )
                % {"n": len(self.unresolved)},
            )
        elif not firms and "firms" not in self.errors and "lines" not in self.errors:
            self.add_error("firms", _("Choose the firms that received it."))
        if len(firms) > MOST:
            self.add_error("firms", _("%d firms at most go into one form.") % MOST)
        self._check_day(data)
        if not self.errors:
            self._part_from_those_who_have_it(data)
        return data

    def _lines(self, data):
        lines = [line.strip() for line in data.get("lines", "").replace("\x00", "").splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST:
            self.add_error("lines", _("%d lines at most go into one form.") % MOST)
            return []
        return lines

    def _resolved(self, line):
        """The firm that `line` names, or those chosen beside it before; none, and it is remembered."""
        field = SMEField()
        field.queryset = self.fields["firms"].queryset
        beside = [value.partition(" ") for value in self.data.getlist("instead")]
        if chosen := [code for code, _space, said in beside if said == line]:
            return list(field.queryset.filter(code__in=chosen))
        try:
            return [field.clean(line[:250])]
        except ValidationError as error:
            alike = list(field.queryset.matching(line)[:MAYBE])
            said = _("Several firms fit “%s”.") % line if alike else " ".join(error.messages)
            # Nothing holds all of its words: the longest one may lead to the firm that is meant.
            alike = alike or list(field.queryset.matching(max(line.split(), key=len))[:MAYBE])
            self.unresolved.append((line, said, alike))
            return []

    def _check_day(self, data):
        """By the rule of a single delivery: what was delivered does not lie in the future."""
        if data.get("date") and data.get("state"):
            try:
                ServiceRecord(project=self.project, date=data["date"], state=data["state"]).clean()
            except ValidationError as error:
                self._update_errors(error)

    def _update_errors(self, error):
        for name, errors in error.error_dict.items():
            self.add_error(name, errors)

    def _part_from_those_who_have_it(self, data):
        """Ask about firms that have this service from this day; the button that was pressed may have answered."""
        had = ServiceRecord.objects.filter(
            service=data["service"], date=data["date"], sme__in=data["firms"]
        ).exclude(state=State.CANCELLED)
        had = set(had.values_list("sme", flat=True))
        decided = self.data.get("already")
        if not had or decided == "twice":
            return
        if decided == "leave":
            data["firms"] = [firm for firm in data["firms"] if firm.pk not in had]
            if data["firms"]:
                return
        self.already = [firm for firm in self.cleaned_data["firms"] if firm.pk in had]
        self.others = len(data["firms"]) - len(self.already)
        self.add_error(None, _("Some firms have this service from this day already: see below."))

    # --- The page again ---------------------------------------------------------------------------

    def settle(self, kept):
        """Prepare the page that is shown again: lines that were understood are ticks now, files are kept."""
        self.data = self.data.copy()
        if "firms" in self.cleaned_data:
            self.data.setlist("firms", [firm.code for firm in self.cleaned_data["firms"]])
            self.data["lines"] = "\n".join(line for line, _said, _alike in self.unresolved)
        self.data.setlist("kept", [evidence.code for evidence in kept])
        self.files = {}
        self.kept_evidence = kept
