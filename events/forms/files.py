"""Files in the form of a new record: several, or one photo from a telephone; none is lost while it is mended."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RecordForm, RecordsField
from projects.forms import EvidenceFilesField
from projects.models import Evidence


class Camera(forms.ClearableFileInput):
    """A photo, which a telephone takes with its camera at once."""

    def __init__(self):
        super().__init__({"accept": "image/*", "capture": "environment"})

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


class WithFiles(RecordForm):
    """A form whose files become the new record's evidence. On a record that is there, its own page takes files.

    `accepted` are the files that can be kept whatever else is to be mended.
    """

    files = EvidenceFilesField(label=_("Files"), required=False)
    photo = EvidenceFilesField(label=_("Photo"), required=False, widget=Camera)
    kept = RecordsField(
        queryset=Evidence.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.MultipleHiddenInput,
    )
    FILES = ("files", "photo")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.accepted = []
        if not self.is_new:
            for name in (*self.FILES, "kept"):
                del self.fields[name]
        else:
            self.fields["kept"].queryset = self.fields["kept"].queryset.editable_by(self.user)

    @property
    def kept_evidence(self):
        """What was kept while the form had to be mended, or while it was a draft."""
        if "kept" not in self.fields:
            return []
        codes = [str(code) for code in self["kept"].value() or () if "\x00" not in str(code)]
        return list(self.fields["kept"].queryset.filter(code__in=codes[:100]))

    def clean(self):
        data = super().clean()
        for name in self.FILES:
            accepted, refused = data.pop(name, None) or ([], [])
            self.accepted += accepted
            for sentence in refused:
                self.add_error(name, sentence)
        return data
