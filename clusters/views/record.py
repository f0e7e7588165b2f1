from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import filters, forms, tables
from clusters.actions import verification
from clusters.importing.columns import RECORDS
from clusters.models import FirmAnswer, ServiceRecord, State
from clusters.views.keeping import KeptByManagers, OwnClusterFirst, Removed
from common.views import Create, Detail, Edit, List
from projects.actions import evidence as actions
from projects.models import Partner
from projects.views.evidence import Proof, proof_of
from projects.views.imports import Exchanged

LAST = "last"  # ?like=last: as what one logged last, today; ?like=SR-00012: as that one, on its day
LIKE = ["service", "state", "task", "outcome", "effort"]


class ServiceRecordList(OwnClusterFirst, Exchanged, KeptByManagers, List):
    spreadsheet = RECORDS
    model = ServiceRecord
    table_class = tables.ServiceRecordTable
    filterset_class = filters.ServiceRecordFilter
    title = gettext_lazy("Deliveries")
    lede = gettext_lazy("One line for each delivery of one service to one firm.")
    empty = gettext_lazy("No delivery here. Remove a filter if you set one, or log a service.")
    create_url, create_label = "servicerecord_create", gettext_lazy("Log a service")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()

    def links(self):
        project = self.request.project
        if not Partner.objects.read_within_by(self.request.user).filter(project=project).exists():
            return super().links()
        waiting = reverse("servicerecord_waiting", args=[project.slug])
        links = [*super().links(), (waiting, _("Waiting for verification"), "check-badge")]
        if self.can_create():
            asking = reverse("servicerecord_asking", args=[project.slug])
            if together := self.request.GET.get("together"):
                asking += f"?{urlencode({'together': together})}"  # those just logged in one form
            links.append((asking, _("Ask firms to confirm"), "envelope"))
            many = reverse("servicerecord_many", args=[project.slug])
            links.append((many, _("Log for many"), "user-group"))
        return links


class ServiceRecordDetail(Detail):
    model = ServiceRecord

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .for_list()
            .select_related("task", "created_by", "verified_by", "returned_by", "cluster__partner")
        )

    def get_context_data(self, **kwargs):
        user, record = self.request.user, self.object
        colleague = verification.may_verify_for(user=user, partner=record.cluster.partner_id)
        confirmations = list(
            record.confirmations.visible_to(user).select_related("created_by", "record")
        )
        latest = next((one for one in confirmations if one.answer), None)
        confirmed = record.confirmations.standing().first()
        return super().get_context_data(
            **proof_of(record, user),
            confirmed=confirmed,
            confirmations=confirmations,
            denied=latest if latest and latest.answer == FirmAnswer.NO and latest.stands else None,
            together=record.together
            and ServiceRecord.objects.filter(together=record.together)
            .exclude(pk=record.pk)
            .count(),
            may_ask=record.state == State.DELIVERED and not confirmed,
            may_verify=colleague,
            verify_refusal=verification.refusal(user=user, record=record) if colleague else "",
            may_take_back=verification.may_take_back(user=user, record=record),
            **kwargs,
        )


class ServiceRecordPage(KeptByManagers):
    model = ServiceRecord
    form_class = forms.ServiceRecordForm
    list_url = "servicerecord_list"

    def saved(self):
        super().saved()
        if self.object.same_day:
            messages.warning(self.request, self.object.same_day)


class ServiceRecordCreate(ServiceRecordPage, Create):
    template_name = "clusters/servicerecord_form.html"
    title = gettext_lazy("Log a service")

    def get_initial(self):
        initial = {"date": self.request.project.reading_day() or timezone.localdate()}
        if like := self.like:
            initial |= {name: getattr(like, name) for name in LIKE}
            if self.request.GET["like"] != LAST:
                initial["date"] = like.date
        for name in ("service", "sme"):
            if value := self.request.GET.get(name):
                initial[name] = value
        return initial

    def own(self):
        return ServiceRecord.objects.editable_by(self.request.user).filter(
            project=self.request.project
        )

    @cached_property
    def last(self):
        """What the user logged last."""
        mine = self.own().filter(created_by=self.request.user).select_related("service")
        return mine.order_by("-created_at", "-pk").first()

    @cached_property
    def like(self):
        """The delivery that this one is like, but for the firm; None for a blank form."""
        asked = self.request.GET.get("like", "").replace("\x00", "")
        if asked in ("", LAST):
            return self.last if asked else None
        return self.own().filter(code=asked).first()

    def get_context_data(self, **kwargs):
        return super().get_context_data(last=self.last, like=self.like, **kwargs)

    def save(self, form):
        record = super().save(form)
        evidence = list(form.cleaned_data["kept"])
        if dropped := set(self.request.POST.getlist("offered")) - {one.code for one in evidence}:
            actions.discard(user=self.request.user, project=self.request.project, codes=dropped)
        if file := form.cleaned_data["evidence_file"]:
            evidence.append(self._keep(file, record.cluster.partner))
        return actions.attach_evidence(user=self.request.user, record=record, evidence=evidence)

    def form_invalid(self, form):
        # A browser can't send a chosen file again by itself: keep it, and carry its code in the form.
        file = form.cleaned_data.get("evidence_file")
        kept = list(form.cleaned_data.get("kept") or [])
        if file:
            kept.append(self._keep(file, self.request.membership.partner))
        form.data = form.data.copy()
        form.data.setlist("kept", [evidence.code for evidence in kept])
        form.files = {}
        form.kept_evidence = kept
        return super().form_invalid(form)

    def _keep(self, file, partner):
        return actions.keep_file(
            user=self.request.user, project=self.request.project, partner=partner, file=file
        )


class ServiceRecordEdit(ServiceRecordPage, Edit):
    title = gettext_lazy("Edit service record")

    def save(self, form):
        self.verifier = form.instance.verified_by
        form.instance.mended()
        return super().save(form)

    def saved(self):
        super().saved()
        if self.verifier and not self.object.verified_by:
            sentence = _(
                "%(person)s had verified what stood here before. It waits for verification again."
            )
            messages.warning(self.request, sentence % {"person": self.verifier})


class ServiceRecordDelete(Removed):
    model = ServiceRecord
    list_url = "servicerecord_list"


class ServiceRecordEvidence(Proof):
    record_model = ServiceRecord
