"""Records for tests, one plain function a kind, with visible defaults. Numbers rise, nothing is random."""

import datetime
import hashlib
import io
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from clusters.models import (
    SME,
    Answer,
    Asked,
    Assessment,
    Cluster,
    ClusterMembership,
    Competence,
    Confirmation,
    Contact,
    FurtherRole,
    Label,
    LegalBasis,
    LikelyPair,
    Manager,
    Merge,
    Novelty,
    Option,
    Question,
    Questionnaire,
    Readiness,
    Score,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
    State,
    Training,
    Wave,
    When,
)
from indicators.models import Indicator, Target
from projects.models import (
    Evidence,
    Import,
    Invitation,
    Membership,
    Partner,
    Project,
    ReportingPeriod,
    Role,
)
from reports.models import Rendering
from workpackages.models import Task, WorkPackage

_number = count(1)
PASSWORD = "seven clusters in seven lands"


def user(email=None, name="Ana Ivić", **fields):
    return User.objects.create_user(
        email or f"user{next(_number)}@example.org", PASSWORD, name=name, **fields
    )


def project(
    acronym="TRACE",
    slug=None,
    start=datetime.date(2016, 11, 16),
    end=datetime.date(2018, 11, 15),
    **fields,
):
    return Project.objects.create(
        acronym=acronym,
        slug=slug or acronym.lower(),
        name=fields.pop("name", f"{acronym} in full"),
        start=start,
        end=end,
        **fields,
    )


def partner(project, short_name="Green Synergy", country="BG", **fields):
    number = project.partners.count() + 1
    fields.setdefault("coordinates", number == 1)
    return Partner.objects.create(
        project=project,
        number=number,
        short_name=short_name,
        name=f"{short_name} Ltd",
        country=country,
        **fields,
    )


def member(project, role=Role.CLUSTER_MANAGER, partner=None, user=None, **fields):
    person = user or globals()["user"]()
    Membership.objects.create(project=project, user=person, role=role, partner=partner, **fields)
    return person


def invitation(project, invited_by, email="new@example.org", role=Role.VIEWER, **fields):
    return Invitation.objects.create(
        project=project, invited_by=invited_by, email=email, role=role, **fields
    )


def period(project, number=1, first_month=1, last_month=12):
    return ReportingPeriod.objects.create(
        project=project, number=number, first_month=first_month, last_month=last_month
    )


def work_package(project, number=1, title="Skills"):
    return WorkPackage.objects.create(project=project, number=number, title=title, last_month=24)


def task(project, code="T1.1", title="Assess the baseline"):
    wp = project.work_packages.first() or work_package(project)
    return Task.objects.create(
        project=project,
        work_package=wp,
        number=wp.tasks.count() + 1,
        code=code,
        title=title,
        last_month=12,
    )


def cluster(partner, short_name=None, **fields):
    return Cluster.objects.create(
        project=partner.project,
        partner=partner,
        short_name=short_name or f"{partner.short_name} cluster {next(_number)}",
        name="A network of firms",
        country=partner.country,
        **fields,
    )


def manager(cluster, name="Petar Petrov", email="petar@private.example", **fields):
    return Manager.objects.create(
        project=cluster.project, cluster=cluster, name=name, email=email, **fields
    )


def further_role(manager, cluster, role="Adviser", **fields):
    return FurtherRole.objects.create(manager=manager, cluster=cluster, role=role, **fields)


def competence(project, name="Strategy", **fields):
    return Competence.objects.create(project=project, name=name, **fields)


def training(project, *competences, name="Foresight workshop"):
    made = Training.objects.create(project=project, name=name)
    made.competences.set(competences)
    return made


def assessment(manager, wave="baseline", kind="self", scores=(), **fields):
    """An assessment with `scores`, pairs of a competence and 1 to 5."""
    made = Assessment.objects.create(
        project=manager.project,
        manager=manager,
        wave=wave,
        kind=kind,
        date=fields.pop("date", manager.project.start),
        **fields,
    )
    for competence, value in scores:
        Score.objects.create(assessment=made, competence=competence, value=value)
    return made


def sme(*clusters, name="Ивантекс ЕООД", country="BG", size_class=SizeClass.SMALL, **fields):
    firm = SME.objects.create(
        project=clusters[0].project, name=name, country=country, size_class=size_class, **fields
    )
    for cluster in clusters:
        ClusterMembership.objects.create(cluster=cluster, sme=firm)
    return firm


def contact(sme, partner, name="Ivan Ivanov", email="ivan@firm.example", **fields):
    fields.setdefault("legal_basis", LegalBasis.CONSENT)
    fields.setdefault("informed_on", sme.project.start)
    return Contact.objects.create(
        project=sme.project,
        sme=sme,
        partner=partner,
        name=name,
        email=email,
        notice_version="1.0",
        **fields,
    )


def likely_pair(one, other, score=80, **fields):
    one, other = sorted((one, other), key=lambda firm: firm.pk)
    fields.setdefault("reasons", [["name", 95], ["town"]])
    return LikelyPair.objects.create(
        project=one.project, one=one, other=other, score=score, **fields
    )


def proposed_merge(kept, merged, proposed_by, **fields):
    return Merge.objects.create(
        project=kept.project,
        kept=kept,
        merged=merged,
        proposed_by=proposed_by,
        proposed_at=timezone.now(),
        **fields,
    )


def category(project, name="Training"):
    return ServiceCategory.objects.get_or_create(project=project, name=name)[0]


