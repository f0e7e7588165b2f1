from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import charts, filters, forms, skills, tables
from clusters.forms.competence import SCALE
from clusters.importing.columns import MANAGERS
from clusters.models import Assessment, Competence, FurtherRole, Judge, Manager, When
from clusters.views.keeping import KeptByManagers, OwnClusterFirst, Removed
from common.views import Create, Delete, Detail, Edit, List
from projects.views.imports import Exchanged


class ManagerList(OwnClusterFirst, Exchanged, KeptByManagers, List):
    spreadsheet = MANAGERS
    model = Manager
    table_class = tables.ManagerTable
    filterset_class = filters.ManagerFilter
    title = gettext_lazy("Cluster managers")
    lede = gettext_lazy("The persons who run the clusters, with or without a login.")
    empty = gettext_lazy("No cluster manager here. Remove a filter if you set one, or add one.")
    create_url, create_label = "manager_create", gettext_lazy("Add a manager")

    def links(self):
        skills_page = reverse("skills", args=[self.request.project.slug])
        return [
            *super().links(),
            (skills_page, gettext_lazy("Skills before and after"), "chart-bar"),
        ]

    def get_queryset(self):
        return super().get_queryset().select_related("project", "cluster__project").with_waves()


class ManagerDetail(Detail):
    model = Manager

    def get_queryset(self):
        return super().get_queryset().select_related("project", "cluster", "user")

    def get_context_data(self, **kwargs):
        user, manager = self.request.user, self.object
        me = Manager.objects.filter(pk=manager.pk)
        context = super().get_context_data(
            contacts_visible=Manager.objects.contacts_visible_to(user) & me,
            roles=manager.further_roles.select_related("cluster__project"),
            **kwargs,
        )
        assessments = Assessment.objects.visible_to(user).filter(manager=manager)
        # SECURITY: who reads no assessment of the manager reads no score, and no gap that tells one.
        reads = assessments.exists() or context["may_edit"] or manager.user_id == user.pk
        context["reads_scores"] = reads
        if reads:
            context |= self._skills(me, {(one.wave, one.kind): one for one in assessments})
        return context

    def _skills(self, me, assessments):
        competences = list(
            Competence.objects.filter(project=self.request.project).prefetch_related("trainings")
        )
        scores = skills.scores_of(me)
        rows = skills.progress(competences, scores)
        said = _("%(name)s: each competence at baseline and at the end, from 1 to 5") % {
            "name": self.object
        }
        waves = scores.get(self.object.pk, {wave: {} for wave in When})
        own = self.object.user_id == self.request.user.pk
        may_edit = self.may_edit(self.object)
        return {
            "waves": [
                {
                    "wave": wave,
                    "cells": [
                        {
                            "kind": kind,
                            "assessment": assessments.get((wave, kind)),
                            "may_fill": may_edit or (own and kind == Judge.SELF),
                        }
                        for kind in Judge
                    ],
                }
                for wave in When
            ],
            "scores": [
                (c, waves[When.BASELINE].get(c.pk), waves[When.END].get(c.pk)) for c in competences
            ],
            "needs": skills.needs(competences, scores),
            "chart_wide": charts.from_baseline_to_end(rows, description=said),
            "chart_narrow": charts.from_baseline_to_end(
                rows, description=said, size=charts.NARROW_LINES
            ),
        }


class ManagerPage(KeptByManagers):
    model = Manager
    form_class = forms.ManagerForm
    list_url = "manager_list"


class ManagerCreate(ManagerPage, Create):
    title = gettext_lazy("New cluster manager")


class ManagerEdit(ManagerPage, Edit):
    title = gettext_lazy("Edit cluster manager")


class ManagerDelete(Removed):
    model = Manager
    list_url = "manager_list"


# --- What a manager is besides ---------------------------------------------------------------------


class FurtherRolePage(KeptByManagers):
    model = FurtherRole
    slug_field = slug_url_kwarg = "pk"

    def get_queryset(self):
        roles = FurtherRole.objects.visible_to(self.request.user)
        return roles.filter(manager__project=self.request.project).select_related(
            "manager__project", "cluster"
        )


class FurtherRoleCreate(FurtherRolePage, Create):
    form_class = forms.FurtherRoleForm

    @cached_property
    def manager(self):
        managers = Manager.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(managers, project=self.request.project, code=self.kwargs["code"])

    def may_create(self):
        return Manager.objects.editable_by(self.request.user).filter(pk=self.manager.pk).exists()

    @property
    def title(self):
        return _("Further role of %(manager)s") % {"manager": self.manager}

    def get_cancel_url(self):
        return self.manager.get_absolute_url()

    def save(self, form):
        form.instance.manager = self.manager
        return super().save(form)


class FurtherRoleEdit(FurtherRolePage, Edit):
    form_class = forms.FurtherRoleForm
    title = gettext_lazy("Edit role")


class FurtherRoleDelete(FurtherRolePage, Delete):
    def get_success_url(self):
        return self.object.get_absolute_url()


# --- Assessments -----------------------------------------------------------------------------------


class AssessmentPage:
    model = Assessment
    form_class = forms.AssessmentForm
    template_name = "clusters/assessment_form.html"

    @property
    def title(self):
        return _("%(kind)s of %(manager)s, %(wave)s") % {
            "kind": Judge(self.kind).label,
            "manager": self.manager,
            "wave": When(self.wave).label.lower(),
        }

    def get_form_kwargs(self):
        at = {"manager": self.manager, "wave": self.wave, "kind": self.kind}
        return {**super().get_form_kwargs(), **at}

    def get_context_data(self, **kwargs):
        other = When.END if self.wave == When.BASELINE else When.BASELINE
        return super().get_context_data(
            manager=self.manager, scale=SCALE, other_wave=other, **kwargs
        )

    def get_cancel_url(self):
        return self.manager.get_absolute_url()


class AssessmentCreate(AssessmentPage, Create):
    """The scores of a manager in a wave. If they are there already, they are opened instead."""

    @cached_property
    def manager(self):
        managers = Manager.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(managers, project=self.request.project, code=self.kwargs["code"])

    @property
    def wave(self):
        return self.kwargs["wave"]

    @property
    def kind(self):
        return self.kwargs["kind"]

    def may_create(self):
        keeps = Manager.objects.editable_by(self.request.user).filter(pk=self.manager.pk).exists()
        return keeps or (self.kind == Judge.SELF and self.manager.user_id == self.request.user.pk)

    def dispatch(self, request, *args, **kwargs):
        if self.wave not in When.values or self.kind not in Judge.values:
            raise Http404
        there = Assessment.objects.visible_to(request.user).filter(
            manager=self.manager, wave=self.wave, kind=self.kind
        )
        if request.method == "GET" and (assessment := there.first()):
            return redirect("assessment_edit", request.project.slug, assessment.code)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"date": self.request.project.reading_day() or timezone.localdate()}


class AssessmentEdit(AssessmentPage, Edit):
    @cached_property
    def manager(self):
        return self.object.manager

    @property
    def wave(self):
        return self.object.wave

    @property
    def kind(self):
        return self.object.kind

    def get_queryset(self):
        return super().get_queryset().select_related("project", "manager__project")


class AssessmentDelete(Delete):
    model = Assessment

    def get_queryset(self):
        return super().get_queryset().select_related("project", "manager__project")

    def get_success_url(self):
        return self.object.get_absolute_url()
