"""A field that takes several firms: found while one types and ticked, or pasted as codes and names."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.forms.record import SMEField
from clusters.models import SME
from common.forms import RecordsField

MOST = 200  # firms in one field
TOLD = 3  # lines that name no firm and are told one by one


class FirmsWidget(forms.SelectMultiple):
    """Ticked firms, a search that offers more (with scripts), and lines to paste."""

    template_name = "clusters/widgets/firms.html"
    lookup_url = ""

    def value_from_datadict(self, data, files, name):
        lines = data.get(f"{name}_lines", "").splitlines()
        return [*data.getlist(name), *(line.strip() for line in lines if line.strip())]

    def get_context(self, name, value, attrs):
        said = [str(item) for item in value or () if "\x00" not in str(item)]
        firms = {firm.code: firm for firm in self.choices.queryset.filter(code__in=said[:MOST])}
        chosen = [firms[code] for code in dict.fromkeys(said) if code in firms]
        lines = "\n".join(text for text in said if text not in firms)
        attrs = self.build_attrs(self.attrs, attrs)
        return {
            "widget": {"name": name, "lines": lines, "attrs": attrs},
            "chosen": chosen,
            "lookup_url": self.lookup_url,
        }

    def format_value(self, value):
        return [str(item) for item in value or ()]


class FirmsField(RecordsField):
    """Several firms by their codes or by what SMEField takes for a name."""

    widget = FirmsWidget

    def __init__(self, **kwargs):
        kwargs = {
            "queryset": SME.objects.all(),
            "required": False,
            "to_field_name": "code",
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, value):
        said = list(dict.fromkeys(str(item).replace("\x00", "") for item in value or ()))
        if len(said) > MOST:
            raise ValidationError(_("%d firms at most go into one record.") % MOST)
        there = set(self.queryset.filter(code__in=said).values_list("code", flat=True))
        one = SMEField()
        one.queryset = self.queryset
        codes, problems = [], []
        for text in said:
            try:
                codes.append(text if text in there else one.clean(text[:250]).code)
            except ValidationError as error:
                problems += error.messages
        if problems:
            raise ValidationError(problems[:TOLD])
        return super().clean(codes)
