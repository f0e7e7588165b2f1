"""What the pages of records that a partner keeps have in common: who adds them, and their first proof."""

from django.urls import reverse

from common.views import Delete
from projects.actions import evidence as actions
from projects.models import Partner


class KeptByPartner:
    """Records that a coordinator, and the staff and cluster managers of a partner, add."""

    list_url = ""

    def may_create(self):
        partners = Partner.objects.read_within_by(self.request.user)
        return partners.filter(project=self.request.project).exists()

    can_create = may_create

    def get_cancel_url(self):
        record = getattr(self, "object", None)
        return record.get_absolute_url() if record else self._list()

    def _list(self):
        return reverse(self.list_url, args=[self.request.project.slug])


class Removed(KeptByPartner, Delete):
    def get_success_url(self):
        return self._list()


class WithProof:
    """A page that creates a record together with its first proof: the form is a ProvenForm."""

    def save(self, form):
        record = super().save(form)
        evidence = list(form.cleaned_data["kept"])
        if dropped := set(self.request.POST.getlist("offered")) - {one.code for one in evidence}:
            actions.discard(user=self.request.user, project=self.request.project, codes=dropped)
        if file := form.cleaned_data["evidence_file"]:
            evidence.append(self._keep(file, record.partner))
        if link := form.cleaned_data["link"]:
            evidence.append(
                actions.keep_link(
                    link=link,
                    user=self.request.user,
                    project=self.request.project,
                    partner=record.partner,
                    audience="project",
                )
            )
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
