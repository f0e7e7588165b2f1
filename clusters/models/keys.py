"""Under which keys a firm is found when its likely duplicates are looked for."""

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.likeness import facts_of
from projects.models import Project
from projects.models.project import OfProject

BATCH = 5_000


class SMEKey(models.Model):
    """A key that a firm shares with those it may be the same as, and its place among them: its name, spelled."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    sme = models.ForeignKey("clusters.SME", on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=64)
    place = models.CharField(max_length=80)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("key of a firm")
        verbose_name_plural = _("keys of firms")
        indexes = [models.Index(fields=["project", "key", "place"], name="smekey_neighbours")]

    def __str__(self):
        return self.key


class Keyed(models.Model):
    """A firm with its keys, which follow each saving; `compared` says whether it was set beside its like since."""

    likeness = models.CharField(max_length=24, default="", editable=False)
    compared = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        facts = facts_of(self)
        changed = facts.digest != self.likeness
        if changed:
            self.likeness, self.compared = facts.digest, False
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "likeness", "compared"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if changed:
                write_keys([(self, facts)])


class KeyedQuerySet(models.QuerySet):
    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        facts = _take_facts(objs)
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            _add_keys(list(zip(made, facts, strict=True)))
        return made

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs = list(objs)
        facts = _take_facts(objs)
        with transaction.atomic():
            done = super().bulk_update(objs, {*fields, "likeness", "compared"}, *args, **kwargs)
            write_keys(zip(objs, facts, strict=True))
        return done

    def to_compare(self):
        """Firms that are new, or were changed, since their like was looked for."""
        return self.filter(compared=False, merged_into__isnull=True)

    def without_keys(self):
        """Firms from before there were keys, or written past them."""
        return self.filter(likeness="")


def _take_facts(firms):
    facts = [facts_of(firm) for firm in firms]
    for firm, its in zip(firms, facts, strict=True):
        firm.compared = firm.compared and firm.likeness == its.digest
        firm.likeness = its.digest
    return facts


def write_keys(firms):
    """Replace the keys of saved `firms`, given as pairs (SME, Facts)."""
    firms = list(firms)
    for start in range(0, len(firms), BATCH):
        batch = firms[start : start + BATCH]
        SMEKey.objects.filter(sme__in=[firm.pk for firm, _facts in batch]).delete()
        _add_keys(batch)


def _add_keys(firms):
    SMEKey.objects.bulk_create(
        (
            SMEKey(project_id=firm.project_id, sme_id=firm.pk, key=key, place=place)
            for firm, facts in firms
            for key, place in sorted(facts.keys)
        ),
        batch_size=2_000,
    )


to_compare_index = models.Index(
    fields=["project"],
    name="sme_to_compare",
    condition=Q(compared=False),
)
