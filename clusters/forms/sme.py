import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import SME, Cluster, ClusterMembership, SizeClass
from clusters.nace import nace_code
from clusters.numbers import REGISTER, VAT, registration_number, vat_number
from common.forms import DateInput, DecimalField, RecordForm, RecordsField

MILLION = 1_000_000
MILLIONS = re.compile(
    r"(?<![^\W\d])(m|mn|mln|mio|mill|million|millions|млн|мил)(?![^\W\d])\.?", re.I
)
EUROS = re.compile(r"€|(?<![^\W\d])(eur|euro|euros|евро)(?![^\W\d])\.?", re.I)


class AmountField(forms.CharField):
    """An amount in EUR, typed in millions ("6,2", "6.2 M EUR") or in euros ("6 200 000", "480.000 EUR")."""

    default_error_messages = {
        "invalid": _("An amount is a number, such as 6,2 for 6.2 million or 6 200 000 EUR."),
        "unclear": _("Is that in euros or in millions? Write “%(n)s EUR” or “%(n)s M”."),
        "negative": _("An amount can't be negative."),
        "large": _("No firm is that large: an amount in euros has at most 13 digits."),
    }

    def prepare_value(self, value):
        if isinstance(value, Decimal):
            cents = 0 if value == value.to_integral_value() else 2
            return f"{value:,.{cents}f} EUR".replace(",", " ")
        return value

    def clean(self, value):
        text = super().clean(value)
        return self._euros(unicodedata.normalize("NFKC", text)) if text else None

    def _euros(self, text):
        rest = EUROS.sub(" ", text)
        bare = MILLIONS.sub(" ", rest)
        in_euros, in_millions = rest != text and bare == rest, bare != rest
        number = self._number(bare, in_euros)
        if number < 0:
            raise ValidationError(self.error_messages["negative"])
        if not in_euros and not in_millions:
            if 1000 < number < MILLION:
                raise ValidationError(self.error_messages["unclear"] % {"n": bare.strip()})
            in_millions = number <= 1000
        amount = number * MILLION if in_millions else number
        if amount >= 10**13:
            raise ValidationError(self.error_messages["large"])
        return amount.quantize(Decimal("0.01"))

    def _number(self, text, in_euros):
        """The number in `text`, whatever stands between its thousands and before its decimals."""
        bare = re.sub(r"[\s'’]", "", text)
        if not re.fullmatch(r"-?[0-9]{1,20}([.,][0-9]{1,20}){0,6}", bare):
            raise ValidationError(self.error_messages["invalid"])
        *thousands, last = re.findall(r"[.,]", bare) or [""]
        if thousands and (len(set(thousands)) > 1 or not re.match(r"-?\d{1,3}[.,]\d{3}\D", bare)):
            raise ValidationError(self.error_messages["invalid"])
        groups_only = last in thousands or (in_euros and re.search(r"^-?\d{1,3}[.,]\d{3}$", bare))
        for sign in {*thousands, *([last] if groups_only else [])}:
            bare = bare.replace(sign, "")
        return Decimal(bare.replace(",", "."))


