"""What the pages of new records with files share."""

from projects.actions import evidence as actions


class KeepsFiles:
    """A page for a new record whose form takes files (`events.forms.files.WithFiles`)."""

    def save(self, form):
        record = super().save(form)
        if not form.is_new:
            return record
        kept = list(form.cleaned_data["kept"])
        if dropped := set(self.request.POST.getlist("offered")) - {one.code for one in kept}:
            actions.discard(user=self.request.user, project=self.request.project, codes=dropped)
        pieces = [*kept, *self._keep(form, record.partner)]
        return actions.attach_evidence(user=self.request.user, record=record, evidence=pieces)

    def form_invalid(self, form):
        if form.is_new:
            # A browser can't send a chosen file again by itself: keep it, and carry its code in the form.
            kept = [*(form.cleaned_data.get("kept") or []), *self._keep(form)]
            form.data = form.data.copy()
            form.data.setlist(form.add_prefix("kept"), [evidence.code for evidence in kept])
            form.files = {}
        return super().form_invalid(form)

    def _keep(self, form, partner=None):
        partner = partner or self.request.membership.partner
        accepted, form.accepted = form.accepted, []
        return [
            actions.keep_file(
                user=self.request.user, project=self.request.project, partner=partner, file=file
            )
            for file in accepted
        ]
