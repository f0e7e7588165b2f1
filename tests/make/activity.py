"""What partners logged."""

import datetime

from events.models import Activity


def activity(partner, task, title="Interviews with members", first_day=None, days=1, **fields):
    first_day = first_day or partner.project.start + datetime.timedelta(days=40)
    return Activity.objects.create(
        project=partner.project,
        partner=partner,
        task=task,
        title=title,
        first_day=first_day,
        last_day=first_day + datetime.timedelta(days=days - 1),
        **fields,
    )
