"""Activities to be read: day after day, or task by task."""

from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Min, Prefetch, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django_filters.views import FilterView

from common.views import Visible
from events.filters.activity import ActivityFilter
from events.models import Activity
from events.views.logging import Logged
from projects.models import Evidence
from workpackages.models import Task

A_PAGE = 30  # activities
OF_A_TASK = 3  # activities that are shown of each task
PICTURES = 3  # of an activity


class ActivityTimeline(Logged, Visible, FilterView):
    model = Activity
    filterset_class = ActivityFilter
    template_name = "events/activity_timeline.html"
    title = gettext_lazy("Timeline")
    strict = False

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof().with_people()

    def get_filterset_kwargs(self, filterset_class):
        kwargs = super().get_filterset_kwargs(filterset_class)
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#results"]
        return [self.template_name]

    @cached_property
    def by_task(self):
        return self.request.GET.get("by") == "task"

    def get_context_data(self, **kwargs):
        found = self.by_tasks() if self.by_task else self.by_days()
        narrowed = {name for name, value in self.request.GET.items() if value} - {"page", "by"}
        listed = reverse("activity_list", args=[self.request.project.slug])
        query = self.request.GET.copy()
        for name in ("by", "page"):
            query.pop(name, None)
        return super().get_context_data(
            **found,
            title=self.title,
            by_task=self.by_task,
            narrowed=narrowed,
            may_create=self.may_create(),
            list_url=f"{listed}?{query.urlencode()}" if query else listed,
            **kwargs,
        )

    def with_pictures(self, rows):
        """`rows` with `pictures`: the first photos of each that the reader may see."""
        # SECURITY: evidence has readers of its own.
        seen = Evidence.objects.visible_to(self.request.user).filter(
            content_type__startswith="image/"
        )
        pictures = Prefetch("evidence", seen.select_related("project"), to_attr="pictures")
        return rows.prefetch_related(pictures)

    def by_days(self):
        pages = Paginator(self.with_pictures(self.object_list), A_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        months = [
            {
                "month": month,
                "days": [
                    {"day": day, "activities": _shown(rows)}
                    for day, rows in groupby(within, key=lambda row: row.first_day)
                ],
            }
            for month, within in groupby(page, key=lambda row: row.first_day.replace(day=1))
        ]
        return {"months": months, "page": page, "count": pages.count}

    def by_tasks(self):
        rows = self.object_list
        told = {
            row["task"]: row
            for row in rows.order_by()
            .values("task")
            .annotate(n=Count("pk"), first=Min("first_day"), last=Max("last_day"))
        }
        place = Window(
            RowNumber(), partition_by=F("task"), order_by=[F("first_day").desc(), F("code").desc()]
        )
        keys = (
            rows.order_by()
            .annotate(place=place)
            .filter(place__lte=OF_A_TASK)
            .values_list("pk", flat=True)
        )
        latest = {}
        base = Activity.objects.visible_to(self.request.user).filter(pk__in=list(keys))
        for activity in self.with_pictures(base.for_list().with_proof().with_people()):
            latest.setdefault(activity.task_id, []).append(activity)
        tasks = Task.objects.visible_to(self.request.user).filter(pk__in=told)
        query = self.request.GET.copy()
        query.pop("by", None)
        groups = []
        for task in tasks.select_related("work_package", "lead"):
            query["task"] = task.pk
            groups.append(
                {
                    **told[task.pk],
                    "task": task,
                    "activities": _shown(latest.get(task.pk, ())),
                    "more": told[task.pk]["n"] - len(latest.get(task.pk, ())),
                    "query": query.urlencode(),
                }
            )
        packages = [
            {"package": package, "tasks": list(its)}
            for package, its in groupby(groups, key=lambda group: group["task"].work_package)
        ]
        return {"packages": packages, "count": sum(row["n"] for row in told.values())}


def _shown(rows):
    shown = list(rows)
    for row in shown:
        row.pictures = row.pictures[:PICTURES]
        row.told = row.result or row.done
    return shown
