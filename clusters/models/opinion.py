"""How a firm sees what a strategy says, and what comes of it: words that firms read in their language."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stance(models.TextChoices):
    SUPPORT = "support", _("We support it")
    CHANGE = "change", _("We support it with changes")
    AGAINST = "against", _("We are against it")

    @property
    def tone(self):
        return {"support": "good", "change": "warn", "against": "bad"}[self.value]

    @property
    def icon(self):
        return {"support": "check", "change": "pencil", "against": "x-mark"}[self.value]


class Verdict(models.TextChoices):
    TAKEN = "taken", _("Taken up")
    PARTLY = "partly", _("Taken up in part")
    NOT = "not", _("Not taken up")

    @property
    def tone(self):
        return {"taken": "good", "partly": "warn", "not": "calm"}[self.value]

    @property
    def icon(self):
        return {"taken": "check", "partly": "pencil", "not": "minus"}[self.value]
