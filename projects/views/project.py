from copy import copy

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.deleting import rehearse
from common.views import Create, Delete, Edit, Visible
from projects.actions import project as actions
from projects.forms import (
    AcceptForm,
    InvitationForm,
    MembershipForm,
    NewProjectForm,
    PartnerForm,
    PeriodForm,
    PriorityAreaForm,
    ProjectForm,
    SectorForm,
)
from projects.models import (
    Invitation,
    Membership,
    Partner,
    PriorityArea,
    Project,
    ReportingPeriod,
    Sector,
)

AUTHENTICATION_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _coordinates(request):
    return Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists()


# --- The project itself --------------------------------------------------------------------------


class ProjectCreate(Create):
    model = Project
    form_class = NewProjectForm
    title = gettext_lazy("New project")

    def may_create(self):
        return self.request.user.has_perm("projects.add_project")

    def get_cancel_url(self):
        return reverse("start")

    def get_queryset(self):
        return Project.objects.all()

    def save(self, form):
        return actions.create_project(
            user=self.request.user,
            project=form.save(commit=False),
            coordinating_partner=form.coordinating_partner(),
        )


class ProjectEdit(Edit):
    model = Project
    form_class = ProjectForm
    template_name = "projects/project_settings.html"
    context_object_name = "record"  # `project` is the one as saved, to which the page's links lead
    title = gettext_lazy("Project settings")

    def get_queryset(self):
        return Project.objects.visible_to(self.request.user).filter(pk=self.request.project.pk)

    def get_object(self, queryset=None):
        record = self.get_queryset().get()
        self.require_editable(record)
        return record

    def get_cancel_url(self):
        # Not the form's own record: an address typed into it may not be saved.
        return self.request.project.get_absolute_url()


# --- Partners and periods --------------------------------------------------------------------------


class PartnerList(Visible, generic.ListView):
    model = Partner

    def get_queryset(self):
        return super().get_queryset().select_related("sector")


class CoordinatorsOwn:
    """Pages on which only a coordinator adds to the project."""

    slug_field = slug_url_kwarg = "number"

    def may_create(self):
        return _coordinates(self.request)

    def get_cancel_url(self):
        return reverse(self.list_url, args=[self.request.project.slug])

    def get_success_url(self):
        return self.get_cancel_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(cancel_url=self.get_cancel_url(), **kwargs)


class PartnerPage(CoordinatorsOwn):
    model = Partner
    form_class = PartnerForm
    list_url = "partner_list"


class PartnerWriting(PartnerPage):
    def save(self, form):
        if not form.cleaned_data["coordinates"]:
            return form.save()
        # With the former partner's mark still set, this one's could not be saved.
        form.instance.coordinates = False
        return actions.set_coordinating_partner(user=self.request.user, partner=form.save())


class PartnerCreate(PartnerWriting, Create):
    title = gettext_lazy("New partner")


class PartnerEdit(PartnerWriting, Edit):
    title = gettext_lazy("Edit partner")


class PartnerDelete(CoordinatorsOwn, Delete):
    model = Partner
    list_url = "partner_list"

    def refusal(self):
        if not self.object.coordinates:
            return None
        said = _("%(partner)s coordinates the project. Let another partner coordinate it first.")
        return {"sentence": said % {"partner": self.object}}


class PeriodList(Visible, generic.ListView):
    model = ReportingPeriod

    def get_queryset(self):
        return super().get_queryset().select_related("project")


class PeriodPage(CoordinatorsOwn):
    model = ReportingPeriod
    form_class = PeriodForm
    list_url = "period_list"


class PeriodCreate(PeriodPage, Create):
    title = gettext_lazy("New reporting period")


class PeriodEdit(PeriodPage, Edit):
    title = gettext_lazy("Edit reporting period")


class PeriodDelete(CoordinatorsOwn, Delete):
    model = ReportingPeriod
    list_url = "period_list"


class NameList(Visible, generic.ListView):
    """A short list of names that a coordinator keeps: sectors, categories of services."""

    template_name = "house/names.html"
    title = lede = ""
    names = ""  # of its addresses: sector_list, sector_create ...

    def get_context_data(self, **kwargs):
        slug = self.request.project.slug
        rows = [
            {
                "name": record.name,
                "edit": reverse(f"{self.names}_edit", args=[slug, record.pk]),
                "delete": reverse(f"{self.names}_delete", args=[slug, record.pk]),
            }
            for record in self.object_list
        ]
        return super().get_context_data(
            title=self.title,
            lede=self.lede,
            rows=rows,
            create_url=reverse(f"{self.names}_create", args=[slug]),
            **kwargs,
        )


class NamePage(CoordinatorsOwn):
    slug_field = slug_url_kwarg = "pk"


class SectorPage(NamePage):
    model = Sector
    form_class = SectorForm
    list_url = "sector_list"


class SectorList(NameList):
    model = Sector
    names = "sector"
    title = gettext_lazy("Sectors")
    lede = gettext_lazy("The branches of industry that partners and clusters work in.")


class SectorCreate(SectorPage, Create):
    title = gettext_lazy("New sector")


class SectorEdit(SectorPage, Edit):
    title = gettext_lazy("Edit sector")


class SectorDelete(NamePage, Delete):
    model = Sector
    list_url = "sector_list"


class AreaPage(NamePage):
    model = PriorityArea
    form_class = PriorityAreaForm
    list_url = "area_list"


class AreaList(NameList):
    model = PriorityArea
    names = "area"
    title = gettext_lazy("Priority areas")
    lede = gettext_lazy("The areas of regional smart specialisation (S3) that clusters belong to.")


class AreaCreate(AreaPage, Create):
    title = gettext_lazy("New priority area")


