from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    JOINT_TRAINING = "joint_training", _("Joint training")
    STUDY_VISIT = "study_visit", _("Joint study visit")
    REGIONAL_WORKSHOP = "regional_workshop", _("Regional workshop")
    MENTORING_VISIT = "mentoring_visit", _("Mentoring visit")
    TWINNING_VISIT = "twinning_visit", _("Twinning visit")
    ROOKIES_MEET_EXPERTS = "rookies_meet_experts", _("Rookies meet experts")
    CONSORTIUM_MEETING = "consortium_meeting", _("Consortium meeting")
    DISSEMINATION_EVENT = "dissemination_event", _("Dissemination event")
    OTHER = "other", _("Other gathering")

    @property
    def icon(self):
        return {
            "joint_training": "academic-cap",
            "study_visit": "map",
            "regional_workshop": "chat-bubble-left-right",
            "mentoring_visit": "light-bulb",
            "twinning_visit": "arrows-right-left",
            "rookies_meet_experts": "sparkles",
            "consortium_meeting": "building-library",
            "dissemination_event": "megaphone",
            "other": "calendar-days",
        }[self.value]
