"""The words of a questionnaire in other languages than English."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Option, Questionnaire


def texts_of(questionnaire):
    """Yield (record, field, English text) for each text of `questionnaire` that can be translated, in its order."""
    records = [questionnaire]
    for question in questionnaire.questions.prefetch_related("options"):
        records += [question, *question.options.all()]
    for record in records:
        for name in record.TRANSLATED:
            if english := getattr(record, name):
                yield record, name, english


@transaction.atomic
def translate(*, user, questionnaire, language, texts) -> None:
    """Keep `texts`, a list of (record, field, text in `language`); an empty text takes the translation away.

    Raises PermissionDenied for who may not change the questionnaire.
    """
    if not Questionnaire.objects.editable_by(user).filter(pk=questionnaire.pk).exists():
        raise PermissionDenied(_("Only a coordinator changes a questionnaire."))
    changed = set()
    for record, name, text in texts:
        there = record.translations.setdefault(language, {})
        if text != there.get(name, ""):
            changed.add(record)
            if text:
                there[name] = text
            else:
                del there[name]
    for record in changed:
        fields = ["translations"] if isinstance(record, Option) else ["translations", "updated_at"]
        record.save(update_fields=fields)
