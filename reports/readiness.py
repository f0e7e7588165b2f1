"""What a period's report still lacks, whose it is and where it is mended; and how ready each partner is.

What a report can't do without stops its being handed in; the rest warns.
"""

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.models import Cluster, ServiceRecord, State
from events.models import Dissemination, Progress
from indicators.figures import figures
from indicators.models import Indicator
from indicators.proof import proofs, tally
from projects.models import Evidence, Partner, PeriodKind
from projects.preview import small_picture
from reports.declared import RECORDS, changed_by_partner
from reports.models import Chapter, ChapterKind, Declaration, Edition, Writing
from reports.pictures import drawable
from reports.references import (
    REFERENCE,
    codes_in,
    codes_of,
    illustrated,
    pictures_in,
    records_of,
    resolved,
)
from workpackages.models import Deliverable, Risk, WorkPackage

BRACES = re.compile(r"\{[^{}]{1,80}\}")


@dataclass(frozen=True)
class Gap:
    """Something that is missing. partner: whose it is, None for the coordinator's; url: where it is mended."""

    sentence: str
    url: str
    partner: Partner | None
    stops: bool = False


@dataclass
class Check:
    """One thing that is looked at. fine: {partner or None: how many of its items are as they are to be}."""

    key: str
    name: str
    gaps: list[Gap] = field(default_factory=list)
    fine: dict = field(default_factory=lambda: defaultdict(int))

    @property
    def warnings(self):
        return [gap for gap in self.gaps if not gap.stops]


@dataclass(frozen=True)
class Share:
    """How ready one partner is (None: the coordinator): its gaps, and how many of its items are fine."""

    partner: Partner | None
    gaps: list[Gap]
    fine: int
    declared: Declaration | None = None
    changed: int = 0

    @property
    def percent(self):
        """The share of its items that are fine, in whole percent, rounded down; None of none."""
        items = self.fine + len(self.gaps)
        return self.fine * 100 // items if items else None

    @property
    def tone(self):
        if self.percent is None:
            return "calm"
        return "good" if not self.gaps else "bad" if any(g.stops for g in self.gaps) else "warn"


