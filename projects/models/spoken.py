"""Records that people talk about: comments are written on them, and their people are told what happened to them."""

from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from common.models import Record
from projects.models.project import Project


class ToldOf(models.Model):
    """Something of a project of which people are told what happens to it; the notices go with it."""

    class Meta:
        abstract = True

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            count, said = 0, {}
            for name in ("Comment", "Notice"):
                n, of_kinds = apps.get_model("projects", name).objects.on(self).delete()
                count, said = count + n, said | of_kinds
            deleted, along = super().delete(*args, **kwargs)
            return count + deleted, said | along


class SpokenOf(ToldOf, Record):
    """A record of a project on which its readers comment; what was said of it goes with it."""

    class Meta:
        abstract = True

    @classmethod
    def called(cls, rows, code):
        """Those of `rows` that an address names by this code."""
        return rows.filter(code=code)


@cache
def told_of():
    """The kinds of things of which people are told, by name: those with a page."""
    return {
        model._meta.model_name: model
        for model in apps.get_models()
        if issubclass(model, ToldOf) and hasattr(model, "get_absolute_url")
    }


@cache
def spoken_of():
    """The kinds of records on which people comment, by name: those with a code and a page."""
    return {name: model for name, model in told_of().items() if issubclass(model, SpokenOf)}


class OnRecords(models.QuerySet):
    """Rows that say something of a record of any kind."""

    def on(self, record):
        return self.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        )

    def of_visible_records(self, user):
        """SECURITY: those whose record `user` may see, by the rule of its own kind."""
        seen = Q(pk__in=[])
        for model in told_of().values():
            # One row is looked up by its key; the rows that a person may see can be very many.
            visible = (
                model._default_manager.visible_to(user).order_by().filter(pk=OuterRef("object_id"))
            )
            kind = ContentType.objects.get_for_model(model)
            seen |= Q(Exists(visible), content_type=kind)
        return self.filter(seen, project__in=Project.objects.visible_to(user))

    def with_records(self):
        """Reads the records with what their names are made of, in one query for each kind that there is."""
        return self.prefetch_related(
            GenericPrefetch(
                "record",
                [
                    rows.for_list() if hasattr(rows, "for_list") else rows.select_related("project")
                    for rows in (model._default_manager.all() for model in told_of().values())
                ],
            )
        )
