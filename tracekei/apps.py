from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tracekei"
    verbose_name = "Portal"