class Readiness:
    """All checks of a period's report as `user` may read it. Asks a fixed number of queries, but for one a figure."""

    def __init__(self, user, period):
        self.user, self.period, self.project = user, period, period.project
        self.partners = list(Partner.objects.visible_to(user).filter(project=self.project))
        clusters = Cluster.objects.visible_to(user).filter(project=self.project)
        self.clusters = list(clusters.order_by("partner__number", "short_name"))
        rows = Declaration.objects.visible_to(user).filter(period=period)
        self.declarations = {row.partner_id: row for row in rows.select_related("declared_by")}
        self.changed = changed_by_partner(self.declarations.values(), period)
        self.chapters = chapters(user, period)
        self.texts_only = Edition.objects.opened_for_texts(period)
        codes = codes_of(self.chapters)
        self.referred = records_of(self.project, codes, period.end)
        # What was opened for its texts keeps its figures and tables: they are not looked at again.
        self.checks = [self._texts()] if self.texts_only else self._all()

    def _all(self):
        return [
            self._texts(),
            self._declared(),
            self._deliverables(),
            self._risks(),
            self._deliveries(),
            self._dissemination(),
            self._figures(),
            self._unopened(),
            self._outside(),
        ]

    @property
    def gaps(self):
        return [gap for check in self.checks for gap in check.gaps]

    @property
    def stopping(self):
        return [gap for gap in self.gaps if gap.stops]

    @property
    def warning(self):
        return [gap for gap in self.gaps if not gap.stops]

    @property
    def shares(self) -> list[Share]:
        """Each partner's share, and first the coordinator's own."""
        return [
            Share(
                partner,
                [gap for gap in self.gaps if gap.partner == partner],
                sum(check.fine[partner] for check in self.checks),
                self.declarations.get(partner.pk) if partner else None,
                self.changed.get(partner.pk, 0) if partner else 0,
            )
            for partner in (None, *self.partners)
        ]

    # --- The checks ----------------------------------------------------------------------------------

    def _texts(self):
        check = Check("texts", _("Texts"))
        codes = {indicator.code for indicator in self.project.indicators.all()} | set(self.referred)
        for chapter in self.chapters:
            if chapter.state == Writing.READY:
                check.fine[chapter.lead] += 1
            else:
                check.gaps.append(
                    Gap(_unready(chapter), chapter.get_absolute_url(), chapter.lead, stops=True)
                )
            for passage in chapter.passages.all() if chapter.pk else ():
                for code in sorted(codes_in(passage.body) - codes):
                    sentence = _("%(chapter)s refers to %(code)s, which is not there.") % {
                        "chapter": chapter,
                        "code": code,
                    }
                    check.gaps.append(Gap(sentence, chapter.get_absolute_url(), chapter.lead, True))
        self._pictures(check)
        self._left_in_braces(check)
        return check

    def _left_in_braces(self, check):
        """What looks like a reference and is none: the report would print it as it stands."""
        for chapter in self.chapters:
            for passage in chapter.passages.all() if chapter.pk else ():
                left = illustrated(resolved(passage.body, self.referred), lambda code, words: "")
                for words in sorted(set(BRACES.findall(left))):
                    if REFERENCE.fullmatch(words):
                        continue  # a code that is there, or that was named above
                    sentence = _("%(chapter)s has %(words)s, which stands for nothing.") % {
                        "chapter": chapter,
                        "words": unescape(strip_tags(words)),
                    }
                    check.gaps.append(Gap(sentence, chapter.get_absolute_url(), chapter.lead))

    def _pictures(self, check):
        shown = [
            (code, chapter)
            for chapter in self.chapters
            for passage in (chapter.passages.all() if chapter.pk else ())
            for code in pictures_in(passage.body)
        ]
        there = drawable(self.project, {code for code, _chapter in shown}) if shown else {}
        for code, chapter in sorted(set(shown), key=lambda pair: pair[0]):
            if code not in there or not small_picture(there[code]):
                sentence = _(
                    "%(chapter)s shows the picture %(code)s, which is not there or can't be drawn."
                ) % {"chapter": chapter, "code": code}
                check.gaps.append(Gap(sentence, chapter.get_absolute_url(), chapter.lead, True))

    def _declared(self):
        check = Check("data", _("Partners' data"))
        for partner in self.partners:
            address = reverse("report_period", args=[self.project.slug, self.period.number])
            if partner.pk not in self.declarations:
                sentence = _("%(partner)s has not said that its data are complete.")
                address += "#partners-head"
            elif self.changed.get(partner.pk):
                sentence = _("Records of %(partner)s were changed after it called them complete.")
                where = [self.project.slug, self.period.number, partner.number]
                address = reverse("declaration_changed", args=where)
            else:
                check.fine[partner] += 1
                continue
            check.gaps.append(Gap(sentence % {"partner": partner.short_name}, address, partner))
        return check

    def _deliverables(self):
        check = Check("deliverables", _("Deliverables"))
        due = Deliverable.objects.visible_to(self.user).filter(
            work_package__project=self.project, due_month__lte=self.period.last_month
        )
        today = timezone.localdate()
        for item in due.select_related("work_package__project", "lead", "project"):
            if item.is_handed_in:
                check.fine[item.lead] += item.due_month >= self.period.first_month
            elif item.late_reason:
                check.fine[item.lead] += 1
            elif item.due < today:
                sentence = _(
                    "%(code)s was due on %(day)s, is not handed in, and nobody said why."
                ) % {"code": item.code, "day": date_format(item.due)}
                check.gaps.append(Gap(sentence, item.get_absolute_url(), item.lead, stops=True))
        return check

    def _risks(self):
        check = Check("risks", _("Critical risks"))
        risks = Risk.objects.visible_to(self.user).filter(project=self.project)
        silent = risks.without_state(self.period)
        for risk in silent.select_related("project"):
            sentence = _("Nothing is said of risk %(code)s in this period.") % {"code": risk.code}
            check.gaps.append(Gap(sentence, risk.get_absolute_url(), None))
        check.fine[None] = risks.count() - len(check.gaps)
        return check

    def _deliveries(self):
        check = Check("services", _("Services delivered"))
        rows = ServiceRecord.objects.visible_to(self.user).filter(
            project=self.project, date__range=self._days
        )
        bare = self._by_cluster(rows.delivered().proven(False))
        planned = rows.filter(state=State.PLANNED, date__lte=timezone.localdate())
        planned = self._by_cluster(planned)
        delivered = self._by_cluster(rows.delivered())
        for cluster in self.clusters:
            partner = self._partner(cluster.partner_id)
            told = {"whose": self._called(cluster)}
            span = {"cluster": cluster.pk, "since": self._days[0], "until": self._days[1]}
            if delivered.get(cluster.pk) and not bare.get(cluster.pk):
                check.fine[partner] += 1
            if n := bare.get(cluster.pk):
                sentence = ngettext(
                    "%(n)d delivery of %(whose)s has no proof.",
                    "%(n)d deliveries of %(whose)s have no proof.",
                    n,
                ) % {"n": n, **told}
                url = self._list(ServiceRecord, state=State.DELIVERED, proof="no", **span)
                check.gaps.append(Gap(sentence, url, partner))
            if n := planned.get(cluster.pk):
                sentence = ngettext(
                    "%(n)d service of %(whose)s was planned for this period and is not called delivered.",
                    "%(n)d services of %(whose)s were planned for this period and are not called delivered.",
                    n,
                ) % {"n": n, **told}
                url = self._list(ServiceRecord, state=State.PLANNED, **span)
                check.gaps.append(Gap(sentence, url, partner))
        return check

    def _dissemination(self):
        """Of a final report: one activity delivered at least, none ongoing or postponed (domain.md, section 3)."""
        check = Check("dissemination", _("Dissemination"))
        if self.period.kind != PeriodKind.FINAL:
            return check
        rows = Dissemination.objects.visible_to(self.user).filter(project=self.project)
        for row in rows.exclude(state=Progress.DELIVERED).for_list():
            check.gaps.append(
                Gap(UNDELIVERED[row.state] % {"activity": row}, row.get_absolute_url(), row.partner)
            )
        if rows.delivered().exists():
            check.fine[None] += 1
        else:
            address = reverse("dissemination_list", args=[self.project.slug])
            sentence = _("No dissemination activity was delivered, and this is the final report.")
            check.gaps.append(Gap(sentence, address, None))
        return check

    def _figures(self):
        check = Check("figures", _("Figures"))
        rows = Indicator.objects.visible_to(self.user).filter(project=self.project)
        rows = rows.prefetch_related("targets__period__project")
        for figure in figures(self.project, rows, self._days[1]):
            if figure.measure is None:
                continue
            bare = tally(proofs(figure)).unproven
            if not bare:
                check.fine[None] += 1
                continue
            sentence = ngettext(
                "%(code)s: %(n)d of what it counts is unproven.",
                "%(code)s: %(n)d of what it counts are unproven.",
                bare,
            ) % {"code": figure.indicator.code, "n": bare}
            address = reverse("indicator_proof", args=[self.project.slug, figure.indicator.number])
            url = f"{address}?level=unproven&as_of={self._days[1].isoformat()}"
            check.gaps.append(Gap(sentence, url, None))
        return check

    def _unopened(self):
        """Files at which only their uploader has looked. Numbers are told to all, as figures are; files are not."""
        check = Check("opened", _("Evidence"))
        papers = Evidence.objects.filter(project=self.project).unopened()
        found = papers.order_by().values("partner").annotate(n=Count("pk"))
        bare = {row["partner"]: row["n"] for row in found}
        for partner in self.partners:
            if n := bare.get(partner.pk):
                sentence = ngettext(
                    "%(n)d file of %(partner)s was opened by nobody but its uploader.",
                    "%(n)d files of %(partner)s were opened by nobody but their uploader.",
                    n,
                ) % {"n": n, "partner": partner.short_name}
                url = self._list(Evidence, opened="no", partner=partner.pk)
                check.gaps.append(Gap(sentence, url, partner))
        return check

    def _outside(self):
        """What texts tell of another period, and records dated before the project began or after it ended, which
        count for nothing."""
        check = Check("dates", _("Dates"))
        self._told_of_another_period(check)
        eve = self.project.start - datetime.timedelta(days=1)
        morrow = self.project.end + datetime.timedelta(days=1)
        for model, path, day in RECORDS:
            rows = model.objects.visible_to(self.user).filter(project=self.project)
            of_cluster = model is ServiceRecord
            for side, limit, sentence in (
                ("lte", {"until": eve}, BEFORE),
                ("gte", {"since": morrow}, AFTER),
            ):
                dated = rows.filter(**{f"{day}__{side}": next(iter(limit.values()))})
                found = self._by_cluster(dated) if of_cluster else self._by(path, dated)
                for key, n in found.items():
                    cluster = self._cluster(key) if of_cluster else None
                    partner = self._partner(cluster.partner_id if cluster else key)
                    chosen = {"cluster": key} if cluster else {"partner": key}
                    said = sentence % {
                        "n": n,
                        "whose": self._called(cluster) if cluster else partner.short_name,
                        "kind": model._meta.verbose_name_plural,
                    }
                    check.gaps.append(Gap(said, self._list(model, **chosen, **limit), partner))
        return check

    def _told_of_another_period(self, check):
        for chapter in self.chapters:
            for code in sorted(codes_of([chapter]) & set(self.referred)):
                told = self.referred[code]
                if told.last < self.period.start or told.first > self.period.end:
                    sentence = _(
                        "%(chapter)s tells of %(record)s, which is not of this period."
                    ) % {
                        "chapter": chapter,
                        "record": told,
                    }
                    check.gaps.append(Gap(sentence, chapter.get_absolute_url(), chapter.lead))

    # --- What they rest on ---------------------------------------------------------------------------

    @property
    def _days(self):
        return self.period.start, self.period.end

    def _by_cluster(self, rows):
        return self._by("cluster", rows)

    def _by(self, path, rows):
        found = rows.order_by().values(path).annotate(n=Count("pk"))
        return {row[path]: row["n"] for row in found}

    def _partner(self, key):
        return next((each for each in self.partners if each.pk == key), None)

    def _cluster(self, key):
        return next(each for each in self.clusters if each.pk == key)

    def _called(self, cluster):
        """What people call whose records they are: the partner, or its cluster where it has several."""
        partner = self._partner(cluster.partner_id)
        several = sum(each.partner_id == cluster.partner_id for each in self.clusters) > 1
        return cluster.short_name if several or partner is None else partner.short_name

    def _list(self, model, **chosen):
        """The address of a list with just the records that are counted."""
        address = reverse(f"{model._meta.model_name}_list", args=[self.project.slug])
        return f"{address}?{urlencode(chosen)}"


