"""What people say about records, and are told of them."""

from projects.models import Comment, Happening, Notice


def comment(record, user, text="Please look at the date.", **fields):
    return Comment.objects.create(
        project=record.project, record=record, created_by=user, text=text, **fields
    )


def notice(user, record, actor, what=Happening.COMMENTED, **fields):
    return Notice.objects.create(
        user=user, project=record.project, record=record, actor=actor, what=what, **fields
    )
