"""A project's public page: closed until it is opened, the same for everyone, without a person on it."""

import pytest
from django.core.cache import cache

from tests import make
from tests.browsing import words
from tracekei.models import PublicPage

ADDRESS = "/public/trace/"


def opened(scene, **fields):
    page = PublicPage.objects.create(project=scene.project, is_open=True, **fields)
    page.indicators.add(scene.indicator)
    return page


def test_a_page_is_not_there_until_the_coordinator_opens_it(scene, client, as_):
    assert client.get(ADDRESS).status_code == 404
    assert as_("coordinator").get(ADDRESS).status_code == 404
    answer = as_("coordinator").post(
        "/p/trace/public-page/",
        {"is_open": "on", "text": "Seven clusters.", "indicators": [scene.indicator.pk]},
        follow=True,
    )
    assert "Open to everyone at" in words(answer)
    client.logout()
    text = words(client.get(ADDRESS))
    assert "Seven clusters." in text
    assert "SMEs benefitting 2 of 284" in text
    assert "Managers involved" not in text  # not chosen
    as_("coordinator").post("/p/trace/public-page/", {"text": "Seven clusters."})
    client.logout()
    assert client.get(ADDRESS).status_code == 404


def test_it_names_nobody_and_no_firm(scene, client):
    event = make.event(scene.bulgaria, "Workshop in Plovdiv", state="held")
    make.attendance(event, manager=scene.manager)
    make.contact(scene.sme, scene.bulgaria)
    opened(scene)
    text = words(client.get(ADDRESS))
    assert "Workshop in Plovdiv" in text
    for name in (scene.sme.name, scene.manager.name, "Ivan Ivanov", "Elena Petrova"):
        assert name not in text


def test_it_says_what_was_chosen_only(scene, client):
    make.event(scene.bulgaria, "Workshop in Plovdiv", state="held")
    make.event(scene.bulgaria, "Only planned")
    day = scene.project.start
    done = {"state": "approved", "submitted_on": day}
    make.deliverable(scene.project, "Secret plan", level="CO", **done)
    make.deliverable(scene.project, "Open handbook", level="PU", **done)
    opened(scene, shows_events=False)
    text = words(client.get(ADDRESS))
    assert "Workshop in Plovdiv" not in text
    assert "Secret plan" not in text
    assert "Open handbook" in text


def test_it_is_kept_for_all_and_anew_after_a_change(scene, client, as_, django_assert_num_queries):
    opened(scene)
    cache.clear()
    first = client.get(ADDRESS)
    assert first["Cache-Control"] == "public, max-age=300"
    make.record(scene.service, make.sme(scene.cluster, name="Since"))
    with django_assert_num_queries(1):
        assert "SMEs benefitting 2 of 284" in words(client.get(ADDRESS))
    as_("coordinator").post(
        "/p/trace/public-page/", {"is_open": "on", "indicators": [scene.indicator.pk]}
    )
    client.logout()
    assert "SMEs benefitting 3 of 284" in words(client.get(ADDRESS))


@pytest.mark.parametrize("language", ["bg", "de", "hu", "it", "pt", "ro", "sr"])
def test_it_speaks_the_readers_language(language, scene, client):
    opened(scene)
    english = words(client.get(ADDRESS))
    page = client.get(f"{ADDRESS}?language={language}")
    assert f'<html lang="{language}"' in page.content.decode()
    assert "Partners" in english
    assert words(page) != english


def test_another_projects_indicator_can_not_be_chosen(scene, as_):
    other = make.indicator(make.project("OTHER"))
    answer = as_("coordinator").post(
        "/p/trace/public-page/", {"is_open": "on", "indicators": [other.pk]}
    )
    assert "Select a valid choice" in words(answer)
    assert not PublicPage.objects.exists()