BEFORE = gettext_lazy("%(n)d of the %(kind)s of %(whose)s are dated before the project began.")
AFTER = gettext_lazy("%(n)d of the %(kind)s of %(whose)s are dated after the project ended.")
UNDELIVERED = {
    Progress.ONGOING: gettext_lazy("%(activity)s is still ongoing, and this is the final report."),
    Progress.POSTPONED: gettext_lazy("%(activity)s is postponed, and this is the final report."),
}
UNREADY = {
    Writing.OPEN: gettext_lazy("“%(chapter)s” is being written and not called ready."),
    Writing.RETURNED: gettext_lazy("“%(chapter)s” was returned and not called ready again."),
}


def _unready(chapter):
    if not chapter.pk:
        return _("“%(chapter)s” is not written yet.") % {"chapter": chapter}
    return UNREADY[chapter.state] % {"chapter": chapter}


def chapters(user, period) -> list[Chapter]:
    """The chapters of a period's report in their order, unsaved where nobody wrote yet; three queries."""
    rows = Chapter.objects.visible_to(user).filter(period=period)
    rows = rows.select_related("package__lead", "package__project", "written_by")
    written = {row.place: row for row in rows.prefetch_related("passages__task")}
    packages = WorkPackage.objects.visible_to(user).filter(
        project=period.project, first_month__lte=period.last_month
    )
    kinds = [ChapterKind.SUMMARY, ChapterKind.PACKAGE, ChapterKind.MANAGEMENT]
    kinds += [ChapterKind.FOLLOW_UP] if period.number > 1 else []
    kinds += [ChapterKind.NEXT] if period.kind != PeriodKind.FINAL else []
    found = []
    for kind in kinds:
        of_kind = (
            packages.select_related("lead", "project") if kind == ChapterKind.PACKAGE else [None]
        )
        for package in of_kind:
            fresh = Chapter(kind=kind, package=package)
            chapter = written.get(fresh.place, fresh)
            chapter.project, chapter.period = period.project, period
            found.append(chapter)
    return found
