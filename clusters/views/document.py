"""Strategies as files: the draft of now, and versions. They are small enough to be made while one waits."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from clusters.docx import as_docx
from clusters.models import Strategy, StrategyVersion
from clusters.rendering import as_pdf, paper_of, paper_of_version

FORMATS = {
    "pdf": (as_pdf, "application/pdf"),
    "docx": (
        as_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@require_safe
def strategy_document(request, code, as_format):
    found = Strategy.objects.visible_to(request.user).for_list()
    strategy = get_object_or_404(found, project=request.project, code=code)
    return _file(paper_of(strategy), f"{request.project.slug}-{strategy.code}-draft", as_format)


@require_safe
def version_document(request, code, as_format):
    found = StrategyVersion.objects.visible_to(request.user).for_list().defer(None)
    version = get_object_or_404(found, project=request.project, code=code)
    name = f"{request.project.slug}-{version.strategy.code}-version-{version.number}"
    return _file(paper_of_version(version), name, as_format)


def _file(paper, name, as_format):
    if as_format not in FORMATS:
        raise Http404
    make, kind = FORMATS[as_format]
    head = f'attachment; filename="{slugify(name)}.{as_format}"'
    return HttpResponse(make(paper), content_type=kind, headers={"Content-Disposition": head})
