"""Comments on records of every kind: the block on their own pages posts here."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import Create, Delete, Edit
from projects.actions import comment as actions
from projects.forms import CommentForm
from projects.models import Comment, spoken_of

SHOWN = 100


class CommentCreate(Create):
    """A comment on the record that the address names by its kind and code."""

    model = Comment
    form_class = CommentForm

    @cached_property
    def record(self):
        model = spoken_of().get(self.kwargs["kind"])
        if model is None or "\x00" in self.kwargs["code"]:
            raise Http404
        visible = model._default_manager.visible_to(self.request.user).select_related("project")
        visible = visible.filter(project=self.request.project)
        return get_object_or_404(model.called(visible, self.kwargs["code"]))

    def may_create(self):
        return actions.may_comment(user=self.request.user, record=self.record)

    @property
    def title(self):
        return _("Comment on %(record)s") % {"record": self.record.code}

    def get_form_kwargs(self):
        comment = Comment(project=self.request.project, record=self.record)
        return {**super().get_form_kwargs(), "instance": comment}

    def get_context_data(self, **kwargs):
        return super().get_context_data(lede=str(self.record), submit_label=_("Comment"), **kwargs)

    def get_cancel_url(self):
        return f"{self.record.get_absolute_url()}#comments"

    def save(self, form):
        comment = form.save(commit=False)
        return actions.add_comment(user=self.request.user, comment=comment)

    def saved(self):
        """Nothing to say: the page goes on at the comment."""


class CommentEdit(Edit):
    model = Comment
    form_class = CommentForm
    title = gettext_lazy("Edit your comment")

    def get_queryset(self):
        return super().get_queryset().for_list()


class CommentWithdraw(Delete):
    """Takes a comment back, for its author alone."""

    model = Comment

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_success_url(self):
        return f"{self.object.record.get_absolute_url()}#comments"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=_("Withdraw your comment?"),
            consequence=_("“%(text)s” disappears from the record.")
            % {"text": self.object.text[:300]},
            submit_label=_("Withdraw"),
            **kwargs,
        )


def _comment(request, pk):
    visible = Comment.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, project=request.project, pk=pk)


@require_POST
def comment_resolve(request, pk):
    return redirect(actions.resolve(user=request.user, comment=_comment(request, pk)))


@require_POST
def comment_reopen(request, pk):
    comment = actions.resolve(user=request.user, comment=_comment(request, pk), resolved=False)
    return redirect(comment)


class CommentList(generic.TemplateView):
    """The open comments of a project on records that the reader sees, the newest first."""

    template_name = "projects/comment_list.html"

    def get_context_data(self, **kwargs):
        found = Comment.objects.visible_to(self.request.user).filter(project=self.request.project)
        latest = found.open().for_list().with_records().order_by("-created_at", "-pk")
        return super().get_context_data(
            comments=latest[:SHOWN], count=found.open().count(), here="comments", **kwargs
        )
