import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.forms.record import SMEField
from clusters.models import SME, Cluster, Manager
from common.forms import (
    DateInput,
    PortalForm,
    QuickSelect,
    RecordForm,
    RecordsField,
    country_choices,
    narrow,
)
from events.models import Attendance, Category
from projects.models import Partner

SHOWN = 120  # firms offered to be ticked; further ones are searched for
MOST = 300  # people in one sending
BLANK_LINES = 4


class AttendanceForm(RecordForm):
    """One line of the list, mended."""

    sme = SMEField(
        label=_("SME"),
        required=False,
        max_length=250,
        help_text=_("A firm of the project: type a part of its name, or its code."),
    )

    class Meta:
        model = Attendance
        fields = ["date", "category", "manager", "sme", "name", "organisation", "country"]
        widgets = {"date": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = self.fields["manager"].queryset.select_related("cluster")
        self.fields["manager"].label_from_instance = lambda one: f"{one.name} ({one.cluster})"
        self.fields["sme"].queryset = SME.objects.visible_to(self.user).filter(project=self.project)
        self.fields["sme"].widget.lookup_url = reverse("sme_list", args=[self.project.slug])
        self.fields["country"].help_text = _("Empty: that of the manager or the firm.")
        if self.instance.sme_id:
            self.initial["sme"] = self.instance.sme.label

    def _get_validation_exclusions(self):
        # The key of the person and the event are no fields; whether someone is there twice is said all the same.
        hidden = {"person", "event", "confirmed_at", "erased_at"}
        return super()._get_validation_exclusions() - hidden

    def _place_of(self, error):
        place = super()._place_of(error)
        return place if place in ("manager", "category") else "name"

    def clean(self):
        data = super().clean()
        if data.get("manager"):
            data["category"], data["sme"] = Category.MANAGER, None
            data["name"] = data["organisation"] = ""
        elif data.get("sme"):
            data["category"], data["organisation"] = Category.SME, ""
        return data


class DaysField(forms.MultipleChoiceField):
    """Days of one event."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        return [datetime.date.fromisoformat(day) for day in super().clean(value)]


class LineForm(forms.Form):
    """An outside person, or somebody of a firm who is named."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        choices=[("", "---------"), *(one for one in Category.choices if one[0] != "manager")],
    )
    country = forms.ChoiceField(label=_("Country"), required=False, widget=QuickSelect)

    def __init__(self, *args, firms, countries, **kwargs):
        super().__init__(*args, **kwargs)
        self.firms = firms
        self.fields["country"].choices = countries
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = f"{css} form-control-sm"

    @property
    def said(self):
        return any(self[name].value() for name in self.fields)

    def clean(self):
        data = super().clean()
        if not any(data.values()) and not self.errors:
            return data
        if not data.get("name") and not data.get("organisation") and not self.errors:
            self.add_error("name", _("Write a name, or an organisation."))
        if not data.get("category") and "category" not in self.errors:
            self.add_error("category", _("Choose one."))
        return data

    def attendance(self):
        """What the line says, unsaved; None for an empty line. A firm's code or exact name links it to the firm."""
        data = self.cleaned_data
        if not any(data.values()):
            return None
        row = Attendance(**data)
        if row.category == Category.SME and row.organisation:
            row.sme = self._firm(row.organisation)
            if row.sme:
                row.organisation = ""
        return row

    def _firm(self, text):
        by_code = self.firms.filter(code=text.strip().upper()).first()
        named = self.firms.filter(name__iexact=text.strip())[:2]
        return by_code or (named[0] if len(named) == 1 else None)


class EntryForm(PortalForm, forms.Form):
    """Many people put on the list of an event at once."""

    days = DaysField(label=_("On"))
    managers = RecordsField(
        queryset=Manager.objects.all(),
        required=False,
        to_field_name="code",
        label=_("Cluster managers"),
    )
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
    confirm = forms.BooleanField(
        label=_("They were there: confirm them at once"),
        required=False,
        help_text=_("Otherwise they are expected, and you confirm them on the day."),
    )

    def __init__(self, *args, user, project, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.project, self.event = user, project, event
        narrow(self, user=user, project=project)
        self.fields["days"].choices = [(day.isoformat(), date_format(day)) for day in event.days]
        if not event.has_begun:
            del self.fields["confirm"]
        visible = SME.objects.visible_to(user).filter(project=project)
        countries = [
            ("", "---------"),
            *country_choices(set(project.partners.values_list("country", flat=True))),
        ]
        lines = forms.formset_factory(LineForm, extra=BLANK_LINES, max_num=MOST, absolute_max=MOST)
        self.lines = lines(
            self.data if self.is_bound else None,
            prefix="line",
            form_kwargs={"firms": visible, "countries": countries},
        )

    def again(self, *, more):
        """Show what was typed so far without complaints, with `more` lines if they are asked for."""
        if more:
            self.data = self.data.copy()
            total = self.lines.total_form_count()
            self.data["line-TOTAL_FORMS"] = min(total + BLANK_LINES, MOST)
            self.lines.data = self.data
            for drawn in ("forms", "management_form"):
                self.lines.__dict__.pop(drawn, None)
        self._errors = {}
        for line in self.lines.forms:
            line._errors = {}

    # --- What is offered -----------------------------------------------------------------------------

    def managers_by_cluster(self):
        """[(cluster, [(manager, whether ticked)])] of the project."""
        ticked = {str(code) for code in self["managers"].value() or ()}
        found = {}
        managers = self.fields["managers"].queryset.select_related("cluster__partner")
        for manager in managers.order_by("cluster__partner__number", "cluster__code", "name"):
            found.setdefault(manager.cluster, []).append((manager, manager.code in ticked))
        return list(found.items())

    def offered(self):
        """The firms to be ticked, as pairs with whether they are, and how many more there are."""
        codes = [code for code in self["firms"].value() or [] if "\x00" not in str(code)]
        firms = self.fields["firms"].queryset
        ticked = list(firms.filter(code__in=codes[:MOST]).order_by("name"))
        partners = Partner.objects.read_within_by(self.user)
        own = Cluster.objects.filter(project=self.project, partner__in=partners)
        found = firms.filter(clusters__in=own).distinct()
        if words := str(self["search"].value() or "").replace("\x00", ""):
            found = firms.matching(words)
        others = found.exclude(pk__in=[firm.pk for firm in ticked]).order_by("name", "code")
        shown = [(firm, True) for firm in ticked] + [(firm, False) for firm in others[:SHOWN]]
        return shown, max(others.count() - SHOWN, 0)

    # --- What was sent -------------------------------------------------------------------------------

    def clean(self):
        data = super().clean()
        people = [
            Attendance(category=Category.MANAGER, manager=one) for one in data.get("managers") or ()
        ]
        people += [Attendance(category=Category.SME, sme=firm) for firm in data.get("firms") or ()]
        if not self.lines.is_valid():
            raise ValidationError(_("Mend the lines below that are marked."))
        seen = set()
        for line in self.lines:
            row = line.attendance()
            if row is None:
                continue
            row.derive()
            if (row.sme_id, row.person) in seen:
                line.add_error("name", _("This person is in another line already."))
            seen.add((row.sme_id, row.person))
            people.append(row)
        if any(line.errors for line in self.lines):
            raise ValidationError(_("Mend the lines below that are marked."))
        if not people and not self.errors:
            raise ValidationError(_("Tick somebody, or write a line."))
        if len(people) > MOST:
            raise ValidationError(_("%d people at most go into one form.") % MOST)
        data["people"] = people
        return data
