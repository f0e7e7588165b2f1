from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import forms
from clusters.models import Cluster, Label, Readiness
from clusters.models.label import standing
from clusters.views.keeping import KeptByManagers, Removed
from common.asof import AsOf
from common.views import Create, Delete, Detail, Edit, Visible
from projects.views.evidence import Proof, proof_of


class LabelList(AsOf, KeptByManagers, Visible, generic.ListView):
    """The labels of the project, one line a cluster, as of a day."""

    model = Cluster
    template_name = "clusters/label_list.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner")

    def get_context_data(self, **kwargs):
        user, mine = self.request.user, {"cluster__in": self.object_list}
        labels, checks = {}, {}
        for label in Label.objects.visible_to(user).filter(**mine).for_list().with_proof():
            labels.setdefault(label.cluster_id, []).append(label)
        for check in Readiness.objects.visible_to(user).filter(**mine).as_of(self.as_of):
            checks.setdefault(check.cluster_id, check)
        rows = [
            {
                "cluster": cluster,
                "standing": standing(labels.get(cluster.pk, ()), self.as_of),
                "check": checks.get(cluster.pk),
            }
            for cluster in self.object_list
        ]
        today = timezone.localdate()
        alarms = [label.alarm_on(today) for found in labels.values() for label in found]
        return super().get_context_data(
            rows=rows,
            alarms=[sentence for sentence in alarms if sentence],
            may_create=self.can_create(),
            **kwargs,
        )


class LabelRoad(Detail):
    """One cluster's road: its labels step by step, and how ready it thinks it is."""

    model = Cluster
    template_name = "clusters/label_road.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner")

    def get_context_data(self, **kwargs):
        user, cluster, today = self.request.user, self.object, timezone.localdate()
        labels = Label.objects.visible_to(user).filter(cluster=cluster).for_list().with_proof()
        checks = list(Readiness.objects.visible_to(user).filter(cluster=cluster)[:24])
        return super().get_context_data(
            roads=[{"label": label, "steps": label.timeline(today)} for label in labels],
            alarms=[label.alarm for label in labels if label.alarm],
            checks=checks,
            latest=checks[0] if checks else None,
            **kwargs,
        )


class LabelDetail(Detail):
    model = Label

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("renews", "created_by")

    def get_context_data(self, **kwargs):
        label = self.object
        return super().get_context_data(
            **proof_of(label, self.request.user),
            record=label,
            steps=label.timeline(timezone.localdate()),
            **kwargs,
        )


class LabelPage(KeptByManagers):
    model = Label
    form_class = forms.LabelForm
    list_url = "label_list"

    def saved(self):
        super().saved()
        if self.object.warning:
            messages.warning(self.request, self.object.warning)


class LabelCreate(LabelPage, Create):
    title = gettext_lazy("New label")
    lede = gettext_lazy("Enter each step when it is done; the stage follows from the dates.")

    def get_initial(self):
        initial = {"candidate_on": self.request.project.reading_day()}
        clusters = Cluster.objects.editable_by(self.request.user).filter(
            project=self.request.project
        )
        own = clusters.filter(code=self._named("cluster")) if self._named("cluster") else clusters
        if len(own[:2]) == 1:
            initial["cluster"] = own[0]
        if code := self._named("renews"):
            found = Label.objects.visible_to(self.request.user).filter(project=self.request.project)
            if renewed := found.filter(code=code).first():
                initial |= {
                    "renews": renewed,
                    "cluster": renewed.cluster_id,
                    "level": renewed.level,
                }
        return initial

    def _named(self, parameter):
        return self.request.GET.get(parameter, "").replace("\x00", "")


class LabelEdit(LabelPage, Edit):
    title = gettext_lazy("Edit label")

    def get_queryset(self):
        return super().get_queryset().for_list()


class LabelDelete(Removed):
    model = Label
    list_url = "label_list"


class LabelProof(Proof):
    record_model = Label


class SelfCheck:
    """Pages of one cluster's self-checks, to which the address comes by the cluster's code."""

    model = Readiness
    form_class = forms.ReadinessForm
    slug_field = slug_url_kwarg = "pk"

    @cached_property
    def cluster(self):
        clusters = Cluster.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(clusters, project=self.request.project, code=self.kwargs["code"])

    def get_queryset(self):
        visible = Readiness.objects.visible_to(self.request.user)
        return visible.filter(cluster=self.cluster).select_related("cluster__project")

    def get_cancel_url(self):
        return Readiness(cluster=self.cluster).get_absolute_url()

    get_success_url = get_cancel_url

    def get_context_data(self, **kwargs):
        kwargs.setdefault("cancel_url", self.get_cancel_url())
        return super().get_context_data(lede=str(self.cluster), **kwargs)


class ReadinessCreate(SelfCheck, Create):
    title = gettext_lazy("How ready are we?")

    def may_create(self):
        return Cluster.objects.editable_by(self.request.user).filter(pk=self.cluster.pk).exists()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "instance": Readiness(cluster=self.cluster)}

    def get_initial(self):
        """As the last one was: what moved since is what is changed."""
        last = self.get_queryset().first()
        initial = {"date": timezone.localdate()}
        if last:
            initial |= {family: getattr(last, family) for family in forms.FAMILIES}
        return initial


class ReadinessEdit(SelfCheck, Edit):
    title = gettext_lazy("Edit self-check")


class ReadinessDelete(SelfCheck, Delete):
    form_class = Delete.form_class
