"""Fields that the forms of this room share."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from clusters.models import Manager
from common.forms import RecordsField
from workpackages.models import Task


class _ByWorkPackage(ModelChoiceIterator):
    def __iter__(self):
        yield "", self.field.empty_label
        tasks = self.queryset.select_related("work_package")
        for package, group in groupby(tasks, key=attrgetter("work_package")):
            yield str(package), [self.choice(task) for task in group]


class TaskField(forms.ModelChoiceField):
    """A task, under the heading of its work package."""

    iterator = _ByWorkPackage

    def __init__(self, **kwargs):
        kwargs = {"queryset": Task.objects.all(), "empty_label": _("Choose …"), **kwargs}
        super().__init__(label=_("Task"), **kwargs)


class _ByCluster(ModelChoiceIterator):
    def __iter__(self):
        managers = self.queryset.select_related("cluster").order_by("cluster__code", "name")
        for cluster, group in groupby(managers, key=attrgetter("cluster")):
            yield cluster.short_name, [self.choice(manager) for manager in group]


class CheckList(forms.SelectMultiple):
    """Choices to be ticked, under the headings of their groups, in a list that scrolls when it is long."""

    template_name = "house/widgets/checklist.html"
    allow_multiple_selected = True


class ManagersField(RecordsField):
    """Cluster managers, under the headings of their clusters."""

    iterator = _ByCluster
    widget = CheckList

    def __init__(self, **kwargs):
        kwargs = {"queryset": Manager.objects.all(), "required": False, **kwargs}
        super().__init__(**kwargs)

    def label_from_instance(self, manager):
        return manager.name
