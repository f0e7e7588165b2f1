from events.forms.activity import ActivityForm

__all__ = ["ActivityForm"]
