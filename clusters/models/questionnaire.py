from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.service import ServiceCategory
from projects.models import ProjectRecord
from projects.models.project import OfProject, Project

ENGLISH = "en-gb"


class Said(str):
    """A text in the language that was asked for, or in English; `lang` says which it is."""

    lang = ENGLISH


class Translated(models.Model):
    """Texts in English, and the same in other languages as far as somebody wrote them."""

    TRANSLATED = ()

    translations = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def said(self, name, language):
        """The text of the field `name` in `language`, in English where it is not translated."""
        text = self.translations.get(language, {}).get(name, "")
        said = Said(text or getattr(self, name))
        said.lang = language if text else ENGLISH
        return said

    def untranslated(self, language):
        """How many of its texts are not there in `language` yet."""
        there = self.translations.get(language, {})
        return sum(1 for name in self.TRANSLATED if getattr(self, name) and not there.get(name))


class Questionnaire(ProjectRecord, Translated):
    """What a project asks its firms about their needs and how satisfied they are."""

    PREFIX = "QN"
    DIGITS = 2
    TRANSLATED = ("title", "introduction")

    title = models.CharField(_("title"), max_length=150)
    introduction = models.TextField(
        _("introduction"),
        max_length=1500,
        blank=True,
        help_text=_("Stands above the questions: what is asked, and what becomes of the answers."),
    )

    class Meta(ProjectRecord.Meta):
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["code"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("questionnaire_detail", args=[self.project.slug, self.code])


class Kind(models.TextChoices):
    SCALE = "scale", _("A scale from 1 to 5")
    ONE = "one", _("One of several options")
    SEVERAL = "several", _("Any number of options")
    TEXT = "text", _("A text")

    @property
    def has_options(self):
        return self in (Kind.ONE, Kind.SEVERAL)


SCALE = range(1, 6)


class QuestionQuerySet(OfProject):
    def with_answered(self):
        """Adds `answered`: whether a firm has answered it, which freezes what it means."""
        answers = apps.get_model("clusters", "Answer").objects.filter(question=OuterRef("pk"))
        return self.annotate(answered=Exists(answers))


class Question(ProjectRecord, Translated):
    """One question of a questionnaire; what it means is frozen once a firm has answered it."""

    PREFIX = "QU"
    DIGITS = 3
    TRANSLATED = ("text", "low", "high")

    questionnaire = models.ForeignKey(
        Questionnaire,
        verbose_name=_("questionnaire"),
        on_delete=models.CASCADE,
        related_name="questions",
        editable=False,
    )
    position = models.PositiveSmallIntegerField(_("position"), editable=False)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind, default=Kind.SCALE)
    text = models.CharField(_("question"), max_length=300)
    low = models.CharField(
        _("what 1 means"), max_length=80, blank=True, help_text=_("For example: not at all")
    )
    high = models.CharField(
        _("what 5 means"), max_length=80, blank=True, help_text=_("For example: very much")
    )
    required = models.BooleanField(_("has to be answered"), default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(kind="scale") | (Q(low__gt="") & Q(high__gt="")),
                name="question_scale_has_ends",
                violation_error_message=_("A scale needs words for both of its ends."),
            ),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return self.questionnaire.get_absolute_url()

    @property
    def has_options(self):
        return Kind(self.kind).has_options

    @property
    def of_needs(self):
        """Whether its options are needs that services answer. Reads the options that are loaded."""
        return self.has_options and any(option.category_id for option in self.options.all())


class OptionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(question__in=Question.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(question__project__in=Project.objects.editable_by(user))


class Option(Translated):
    """One of the answers that a question offers; a need names the category of services that answers it."""

    TRANSLATED = ("text",)

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("option"), max_length=120)
    category = models.ForeignKey(
        ServiceCategory,
        verbose_name=_("answered by services of the category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
    )

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text
