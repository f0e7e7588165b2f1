from django.http import Http404

from projects.models import Membership


class ProjectMiddleware:
    """Puts the project that the address names on the request, or answers 404 to who is not in it.

    `request.project` and `request.membership` are None on pages outside a project.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.project = request.membership = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        slug = kwargs.pop("project", None)
        if slug is None:
            return None
        membership = (
            Membership.objects.active()
            .filter(user=request.user.pk, project__slug=slug)
            .select_related("project", "partner")
            .first()
        )
        if membership is None:
            raise Http404
        request.project, request.membership = membership.project, membership
        return None
