"""What the pages of records that a partner keeps have in common: who adds them, and their first proof."""

from django.urls import reverse

from common.views import Delete
from events.views.files import KeepsFiles
from projects.actions import evidence as actions
from projects.models import Partner
from projects.models.evidence import Audience


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


class WithProof(KeepsFiles):
    """A page that creates a record together with its first proof: the form is a ProvenForm."""

    def save(self, form):
        record = super().save(form)
        if link := form.cleaned_data["link"]:
            piece = actions.keep_link(
                link=link,
                user=self.request.user,
                project=self.request.project,
                partner=record.partner,
                audience=Audience.PROJECT,
            )
            actions.attach_evidence(user=self.request.user, record=record, evidence=[piece])
        return record
