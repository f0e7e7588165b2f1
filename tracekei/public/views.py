"""A project's page for everyone, and the coordinator's choice of what is on it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_safe

from common.languages import speaking
from projects.models import Project
from tracekei.models import PublicPage
from tracekei.public.content import content
from tracekei.public.forms import PublicPageForm

FRESH = 600  # seconds for which the page's content is not worked out again
KEPT = 300  # seconds for which browsers and proxies may keep it


@login_not_required
@require_safe
def public_page(request, slug):
    """The page of an open project; a closed one is not there, whoever asks."""
    page = PublicPage.objects.filter(project__slug=slug, is_open=True)
    page = page.select_related("project").first()
    if page is None:
        raise Http404
    with speaking(request) as language:
        key = f"public-page:{page.pk}:{page.version}:{language}"
        shown = cache.get(key)
        if shown is None:
            shown = content(page)
            cache.set(key, shown, FRESH)
        response = render(
            request,
            "public/page.html",
            {
                **shown,
                "project": page.project,
                "demonstration": page.project.demonstration,
                "languages": settings.PUBLIC_LANGUAGES,
            },
        )
    # SECURITY: nothing on it depends on who asks, so it may be kept for all.
    response["Cache-Control"] = f"public, max-age={KEPT}"
    response["Vary"] = "Accept-Language"
    return response


class PublicPageEdit(generic.FormView):
    """Opens and closes the public page, and chooses what is on it: the coordinator's."""

    form_class = PublicPageForm
    template_name = "public/edit.html"

    def dispatch(self, request, *args, **kwargs):
        if not Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists():
            raise PermissionDenied(_("The coordinator opens the public page."))
        return super().dispatch(request, *args, **kwargs)

    @property
    def page(self):
        project = self.request.project
        return PublicPage.objects.filter(project=project).first() or PublicPage(project=project)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "instance": self.page,
            "user": self.request.user,
            "project": self.request.project,
        }

    def form_valid(self, form):
        page = form.instance
        page.version += 1
        page.opened_by = self.request.user if page.is_open else None
        form.save()
        said = _("The page is open to everyone.") if page.is_open else _("The page is closed.")
        messages.success(self.request, said)
        return redirect(self.request.path)

    def get_context_data(self, **kwargs):
        page = self.page
        return super().get_context_data(
            title=_("Public page"),
            page=page,
            address=self.request.build_absolute_uri(page.get_absolute_url()),
            cancel_url=self.request.project.get_absolute_url(),
            **kwargs,
        )
