"""Firms that may be there twice: how alike they are, which are compared, and what people decide about them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.duplicates import FEW, NEIGHBOURS, compare_waiting, like
from clusters.likeness import LIKELY, compare, facts_of, near_enough, spelled
from clusters.models import SME, LikelyPair, SMEKey
from projects.models import Role
from tests import make
from tests.browsing import filled, words


@pytest.mark.parametrize(
    "one, other",
    [
        ("Слънце ЕООД", "Slance EOOD"),
        ("Слънце ООД", "Slantse Ltd"),
        ("Щъркел АД", "Shtarkel AD"),
        ("Жеравна ЕАД", "Žeravna EAD"),
        ("Жеравна ЕАД", "Zheravna"),
        ("Хлебна Юлия", "Khlebna Yulia OOD"),
        ("Хлебна Юлия", "Hlebna Julija d.o.o."),
        ("Ђурђевак д.о.о.", "Đurđevak doo"),
        ("Ђурђевак а.д.", "Djurdjevak"),
        ("ЕТ Иван Петров", "Иван Петров ЕООД"),
        ("Napfény Kft.", "Napfeny Zrt"),
        ("Napfény Nyrt.", "NAPFÉNY Bt."),
        ("Sol Unipessoal, Lda.", "Sol S.A."),
        ("SC Grâul S.R.L.", "Graul SA"),
        ("Grâul PFA", "Graul"),
        ("Il Sole di Rossi & C. S.n.c.", "Il Sole di Rossi S.a.s."),
        ("Il Sole S.r.l.", "IL SOLE SPA"),
        ("Müller GmbH & Co. KG", "Mueller UG (haftungsbeschränkt)"),
        ("Müller e.K.", "Muller AG"),
    ],
)
def test_a_name_is_one_whatever_its_legal_form_and_script(one, other):
    assert spelled(one) == spelled(other) != []


def facts(name, **fields):
    fields = {"country": "BG", "native_name": "", **fields}
    return facts_of(SME(name=name, **fields))


def test_a_name_that_is_only_a_legal_form_is_kept():
    assert spelled("AD") == ["ad"]
    assert facts("!!!").keys == set()


@pytest.mark.parametrize(
    "one, other, likely",
    [
        ({"name": "Слънце ЕООД"}, {"name": "Slantse OOD"}, True),
        ({"name": "Слънце ЕООД"}, {"name": "Slance", "country": "RS"}, False),
        ({"name": "Jeravna OOD"}, {"name": "Жеравна ООД"}, True),
        ({"name": "Zora Agro"}, {"name": "Zora Agri"}, True),
        ({"name": "Zora Agro", "town": "Varna"}, {"name": "Zora Agri", "town": "Ruse"}, False),
        ({"name": "Hall 1"}, {"name": "Hall 2"}, False),
        (
            {"name": "Zora", "registration_number": "BG 123-456-789"},
            {"name": "Sofia Trade", "registration_number": "123456789"},
            True,
        ),
        (
            {"name": "Zora", "registration_number": "123456789"},
            {"name": "Zora", "registration_number": "987654321"},
            False,
        ),
        (
            {"name": "Zora", "website": "https://www.zora.bg/en"},
            {"name": "Zora", "country": "RS", "website": "http://zora.bg"},
            True,
        ),
        (
            {"name": "Zora", "website": "https://facebook.com/zora"},
            {"name": "Luna", "website": "https://facebook.com/luna"},
            False,
        ),
    ],
)
def test_what_speaks_for_one_firm_and_what_against(one, other, likely):
    score, _reasons = compare(facts(**one), facts(**other))
    assert (score >= LIKELY) == likely, score


a_name = st.text(alphabet="abdegilmnorstuz12 ", min_size=1, max_size=14)
a_slip = st.tuples(st.integers(0, 20), st.text(alphabet="aeioust 1", max_size=2))


@settings(max_examples=300, deadline=None)
@given(name=a_name, slip=a_slip, same_town=st.booleans())
def test_no_pair_is_passed_over_that_names_and_towns_make_likely(name, slip, same_town):
    at, put = slip
    towns = ("Varna", "Varna") if same_town else ("", "")
    one, other = facts(name, town=towns[0]), facts(name[:at] + put + name[at + 1 :], town=towns[1])
    if compare(one, other)[0] >= LIKELY:
        assert near_enough(one.sorted_names[0], other.sorted_names[0])


def test_the_reasons_are_said_in_words(scene):
    make.sme(scene.cluster, name="Slantse Ltd", town="Plovdiv", registration_number="1")
    SME.objects.filter(pk=scene.sme.pk).update(likeness="")
    compare_waiting(scene.project)
    (pair,) = LikelyPair.objects.all()
    assert pair.sentences == ["the same name without the legal form", "same town"]


def test_keys_follow_each_saving(scene):
    def keys():
        return set(SMEKey.objects.filter(sme=scene.sme).values_list("key", flat=True))

    before = keys()
    scene.sme.name = "Zora EOOD"
    scene.sme.website = "https://zora.bg"
    scene.sme.save()
    assert "t:zora" in keys()
    assert "d:zora.bg" in keys()
    assert before.isdisjoint(keys())
    firms = SME.objects.bulk_create(
        SME(project=scene.project, code=f"SME-9{n}", name=f"Luna {n}", country="BG")
        for n in range(3)
    )
    assert SMEKey.objects.filter(sme__in=firms, key="t:luna").count() == 3
    firms[0].name = "Nova"
    SME.objects.bulk_update(firms, ["name"])
    assert SMEKey.objects.filter(sme__in=firms, key="t:luna").count() == 2


def test_firms_from_before_there_were_keys_get_them(scene):
    SMEKey.objects.all().delete()
    SME.objects.update(likeness="", compared=False)
    make.sme(scene.cluster, name="Slance")
    assert compare_waiting(scene.project) == 3
    assert LikelyPair.objects.count() == 1
    assert compare_waiting(scene.project) == 0


@pytest.mark.parametrize("crowd", [NEIGHBOURS, FEW + 50], ids=["few", "many"])
def test_a_twin_is_found_in_a_crowd_that_shares_a_word(crowd, scene):
    SME.objects.bulk_create(
        SME(project=scene.project, code=f"SME-8{n:03}", name=f"Agro {_word(n)}", country="BG")
        for n in range(crowd)
    )
    make.sme(scene.cluster, name="Агро Балканпром ЕООД")
    make.sme(scene.cluster, name="Agro Balkanprom AD")
    compare_waiting(scene.project)
    found = {(pair.one.name, pair.other.name) for pair in LikelyPair.objects.filter(score__gt=70)}
    assert ("Агро Балканпром ЕООД", "Agro Balkanprom AD") in found


def _word(number):
    """Invented words, none like another."""
    return "".join(
        "bdfglmnprstvkz"[(number * 7 + place * 5 + number // 14 * place) % 14]
        + "aeiou"[(number // 3 + place) % 5]
        for place in range(4)
    )


def test_a_word_that_all_firms_have_costs_each_no_more_than_a_few_comparisons(scene):
    SME.objects.bulk_create(
        SME(project=scene.project, code=f"SME-8{n:03}", name=f"Agro {_word(n)}", country="BG")
        for n in range(300)
    )
    from clusters import duplicates

    pairs = duplicates._everywhere(scene.project, set(SME.objects.values_list("pk", flat=True)))
    assert len(pairs) < 300 * NEIGHBOURS * 3 < 300 * 299 / 2


def test_a_pair_goes_when_it_is_alike_no_more(scene):
    twin = make.sme(scene.cluster, name="Slance")
    compare_waiting(scene.project)
    assert LikelyPair.objects.count() == 1
    twin.name = "Quite another"
    twin.save()
    compare_waiting(scene.project)
    assert not LikelyPair.objects.exists()


def test_not_the_same_is_remembered_until_something_that_was_compared_changes(scene, as_, cast):
    twin = make.sme(scene.cluster, name="Slance")
    compare_waiting(scene.project)
    pair = LikelyPair.objects.get()
    browser = as_("manager")
    response = browser.post(f"/p/trace/smes/duplicates/{pair.pk}/", follow=True)
    assert "are not the same" in words(response)
    pair.refresh_from_db()
    assert (pair.different, pair.decided_by) == (True, cast.manager)
    assert pair.decided_at
    twin.description = ""
    twin.size_class = "micro"
    twin.save()
    compare_waiting(scene.project)
    SME.objects.update(compared=False)
    compare_waiting(scene.project)
    assert not LikelyPair.objects.open().exists()
    twin.website = "https://slance.bg"
    twin.save()
    compare_waiting(scene.project)
    assert LikelyPair.objects.open().get().decided_by is None


def test_the_page_ranks_the_pairs_and_filters_by_cluster_and_own(scene, as_):
    weak = make.sme(scene.other_cluster, name="Weak", country="RS")
    strong = make.sme(scene.cluster, name="Strong")
    make.likely_pair(scene.other_sme, weak, score=65)
    make.likely_pair(scene.sme, strong, score=95)
    browser = as_("manager")
    page = words(browser.get("/p/trace/smes/duplicates/"))
    assert page.index("Strong") < page.index("Weak")
    assert "names alike without the legal form: 95 %" in page
    assert "Likely duplicates: 2" in words(browser.get("/p/trace/smes/", follow=True))
    for query in (f"?cluster={scene.cluster.pk}", "?own=yes", "?q=strong"):
        page = words(browser.get(f"/p/trace/smes/duplicates/{query}"))
        assert "Strong" in page
        assert "Weak" not in page
    exported = browser.get("/p/trace/smes/duplicates/?export=csv").content.decode()
    assert "names alike without the legal form: 95 %; same town" in exported


# --- On entry ----------------------------------------------------------------------------------------


@pytest.fixture
def entering(scene, as_):
    browser = as_("manager")
    page = browser.get("/p/trace/smes/new/")
    typed = filled(page, name=["Slantse Ltd"], country=["BG"], town=["Plovdiv"])
    typed["members_of"] = [str(scene.cluster.pk)]
    return browser, typed


def test_a_new_firm_that_looks_like_one_that_is_there_is_asked_about_once(scene, entering, cast):
    browser, typed = entering
    response = browser.post("/p/trace/smes/new/", typed)
    page = words(response)
    assert "Is it one of these?" in page
    assert "Слънце ЕООД" in page
    assert "the same name without the legal form" in page
    assert SME.objects.count() == 2
    again = filled(response)
    assert again["name"] == ["Slantse Ltd"]
    assert again["town"] == ["Plovdiv"]
    response = browser.post("/p/trace/smes/new/", {**again, "another": scene.sme.code}, follow=True)
    assert "Saved: Slantse Ltd" in words(response)
    assert SME.objects.count() == 3
    pair = LikelyPair.objects.get()
    assert (pair.different, pair.decided_by) == (True, cast.manager)


def test_what_is_changed_after_the_question_is_asked_about_again(scene, entering):
    browser, typed = entering
    make.sme(scene.cluster, name="Zora Agro")
    typed["name"] = ["Zora Agro OOD"]
    response = browser.post("/p/trace/smes/new/", {**typed, "another": scene.sme.code})
    assert "Zora Agro" in words(response)
    assert not SME.objects.filter(name="Zora Agro OOD").exists()


def test_the_button_pressed_twice_makes_one_firm_and_asks_nothing(scene, entering):
    browser, typed = entering
    typed["name"] = ["Quite another OOD"]
    for _ in range(2):
        response = browser.post("/p/trace/smes/new/", typed, follow=True)
        assert "Is it one of these?" not in words(response)
    assert SME.objects.filter(name="Quite another OOD").count() == 1


def test_a_firm_of_another_cluster_is_joined_to_the_own_one_in_one_press(scene, entering):
    browser, typed = entering
    typed["name"] = ["Djurdjevak"]
    typed["country"] = ["RS"]
    response = browser.post("/p/trace/smes/new/", typed)
    assert "This one: add it to our cluster" in words(response)
    response = browser.post(
        f"/p/trace/smes/{scene.other_sme.code}/join/", filled(response), follow=True
    )
    assert "is a member of Green cluster now" in words(response)
    assert scene.other_sme.memberships.count() == 2
    assert SME.objects.count() == 2


def test_nobody_joins_a_firm_to_a_cluster_of_another_partner(scene, as_):
    response = as_("manager").post(
        f"/p/trace/smes/{scene.sme.code}/join/", {"members_of": [scene.other_cluster.pk, "x"]}
    )
    assert response.status_code == 302
    assert scene.sme.memberships.count() == 1


def test_a_saved_firm_is_compared_at_once(scene, as_):
    twin = make.sme(scene.cluster, name="Quite another")
    compare_waiting(scene.project)
    browser = as_("manager")
    page = browser.get(f"/p/trace/smes/{twin.code}/edit/")
    browser.post(f"/p/trace/smes/{twin.code}/edit/", filled(page, name=["Slance"]))
    assert LikelyPair.objects.count() == 1


def test_no_firm_of_another_project_is_proposed(scene):
    elsewhere = make.project("OTHER")
    cluster = make.cluster(make.partner(elsewhere))
    firm = make.sme(cluster, name="Слънце ЕООД")
    make.member(elsewhere, Role.COORDINATOR, cluster.partner)
    assert like(firm) == []
    compare_waiting(elsewhere)
    assert not LikelyPair.objects.exists()


# --- The merge screen -----------------------------------------------------------------------------------


@pytest.fixture
def twin(scene):
    return make.sme(scene.cluster, name="Slance EOOD", town="", website="https://slance.bg")


def address(one, other):
    return f"/p/trace/smes/{one.code}/merge/{other.code}/"


def test_two_own_firms_are_merged_on_one_screen_and_taken_apart_again(scene, twin, as_):
    browser = as_("manager")
    page = browser.get(address(scene.sme, twin))
    choice = filled(page)
    assert choice["website"] == ["merged"]  # the filled one
    assert choice["town"] == ["kept"]
    response = browser.post(address(scene.sme, twin), choice, follow=True)
    assert "is now part of" in words(response)
    scene.sme.refresh_from_db()
    assert scene.sme.website == "https://slance.bg"
    done = response.redirect_chain[-1][0]
    response = browser.post(f"{done}undo/", follow=True)
    assert "are two firms again" in words(response)
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_the_screen_keeps_the_capitals_of_vat(scene, twin, as_):
    SME.objects.filter(pk=twin.pk).update(vat_number="BG175074752")
    assert "VAT number" in words(as_("manager").get(address(scene.sme, twin)))


def test_the_second_of_two_who_merge_reads_a_sentence(scene, twin, as_):
    browser = as_("manager")
    choice = filled(browser.get(address(scene.sme, twin)))
    browser.post(address(scene.sme, twin), choice)
    response = browser.post(address(scene.sme, twin), choice, follow=True)
    assert "was merged into SME-0001 already" in words(response)
    response = browser.get(address(twin, scene.sme), follow=True)
    assert "was merged into SME-0001 already" in words(response)


def test_a_firm_that_was_changed_meanwhile_is_looked_at_again_and_the_choice_stays(
    scene, twin, as_
):
    browser = as_("manager")
    choice = filled(browser.get(address(scene.sme, twin)), name=["merged"], website=["kept"])
    SME.objects.filter(pk=twin.pk).update(town="Ruse", version=7)
    response = browser.post(address(scene.sme, twin), choice)
    assert "was changed while you were choosing" in words(response)
    again = filled(response)
    assert (again["name"], again["website"]) == (["merged"], ["kept"])
    assert "Ruse" in words(response)
    browser.post(address(scene.sme, twin), again)
    assert SME.objects.get(pk=twin.pk).merged_into == scene.sme


@pytest.mark.parametrize(
    "nonsense", [{"name": "x"}, {"kept_version": "a"}, {"kept_version": ""}, {"name": ""}]
)
def test_nonsense_in_the_choice_is_said_and_merges_nothing(nonsense, scene, twin, as_):
    browser = as_("manager")
    choice = filled(browser.get(address(scene.sme, twin)))
    response = browser.post(address(scene.sme, twin), {**choice, **nonsense})
    assert response.status_code == 200
    assert "Not merged" in words(response)
    assert not SME.objects.filter(merged_into__isnull=False).exists()


def test_the_screen_says_which_firm_keeps_the_merged_one_from_counting(scene, twin, as_):
    SME.objects.filter(pk=twin.pk).update(size_class="unknown")
    make.record(scene.service, twin)
    response = as_("manager").get(address(scene.sme, twin))
    assert "a merge by itself never raises a figure" in words(response)
    assert f"/p/trace/smes/{twin.code}/edit/" in response.content.decode()
    assert filled(response)["size_class"] == ["merged"]


def test_across_partners_the_coordinator_reads_decides_and_the_other_contacts_stay_hidden(
    scene, as_, cast
):
    make.contact(scene.other_sme, scene.serbia, name="Secret Person", email="secret@firm.rs")
    browser = as_("manager")
    page = browser.get(address(scene.sme, scene.other_sme))
    assert "Secret" not in page.content.decode()
    assert "secret@firm.rs" not in page.content.decode()
    assert "Contacts 0 1" in words(page)
    response = browser.post(address(scene.sme, scene.other_sme), filled(page), follow=True)
    assert "Proposed: the coordinator confirms" in words(response)
    detail = response.redirect_chain[-1][0]
    assert "Secret" not in response.content.decode()
    assert browser.post(f"{detail}confirm/").status_code == 403
    assert "You proposed these merges" in words(browser.get("/p/trace/smes/duplicates/"))
    again = browser.get(address(scene.other_sme, scene.sme))
    assert f"{cast.manager} proposed on" in words(again)
    assert "Propose to the coordinator" not in words(again)
    browser = as_("coordinator")
    assert "proposed on" in words(browser.get(address(scene.sme, scene.other_sme)))
    assert "1 merge waits for your decision" in words(browser.get("/p/trace/smes/duplicates/"))
    page = browser.get(detail)
    response = browser.post(f"{detail}decline/", {"reason": " "}, follow=True)
    assert "Say why" in words(response)
    confirm = {"kept_version": "1", "merged_version": "1"}
    names = ("name", "town", "country", "size_class")
    choice = {name: "kept" for name in names if f'name="{name}"' in page.content.decode()}
    response = browser.post(f"{detail}confirm/", {**confirm, **choice}, follow=True)
    assert "Merged. This can be undone here." in words(response)
    assert SME.objects.get(pk=scene.other_sme.pk).merged_into == scene.sme


def test_search_for_the_old_code_and_the_old_name_finds_the_new_firm(scene, twin, as_):
    browser = as_("manager")
    browser.post(address(scene.sme, twin), filled(browser.get(address(scene.sme, twin))))
    make.record(scene.service, scene.sme)
    for query in (twin.code, "slance eood"):
        page = words(browser.get("/p/trace/smes/", {"q": query}))
        assert "1 record" in page
        assert "SME-0001" in page
        assert scene.record.code in words(browser.get("/p/trace/deliveries/", {"q": query}))
