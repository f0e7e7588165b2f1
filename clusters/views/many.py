"""One service logged for many firms at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic

from clusters.actions import many as actions
from clusters.forms.many import ManyForm
from clusters.models import ServiceRecord
from clusters.views.keeping import KeptByManagers
from projects.actions.evidence import keep_file


class LogForMany(KeptByManagers, generic.FormView):
    form_class = ManyForm
    template_name = "clusters/servicerecord_many.html"
    title = gettext_lazy("Log for many firms")

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(
                _("Your role in this project does not add records of this kind.")
            )
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def get_initial(self):
        asked = self.request.GET.get("service", "")
        return {
            "date": self.request.project.reading_day(),
            "service": asked if asked.isdecimal() and len(asked) < 18 else None,
        }

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#firms"]
        return [self.template_name]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        firms, more = context["form"].offered()
        return {
            **context,
            "title": self.title,
            "firms": firms,
            "more": more,
            "cancel_url": reverse("servicerecord_list", args=[self.request.project.slug]),
        }

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if "find" in request.POST:
            return self.found(form)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def found(self, form):
        """The page with what the search finds, all that was typed, and no complaints about it yet."""
        form.is_valid()
        self.settle(form)
        form._errors.clear()
        form.unresolved, form.already = [], []
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form):
        data = form.cleaned_data
        evidence = list(data["kept"])
        if file := data["evidence_file"]:
            evidence.append(self._keep(file, data["service"].cluster.partner))
        try:
            records = actions.log_for_many(
                user=self.request.user,
                service=data["service"],
                firms=data["firms"],
                submission=data["submission"],
                evidence=evidence,
                effort=data["effort"],
                effort_in_all=data["effort_is"] == "all",
                **{name: data[name] for name in ("date", "state", "task", "outcome")},
            )
        except IntegrityError:
            if self._sent_before(form):
                return self.as_before(data["submission"])
            form.add_error(None, _("This could not be saved just now. Please send it again."))
            return self.form_invalid(form)
        said = ngettext(
            "%(n)d delivery logged: %(first)s.",
            "%(n)d deliveries logged: %(first)s to %(last)s.",
            len(records),
        )
        first, last = records[0].code, records[-1].code
        messages.success(self.request, said % {"n": len(records), "first": first, "last": last})
        if warning := records[0].warning:
            messages.warning(self.request, warning)
        return self.to_the_set(data["submission"])

    def form_invalid(self, form):
        # The first sending makes the second one ask about firms that have this service: those are its own.
        if self._sent_before(form):
            return self.as_before(form.cleaned_data["submission"])
        self.settle(form)
        return super().form_invalid(form)

    def _sent_before(self, form):
        submission = form.cleaned_data.get("submission")
        return submission and actions.sent_before(user=self.request.user, submission=submission)

    def as_before(self, submission):
        count = ServiceRecord.objects.filter(together=submission).count()
        said = ngettext(
            "This was saved already: %(n)d delivery, there once.",
            "This was saved already: %(n)d deliveries, each there once.",
            count,
        )
        messages.info(self.request, said % {"n": count})
        return self.to_the_set(submission)

    def to_the_set(self, submission):
        deliveries = reverse("servicerecord_list", args=[self.request.project.slug])
        return redirect(f"{deliveries}?together={submission}")

    def settle(self, form):
        kept = list(form.cleaned_data.get("kept") or [])
        if file := form.cleaned_data.get("evidence_file"):
            kept.append(self._keep(file, self.request.membership.partner))
        form.settle(kept)

    def _keep(self, file, partner):
        return keep_file(
            user=self.request.user, project=self.request.project, partner=partner, file=file
        )
