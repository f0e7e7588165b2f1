"""A strategy as a document: what it says now, marked as a draft, or a version as it was frozen; as PDF and DOCX."""

import datetime
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusters import snapshot
from clusters.models import Strategy, StrategyVersion
from common.pdf import to_pdf
from projects.models import Project

LANGUAGE = "en-gb"


@dataclass(frozen=True)
class Paper:
    """What a document says. `text`: snapshot.readable; `adopted`: the day and the board, of an adopted version."""

    project: Project
    whose: str
    is_joint: bool
    text: dict
    state: str
    is_draft: bool
    made_on: datetime.datetime
    sha256: str
    number: int | None = None
    adopted: tuple | None = None


def paper_of(strategy: Strategy) -> Paper:
    """What `strategy` says now: a draft, whatever was adopted before."""
    content = snapshot.content_of(strategy)
    with override(LANGUAGE):
        return Paper(
            project=strategy.project,
            whose=str(strategy.whose),
            is_joint=strategy.is_joint,
            text=snapshot.readable(content),
            state=_("Draft"),
            is_draft=True,
            made_on=timezone.now(),
            sha256=snapshot.digest(content),
        )


def paper_of_version(version: StrategyVersion) -> Paper:
    """What `version` said when it was frozen."""
    with override(LANGUAGE):
        return Paper(
            project=version.project,
            whose=str(version.strategy.whose),
            is_joint=version.strategy.is_joint,
            text=snapshot.readable(version.content),
            state=str(version.state["label"]),
            is_draft=not version.is_adopted,
            made_on=version.created_at,
            sha256=version.sha256,
            number=version.number,
            adopted=(version.adopted_on, version.adopted_by) if version.is_adopted else None,
        )


def as_pdf(paper: Paper) -> bytes:
    """`paper` as a tagged PDF with a cover."""
    with override(LANGUAGE):
        return to_pdf(render_to_string("clusters/pdf/strategy.html", {"paper": paper}))
