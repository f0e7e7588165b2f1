"""Forms whose text is found again after a crash, a lost connection or a sign-out."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect, JsonResponse, QueryDict
from django.utils.functional import cached_property
from django.utils.text import Truncator

from projects.actions import draft as actions
from projects.models import Draft

OFFERED = 3  # drafts of one form that are offered at once
OWN = ("csrfmiddlewaretoken", "draft_do", "draft_key")  # of the page, not of the form


class Drafted:
    """A page with a RecordForm (a Create or an Edit) that keeps what is typed into it as a draft of its user's.

    Put it first among the bases. The script static/js/draft.js sends the form to its own address a second after the
    last key; the rules of the page decide who may. Without scripts the form works as ever.
    """

    def post(self, request, *args, **kwargs):
        do = request.POST.get("draft_do")
        if do == "drop":
            actions.drop_draft(user=request.user, key=self.draft_key)
            return HttpResponseRedirect(request.path)
        if do == "save":
            return self.keep_draft()
        return super().post(request, *args, **kwargs)

    def keep_draft(self):
        if hasattr(self, "_take_version"):
            self.get_object()  # who may not change the record keeps no draft of it either
        elif self._saved_already():
            return JsonResponse({"kept": False})
        data = {name: texts for name, texts in self.request.POST.lists() if name not in OWN}
        try:
            actions.keep_draft(**self._page, user=self.request.user, key=self.draft_key, data=data)
        except ValidationError as error:
            return JsonResponse({"kept": False, "sentence": " ".join(error.messages)}, status=413)
        return JsonResponse({"kept": True})

    def _saved_already(self):
        """Whether the record itself is there: a draft that comes late would bring it back as unsaved."""
        submission = _as_key(self.request.POST.get("submission"))
        return submission and self.model._default_manager.filter(submission=submission).exists()

    @property
    def _page(self):
        at = self.request.resolver_match
        return {
            "project": self.request.project,
            "form": at.url_name,
            "record": "/".join(str(value) for value in self.kwargs.values()),
        }

    @cached_property
    def draft_key(self):
        """The key of this page: the continued draft's, the sent form's own, or a new one."""
        if self.continued:
            return self.continued.key
        return _as_key(self.request.POST.get("draft_key")) or uuid.uuid4()

    @cached_property
    def drafts(self):
        """What the user left of this page unsaved, the latest first."""
        page = self._page
        visible = Draft.objects.visible_to(self.request.user).filter(project=page["project"])
        drafts = list(visible.of_page(page["form"], page["record"])[:OFFERED])
        for draft in drafts:
            draft.about = Truncator(_first_words(self.get_form_class(), draft)).chars(80)
        return drafts

    @cached_property
    def continued(self):
        """The draft that the address asks to go on with."""
        key = _as_key(self.request.GET.get("draft"))
        return next((draft for draft in self.drafts if draft.key == key), None) if key else None

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.continued and self.request.method == "GET":
            _fill(form, _sent(self.continued))
        return form

    def get_context_data(self, **kwargs):
        offered = [] if self.request.method == "POST" else self.drafts
        draft = {
            "key": self.draft_key,
            "continued": self.continued,
            "offered": [] if self.continued else offered,
        }
        return super().get_context_data(draft=draft, **kwargs)

    def saved(self):
        super().saved()
        actions.drop_draft(user=self.request.user, key=self.draft_key)

    def as_before(self, record):
        actions.drop_draft(user=self.request.user, key=self.draft_key)
        return super().as_before(record)


def _as_key(text):
    try:
        return uuid.UUID(str(text or ""))
    except ValueError:
        return None


def _first_words(form_class, draft):
    """The first text that was written, which is what its writer knows it by."""
    for name, field in form_class.base_fields.items():
        text = draft.data.get(name, [""])[0].strip()
        if text and type(field) is forms.CharField:
            return text
    return ""


def _sent(draft):
    """The draft as a browser would have sent it."""
    data = QueryDict(mutable=True)
    for name, texts in draft.data.items():
        data.setlist(name, texts)
    return data


def _fill(form, data):
    """Let the `form` show what was typed; nothing is complained about before it is sent."""
    for name, field in form.fields.items():
        if field.widget.needs_multipart_form:
            continue
        said = field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        if name == "seen":
            # What the page showed when it was typed: that is what a colleague's change is measured against.
            said = field.to_python(said) or {}
        form.initial[name] = said
