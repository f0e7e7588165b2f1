"""Invented comments on records, some of them resolved, and what their people are told."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from projects.models import Comment, Happening, Notice, spoken_of


def add_talk(project, entries, people, today):
    """Add `entries` (the project's part of talk.yaml) to `project`: each on the record of a kind and code, if there.

    The last one is of the day before `today`, each earlier one three days before the next.
    """
    speakers = {
        "coordinator": people.coordinator,
        **{f"manager {n}": person for n, person in enumerate(people.managers.values(), start=1)},
        **{f"staff {n}": person for n, person in enumerate(people.staff.values(), start=1)},
    }
    for n, entry in enumerate(entries):
        model = spoken_of()[entry["kind"]]
        record = model._default_manager.filter(project=project, code=entry["code"]).first()
        if record is None:
            continue
        day = today - timedelta(days=1 + 3 * (len(entries) - 1 - n))
        at = timezone.make_aware(datetime.combine(day, time(9 + n, 20)))
        resolved_by = speakers[entry["resolved"]] if "resolved" in entry else None
        comment = Comment.objects.create(
            project=project,
            record=record,
            text=entry["text"],
            created_by=speakers[entry["by"]],
            resolved_by=resolved_by,
            resolved_at=at + timedelta(hours=3) if resolved_by else None,
        )
        Comment.objects.filter(pk=comment.pk).update(created_at=at)
        notice = Notice.objects.create(
            user=speakers[entry["to"]],
            project=project,
            record=record,
            what=Happening.COMMENTED,
            actor=comment.created_by,
            read_at=at + timedelta(hours=2) if resolved_by else None,
        )
        Notice.objects.filter(pk=notice.pk).update(at=at)
