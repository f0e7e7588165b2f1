"""The form behind a firm's link to a strategy."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.models import Stance
from clusters.models.consultation import MOST_SIGNS

NOTHING = _("We say nothing on this")


class OpinionForm(forms.Form):
    """What a firm says, without a login: of the whole, and of each objective."""

    def __init__(self, *args, objectives, said, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = [("", "whole", None)]
        self.places += [(one["code"], f"o{n}", one) for n, one in enumerate(objectives)]
        for code, name, _objective in self.places:
            comment = said.get(code)
            self.fields[f"{name}_stance"] = forms.ChoiceField(
                choices=[*Stance.choices, ("", NOTHING)],
                required=False,
                initial=comment.stance if comment else "",
                show_hidden_initial=True,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                error_messages={"invalid_choice": _("Choose one of the answers.")},
            )
            self.fields[f"{name}_text"] = forms.CharField(
                required=False,
                initial=comment.text if comment else "",
                show_hidden_initial=True,
                widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
                max_length=MOST_SIGNS,
                error_messages={"max_length": _("A comment has 4,000 letters at most.")},
            )
            self.fields[f"{name}_text"].widget.attrs.pop("maxlength", None)
            if comment and comment.verdict:
                self.fields[f"{name}_stance"].disabled = self.fields[f"{name}_text"].disabled = True
        self.said_before = said

    def clean(self):
        data = super().clean()
        for name, value in data.items():
            if name.endswith("_text"):
                text = "\n".join(value.splitlines()).strip()
                data[name] = "".join(sign for sign in text if sign in "\t\n" or sign >= " ")
        return data

    @property
    def said(self):
        """{code of an objective, or "" for the whole: (stance, text)}, of the places that were changed on this page.

        So a page that is open twice does not take back what was said on the other.
        """
        data, changed = self.cleaned_data, set(self.changed_data)
        return {
            code: (data[f"{name}_stance"], data[f"{name}_text"])
            for code, name, _objective in self.places
            if changed & {f"{name}_stance", f"{name}_text"}
        }

    def refuse(self, error):
        for sentence in error.messages:
            self.add_error(None, ValidationError(sentence))

    def parts(self):
        """For the page: each place with its two fields, and the comment that stands there."""
        changed = set(self.changed_data) if self.is_bound else set()
        for code, name, objective in self.places:
            yield {
                "name": name,
                "objective": objective,
                "stance": self[f"{name}_stance"],
                "text": self[f"{name}_text"],
                # What came after the last day is shown, to be taken elsewhere.
                "unsent": self[f"{name}_text"].value() if self.is_bound else "",
                "comment": self.said_before.get(code),
                "changed": bool(changed & {f"{name}_stance", f"{name}_text"}),
            }