class UnitsField(DecimalField):
    """A number that is shown as short as it is: 38 for 38.00."""

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class SMEForm(RecordForm):
    """A firm, its numbers and size, and the clusters it belongs to. Other partners' clusters stay as they are."""

    members_of = RecordsField(
        label=_("Member of"),
        queryset=Cluster.objects.all(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        required=False,
    )
    number_confirmed = forms.BooleanField(
        label=_("The registration number is right as I typed it"), required=False
    )
    nace = forms.CharField(
        label=_("NACE code"),
        max_length=20,
        required=False,
        help_text=_("Main activity by NACE Rev. 2, as exactly as you know it: C, 10 or 10.89."),
    )
    staff = UnitsField(
        label=_("Staff"),
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=0,
        help_text=_("In annual work units: half a year or half the time is a half."),
        error_messages={
            "invalid": _("Staff is a number, such as 38 or 9,5."),
            "min_value": _("Staff can't be negative."),
        },
    )
    turnover = AmountField(
        label=_("Turnover"),
        max_length=60,
        required=False,
        help_text=_("Of the year, without VAT: 6,2 for 6.2 million, or 480 000 EUR."),
    )
    balance_sheet = AmountField(
        label=_("Balance sheet total"),
        max_length=60,
        required=False,
        help_text=_("In the same way. One of the two amounts is often enough."),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    GROUPS = (
        (_("The firm"), "", ["name", "native_name", "country", "town"]),
        (
            _("Numbers and activity"),
            _("They keep a firm from being counted twice."),
            ["registration_number", "number_confirmed", "vat_number", "nace", "website"],
        ),
        (
            _("Size"),
            _(
                "The latest closed accounts; of the whole group, if the firm belongs to one (Recommendation "
                "2003/361/EC, Annex, Art. 3 to 6). The portal works out the size from them."
            ),
            ["staff", "turnover", "balance_sheet", "figures_year", "size_override", "size_reason"],
        ),
    )

    class Meta:
        model = SME
        fields = [
            "name",
            "country",
            "native_name",
            "town",
            "members_of",
            "registration_number",
            "number_confirmed",
            "vat_number",
            "nace",
            "website",
            "staff",
            "turnover",
            "balance_sheet",
            "figures_year",
            "size_override",
            "size_reason",
        ]
        labels = {"size_override": _("Set the size by hand"), "size_reason": _("Why")}
        help_texts = {
            "size_override": _("Only where the figures mislead: a group, a public owner."),
            "figures_year": "",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clusters = self.fields["members_of"]
        clusters.queryset = clusters.queryset.editable_by(self.user)
        self.asks_confirmation = False
        self.own = list(clusters.queryset)
        self.kept = {} if self.is_new else self._memberships()
        if not self.is_new:
            clusters.initial = [
                pk for pk, membership in self.kept.items() if not membership.is_over
            ]
        for cluster in self.own:
            membership = self.kept.get(cluster.pk)
            for name, label in (("since", _("Since")), ("until", _("Until"))):
                self.fields[f"{name}_{cluster.pk}"] = forms.DateField(
                    label=label,
                    required=False,
                    widget=DateInput,
                    initial=getattr(membership, name, None),
                )
        self.fields["size_override"].choices = [("", _("As the figures say")), *SizeClass.known()]
        self._name_numbers()

    def _memberships(self):
        own = ClusterMembership.objects.filter(sme=self.instance, cluster__in=self.own)
        return {membership.cluster_id: membership for membership in own}

    def _name_numbers(self):
        """Say what the country calls its numbers."""
        country = str(self["country"].value() or "")
        for field, rules in (("registration_number", REGISTER), ("vat_number", VAT)):
            if rule := rules.get(country):
                self.fields[field].help_text = _("%(name)s in %(country)s: %(shape)s.") % {
                    "name": rule.name,
                    "country": countries.name(country),
                    "shape": rule.shape,
                }

    # --- How the page shows it

    @property
    def groups(self):
        """The fields under their headings; the box that confirms a number only when it is asked for."""
        for title, lede, names in self.GROUPS:
            yield title, lede, [self[name] for name in names if self._is_shown(name)]

    def _is_shown(self, name):
        return name in self.fields and (name != "number_confirmed" or self.asks_confirmation)

    @property
    def rows(self):
        """For each cluster its box and its two dates."""
        boxes = {str(box.data["value"]): box for box in self["members_of"]}
        return [
            {
                "cluster": cluster,
                "box": boxes[str(cluster.pk)],
                "since": self[f"since_{cluster.pk}"],
                "until": self[f"until_{cluster.pk}"],
            }
            for cluster in self.own
        ]

    # --- What is right

    def clean(self):
        data = super().clean()
        if data.get("country"):
            self._clean_registration(data, data["country"])
            self._clean_vat(data, data["country"])
        self._clean_size(data)
        if "members_of" in data:
            for cluster in self.own:
                self._clean_membership(data, cluster)
            if not data["members_of"] and not self.kept:
                self.add_error("members_of", _("Choose the cluster that the firm belongs to."))
        return data

    def clean_nace(self):
        return nace_code(self.cleaned_data["nace"])

    def _clean_registration(self, data, country):
        number, doubt = registration_number(country, data.get("registration_number") or "")
        before = (self.instance.registration_number, self.instance.country)
        self.asks_confirmation = bool(doubt) and (number, country) != before
        if self.asks_confirmation and not data.get("number_confirmed"):
            ask = _("If the firm's papers say so, confirm it below and save again.")
            self.add_error("registration_number", f"{doubt} {ask}")
        elif number:
            data["registration_number"] = number
            self._refuse_twin(country, "registration_number", number)

    def _clean_vat(self, data, country):
        try:
            number = vat_number(country, data.get("vat_number") or "")
        except ValidationError as problem:
            self.add_error("vat_number", problem)
        else:
            data["vat_number"] = number
            if number:
                self._refuse_twin(country, "vat_number", number)

    def _refuse_twin(self, country, field, number):
        twins = SME.objects.visible_to(self.user).filter(project=self.project, country=country)
        twin = twins.filter(**{field: number}).exclude(pk=self.instance.pk).first()
        if twin:
            sentence = _("%(firm)s has this number: it is in the project already. Open it instead.")
            self.add_error(field, sentence % {"firm": twin.label})

    def _clean_size(self, data):
        figures = [data.get(name) for name in ("staff", "turnover", "balance_sheet")]
        undated = "figures_year" in data and not data["figures_year"]
        if undated and any(figure is not None for figure in figures):
            self.add_error("figures_year", _("Say which year the figures are of."))
        if data.get("size_reason") and not data.get("size_override"):
            self.add_error(
                "size_override", _("Choose the size that this is the reason for, or clear it.")
            )

    def _clean_membership(self, data, cluster):
        since, until = f"since_{cluster.pk}", f"until_{cluster.pk}"
        if since not in data or until not in data:
            return
        ticked, kept = cluster in data["members_of"], self.kept.get(cluster.pk)
        if not ticked and not kept and (data[since] or data[until]):
            self.add_error(since, _("Tick the cluster too, or clear its dates."))
        elif ticked and kept and kept.is_over and data[until] == kept.until:
            self.add_error(until, _("Clear the last day of a firm that has come back."))
        elif data[since] and data[until] and data[until] < data[since]:
            self.add_error(until, _("The last day is not to come before the first."))
        elif not ticked and kept and not kept.is_over and not data[until]:
            # Leaving is a last day and no deletion.
            data[until] = max(timezone.localdate(), data[since] or timezone.localdate())

    # --- What is written

    def save(self, commit=True):
        if {"size_override", "size_reason"} & set(self.changed_data):
            by_hand = bool(self.instance.size_override)
            self.instance.size_set_by = self.user if by_hand else None
            self.instance.size_set_at = timezone.now() if by_hand else None
        sme = super().save(commit)
        for cluster in self.own:
            self._save_membership(sme, cluster)
        return sme

    def _save_membership(self, sme, cluster):
        data = self.cleaned_data
        membership = self.kept.get(cluster.pk)
        dates = data[f"since_{cluster.pk}"], data[f"until_{cluster.pk}"]
        if membership is None and cluster in data["members_of"]:
            membership = ClusterMembership(sme=sme, cluster=cluster)
        elif membership is None or (membership.since, membership.until) == dates:
            return
        membership.since, membership.until = dates
        membership.save()