def service(cluster, title="Energy audit", novelty=Novelty.NEW, **fields):
    fields.setdefault("category", category(cluster.project))
    return Service.objects.create(
        project=cluster.project, cluster=cluster, title=title, novelty=novelty, **fields
    )


def record(service, sme, date=None, state=State.DELIVERED, **fields):
    return ServiceRecord.objects.create(
        project=service.project,
        service=service,
        cluster=service.cluster,
        sme=sme,
        date=date or service.project.start + datetime.timedelta(days=30),
        state=state,
        **fields,
    )


def picture(kind="PNG", size=(2, 2), **fields):
    """The content of a photo."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **fields)
    return out.getvalue()


def questionnaire(project, title="Needs and satisfaction", **fields):
    return Questionnaire.objects.create(project=project, title=title, **fields)


def question(questionnaire, kind="scale", text="How satisfied are you?", options=(), **fields):
    """A question; options: texts, or (text, category) of the services that answer the need."""
    if kind == "scale":
        fields = {"low": "not at all", "high": "very much", **fields}
    made = Question.objects.create(
        project=questionnaire.project,
        questionnaire=questionnaire,
        position=questionnaire.questions.count() + 1,
        kind=kind,
        text=text,
        **fields,
    )
    for n, option in enumerate(options, 1):
        words, category = option if isinstance(option, tuple) else (option, None)
        Option.objects.create(question=made, position=n, text=words, category=category)
    return made


def wave(questionnaire, kind=When.BASELINE, opens_on=None, closes_on=None):
    """A wave that is open today, unless its days are said."""
    today = timezone.localdate()
    return Wave.objects.create(
        project=questionnaire.project,
        questionnaire=questionnaire,
        kind=kind,
        opens_on=opens_on or today - datetime.timedelta(days=10),
        closes_on=closes_on or today + datetime.timedelta(days=10),
    )


def asked(wave, sme, cluster=None, handed_in=False, answers=()):
    """A firm asked in a wave; answers: (question, number, text or option)."""
    made = Asked.objects.create(
        wave=wave,
        sme=sme,
        cluster=cluster or sme.clusters.first(),
        handed_in_at=timezone.now() if handed_in else None,
    )
    for question, said in answers:
        kind = {int: "number", str: "text", Option: "option"}[type(said)]
        Answer.objects.create(asked=made, question=question, **{kind: said})
    return made


def confirmation(record, sent_to="office@firm.example", **fields):
    """A request that went out to the firm of `record` today, not answered yet."""
    fields.setdefault("sent_at", timezone.now())
    fields.setdefault("expires_at", timezone.now() + datetime.timedelta(days=30))
    made = Confirmation(record=record, sent_to=sent_to, language="bg", **fields)
    made.copy_facts()
    made.save()
    return made


def evidence(partner, name="signed list.txt", content=b"Signed: Petar Petrov", **fields):
    fields.setdefault("content_type", "text/plain")
    return Evidence.objects.create(
        project=partner.project,
        partner=partner,
        name=name,
        file=ContentFile(content, name),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        **fields,
    )


def label(cluster, candidate_on=None, *, certificate=False, **fields):
    """A road to a label; with `awarded_on` it is valid for two years, with `certificate` it is proven."""
    made = Label(
        project=cluster.project,
        cluster=cluster,
        candidate_on=candidate_on or cluster.project.start,
        **fields,
    )
    made.full_clean()
    made.save()
    if certificate:
        name = f"Certificate {made.code}.txt"
        made.evidence.add(evidence(cluster.partner, name, name.encode()))
    return made


def readiness(cluster, date=None, score=3, **scores):
    families = ("structure", "governance", "financing", "services", "contacts", "recognition")
    return Readiness.objects.create(
        cluster=cluster,
        date=date or cluster.project.start,
        **{**dict.fromkeys(families, score), **scores},
    )


def indicator(
    project, number=1, measure="smes_benefitting", target=284, name="SMEs benefitting", **fields
):
    made = Indicator.objects.create(
        project=project,
        number=number,
        name=name,
        unit="enterprises",
        counts_as_one="a distinct enterprise",
        counted_when="it received a new or improved service",
        measure=measure,
        **fields,
    )
    if target is not None:
        Target.objects.create(indicator=made, value=target)
    return made


def rendering(period, requested_by, number=1, **fields):
    return Rendering.objects.create(
        project=period.project, period=period, number=number, requested_by=requested_by, **fields
    )


def imported(
    partner, created_by, content="Legal name;Country\nSlance;Bulgaria\n", kind="smes", **fields
):
    """A file as it lies when it was uploaded and a worker is to look at it."""
    from django.core.files.base import ContentFile

    from projects.importing import headers, reading
    from projects.importing.columns import KINDS

    content = content.encode() if isinstance(content, str) else content
    found = KINDS[kind]
    file = ContentFile(content, "file.csv")
    book = reading.read(
        file, sheet=fields.get("sheet", ""), known=lambda row: headers.known(found, row)
    )
    at = headers.find(found, book.rows)
    fields = {"stage": "check", "state": "queued", "mapping": at.mapping, **fields}
    file.seek(0)
    return Import.objects.create(
        project=fields.pop("project", None) or partner.project,
        partner=partner,
        kind=kind,
        created_by=created_by,
        name="file.csv",
        size=len(content),
        file=file,
        sheet=book.sheet,
        encoding=book.encoding,
        header_row=at.row,
        headers=at.names,
        headers_key=at.key,
        **fields,
    )
