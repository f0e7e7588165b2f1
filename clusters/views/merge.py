from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clusters import filters, tables
from clusters.actions import merge as actions
from clusters.actions.moving import counts_of, moved_by
from clusters.forms.merge import DeclineForm, MergeForm, in_words
from clusters.likeness import compare, facts_of
from clusters.likeness import in_words as reasons_in_words
from clusters.models import SME, Merge, MergeState
from common.views import Detail, List


def merge_firms(request, code, other):
    """Two firms side by side, field by field; sent, they become one, or the coordinator is asked."""
    known = SME.objects.known_to(request.user).filter(project=request.project)
    firms = known.select_related("project", "merged_into__project").prefetch_related("clusters")
    kept = get_object_or_404(firms, code=code)
    merged = get_object_or_404(firms, code=other)
    if kept == merged:
        raise Http404
    for firm in (kept, merged):
        if firm.merged_into:
            messages.warning(
                request,
                _("%(firm)s was merged into %(other)s already.")
                % {"firm": firm.code, "other": firm.merged_into.code},
            )
            return redirect(firm.merged_into)
    user = request.user
    if not actions.may_propose(user, kept, merged):
        raise PermissionDenied(_("Firms are merged by those who keep one of them and see both."))
    at_once = actions.may_merge(user, kept, merged)
    form = MergeForm(request.POST or None, kept=kept, merged=merged)
    if request.method == "POST" and form.is_valid():
        both = {"user": user, "kept": kept, "merged": merged, "taken": form.taken}
        try:
            if at_once:
                done = actions.merge_firms(**both, seen=form.seen)
            else:
                done = actions.propose_merge(**both)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return _screen(request, _with_versions_of_now(form), at_once)
        if at_once:
            messages.success(
                request,
                _("%(merged)s is now part of %(kept)s. This can be undone here.")
                % {"merged": merged, "kept": kept},
            )
        else:
            messages.success(request, _("Proposed: the coordinator confirms or declines it."))
        return redirect(done)
    return _screen(request, form, at_once)


def _with_versions_of_now(form):
    """The form for another look at both firms: what was chosen stays, what was seen is what is there now."""
    form.kept.refresh_from_db()
    form.merged.refresh_from_db()
    form.data = form.data.copy()
    form.data["kept_version"], form.data["merged_version"] = form.kept.version, form.merged.version
    return form


def _screen(request, form, at_once):
    kept, merged = form.kept, form.merged
    _score, reasons = compare(facts_of(kept), facts_of(merged))
    proposals = Merge.objects.visible_to(request.user).open().between(kept, merged)
    context = {
        "form": form,
        "kept": kept,
        "merged": merged,
        "at_once": at_once,
        "proposal": proposals.select_related("project", "proposed_by").first(),
        "reasons": list(reasons_in_words(reasons)),
        "relations": counts_of(kept, merged),
        "holding_back": actions.holding_back(kept, merged),
    }
    return render(request, "clusters/merge_form.html", context)


class MergeList(List):
    model = Merge
    table_class = tables.MergeTable
    filterset_class = filters.MergeFilter
    title = gettext_lazy("Merges of firms")
    lede = gettext_lazy("What was merged or proposed, by whom; what was merged can be undone.")
    empty = gettext_lazy("Nothing was merged yet.")

    def get_queryset(self):
        return super().get_queryset().for_list()


class MergeDetail(Detail):
    model = Merge

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        merge, user = self.object, self.request.user
        kept, merged = merge.kept, merge.merged
        proposed = merge.state == MergeState.PROPOSED
        standing = kept.merged_into_id is None and merged.merged_into_id is None
        form = MergeForm(kept=kept, merged=merged, taken=merge.taken) if proposed else None
        return super().get_context_data(
            state=MergeState(merge.state),
            rows=_chosen(merge),
            moved=moved_by(merge),
            relations=counts_of(kept, merged) if proposed else [],
            form=form,
            overtaken=proposed and not standing,
            holding_back=actions.holding_back(kept, merged) if proposed else [],
            may_decide=proposed and standing and actions.may_decide(user, merge),
            may_withdraw=proposed and standing and merge.proposed_by_id == user.pk,
            may_undo=merge.state == MergeState.DONE and actions.may_merge(user, kept),
            decline_form=kwargs.pop("decline_form", None) or DeclineForm(),
            **kwargs,
        )


def _chosen(merge):
    """The fields that were taken from the firm that went, in words."""
    return [
        (capfirst(field.verbose_name), in_words(merge.merged, field))
        for field in actions.chosen_fields()
        if field.name in merge.taken
    ]


def _merge(request, code):
    merges = Merge.objects.visible_to(request.user).filter(project=request.project)
    return get_object_or_404(merges.for_list(), code=code)


@require_POST
def merge_confirm(request, code):
    merge = _merge(request, code)
    if not actions.may_decide(request.user, merge):
        raise PermissionDenied(_("The coordinator decides about merges across partners."))
    form = MergeForm(request.POST, kept=merge.kept, merged=merge.merged, taken=merge.taken)
    if not form.is_valid():
        messages.error(request, _("Look at both firms again, please."))
        return redirect(merge)
    try:
        actions.merge_firms(
            user=request.user,
            kept=merge.kept,
            merged=merge.merged,
            taken=form.taken,
            seen=form.seen,
            proposal=merge,
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Merged. This can be undone here."))
    return redirect(merge)


@require_POST
def merge_decline(request, code):
    merge = _merge(request, code)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        actions.decline_merge(user=request.user, merge=merge, reason=reason)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Closed: whoever proposed it reads your reason."))
    return redirect(merge)


@require_POST
def merge_undo(request, code):
    merge = _merge(request, code)
    try:
        actions.undo_merge(user=request.user, merge=merge)
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(request, _("Not undone: %(why)s") % {"why": sentence})
    else:
        messages.success(
            request,
            _("Undone: %(kept)s and %(merged)s are two firms again.")
            % {"kept": merge.kept.code, "merged": merge.merged.code},
        )
    return redirect(merge)
