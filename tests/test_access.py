"""Who gets what at every address. An address without a row here fails the test."""

import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clusters.actions.logo import set_logo
from clusters.logos import redrawn
from projects.models import PriorityArea, Sector
from reports import snapshot
from tests import make, rooms
from tests.rooms.answers import (
    COORDINATOR,
    EVERYONE_IN,
    GONE,
    LOGGERS,
    LOGIN,
    MOVED,
    NO,
    OK,
    OWN_CLUSTER_FIRST,
    OWN_PARTNER,
    PUBLIC,
    SIGNED_IN,
    WRITERS,
    P,
)

LOGIN_PAGE = "/accounts/login/"

TABLE = {
    "start": ([], LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "health": ([], *PUBLIC),
    "account_login": ([], OK, MOVED, MOVED, MOVED, MOVED, MOVED),
    "account_logout": ([], MOVED, OK, OK, OK, OK, OK),
    "account_inactive": ([], *PUBLIC),
    "account_signup": ([], OK, MOVED, MOVED, MOVED, MOVED, MOVED),
    "account_change_password": ([], *SIGNED_IN),
    "account_reset_password": ([], *PUBLIC),
    "account_reset_password_done": ([], *PUBLIC),
    "account_reset_password_from_key": (["1", "abc"], *PUBLIC),
    "account_reset_password_from_key_done": ([], *PUBLIC),
    "token_list": ([], *SIGNED_IN),
    "POST token_revoke": (["1"], LOGIN, GONE, GONE, GONE, GONE, GONE),
    "project_create": ([], LOGIN, NO, NO, NO, NO, NO),
    "invitation": (["nobody-sent-this"], GONE, GONE, GONE, GONE, GONE, GONE),
    # Who has a firm's link sees its page; a link that nobody was sent is not there (tests/test_confirmations.py).
    "confirmation": (["{confirmation}"], *PUBLIC),
    "POST confirmation": (["{confirmation}"], *PUBLIC),
    "overview": (P, *EVERYONE_IN),
    "project_edit": (P, *COORDINATOR),
    "partner_list": (P, *EVERYONE_IN),
    "partner_create": (P, *COORDINATOR),
    "partner_edit": ([*P, 2], *COORDINATOR),
    "partner_delete": ([*P, 2], *COORDINATOR),
    "sector_list": (P, *EVERYONE_IN),
    "sector_create": (P, *COORDINATOR),
    "sector_edit": ([*P, "{sector}"], *COORDINATOR),
    "sector_delete": ([*P, "{sector}"], *COORDINATOR),
    "area_list": (P, *EVERYONE_IN),
    "area_create": (P, *COORDINATOR),
    "area_edit": ([*P, "{area}"], *COORDINATOR),
    "area_delete": ([*P, "{area}"], *COORDINATOR),
    "category_list": (P, *EVERYONE_IN),
    "category_create": (P, *COORDINATOR),
    "category_edit": ([*P, "{category}"], *COORDINATOR),
    "category_delete": ([*P, "{category}"], *COORDINATOR),
    "period_list": (P, *EVERYONE_IN),
    "period_create": (P, *COORDINATOR),
    "period_edit": ([*P, 1], *COORDINATOR),
    "period_delete": ([*P, 1], *COORDINATOR),
    "member_list": (P, *EVERYONE_IN),
    "member_edit": ([*P, "{member}"], *COORDINATOR),
    "member_delete": ([*P, "{member}"], *COORDINATOR),
    "invitation_create": (P, *COORDINATOR),
    "POST invitation_resend": ([*P, "{invitation}"], LOGIN, GONE, GONE, GONE, GONE, MOVED),
    "POST invitation_withdraw": ([*P, "{invitation}"], LOGIN, GONE, GONE, GONE, GONE, MOVED),
    "evidence_list": (P, *EVERYONE_IN),
    "evidence_detail": ([*P, "EV-00001"], *OWN_PARTNER),
    "evidence_edit": ([*P, "EV-00001"], *OWN_PARTNER),
    "evidence_delete": ([*P, "EV-00001"], *OWN_PARTNER),
    "evidence_file": ([*P, "EV-00001"], *OWN_PARTNER),
    "evidence_preview": ([*P, "{photo}"], *OWN_PARTNER),
    "POST evidence_detach": ([*P, "EV-00001", "SR-00002"], LOGIN, GONE, GONE, GONE, GONE, GONE),
    "work_plan": (P, *EVERYONE_IN),
    "cluster_list": (P, *EVERYONE_IN),
    "cluster_create": (P, *WRITERS),
    "cluster_detail": ([*P, "CL-01"], *EVERYONE_IN),
    "cluster_portfolio": ([*P, "CL-01"], *EVERYONE_IN),
    "cluster_edit": ([*P, "CL-01"], *WRITERS),
    "cluster_delete": ([*P, "CL-01"], *WRITERS),
    "cluster_logo": ([*P, "CL-01"], *EVERYONE_IN),
    "cluster_logo_edit": ([*P, "CL-01"], *WRITERS),
    "POST cluster_logo_drop": ([*P, "CL-02"], LOGIN, GONE, NO, NO, NO, MOVED),
    "manager_list": (P, *OWN_CLUSTER_FIRST),
    "manager_create": (P, *WRITERS),
    "manager_detail": ([*P, "MG-001"], *EVERYONE_IN),
    "manager_edit": ([*P, "MG-001"], *WRITERS),
    "manager_delete": ([*P, "MG-001"], *WRITERS),
    "contact_list": (P, LOGIN, GONE, NO, OK, OK, OK),
    "contact_create": (P, *WRITERS),
    "contact_detail": ([*P, "CT-0001"], LOGIN, GONE, GONE, OK, OK, OK),
    "contact_edit": ([*P, "CT-0001"], LOGIN, GONE, GONE, NO, OK, OK),
    "contact_delete": ([*P, "CT-0001"], LOGIN, GONE, GONE, NO, OK, OK),
    "furtherrole_create": ([*P, "MG-001"], *WRITERS),
    "furtherrole_edit": ([*P, "{further_role}"], *WRITERS),
    "furtherrole_delete": ([*P, "{further_role}"], *WRITERS),
    "assessment_create": ([*P, "MG-001", "end", "self"], *WRITERS),
    "assessment_edit": ([*P, "AS-001"], LOGIN, GONE, GONE, NO, OK, OK),
    "assessment_delete": ([*P, "AS-001"], LOGIN, GONE, GONE, NO, OK, OK),
    "skills": (P, *EVERYONE_IN),
    "competence_list": (P, *EVERYONE_IN),
    "competence_create": (P, *COORDINATOR),
    "competence_edit": ([*P, "{competence}"], *COORDINATOR),
    "competence_delete": ([*P, "{competence}"], *COORDINATOR),
    "training_list": (P, *EVERYONE_IN),
    "training_create": (P, *COORDINATOR),
    "training_edit": ([*P, "{training}"], *COORDINATOR),
    "training_delete": ([*P, "{training}"], *COORDINATOR),
    "sme_list": (P, *OWN_CLUSTER_FIRST),
    "sme_create": (P, *WRITERS),
    "sme_detail": ([*P, "SME-0001"], *EVERYONE_IN),
    "sme_edit": ([*P, "SME-0001"], *WRITERS),
    "sme_delete": ([*P, "SME-0001"], *WRITERS),
    "pair_list": (P, *EVERYONE_IN),
    "POST pair_apart": ([*P, "{pair}"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "POST sme_join": ([*P, "SME-0001"], LOGIN, GONE, MOVED, MOVED, MOVED, MOVED),
    "merge_firms": ([*P, "SME-0001", "SME-0002"], *WRITERS),
    "merge_list": (P, *EVERYONE_IN),
    "merge_detail": ([*P, "MR-0001"], *EVERYONE_IN),
    "POST merge_confirm": ([*P, "MR-0001"], LOGIN, GONE, NO, NO, NO, MOVED),
    "POST merge_decline": ([*P, "MR-0001"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "POST merge_undo": ([*P, "MR-0001"], LOGIN, GONE, MOVED, MOVED, MOVED, MOVED),
    "service_list": (P, *OWN_CLUSTER_FIRST),
    "service_create": (P, *WRITERS),
    "service_detail": ([*P, "SV-001"], *EVERYONE_IN),
    "service_edit": ([*P, "SV-001"], *WRITERS),
    "service_delete": ([*P, "SV-001"], *WRITERS),
    "servicerecord_list": (P, *OWN_CLUSTER_FIRST),
    "servicerecord_create": (P, *WRITERS),
    "servicerecord_detail": ([*P, "SR-00001"], *EVERYONE_IN),
    "servicerecord_edit": ([*P, "SR-00001"], *WRITERS),
    "servicerecord_delete": ([*P, "SR-00001"], *WRITERS),
    "servicerecord_proof": ([*P, "SR-00001"], *WRITERS),
    "servicerecord_many": (P, *WRITERS),
    "servicerecord_asking": (P, *WRITERS),
    "POST servicerecord_asking": (P, LOGIN, GONE, NO, NO, MOVED, MOVED),
    "servicerecord_ask": ([*P, "SR-00001"], *WRITERS),
    "POST servicerecord_ask_again": ([*P, "SR-00001"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "POST servicerecord_ask_no_more": ([*P, "SR-00001"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "servicerecord_waiting": (P, LOGIN, GONE, NO, OK, OK, OK),
    "POST servicerecord_waiting": (P, LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST servicerecord_verify": ([*P, "SR-00001"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST servicerecord_verify_back": ([*P, "SR-00001"], LOGIN, GONE, NO, NO, NO, NO),
    "questionnaire_list": (P, *EVERYONE_IN),
    "questionnaire_create": (P, *COORDINATOR),
    "questionnaire_detail": ([*P, "QN-01"], *EVERYONE_IN),
    "questionnaire_edit": ([*P, "QN-01"], *COORDINATOR),
    "questionnaire_delete": ([*P, "QN-01"], *COORDINATOR),
    "questionnaire_preview": ([*P, "QN-01"], *EVERYONE_IN),
    "questionnaire_translate": ([*P, "QN-01", "bg"], *EVERYONE_IN),
    "POST questionnaire_translate": ([*P, "QN-01", "bg"], LOGIN, GONE, NO, NO, NO, MOVED),
    "questionnaire_results": ([*P, "QN-01"], *EVERYONE_IN),
    "answer_list": ([*P, "QN-01"], *EVERYONE_IN),
    "question_create": ([*P, "QN-01"], *COORDINATOR),
    "question_edit": ([*P, "QU-001"], *COORDINATOR),
    "question_delete": ([*P, "QU-001"], *COORDINATOR),
    "POST question_move": ([*P, "QU-001"], LOGIN, GONE, NO, NO, NO, MOVED),
    "wave_create": ([*P, "QN-01"], *COORDINATOR),
    "wave_detail": ([*P, "WV-01"], *EVERYONE_IN),
    "wave_edit": ([*P, "WV-01"], *COORDINATOR),
    "wave_delete": ([*P, "WV-01"], *COORDINATOR),
    "wave_roster": ([*P, "WV-01"], *WRITERS),
    "POST wave_send": ([*P, "WV-01"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "POST wave_remind": ([*P, "WV-01"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "asked_list": ([*P, "WV-01"], *EVERYONE_IN),
    "asked_detail": ([*P, "WV-01", "{asked}"], LOGIN, GONE, GONE, OK, OK, OK),
    "POST asked_send": ([*P, "WV-01", "{asked}"], LOGIN, GONE, GONE, NO, MOVED, MOVED),
    "asked_delete": ([*P, "WV-01", "{asked}"], LOGIN, GONE, GONE, NO, OK, OK),
    "answer": (["{token}"], *PUBLIC),
    "label_list": (P, *EVERYONE_IN),
    "label_create": (P, *WRITERS),
    "label_detail": ([*P, "LB-001"], *EVERYONE_IN),
    "label_edit": ([*P, "LB-001"], *WRITERS),
    "label_delete": ([*P, "LB-001"], *WRITERS),
    "label_proof": ([*P, "LB-001"], *WRITERS),
    "label_road": ([*P, "CL-01"], *EVERYONE_IN),
    "readiness_create": ([*P, "CL-01"], *WRITERS),
    "readiness_edit": ([*P, "CL-01", "{check}"], *WRITERS),
    "readiness_delete": ([*P, "CL-01", "{check}"], *WRITERS),
    # Staff bring in who came to their partner's events, and no firms; an import is its own person's.
    "import_list": (P, *LOGGERS),
    "import_create": ([*P, "smes"], *WRITERS),
    "import_template": ([*P, "smes", "xlsx"], *WRITERS),
    "import_detail": ([*P, "{import}"], LOGIN, GONE, NO, GONE, OK, OK),
    "import_columns": ([*P, "{import}"], LOGIN, GONE, NO, GONE, OK, OK),
    "POST import_apply": ([*P, "{import}"], LOGIN, GONE, GONE, GONE, MOVED, MOVED),
    "POST import_retry": ([*P, "{import}"], LOGIN, GONE, GONE, GONE, MOVED, MOVED),
    "import_errors": ([*P, "{import}"], LOGIN, GONE, GONE, GONE, OK, OK),
    "import_delete": ([*P, "{import}"], LOGIN, GONE, NO, GONE, OK, OK),
    "indicator_list": (P, *EVERYONE_IN),
    "indicator_detail": ([*P, 1], *EVERYONE_IN),
    "indicator_units": ([*P, 1], *EVERYONE_IN),
    "indicator_records": ([*P, 1], *EVERYONE_IN),
    "report_list": (P, *EVERYONE_IN),
    "POST report_list": (P, LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "rendering_detail": ([*P, "{rendering}"], *EVERYONE_IN),
    "rendering_file": ([*P, "{rendering}"], *EVERYONE_IN),
    "rendering_as": ([*P, "{rendering}", "annex"], *EVERYONE_IN),
    "POST rendering_cancel": ([*P, "{rendering}"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST rendering_retry": ([*P, "{rendering}"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
} | rooms.united("TABLE")

# What a cluster manager of one partner gets of another partner's records.
OTHERS_RECORDS = {
    "cluster_edit": "CL-02",
    "cluster_delete": "CL-02",
    "cluster_logo_edit": "CL-02",
    "manager_edit": "MG-002",
    "manager_delete": "MG-002",
    "furtherrole_create": "MG-002",
    "sme_edit": "SME-0002",
    "sme_delete": "SME-0002",
    "service_edit": "SV-002",
    "service_delete": "SV-002",
    "servicerecord_edit": "SR-00002",
    "servicerecord_delete": "SR-00002",
    "servicerecord_proof": "SR-00002",
    "label_edit": "LB-002",
    "label_delete": "LB-002",
    "label_proof": "LB-002",
    "readiness_create": "CL-02",
    "servicerecord_ask": "SR-00002",
} | rooms.united("OTHERS_RECORDS")


@pytest.fixture
def world(scene, cast):
    """The scene with one of everything that an address can name."""
    rendering = make.rendering(scene.period, cast.coordinator)
    rendering.file.save("reports/done.pdf", ContentFile(b"%PDF-1.7"), save=False)
    rendering.state = "done"
    rendering.snapshot = snapshot.collect(scene.project, scene.period)
    rendering.save()
    make.evidence(scene.bulgaria)
    make.assessment(scene.manager)
    make.assessment(scene.other_manager)
    photo = make.evidence(scene.bulgaria, "photo.png", make.picture(), content_type="image/png")
    questionnaire = make.questionnaire(scene.project)
    make.question(questionnaire)
    asked = make.asked(make.wave(questionnaire), scene.sme)
    make.contact(scene.sme, scene.bulgaria)
    make.label(scene.cluster)
    make.label(scene.other_cluster)
    set_logo(cluster=scene.cluster, picture=redrawn(ContentFile(make.picture())), alt="")
    make.proposed_merge(scene.sme, scene.other_sme, cast.manager)
    return {
        "{area}": PriorityArea.objects.create(project=scene.project, name="Clean energy").pk,
        "{asked}": asked.pk,
        "{token}": asked.token,
        "{photo}": photo.code,
        "{check}": make.readiness(scene.cluster).pk,
        "{pair}": make.likely_pair(scene.sme, scene.other_sme).pk,
        "{sector}": Sector.objects.create(project=scene.project, name="Energy").pk,
        "{further_role}": make.further_role(scene.manager, scene.cluster).pk,
        "{competence}": make.competence(scene.project).pk,
        "{training}": make.training(scene.project).pk,
        "{category}": scene.service.category_id,
        "{member}": cast.viewer.memberships.get().pk,
        "{invitation}": make.invitation(scene.project, cast.coordinator).pk,
        "{rendering}": rendering.pk,
        "{import}": make.imported(scene.bulgaria, cast.manager).pk,
        "{confirmation}": make.confirmation(scene.record).link.split("/")[-2],
        **rooms.each("world", scene, cast),
    }


def _names(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name not in ("admin", "ninja"):  # the API has its own: test_api
                yield from _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


def test_every_address_has_its_row():
    assert set(_names()) == {row.removeprefix("POST ") for row in TABLE}


PERSONS = ["anonymous", "stranger", "viewer", "staff", "manager", "coordinator"]


@pytest.mark.parametrize("person", PERSONS)
def test_access(person, world, client, cast, scene):
    if person != "anonymous":
        client.force_login(getattr(cast, person))
    got, expected = {}, {}
    for row, (arguments, *answers) in TABLE.items():
        address = reverse(row.removeprefix("POST "), args=[world.get(a, a) for a in arguments])
        if row.startswith("POST "):
            response = client.post(address, {"period": scene.period.number})
        else:
            response = client.get(address)
        to_login = response.status_code == 302 and response["Location"].startswith(LOGIN_PAGE)
        got[row] = LOGIN if to_login and answers[0] == LOGIN else response.status_code
        expected[row] = answers[PERSONS.index(person)]
    assert got == expected


def test_another_partners_records_are_read_and_not_changed(world, as_):
    browser = as_("manager")
    got = {}
    for row, code in OTHERS_RECORDS.items():
        address = reverse(row, args=["trace", code])
        got[row] = (browser.get(address).status_code, browser.post(address, {}).status_code)
    assert got == dict.fromkeys(OTHERS_RECORDS, (NO, NO))


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_administration_is_for_its_staff_alone(method, as_):
    response = getattr(as_("coordinator"), method)("/admin/")
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_a_membership_that_expired_opens_nothing(as_, cast):
    import datetime

    cast.viewer.memberships.update(expires_on=datetime.date(2020, 1, 1))
    assert as_("viewer").get("/p/trace/").status_code == 404
