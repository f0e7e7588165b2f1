"""What pages of work in the background share: reports and audit boxes."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.jobs import Progress

WAITING_LONG = 10  # seconds after which a page says that no worker has come for a request


class Paged:
    """As in every list, a page beyond the last one, or no number at all, is the nearest page there is."""

    paginate_by = 20

    def paginate_queryset(self, queryset, page_size):
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()


def waits_long(job):
    """Whether no worker has come for it for so long that its page is to say so."""
    waited = (timezone.now() - job.requested_at).total_seconds()
    return job.state == Progress.QUEUED and waited > WAITING_LONG


def shown(request, job):
    """On to the page of a request, which says if no worker could be told of it."""
    if not job.handed_over:
        messages.warning(
            request,
            _(
                "The background service can't be reached now. Your request is kept and starts by itself."
            ),
        )
    return redirect(job)


def cancelled(request, job, stopped):
    if not stopped:
        job.refresh_from_db(fields=["state"])
        if job.state == Progress.CANCELLED:
            messages.info(request, _("It was cancelled already."))
        else:
            messages.info(request, _("It was finished before it could be cancelled."))
    return redirect(job)


def sent(request, job, content_type):
    """The finished file as a download; 404 while there is none, 410 with a sentence if it is gone from the disk."""
    if job.state != Progress.DONE:
        raise Http404
    if not job.file.storage.exists(job.file.name):
        return render(request, "reports/file_missing.html", {"job": job}, status=410)
    return FileResponse(
        job.file.open("rb"), as_attachment=True, filename=job.filename, content_type=content_type
    )
