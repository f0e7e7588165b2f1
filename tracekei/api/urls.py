from django.contrib.auth.decorators import login_not_required
from django.urls import path

from tracekei.api.views import api

# SECURITY: a program has no session; its token is asked for in place of a login (`views.Bearer`).
_patterns, *_names = api.urls
for _each in _patterns:
    _each.callback = login_not_required(_each.callback)

urlpatterns = [path("api/v1/", (_patterns, *_names))]
