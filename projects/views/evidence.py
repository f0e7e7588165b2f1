"""The pages of evidence, and what the pages of the records that it proves are made of."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from common.views import Delete, Detail, Edit, List
from projects import filters, preview, tables
from projects.actions import evidence as actions
from projects.content import download_name
from projects.forms import EvidenceForm, ProofForm, SeveralFiles
from projects.models import Evidence

# SECURITY: of a preview. Nothing is loaded and no script runs; the browser's own PDF page has inline styles.
PREVIEW_POLICY = {
    **dict.fromkeys(
        settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    ),  # None: the directive is left out
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "object-src": [SELF],
    "frame-ancestors": [SELF],
}
SHOWN = 25  # records of one kind that a page of evidence names


# --- A record's proof ------------------------------------------------------------------------------


def proof_of(record, user):
    """What components/proof.html shows of `record`: the evidence that `user` reads, and how much there is."""
    return {
        "evidence": record.evidence.visible_to(user).select_related("project"),
        "proofs": record.evidence.count(),
        "proof_url": proof_url(record),
        "proof_limit": settings.EVIDENCE_MAX_MB,
        "proof_accept": SeveralFiles.ACCEPT,
    }


def proof_url(record):
    return reverse(f"{record._meta.model_name}_proof", args=[record.project.slug, record.code])


class Proof(generic.FormView):
    """Adds files and links that prove a record. Declares `record_model`.

    A script sends one file at a time and gets JSON: whether it was accepted, the sentence, the list as it is now.
    """

    form_class = ProofForm
    template_name = "projects/proof_form.html"
    record_model = None

    def dispatch(self, request, *args, **kwargs):
        editable = self.record_model._default_manager.editable_by(request.user)
        if not editable.filter(pk=self.record.pk).exists():
            raise PermissionDenied(_("You may read this record but not change it."))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def record(self):
        records = self.record_model._default_manager.visible_to(self.request.user).for_list()
        return get_object_or_404(records, project=self.request.project, code=self.kwargs["code"])

    @property
    def by_script(self):
        return self.request.headers.get("Accept") == "application/json"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def get_context_data(self, **kwargs):
        kwargs.setdefault("kept", [])
        return super().get_context_data(
            record=self.record,
            title=_("Add proof to %(record)s") % {"record": self.record.code},
            lede=str(self.record),
            cancel_url=self.record.get_absolute_url(),
            **kwargs,
        )

    def form_valid(self, form):
        data = form.cleaned_data
        if dropped := set(self.request.POST.getlist("offered")) - {e.code for e in data["kept"]}:
            actions.discard(user=self.request.user, project=self.request.project, codes=dropped)
        with transaction.atomic():
            one = len(form.accepted) == 1 and not data["link"]
            pieces = self._keep(form, name=data["name"] if one else "")
            if link := data["link"]:
                pieces.append(actions.keep_link(link=link, name=data["name"], **self._of(form)))
            self._attach(form, [*data["kept"], *pieces])
        if self.by_script:
            return self._answer(accepted=True, sentence=_said(pieces[0]) if pieces else "")
        self._say([*data["kept"], *pieces])
        return redirect(self.record)

    def form_invalid(self, form):
        if self.by_script:
            errors = [text for texts in form.errors.values() for text in texts]
            return self._answer(accepted=False, sentence=" ".join(errors))
        kept = list(form.cleaned_data.get("kept") or [])
        if set(form.errors) == {"files"}:
            # Each file by itself: what is good proves the record, what is not is told beside the field.
            if pieces := [*kept, *self._keep(form)]:
                self._attach(form, pieces)
                self._say(pieces)
            kept = []
        else:
            # A browser can't send a chosen file again by itself: keep it, and carry its code in the form.
            kept += self._keep(form)
        form.files = {}
        return self.render_to_response(self.get_context_data(form=form, kept=kept))

    def _of(self, form):
        return {
            "user": self.request.user,
            "project": self.request.project,
            "partner": self.record.partner,
            "audience": form.cleaned_data.get("audience", ""),
        }

    def _keep(self, form, name=""):
        return [actions.keep_file(file=file, name=name, **self._of(form)) for file in form.accepted]

    def _attach(self, form, pieces):
        actions.attach_evidence(
            user=self.request.user,
            record=self.record,
            evidence=pieces,
            audience=form.cleaned_data.get("audience", ""),
        )

    def _say(self, pieces):
        for piece in pieces:
            if piece.was_here:
                messages.info(self.request, _said(piece))
        if added := [piece for piece in pieces if not piece.was_here]:
            sentence = ngettext("%(n)d proof added.", "%(n)d proofs added.", len(added))
            messages.success(self.request, sentence % {"n": len(added)})

    def _answer(self, *, accepted, sentence):
        proof = proof_of(self.record, self.request.user)
        context = {**proof, "record": self.record, "project": self.request.project}
        shown = render_to_string("components/proof_list.html", context, self.request)
        return JsonResponse({"accepted": accepted, "sentence": sentence, "list": shown})


def _said(piece):
    if not piece.was_here:
        return _("Added as %(code)s.") % {"code": piece.code}
    return _("This file was here already: %(evidence)s proves this record too.") % {
        "evidence": piece
    }


# --- The pages of evidence -------------------------------------------------------------------------


class EvidenceList(List):
    model = Evidence
    table_class = tables.EvidenceTable
    filterset_class = filters.EvidenceFilter
    title = gettext_lazy("Evidence")
    lede = gettext_lazy(
        "Every file and link that proves a record. New proof is added on the record itself."
    )
    empty = gettext_lazy(
        "No evidence here. Remove a filter if you set one, or add proof to a record."
    )

    def get_queryset(self):
        return super().get_queryset().for_list().with_uses()


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class EvidenceDetail(Detail):
    """What a piece of evidence is and proves, and how it looks."""

    model = Evidence
    context_object_name = "evidence"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        evidence = self.object
        return super().get_context_data(
            picture=bool(preview.small_picture(evidence)),
            proven=self._proven(),
            report=actions.held_by(evidence),
            **kwargs,
        )

    def _proven(self):
        """By kind of record: its name, the first records, how many more, and which of them the user changes."""
        user, found = self.request.user, []
        for relation in Evidence.relations():
            records = getattr(self.object, relation.get_accessor_name()).visible_to(user)
            count = records.count()
            if not count:
                continue
            model = relation.related_model
            shown = list(records.for_list()[:SHOWN])
            editable = model._default_manager.editable_by(user)
            editable = editable.none() if actions.is_version_of(model) else editable
            theirs = set(
                editable.filter(pk__in=[record.pk for record in shown]).values_list("pk", flat=True)
            )
            found.append(
                {
                    "name": model._meta.verbose_name_plural,
                    "rows": [{"record": row, "may_edit": row.pk in theirs} for row in shown],
                    "count": count,
                    "more": count - len(shown),
                }
            )
        return found


class EvidenceEdit(Edit):
    model = Evidence
    form_class = EvidenceForm
    title = gettext_lazy("Edit evidence")

    def get_queryset(self):
        return super().get_queryset().for_list()

    @property
    def lede(self):
        return str(self.object)


class EvidenceDelete(Delete):
    model = Evidence

    def get_queryset(self):
        return super().get_queryset().for_list().with_uses()

    def get_success_url(self):
        return reverse("evidence_list", args=[self.request.project.slug])

    def get_context_data(self, **kwargs):
        consequence = ngettext(
            "It proves %(n)d record, which loses this proof. The file is deleted as well; this can't be undone.",
            "It proves %(n)d records, which lose this proof. The file is deleted as well; this can't be undone.",
            self.object.uses,
        ) % {"n": self.object.uses}
        return super().get_context_data(
            consequence=consequence if self.object.uses else "", **kwargs
        )


def _evidence(request, code):
    visible = Evidence.objects.visible_to(request.user).select_related("project")
    return get_object_or_404(visible, project=request.project, code=code)


@require_POST
def evidence_detach(request, code, record):
    """Take a piece of evidence from a record, which its code names."""
    evidence = _evidence(request, code)
    kinds = [relation.related_model._default_manager for relation in Evidence.relations()]
    of_code = {"evidence": evidence, "project": request.project, "code": record}
    found = (kind.visible_to(request.user).filter(**of_code).first() for kind in kinds)
    proven = next(filter(None, found), None)
    if proven is None:
        raise Http404
    try:
        actions.detach_evidence(user=request.user, record=proven, evidence=evidence)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        sentence = _("%(evidence)s no longer proves %(record)s.")
        messages.success(request, sentence % {"evidence": evidence.code, "record": proven.code})
    return redirect(evidence)


def evidence_file(request, code):
    """The file of a piece of evidence, to those who may read it."""
    evidence = _evidence(request, code)
    if not evidence.file:
        return redirect(evidence.link)
    actions.note_opening(user=request.user, evidence=evidence)
    # SECURITY: always a download, never shown as a page of the portal's own origin.
    return _sent(
        evidence.file,
        as_attachment=True,
        filename=download_name(evidence.name, evidence.content_type),
        content_type=evidence.content_type,
    )


# SECURITY: only pictures that this portal drew itself and PDF files are shown and not downloaded, inside a page of
# the portal alone, and in a document that may load and run nothing.
@xframe_options_sameorigin
@csp_replace(PREVIEW_POLICY)
def evidence_preview(request, code):
    """How a piece of evidence looks: a photo as a small picture, a PDF as it is."""
    evidence = _evidence(request, code)
    if evidence.content_type == "application/pdf":
        actions.note_opening(user=request.user, evidence=evidence)
        return _sent(
            evidence.file,
            filename=download_name(evidence.name, evidence.content_type),
            content_type="application/pdf",
        )
    name = preview.small_picture(evidence)
    if not name:
        raise Http404
    actions.note_opening(user=request.user, evidence=evidence)
    response = _sent(evidence.file.storage.open(name), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _sent(file, **how):
    try:
        response = FileResponse(file.open("rb"), **how)
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    return response
