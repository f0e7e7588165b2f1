"""What people say about a record, at the foot of its own page, whichever page that is."""

from django import template

from projects.forms import CommentForm
from projects.models import Comment, Role, spoken_of

register = template.Library()


@register.inclusion_tag("components/comments.html", takes_context=True)
def comments(context):
    """The comments on the page's `object`, if this is its own page: the one that its address leads to."""
    request, record = context.get("request"), context.get("object")
    membership = getattr(request, "membership", None)
    if membership is None or not isinstance(record, tuple(spoken_of().values())):
        return {"commented": None}
    if request.path != record.get_absolute_url():
        return {"commented": None}
    user, writes = request.user, membership.role != Role.VIEWER
    found = list(Comment.objects.on(record).select_related("created_by", "resolved_by"))
    settles = writes and context.get("may_edit", False)
    return {
        "commented": record,
        "kind": record._meta.model_name,
        "project": request.project,
        "rows": [
            {
                "comment": one,
                "own": writes and one.created_by_id == user.pk,
                "may_resolve": settles or (writes and one.created_by_id == user.pk),
            }
            for one in found
        ],
        "open": sum(one.is_open for one in found),
        "form": CommentForm(user=user, project=request.project, auto_id="comment_%s")
        if writes
        else None,
        "csrf_token": context.get("csrf_token"),
    }
