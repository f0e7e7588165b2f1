from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clusters import duplicates, filters, tables
from clusters.actions import duplicates as actions
from clusters.likeness import in_words
from clusters.models import SME, Cluster, LikelyPair, Merge
from common.views import List
from projects.models import Project


class PairList(List):
    """Firms that may be there twice, likeliest first."""

    model = LikelyPair
    table_class = tables.PairTable
    filterset_class = filters.PairFilter
    template_name = "clusters/pair_list.html"
    title = gettext_lazy("Likely duplicates")
    lede = gettext_lazy(
        "Firms that may be in the project twice: names without their legal form and in any script, numbers, "
        "websites and towns are compared."
    )
    empty = gettext_lazy("No two firms look alike here.")

    def get_queryset(self):
        user = self.request.user
        return super().get_queryset().open().with_right(user).for_list()

    def links(self):
        address = reverse("merge_list", args=[self.request.project.slug])
        return [(address, _("What was merged"), "clock")]

    def get_template_names(self):
        # The part that htmx asks for is the house's.
        whole = not self.request.htmx or self.request.htmx.boosted
        return [self.template_name if whole else "house/list.html#results"]

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        proposals = Merge.objects.visible_to(user).filter(project=project).open().for_list()
        decides = Project.objects.editable_by(user).filter(pk=project.pk).exists()
        if not decides:
            proposals = proposals.filter(proposed_by=user)
        waiting = SME.objects.filter(project=project).to_compare()
        return super().get_context_data(
            proposals=proposals[:20], decides=decides, waiting=waiting.count(), **kwargs
        )


@require_POST
def pair_apart(request, pk):
    pairs = LikelyPair.objects.visible_to(request.user).filter(project=request.project)
    pair = get_object_or_404(pairs.select_related("one", "other"), pk=pk)
    actions.set_apart(user=request.user, pair=pair)
    messages.success(
        request,
        _("%(one)s and %(other)s are not the same: they are not proposed again.")
        % {"one": pair.one, "other": pair.other},
    )
    return redirect("pair_list", request.project.slug)


@require_POST
def sme_join(request, code):
    """The firm that one was about to enter is there already: make it a member of the own clusters too."""
    firms = SME.objects.visible_to(request.user).filter(project=request.project)
    firm = get_object_or_404(firms.select_related("project"), code=code)
    own = Cluster.objects.editable_by(request.user).filter(project=request.project)
    wanted = [pk for pk in request.POST.getlist("members_of") if pk.isdecimal() and len(pk) < 19]
    clusters = list(own.filter(pk__in=wanted))
    if not clusters:
        messages.error(request, _("Choose the cluster that the firm belongs to."))
        return HttpResponseRedirect(firm.get_absolute_url())
    actions.join(user=request.user, firm=firm, clusters=clusters)
    messages.success(
        request,
        _("%(firm)s is a member of %(clusters)s now; it is in the project once.")
        % {"firm": firm, "clusters": ", ".join(str(cluster) for cluster in clusters)},
    )
    return HttpResponseRedirect(firm.get_absolute_url())


class AsksAboutLikely:
    """A new firm that looks like one that is there is asked about once, before it is saved."""

    def form_valid(self, form):
        found = duplicates.like(form.instance)
        explained = set(self.request.POST.get("another", "").split())
        self.explained = [firm for firm, _score, _reasons in found if firm.code in explained]
        if len(self.explained) == len(found):
            return super().form_valid(form)
        if again := self._sent_before(form):
            return self.as_before(again)
        return self.render_to_response(self.get_context_data(form=form, likely=self._shown(found)))

    def save(self, form):
        firm = super().save(form)
        actions.tell_apart(user=self.request.user, firm=firm, others=self.explained)
        return firm

    def _shown(self, found):
        own = set(Cluster.objects.editable_by(self.request.user).values_list("pk", flat=True))
        rows = [
            {
                "firm": firm,
                "sentences": list(in_words(reasons)),
                "ours": any(cluster.pk in own for cluster in firm.clusters.all()),
            }
            for firm, _score, reasons in found[:5]
        ]
        return {"rows": rows, "codes": " ".join(firm.code for firm, _score, _reasons in found)}


class LooksForLikely:
    """A firm that was saved is set beside its like at once, and not with the next minute."""

    def save(self, form):
        firm = super().save(form)
        duplicates.compare_waiting(self.request.project, only=[firm.pk])
        return firm
