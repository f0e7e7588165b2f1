from django.db import models
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 30  # what ends or is due within so many days is due soon


class Light(models.TextChoices):
    """How a part of the plan stands on a day, as a traffic light says it; the worst comes first."""

    LATE = "late", _("Late")
    SOON = "soon", _("Due soon")
    RUNNING = "running", _("On time")
    LATER = "later", _("To come")
    DONE = "done", _("Done")

    @property
    def tone(self):
        return {"late": "bad", "soon": "warn", "running": "calm", "later": "none", "done": "good"}[
            self.value
        ]

    @property
    def icon(self):
        return {
            "late": "exclamation-triangle",
            "soon": "bell-alert",
            "running": "play",
            "later": "minus",
            "done": "check",
        }[self.value]

    @classmethod
    def of(cls, *, begins, ends, done_on, day):
        """The light on `day` of what runs from `begins` to `ends` and was done on `done_on` (None: not yet)."""
        if done_on and done_on <= day:
            return cls.DONE
        if ends < day:
            return cls.LATE
        if (ends - day).days <= SOON_DAYS:
            return cls.SOON
        return cls.RUNNING if begins <= day else cls.LATER

    @classmethod
    def worst(cls, lights):
        """The light of a whole, from those of its parts: done and not begun only if all of them are."""
        lights = set(lights)
        for light in (cls.LATE, cls.SOON, cls.RUNNING):
            if light in lights:
                return light
        if lights == {cls.DONE, cls.LATER}:
            return cls.RUNNING
        return next(iter(lights), None)
