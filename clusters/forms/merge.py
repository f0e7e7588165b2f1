from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusters.actions.merge import chosen_fields, default_taken, sizes_allowed
from clusters.models import SizeClass
from common.forms import PortalForm

KEPT, MERGED = "kept", "merged"


class MergeForm(PortalForm, forms.Form):
    """For each field in which two firms differ, which of them is right."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    merged_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, kept, merged, taken=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept, self.merged = kept, merged
        self.fields["kept_version"].initial = kept.version
        self.fields["merged_version"].initial = merged.version
        self.sizes = sizes_allowed(kept, merged)
        self.differing = []
        taken = default_taken(kept, merged) if taken is None else taken
        for field in chosen_fields():
            if field.value_from_object(kept) != field.value_from_object(merged):
                self.differing.append(field)
                self.fields[field.name] = forms.ChoiceField(
                    label=capfirst(field.verbose_name),
                    choices=[(KEPT, kept.code), (MERGED, merged.code)],
                    widget=forms.RadioSelect,
                    initial=MERGED if field.name in taken else KEPT,
                    error_messages={"required": _("Choose one of the two.")},
                )

    @property
    def taken(self):
        """The names of the fields that are taken from the firm that goes."""
        return [field.name for field in self.differing if self.cleaned_data[field.name] == MERGED]

    @property
    def seen(self):
        return self.cleaned_data["kept_version"], self.cleaned_data["merged_version"]

    @property
    def rows(self):
        """A row for each field of the firms: label, the two values in words, and the choice if they differ."""
        for field in chosen_fields():
            bound = self[field.name] if field in self.differing else None
            yield {
                "name": field.name,
                "label": capfirst(field.verbose_name),
                "kept": in_words(self.kept, field),
                "merged": in_words(self.merged, field),
                "bound": bound,
                "choice": bound.value() if bound else KEPT,
                "barred": self._barred(field),
            }

    def _barred(self, field):
        """The side that can't be chosen: it would make records count that did not."""
        if field.name == "size_class":
            for side, firm in ((KEPT, self.kept), (MERGED, self.merged)):
                if firm.size_class not in self.sizes:
                    return side
        return ""


def in_words(firm, field):
    """The value of a firm's field as pages show it; "" for none."""
    value = getattr(firm, field.name)
    if value in (None, ""):
        return ""
    if field.name == "size_class":
        return str(SizeClass(value).label)
    if hasattr(value, "code") and hasattr(value, "name"):
        return str(value.name)
    if field.choices:
        return str(getattr(firm, f"get_{field.name}_display")())
    return str(value)


class DeclineForm(PortalForm, forms.Form):
    """Why two firms are not merged."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: whoever proposed it will read it.")},
    )
