"""A project's page for everyone."""

from tests.rooms.answers import COORDINATOR, OK, P
from tracekei.models import PublicPage

TABLE = {
    "public_page": (["trace"], OK, OK, OK, OK, OK, OK),
    "public_page_edit": (P, *COORDINATOR),
}


def world(scene, cast):
    page = PublicPage.objects.create(project=scene.project, is_open=True)
    page.indicators.add(scene.indicator)
    return {}


def hidden(project, partner, cluster, firm):
    PublicPage.objects.create(project=project, is_open=False, text="zzleak introduction")
