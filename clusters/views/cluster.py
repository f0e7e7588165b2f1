from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from clusters import forms, logos, skills
from clusters.actions.logo import drop_logo, set_logo
from clusters.models import Cluster
from clusters.views.keeping import KeptByManagers, Removed
from common.views import Create, Detail, Edit, Visible


class ClusterList(KeptByManagers, Visible, generic.ListView):
    model = Cluster

    def get_queryset(self):
        return super().get_queryset().for_cards()

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_create=self.can_create(), **kwargs)


class ClusterDetail(Detail):
    model = Cluster

    def get_queryset(self):
        return super().get_queryset().for_cards()

    def get_context_data(self, **kwargs):
        user = self.request.user
        team = skills.in_cluster(self.object)
        smes = reverse("sme_list", args=[self.request.project.slug])
        activities = reverse("activity_list", args=[self.request.project.slug])
        return super().get_context_data(
            activities=self.object.partner.activities.visible_to(user).for_list()[:5],
            activities_url=f"{activities}?partner={self.object.partner_id}",
            smes_url=f"{smes}?cluster={self.object.pk}",
            areas=self.object.areas.all(),
            managers=self.object.managers.visible_to(user).select_related("project"),
            services=self.object.services.visible_to(user)
            .for_list()
            .with_deliveries()
            .order_by("title"),
            gains=skills.gain(skills.scores_of(team), least=skills.least_persons(user, team)),
            latest=self.object.records.visible_to(user).for_list()[:8],
            **kwargs,
        )


class ClusterPage(KeptByManagers):
    model = Cluster
    form_class = forms.ClusterForm
    list_url = "cluster_list"


class ClusterCreate(ClusterPage, Create):
    title = gettext_lazy("New cluster")


class ClusterEdit(ClusterPage, Edit):
    title = gettext_lazy("Edit cluster")


class ClusterDelete(Removed):
    model = Cluster
    list_url = "cluster_list"


# --- The logo --------------------------------------------------------------------------------------


def _seen(request, code):
    clusters = Cluster.objects.visible_to(request.user).select_related("project")
    return get_object_or_404(clusters, project=request.project, code=code)


def _kept(request, code):
    cluster = _seen(request, code)
    if not Cluster.objects.editable_by(request.user).filter(pk=cluster.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    return cluster


def cluster_logo(request, code):
    """The picture itself, for those who read the cluster's page."""
    cluster = _seen(request, code)
    try:
        file = cluster.logo.open("rb")
    except (FileNotFoundError, ValueError):  # dropped a moment ago, or never there
        raise Http404 from None
    response = FileResponse(file, content_type=logos.CONTENT_TYPE)
    response["Cache-Control"] = "private, no-cache"
    return response


class LogoEdit(generic.FormView):
    form_class = forms.LogoForm
    template_name = "clusters/logo_form.html"

    def dispatch(self, request, *args, **kwargs):
        self.cluster = _kept(request, kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "has_logo": bool(self.cluster.logo)}

    def get_initial(self):
        return {"alt": self.cluster.logo_alt}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cluster=self.cluster,
            title=_("Logo of %(cluster)s") % {"cluster": self.cluster},
            cancel_url=self.cluster.get_absolute_url(),
            **kwargs,
        )

    def form_valid(self, form):
        set_logo(cluster=self.cluster, **form.cleaned_data)
        messages.success(self.request, _("Logo saved."))
        return redirect(self.cluster)


@require_POST
def cluster_logo_drop(request, code):
    cluster = drop_logo(cluster=_kept(request, code))
    messages.success(request, _("Logo removed."))
    return redirect(cluster)
