"""Telling people, in the portal, what happened to records of theirs."""

from django.utils import timezone

from projects.belonging import People
from projects.models import Comment, Notice


def tell(*, record, what, actor, others=()) -> list[Notice]:
    """Tell those to whom `record` belongs what `actor` (None: nobody with a login) did with it.

    That is who entered it; of kinds that name a responsible member he or she, or else the partner's people. others:
    further people who are to know. Nobody is told of what they did themselves, nor of what they may not see.
    """
    project = record.project
    people = {person for person in (record.created_by, *others) if person is not None}
    partner = getattr(record, "partner", None)
    if hasattr(record, "responsible_id") or not people:
        owners = People([project]).answerable(record, partners=[partner.pk] if partner else [])
        people |= {member.user for member in owners}
    return Notice.objects.bulk_create(
        [
            Notice(user=person, project=project, record=record, what=what, actor=actor)
            for person in sorted(people, key=lambda person: person.pk)
            if person != actor and _may_see(person, record)
        ]
    )


def _may_see(person, record):
    rows = type(record)._default_manager.visible_to(person)
    return person.is_active and rows.filter(pk=record.pk).exists()


def commentators(record) -> set:
    """Those who commented on `record`."""
    return {
        comment.created_by for comment in Comment.objects.on(record).select_related("created_by")
    }


def mark_read(*, user, notices=None) -> int:
    """Note that `user` has read `notices` (a queryset; all of theirs if None); return how many were new."""
    found = Notice.objects.all() if notices is None else notices
    return found.unread().filter(user=user).update(read_at=timezone.now())
