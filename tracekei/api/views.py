"""The read API: figures, their units and records, under the same rules of access as the pages.

Whoever asks shows a token of their own (`projects.models.Token`); it reads what its person reads, until its day.
"""

import datetime
import math
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from clusters.models import Cluster
from indicators.exchange import as_number, codes_of
from indicators.figures import Figure, counting_rows, explained, figures, split_by_cluster
from indicators.models import Indicator
from indicators.units import named_units
from projects.models import Project, Scope, Token
from tracekei.api.schemas import (
    FiguresOut,
    FigureWhole,
    Problem,
    ProjectOut,
    RecordPage,
    SourceOut,
    UnitPage,
)

RATE = "120/m"  # calls of one person
PER_PAGE = 100


class Bearer(HttpBearer):
    """`Authorization: Bearer kei_…`: the token's person becomes the request's user."""

    def authenticate(self, request, token):
        found = Token.objects.for_secret(token).select_related("created_by").first()
        if found is None or not found.created_by or not found.created_by.is_active:
            return None
        if not found.is_good:
            raise HttpError(401, _("This token expired or was revoked: make a new one."))
        found.note_use()
        request.user, request.token = found.created_by, found
        return found.created_by.pk


class Throttle(AuthRateThrottle):
    """So many calls of one person, whichever tokens they come with."""

    def get_cache_key(self, request):
        return f"api-rate:{request.auth}" if getattr(request, "auth", None) else None


api = NinjaAPI(
    title="Cluster projects",
    version="1",
    description=(
        "Figures of a project as of any day, with the units and records behind them. Reads only. "
        "Make a token under “Access for programs” and send it as `Authorization: Bearer …`."
    ),
    auth=Bearer(),
    throttle=[Throttle(RATE)],
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)

REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}

Slug = Annotated[str, Path(pattern=r"^[-a-zA-Z0-9_]{1,40}$", examples=["trace-kei"])]
Code = Annotated[str, Path(pattern=r"^KPI-[0-9]{2,4}$", examples=["KPI-03"])]
Day = Annotated[
    datetime.date | None,
    Query(description="As of this day, such as 2018-05-19; the project's reading day if left out."),
]
Number = Annotated[int, Query(ge=1, le=10**9, description="Which page, from 1.")]


@api.exception_handler(Http404)
def _not_there(request, error):
    return api.create_response(request, {"detail": _("There is no such thing.")}, status=404)


@api.exception_handler(ValidationError)
def _not_understood(request, error):
    """What of the address is not as the document says, a sentence each."""
    said = [f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors]
    return api.create_response(request, {"detail": "; ".join(said)}, status=422)


def _project(request, slug) -> Project:
    """The project of this name, if the token's person is in it and the token is for it."""
    found = Project.objects.visible_to(request.user).filter(slug=slug).first()
    if found is None:
        raise Http404
    if request.token.project_id not in (None, found.pk):
        raise HttpError(403, _("This token is for another project."))
    return found


def _require_units(request):
    if request.token.scope != Scope.UNITS:
        raise HttpError(403, _("This token reads figures only, without their units."))


def _day(project, as_of):
    if as_of is None:
        return project.reading_day()
    if as_of > timezone.localdate():
        raise HttpError(422, _("This day has not come yet."))
    return as_of


def _figure(request, slug, code, as_of) -> Figure:
    project = _project(request, slug)
    day = _day(project, as_of)
    indicators = Indicator.objects.visible_to(request.user).filter(
        project=project, number=int(code.removeprefix("KPI-"))
    )
    found = figures(project, indicators.prefetch_related("targets__period__project"), day)
    if not found:
        raise Http404
    return found[0]


def _said(figure) -> dict:
    """A figure as plain values."""
    indicator, measure = figure.indicator, figure.measure
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "measure": indicator.measure,
        "how": measure.how.value if measure else None,
        "baseline": as_number(indicator.baseline),
        "target": as_number(figure.target),
        "value": as_number(figure.value),
        "planned": as_number(figure.planned),
        "percent": figure.percent,
        "forecast": as_number(figure.forecast),
        "status": str(figure.status.label),
    }


@api.get("projects", response={200: list[ProjectOut], 401: Problem, 429: Problem})
def projects(request):
    """The projects that the token reads."""
    found = Project.objects.visible_to(request.user).order_by("slug")
    if request.token.project_id:
        found = found.filter(pk=request.token.project_id)
    return [_project_said(each) for each in found]


def _project_said(project):
    fields = ("slug", "acronym", "name", "programme", "start", "end")
    said = {name: getattr(project, name) for name in fields}
    return {**said, "reading_day": project.reading_day()}


@api.get("projects/{slug}", response={200: ProjectOut, **REFUSED})
def project(request, slug: Slug):
    """One project."""
    return _project_said(_project(request, slug))


