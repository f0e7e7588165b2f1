from itertools import chain
from math import ceil

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import User
from common.forms import (
    DateInput,
    DecimalField,
    PortalForm,
    PortalModelForm,
    RecordForm,
    RecordsField,
    narrow,
)
from projects.content import KINDS, kind_of
from projects.models import (
    Comment,
    Evidence,
    Invitation,
    Membership,
    Partner,
    PriorityArea,
    Project,
    ReportingPeriod,
    Role,
    Sector,
    Token,
)
from projects.models.evidence import Audience

YEARS = range(1990, 2101)  # in which a project may begin
MONTHS = 20 * 12  # that a project may last
DUE_DAYS = 365


class ProjectForm(RecordForm):
    total_budget = DecimalField(label=_("Total budget, EUR"), required=False, min_value=0)
    eu_contribution = DecimalField(label=_("EU contribution, EUR"), required=False, min_value=0)

    class Meta:
        model = Project
        fields = [
            "acronym",
            "name",
            "slug",
            "start",
            "end",
            "programme",
            "call",
            "grant_number",
            "total_budget",
            "eu_contribution",
            "website",
            "summary",
            "funding_statement",
            "disclaimer",
            "privacy_notice",
            "report_due_days",
            "keeps_hours",
        ]
        widgets = {
            "start": DateInput,
            "end": DateInput,
            "summary": forms.Textarea(attrs={"rows": 4}),
            "funding_statement": forms.Textarea(attrs={"rows": 3}),
            "disclaimer": forms.Textarea(attrs={"rows": 3}),
            "privacy_notice": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_start(self):
        start = self.cleaned_data["start"]
        if start.year not in YEARS:
            raise ValidationError(
                _("Is the year right? Projects begin between %(first)s and %(last)s.")
                % {"first": YEARS[0], "last": YEARS[-1]}
            )
        return start

    def clean_report_due_days(self):
        days = self.cleaned_data["report_due_days"]
        if days > DUE_DAYS:
            raise ValidationError(
                _("A report is due within %(days)d days at most.") % {"days": DUE_DAYS}
            )
        return days

    def clean(self):
        data = super().clean()
        start, end = data.get("start"), data.get("end")
        if start and end and start < end:
            months = Project(start=start, end=end).months
            if months > MONTHS:
                self.add_error("end", _("A project lasts 20 years at most."))
            elif last := self._period_beyond(months):
                self.add_error(
                    "end",
                    _(
                        "Period %(period)s needs %(needed)d months; with these days there are %(months)d."
                    )
                    % {"period": last, "needed": last.last_month, "months": months},
                )
        return data

    def _period_beyond(self, months):
        """A reporting period that a project of so many `months` would not have."""
        if self.is_new:
            return None
        return self.instance.periods.filter(last_month__gt=months).last()


class NewProjectForm(ProjectForm):
    """A project and, in the same form, the partner that coordinates it."""

    partner_name = forms.CharField(label=_("Coordinating partner"), max_length=200)
    partner_short_name = forms.CharField(label=_("Its short name"), max_length=60)
    partner_country = CountryField().formfield(label=_("Its country"))

    class Meta(ProjectForm.Meta):
        fields = ["acronym", "name", "slug", "start", "end", "programme", "call"]

    total_budget = eu_contribution = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Empty: made from the acronym.")

    def clean(self):
        data = super().clean()
        if not data.get("slug") and data.get("acronym"):
            slug = slugify(data["acronym"])[:40]
            if not slug:
                self.add_error("slug", _("Write one in small Latin letters, digits and hyphens."))
            elif Project.objects.filter(slug=slug).exists():
                self.add_error("slug", _("Another project has the address %s: choose one.") % slug)
            self.instance.slug = data["slug"] = slug
        return data

    def coordinating_partner(self):
        data = self.cleaned_data
        return Partner(
            name=data["partner_name"],
            short_name=data["partner_short_name"],
            country=data["partner_country"],
        )


class PartnerForm(RecordForm):
    class Meta:
        model = Partner
        fields = [
            "number",
            "short_name",
            "name",
            "country",
            "town",
            "sector",
            "website",
            "coordinates",
        ]

    def _get_validation_exclusions(self):
        # The mark moves from the partner that has it in one step, when the form is saved.
        return super()._get_validation_exclusions() | {"coordinates"}

    def clean(self):
        data = super().clean()
        # On a page that is older than the mark it was not taken away: that is for the conflict to show.
        shown = data.get("version") == self.instance.version
        if shown and self.instance.coordinates and not data.get("coordinates"):
            self.add_error(
                "coordinates",
                _("Mark the partner that coordinates instead: it takes over from this one."),
            )
        return data


class SectorForm(RecordForm):
    class Meta:
        model = Sector
        fields = ["name"]


class PriorityAreaForm(RecordForm):
    class Meta:
        model = PriorityArea
        fields = ["name"]


class PeriodForm(RecordForm):
    class Meta:
        model = ReportingPeriod
        fields = ["number", "kind", "first_month", "last_month", "due_days"]

    def clean(self):
        if self.instance.pk and self.instance.editions.protecting().exists():
            raise ValidationError(
                _("The report of this period was locked, so its months stay as they are.")
            )
        return super().clean()


class MembershipForm(PortalModelForm):
    class Meta:
        model = Membership
        fields = ["role", "partner", "expires_on"]
        widgets = {"expires_on": DateInput}

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        narrow(self, user=user, project=project)
        self.fields["role"].help_text = _roles()


class InvitationForm(PortalModelForm):
    class Meta:
        model = Invitation
        fields = ["email", "role", "partner", "expires_on"]
        widgets = {"expires_on": DateInput}

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.project = project
        self.instance.invited_by = user
        narrow(self, user=user, project=project)
        self.fields["role"].help_text = _roles()

    def _get_validation_exclusions(self):
        # Whether an open invitation to this address exists is checked here, beside the field.
        return super()._get_validation_exclusions() - {"project", "accepted_at", "withdrawn_at"}

    def clean_expires_on(self):
        expires_on = self.cleaned_data["expires_on"]
        if expires_on and expires_on < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return expires_on

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()


def _roles():
    return " ".join(f"{role.label}: {role.explanation}" for role in Role)


class AcceptForm(PortalForm, forms.Form):
    """The name and password of a person who comes with an invitation and has no account yet."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A few words that belong to you alone are best."),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        data = super().clean()
        if data.get("password"):
            person = User(email=self.email, name=data.get("name", ""))
            try:
                password_validation.validate_password(data["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class EvidenceFileField(forms.FileField):
    """A file of a kind and size that the portal keeps; what it is is read from its content."""

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and hasattr(file, "size"):
            limit = settings.EVIDENCE_MAX_MB
            if file.size > limit * 1024 * 1024:
                raise ValidationError(
                    _("%(name)s has %(size)d MB; a file may have %(limit)d MB at most.")
                    % {"name": file.name, "size": ceil(file.size / 1024 / 1024), "limit": limit}
                )
            file.kind = kind_of(file)
            if file.kind is None:
                raise ValidationError(
                    _(
                        "%(name)s is not a kind of file that proves a record. Use PDF, a photo "
                        "(JPEG, PNG, WebP, HEIC), a text, or a document or spreadsheet of an office program."
                    )
                    % {"name": file.name}
                )
        return file


class SeveralFiles(forms.ClearableFileInput):
    """Several files; a telephone offers its camera and its photos."""

    ACCEPT = ",".join(["image/*", *chain(*KINDS.values())])
    allow_multiple_selected = True

    def __init__(self, attrs=None):
        super().__init__({"accept": self.ACCEPT, **(attrs or {})})


class EvidenceFilesField(EvidenceFileField):
    """Several files, each of which is accepted or refused by itself.

    Its clean value is a pair: the files that are kept, and a sentence for each of the others.
    """

    widget = SeveralFiles

    def clean(self, data, initial=None):
        accepted, refused = [], []
        for file in data or []:
            try:
                accepted.append(super().clean(file, initial))
            except ValidationError as error:
                refused += [
                    why if file.name in why else f"{file.name}: {why}" for why in error.messages
                ]
        return accepted, refused


class LinkField(forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]


class ProofForm(PortalForm, forms.Form):
    """Files and a link that prove a record, and who reads them.

    `accepted` are the files that can be kept whatever else is to be mended.
    """

    files = EvidenceFilesField(label=_("Files"), required=False)
    kept = RecordsField(queryset=Evidence.objects.all(), required=False, to_field_name="code")
    link = LinkField(label=_("Or a link"), max_length=500, required=False, assume_scheme="https")
    name = forms.CharField(
        label=_("Title"),
        max_length=255,
        required=False,
        help_text=_("Empty: the file's own name. Several files keep their own names."),
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"), choices=Audience, initial=Audience.PARTNER
    )

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.accepted = []
        narrow(self, user=user, project=project)
        self.fields["kept"].queryset = self.fields["kept"].queryset.editable_by(user)
        self.fields["files"].help_text = _(
            "PDF, photos, texts, documents and spreadsheets of office programs, up to %(limit)d MB each."
        ) % {"limit": settings.EVIDENCE_MAX_MB}

    def clean(self):
        data = super().clean()
        self.accepted, refused = data.pop("files", None) or ([], [])
        for sentence in refused:
            self.add_error("files", sentence)
        chosen = self.accepted or refused or data.get("kept") or self.has_error("kept")
        if not (chosen or data.get("link") or self.has_error("link")):
            self.add_error("files", _("Choose a file or give a link."))
        return data


class EvidenceForm(RecordForm):
    """What may be changed of evidence: its title and who reads it. A file is never exchanged for another."""

    class Meta:
        model = Evidence
        fields = ["name", "audience"]
        labels = {"name": _("Title")}


class CommentForm(RecordForm):
    """What somebody says about a record: plain text."""

    class Meta:
        model = Comment
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": None})}


class TokenForm(RecordForm):
    """A token of one's own, for one project or for all of one's projects."""

    class Meta:
        model = Token
        fields = ["name", "project", "scope", "last_day"]
        widgets = {"last_day": DateInput}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, project=None, **kwargs)
        self.fields["project"].queryset = Project.objects.visible_to(user)
        self.fields["project"].empty_label = _("All of mine")
