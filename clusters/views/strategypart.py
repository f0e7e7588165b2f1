"""The parts of a strategy's analysis (value chain, trends, markets), and the words of all strategies."""

from django.utils.translation import gettext_lazy

from clusters import forms
from clusters.models import ChainLink, ChainStep, Market, Theme, Trend
from clusters.views.strategy import OfStrategy
from common.views import Create, Delete, Edit
from projects.views.project import NameList, NamePage


class Part(OfStrategy):
    slug_field = slug_url_kwarg = "pk"

    def get_queryset(self):
        found = self.model.objects.visible_to(self.request.user)
        return found.filter(strategy=self.strategy).select_related("strategy__project")

    def get_success_url(self):
        return type(self.object)(strategy=self.strategy).get_absolute_url()


class PartDelete(Part, Delete):
    def get_context_data(self, **kwargs):
        kwargs.setdefault("cancel_url", self.strategy.get_absolute_url())
        return super().get_context_data(**kwargs)


class OfChain(Part):
    model = ChainLink
    form_class = forms.ChainLinkForm

    def get_queryset(self):
        return super().get_queryset().select_related("step", "strategy__cluster")


class ChainLinkCreate(OfChain, Create):
    title = gettext_lazy("A step of the value chain")

    def may_create(self):
        return not self.strategy.is_joint and super().may_create()


class ChainLinkEdit(OfChain, Edit):
    title = gettext_lazy("Edit the step")


class ChainLinkDelete(PartDelete):
    model = ChainLink


class OfTrends(Part):
    model = Trend
    form_class = forms.TrendForm


class TrendCreate(OfTrends, Create):
    title = gettext_lazy("A trend")


class TrendEdit(OfTrends, Edit):
    title = gettext_lazy("Edit the trend")


class TrendDelete(PartDelete):
    model = Trend


class OfMarkets(Part):
    model = Market
    form_class = forms.MarketForm


class MarketCreate(OfMarkets, Create):
    title = gettext_lazy("A market")


class MarketEdit(OfMarkets, Edit):
    title = gettext_lazy("Edit the market")


class MarketDelete(PartDelete):
    model = Market


# --- The words of all strategies -------------------------------------------------------------------


class ThemePage(NamePage):
    model = Theme
    form_class = forms.ThemeForm
    list_url = "theme_list"


class ThemeList(NameList):
    model = Theme
    names = "theme"
    title = gettext_lazy("Themes of strategies")
    lede = gettext_lazy(
        "Objectives of one theme are set side by side where strategies are matched."
    )


class ThemeCreate(ThemePage, Create):
    title = gettext_lazy("New theme")


class ThemeEdit(ThemePage, Edit):
    title = gettext_lazy("Edit theme")


class ThemeDelete(NamePage, Delete):
    model = Theme
    list_url = "theme_list"


class ChainStepPage(NamePage):
    model = ChainStep
    form_class = forms.ChainStepForm
    list_url = "chainstep_list"


class ChainStepList(NameList):
    model = ChainStep
    names = "chainstep"
    title = gettext_lazy("Steps of the value chain")
    lede = gettext_lazy("In this order; each cluster says how its members stand at which of them.")


class ChainStepCreate(ChainStepPage, Create):
    title = gettext_lazy("New step of the value chain")

    def get_initial(self):
        last = ChainStep.objects.visible_to(self.request.user).filter(project=self.request.project)
        return {"position": min(last.count() + 1, 99)}


class ChainStepEdit(ChainStepPage, Edit):
    title = gettext_lazy("Edit step of the value chain")


class ChainStepDelete(NamePage, Delete):
    model = ChainStep
    list_url = "chainstep_list"
