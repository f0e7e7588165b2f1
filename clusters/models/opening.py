from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OpenBetween:
    """What is answered from its day `opens_on` to its day `closes_on`, both included."""

    @property
    def is_open(self):
        return self.opens_on <= timezone.localdate() <= self.closes_on

    @property
    def is_over(self):
        return timezone.localdate() > self.closes_on

    @property
    def state(self):
        """Word, tone and icon of where the asking is today."""
        if self.is_open:
            return {"label": _("Open"), "tone": "good", "icon": "lock-open"}
        if self.is_over:
            return {"label": _("Closed"), "tone": "calm", "icon": "lock-closed"}
        return {"label": _("Not open yet"), "tone": "calm", "icon": "clock"}
