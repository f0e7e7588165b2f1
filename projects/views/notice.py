"""The notices of a person: what happened to records of theirs, across projects."""

from django.shortcuts import get_object_or_404, redirect
from django.views import generic
from django.views.decorators.http import require_POST

from projects.actions.notice import mark_read
from projects.models import Notice


class NoticeList(generic.ListView):
    """One's own notices, the newest first, a page at a time."""

    template_name = "projects/notice_list.html"
    context_object_name = "notices"
    paginate_by = 40

    def get_queryset(self):
        own = Notice.objects.visible_to(self.request.user)
        return own.select_related("actor", "project").with_records()


def notice_open(request, pk):
    """Lead to the record that a notice is about; from then on the notice is read."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(user=request.user, notices=Notice.objects.filter(pk=notice.pk))
    return redirect(notice.record)


@require_POST
def notices_read(request):
    mark_read(user=request.user)
    return redirect("notice_list")