@api.get("projects/{slug}/figures", response={200: FiguresOut, **REFUSED})
def all_figures(request, slug: Slug, as_of: Day = None):
    """All figures of a project as of a day."""
    found = _project(request, slug)
    day = _day(found, as_of)
    indicators = Indicator.objects.visible_to(request.user).filter(project=found)
    rows = figures(found, indicators.prefetch_related("targets__period__project"), day)
    return {"project": found.slug, "as_of": day, "figures": [_said(figure) for figure in rows]}


@api.get("projects/{slug}/figures/{code}", response={200: FigureWhole, **REFUSED})
def one_figure(request, slug: Slug, code: Code, as_of: Day = None):
    """One figure with its months and the clusters' shares."""
    figure = _figure(request, slug, code, as_of)
    said = {
        **_said(figure),
        "as_of": figure.as_of,
        "counts_as_one": figure.indicator.counts_as_one,
        "counted_when": figure.indicator.counted_when,
        "months": [],
        "clusters": [],
    }
    if figure.measure is None:
        return said
    said["months"] = [
        {"month": point.month, "until": point.day, "value": as_number(point.value)}
        for point in figure.months
    ]
    if figure.measure.has_shares:
        clusters = Cluster.objects.visible_to(request.user).filter(project=figure.project)
        said["clusters"] = [
            {
                "cluster": share.cluster.code,
                "name": share.cluster.short_name,
                "value": as_number(share.value),
                "target": as_number(share.target),
            }
            for share in split_by_cluster(figure, clusters).shares
        ]
    return said


@api.get("projects/{slug}/figures/{code}/explained", response={200: list[SourceOut], **REFUSED})
def explained_count(request, slug: Slug, code: Code, as_of: Day = None):
    """How many records pass each condition on the way to the figure, for each kind of record."""
    figure = _figure(request, slug, code, as_of)
    return [
        {
            "records": str(source.records),
            "steps": [
                {
                    "sentence": str(step.sentence),
                    "records": step.records,
                    "fell_out": step.fell_out,
                    "why": str(step.unmet),
                    "units": step.units,
                }
                for step in explained(source, figure.project, figure.as_of)
            ],
        }
        for source in (figure.measure.sources if figure.measure else ())
    ]


def _page(rows, number):
    pages = max(math.ceil(len(rows) / PER_PAGE), 1)
    return {
        "count": len(rows),
        "page": number,
        "pages": pages,
        "items": rows[(number - 1) * PER_PAGE : number * PER_PAGE],
    }


@api.get("projects/{slug}/figures/{code}/units", response={200: UnitPage, **REFUSED})
def units(request, slug: Slug, code: Code, as_of: Day = None, page: Number = 1):
    """The units that count, each once, by code; a page that is not there is empty."""
    _require_units(request)
    figure = _figure(request, slug, code, as_of)
    if figure.measure is None:
        return _page([], page)
    codes = codes_of(figure.measure, figure.project)
    rows = sorted((codes.get(unit, unit), unit) for unit in figure.first_days)
    found = _page(rows, page)
    names = named_units(figure, [unit for _code, unit in found["items"]], request.user)
    found["items"] = [
        {
            "code": unit_code,
            "name": names[unit].name if unit in names else "",
            "counts_since": figure.first_days[unit],
        }
        for unit_code, unit in found["items"]
    ]
    return found


@api.get("projects/{slug}/figures/{code}/records", response={200: RecordPage, **REFUSED})
def records(request, slug: Slug, code: Code, as_of: Day = None, page: Number = 1):
    """The records that count and that the reader may open, with the unit that each makes count."""
    _require_units(request)
    figure = _figure(request, slug, code, as_of)
    rows = []
    if figure.measure is None:
        return _page(rows, page)
    codes = codes_of(figure.measure, figure.project)
    clusters = dict(Cluster.objects.filter(project=figure.project).values_list("pk", "code"))
    for source in figure.measure.sources:
        counting = counting_rows(source, figure.project, figure.as_of).order_by()
        model = counting.model
        visible = model._default_manager.visible_to(request.user)
        own = "code" if hasattr(model, "code") else "pk"
        paths = [own, source.unit, source.date, source.cluster or "pk"]
        for name, unit, day, cluster in (
            counting.filter(pk__in=visible.values("pk")).values_list(*paths).distinct()
        ):
            unit = figure.measure.unit_of(source, unit)
            whose = clusters.get(cluster, "") if source.cluster else ""
            rows.append((str(name), str(codes.get(unit, unit)), day, whose))
    found = _page(sorted(rows), page)
    found["items"] = [
        dict(zip(("code", "unit", "date", "cluster"), row, strict=True)) for row in found["items"]
    ]
    return found