class AreaEdit(AreaPage, Edit):
    title = gettext_lazy("Edit priority area")


class AreaDelete(NamePage, Delete):
    model = PriorityArea
    list_url = "area_list"


# --- Members and invitations -----------------------------------------------------------------------


class MemberList(Visible, generic.ListView):
    model = Membership

    def get_queryset(self):
        return super().get_queryset().select_related("user", "partner")

    def get_context_data(self, **kwargs):
        invitations = Invitation.objects.visible_to(self.request.user).open()
        return super().get_context_data(
            invitations=invitations.filter(project=self.request.project).select_related("partner"),
            **kwargs,
        )


class MemberPage(Visible):
    model = Membership
    context_object_name = "member"  # `membership` is the reader's own
    slug_field = slug_url_kwarg = "pk"
    form_class = MembershipForm

    def get_object(self, queryset=None):
        record = super().get_object(queryset)
        if not self.may_edit(record):
            raise PermissionDenied(_("Only a coordinator changes the members."))
        return record

    def get_success_url(self):
        # Who ended their own membership is outside.
        inside = Project.objects.visible_to(self.request.user).filter(pk=self.request.project.pk)
        return self.get_cancel_url() if inside.exists() else reverse("start")

    def get_cancel_url(self):
        return reverse("member_list", args=[self.request.project.slug])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Edit member"), cancel_url=self.get_cancel_url(), **kwargs
        )

    def kept_by_a_coordinator(self, form, change):
        """Do `change`, unless the project would be left without a coordinator: then say so in the form."""
        try:
            with transaction.atomic():
                change()
                actions.require_a_coordinator(self.request.project)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect(self.get_success_url())


class MemberEdit(MemberPage, generic.UpdateView):
    template_name = "house/form.html"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def form_valid(self, form):
        return self.kept_by_a_coordinator(form, form.save)


class MemberDelete(MemberPage, generic.DeleteView):
    template_name = "house/confirm_delete.html"
    form_class = Delete.form_class

    def refusal(self):
        """Why nobody may remove this member now, as {"sentence": ...}; None if nothing is against it."""

        def remove(member):
            member.delete()
            actions.require_a_coordinator(self.request.project)

        try:
            rehearse(remove, self.object)
        except ValidationError as error:
            return {"sentence": " ".join(error.messages)}
        return None

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            stopped=self.refusal(),
            question=_("Remove %(person)s from the project?") % {"person": self.object.user},
            consequence=_(
                "They no longer see the project. What they entered stays under their name."
            ),
            submit_label=_("Remove"),
            **kwargs,
        )

    def form_valid(self, form):
        return self.kept_by_a_coordinator(form, copy(self.object).delete)


class InvitationCreate(generic.CreateView):
    model = Invitation
    form_class = InvitationForm
    template_name = "house/form.html"

    def dispatch(self, request, *args, **kwargs):
        if not _coordinates(request):
            raise PermissionDenied(_("Only a coordinator invites people."))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Invite a person"),
            submit_label=_("Send invitation"),
            cancel_url=reverse("member_list", args=[self.request.project.slug]),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            _invite(self.request, form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("member_list", self.request.project.slug)


def _invite(request, invitation):
    """Invite, and say what became of it."""
    try:
        actions.invite(user=request.user, invitation=invitation)
    except OSError:  # what a mail server out of reach raises
        sentence = _("The mail to %(email)s could not be sent. Try “Send again” later.")
        messages.error(request, sentence % {"email": invitation.email})
    else:
        sentence = _("Invitation sent to %(email)s.")
        messages.success(request, sentence % {"email": invitation.email})


def _open_invitation(request, pk):
    invitations = Invitation.objects.visible_to(request.user).open()
    return get_object_or_404(invitations, project=request.project, pk=pk)


@require_POST
def invitation_resend(request, pk):
    try:
        _invite(request, _open_invitation(request, pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("member_list", request.project.slug)


@require_POST
def invitation_withdraw(request, pk):
    invitation = actions.withdraw_invitation(
        user=request.user, invitation=_open_invitation(request, pk)
    )
    messages.success(request, _("Invitation of %(email)s withdrawn.") % {"email": invitation.email})
    return redirect("member_list", request.project.slug)


@login_not_required
def invitation(request, token):
    """The page behind an invitation's link: who has an account signs in, who has none makes one."""
    try:
        invitation = Invitation.objects.select_related(
            "project", "invited_by", "partner"
        ).for_token(token)
    except Invitation.DoesNotExist:
        return render(request, "projects/invitation_unknown.html", status=404)
    known = get_user_model().objects.filter(email=invitation.email).exists()
    signed_in = request.user if request.user.is_authenticated else None
    form = AcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and not invitation.refusal and (signed_in or not known):
        membership = _accept(request, invitation, form, signed_in)
        if membership is not None:
            return redirect(membership.project)
    return render(
        request,
        "projects/invitation.html",
        {
            "invitation": invitation,
            "form": form,
            "known": known,
            "other_person": signed_in is not None and signed_in.email != invitation.email,
        },
        status=410 if invitation.refusal else 200,
    )


def _accept(request, invitation, form, signed_in):
    """The membership that came of it; None if the page is to be shown again with the form's errors."""
    if signed_in is None and not form.is_valid():
        return None
    entered = {} if signed_in else form.cleaned_data
    try:
        membership = actions.accept_invitation(invitation=invitation, user=signed_in, **entered)
    except ValidationError as error:
        invitation.refresh_from_db()
        messages.error(request, " ".join(error.messages))
        return None
    if signed_in is None:
        login(request, membership.user, backend=AUTHENTICATION_BACKEND)
    messages.success(request, _("Welcome to %(project)s.") % {"project": membership.project})
    return membership
