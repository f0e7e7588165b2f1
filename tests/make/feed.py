"""Calendars of members."""

from events.actions.feed import renew_feed


def feed(user, project):
    """The secret calendar address of `user` in `project`."""
    return renew_feed(membership=user.memberships.get(project=project))
