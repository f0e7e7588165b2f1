"""What firms read is in their language: the catalogues are complete, compiled, and keep their placeholders."""

import ast
import datetime
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import templatize

from clusters import letters
from clusters.actions import asking
from tests import make
from tests.browsing import words
from tracekei.public_texts import PUBLIC

LANGUAGES = [code for code in settings.PUBLIC_LANGUAGES if code != "en-gb"]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(r"""(?:gettext|\b_)\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def _files():
    for pattern in PUBLIC:
        found = list(Path(settings.BASE_DIR).glob(pattern))
        assert found, f"{pattern} names no file"
        yield from found


def _texts():
    """Every text that the public files mark for translation, in English."""
    for path in _files():
        source = path.read_text()
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                    yield node.args[0].value
        else:
            # A quotation mark is no part of what stands between two calls.
            for text in IN_TEMPLATE.findall(templatize(source)):
                yield ast.literal_eval(text)


TEXTS = sorted(set(_texts()))


def _folder(language):
    return Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES")


def _compiled(language):
    with (_folder(language) / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def _written(language):
    """{English: translation} of the catalogue that people edit; what is marked as fuzzy does not count."""
    found = {}
    for block in (_folder(language) / "django.po").read_text().split("\n\n"):
        parts = re.search(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', block + "\n", re.M)
        if parts and not re.search(r"^#,.*fuzzy", block, re.M):
            english, said = (
                "".join(map(ast.literal_eval, p.split("\n")[:-1])) for p in parts.groups()
            )
            found[english] = said
    return found


def test_the_public_texts_are_found():
    assert "Hand in" in TEXTS
    assert any(text.startswith("Dear %(name)s") for text in TEXTS)
    assert "Skip to the content" in TEXTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_firms_read_is_translated(language):
    written = _written(language)
    assert [text for text in TEXTS if not written.get(text)] == [], "run `make messages`, translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    written, compiled = _written(language), _compiled(language)
    del written[""], compiled[""]
    assert compiled == {text: said for text, said in written.items() if said}, "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    for text, said in _written(language).items():
        if said and text:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(said)), text


@pytest.mark.parametrize("language", ["bg", "sr"])
def test_cyrillic_is_written_where_firms_write_it(language):
    for text, said in _written(language).items():
        if text:
            assert re.search("[а-яђјљњћџ]", PLACEHOLDER.sub("", said).lower()), text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "greeting", "button"),
    [
        ("BG", "Здравейте, Мария!", "Предаване"),
        ("RS", "Добар дан, Мария,", "Предај"),
        ("PT", "Estimado(a) Мария,", "Entregar"),
        ("FR", "Dear Мария,", "Hand in"),
    ],
)
def test_a_firm_is_written_to_and_answers_in_its_countrys_language(
    country, greeting, button, scene, cast, client
):
    firm = make.sme(scene.cluster, name="Firm", country=country)
    make.contact(firm, scene.bulgaria, "Мария", "maria@firm.example")
    questionnaire = make.questionnaire(scene.project)
    make.question(questionnaire)
    asked = make.asked(make.wave(questionnaire), firm)
    mailing = asking.send_invitations(user=cast.manager, wave=asked.wave)
    letters.deliver(mailing.pk)
    assert mail.outbox[0].body.startswith(greeting)
    page = client.get(reverse("answer", args=[asked.token]))
    assert button in words(page)
    assert "Hand in" in words(client.get(reverse("answer", args=[asked.token]) + "?language=en-gb"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("bg", "10 октомври 2018"),
        ("de", "10. Oktober 2018"),
        ("hu", "2018. október 10."),
        ("it", "10 ottobre 2018"),
        ("pt", "10 de outubro de 2018"),
        ("ro", "10 octombrie 2018"),
        ("sr", "10. октобар 2018."),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(language, said):
    with translation.override(language):
        assert date_format(datetime.date(2018, 10, 10)) == said
