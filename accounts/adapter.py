from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; nobody signs up by themselves."""

    def is_open_for_signup(self, request):
        return False

    def get_reset_password_from_key_url(self, key):
        # SECURITY: the host is the portal's own, not the one that the request claims to be for.
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def format_email_subject(self, subject):
        return str(subject)
