from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from clusters import forms, needs
from clusters.actions import asking
from clusters.actions.translating import texts_of, translate
from clusters.models import Question, Questionnaire, Wave
from clusters.views.answering import Paper
from common.languages import speaking
from common.views import Create, Delete, Detail, Edit, Visible
from projects.models import Project

OTHER_LANGUAGES = {
    code: name for code, name in settings.PUBLIC_LANGUAGES.items() if code != "en-gb"
}


def _coordinates(request):
    return Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists()


class QuestionnaireList(Visible, generic.ListView):
    """The questionnaires, each with its waves and their response."""

    model = Questionnaire

    def get_context_data(self, **kwargs):
        waves = Wave.objects.visible_to(self.request.user).filter(project=self.request.project)
        by_questionnaire = {}
        for wave in waves.select_related("project", "questionnaire"):
            _clusters, wave.response = needs.response(wave)
            by_questionnaire.setdefault(wave.questionnaire_id, []).append(wave)
        for questionnaire in self.object_list:
            questionnaire.its_waves = by_questionnaire.get(questionnaire.pk, [])
        return super().get_context_data(**kwargs)

    def get_queryset(self):
        return super().get_queryset().select_related("project")


class QuestionnaireDetail(Detail):
    model = Questionnaire

    def get_queryset(self):
        return super().get_queryset().select_related("project")

    def get_context_data(self, **kwargs):
        texts = list(texts_of(self.object))
        languages = [
            {
                "code": code,
                "name": name,
                "done": sum(
                    1 for record, field, _text in texts if record.said(field, code).lang == code
                ),
            }
            for code, name in OTHER_LANGUAGES.items()
        ]
        questions = self.object.questions.with_answered()
        return super().get_context_data(
            questions=questions.prefetch_related("options__category"),
            waves=self.object.waves.select_related("project", "questionnaire"),
            languages=languages,
            texts=len(texts),
            **kwargs,
        )


class OfCoordinator:
    """Pages on which only a coordinator adds to a questionnaire."""

    def may_create(self):
        return _coordinates(self.request)

    @cached_property
    def questionnaire(self):
        found = Questionnaire.objects.visible_to(self.request.user).select_related("project")
        code = self.kwargs["code"]
        return get_object_or_404(found, project=self.request.project, code=code)

    def get_cancel_url(self):
        return self.questionnaire.get_absolute_url()

    get_success_url = get_cancel_url


class QuestionnaireCreate(OfCoordinator, Create):
    model = Questionnaire
    form_class = forms.QuestionnaireForm
    title = gettext_lazy("New questionnaire")

    def get_cancel_url(self):
        return reverse("questionnaire_list", args=[self.request.project.slug])

    def get_success_url(self):
        return self.object.get_absolute_url()


class QuestionnaireEdit(OfCoordinator, Edit):
    model = Questionnaire
    form_class = forms.QuestionnaireForm
    title = gettext_lazy("Edit questionnaire")


class QuestionnaireDelete(OfCoordinator, Delete):
    model = Questionnaire

    def get_success_url(self):
        return reverse("questionnaire_list", args=[self.request.project.slug])


class QuestionPage(OfCoordinator):
    model = Question
    form_class = forms.QuestionForm
    template_name = "clusters/question_form.html"

    def get_object(self, queryset=None):
        self.kwargs = {**self.kwargs, "code": self.kwargs["question"]}
        return super().get_object(queryset)

    def get_queryset(self):
        return super().get_queryset().select_related("questionnaire__project")

    def save(self, form):
        question = super().save(form)
        if question.has_options:
            asking.save_options(question=question, options=form.chosen_options)
        else:
            asking.save_options(question=question, options=[])
        return question

    def get_cancel_url(self):
        record = getattr(self, "object", None)
        return record.get_absolute_url() if record else super().get_cancel_url()

    get_success_url = get_cancel_url


class QuestionCreate(QuestionPage, Create):
    title = gettext_lazy("New question")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.instance.questionnaire = self.questionnaire
        last = self.questionnaire.questions.last()
        form.instance.position = last.position + 1 if last else 1
        return form


class QuestionEdit(QuestionPage, Edit):
    title = gettext_lazy("Edit question")


class QuestionDelete(QuestionPage, Delete):
    template_name = "house/confirm_delete.html"
    form_class = Delete.form_class


@require_POST
def question_move(request, question):
    found = Question.objects.visible_to(request.user).select_related("questionnaire__project")
    question = get_object_or_404(found, project=request.project, code=question)
    by = -1 if request.POST.get("by") == "up" else 1
    asking.move_question(user=request.user, question=question, by=by)
    return HttpResponseRedirect(f"{question.get_absolute_url()}#{question.code}")


class Translate(OfCoordinator, generic.FormView):
    """All texts of a questionnaire in one language, beside the English ones."""

    template_name = "clusters/questionnaire_translate.html"
    form_class = forms.TranslationForm

    def get_form_kwargs(self):
        language = self.kwargs["language"]
        if language not in OTHER_LANGUAGES:
            raise Http404
        kwargs = super().get_form_kwargs()
        return {**kwargs, "questionnaire": self.questionnaire, "language": language}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            questionnaire=self.questionnaire,
            language=self.kwargs["language"],
            language_name=OTHER_LANGUAGES[self.kwargs["language"]],
            cancel_url=self.get_cancel_url(),
            may_edit=_coordinates(self.request),
            **kwargs,
        )

    def form_valid(self, form):
        language = self.kwargs["language"]
        translate(
            user=self.request.user,
            questionnaire=self.questionnaire,
            language=language,
            texts=form.translated(),
        )
        sentence = _("Saved: the texts in %(language)s.")
        messages.success(self.request, sentence % {"language": OTHER_LANGUAGES[language]})
        return redirect(self.questionnaire)


def questionnaire_preview(request, code):
    """The page as a firm will see it, in any of the languages; nothing is kept."""
    found = Questionnaire.objects.visible_to(request.user).select_related("project")
    questionnaire = get_object_or_404(found, project=request.project, code=code)
    with speaking(request) as language:
        context = {
            "project": request.project,
            "languages": settings.PUBLIC_LANGUAGES,
            "paper": Paper(questionnaire, language),
            "preview": True,
        }
        return render(request, "clusters/public/answer.html", context)
