"""What is particular to each kind of record in a spreadsheet: how a row finds its record, and what it refers to."""

import re
from collections import defaultdict

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.forms.sme import AmountField
from clusters.importing import columns
from clusters.likeness import spelled
from clusters.models import (
    SME,
    Cluster,
    ClusterMembership,
    Contact,
    Manager,
    Service,
    ServiceCategory,
    ServiceRecord,
)
from clusters.models.sme import BY_HAND
from clusters.numbers import registration_number, vat_number
from common.history import remember_entered
from common.search import fold
from projects.importing import cells, widgets
from projects.importing.columns import brought_in_by
from projects.importing.records import Records, Repeated, one
from projects.models import Membership, Partner
from workpackages.models import Task


@brought_in_by
class SMEs(Records):
    kind = columns.SMES
    unknown = gettext_lazy(
        "No firm of your clusters has the code %(code)s. Leave it empty for a new firm."
    )
    prefetch = ("memberships__cluster",)

    class Meta(Records.Meta):
        model = SME

    def references(self):
        def clusters():
            return widgets.Records(
                Cluster.objects.visible_to(self.user).filter(project=self.project),
                names=["short_name", "name"],
                shown=lambda cluster: cluster.short_name,
                none=_("No cluster of this project is called “%(words)s”."),
                several=_("Several clusters are called “%(words)s”: %(records)s."),
            )

        return {"members_of": clusters}

    def widget(self, column, epoch):
        if isinstance(self.kind.form.base_fields.get(column.name), AmountField):
            return widgets.Amount()
        return super().widget(column, epoch)

    def value(self, instance, name):
        if name == "members_of":
            if instance._state.adding:
                return []
            now = [
                membership for membership in instance.memberships.all() if not membership.is_over
            ]
            return sorted(
                (membership.cluster for membership in now), key=lambda cluster: cluster.short_name
            )
        return super().value(instance, name)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        own = Cluster.objects.editable_by(self.user).filter(project=self.project)
        self.own_clusters = set(own.values_list("pk", flat=True))

    def defaults_of_new(self):
        clusters = self.fields["members_of"].widget.all
        own = [cluster for cluster in clusters if cluster.pk in self.own_clusters]
        defaults = {"members_of": own} if len(own) == 1 else {}
        partners = Partner.objects.worked_for_by(self.user).filter(project=self.project)
        coordinates = Membership.objects.filter(
            user=self.user, project=self.project, role="coordinator"
        )
        if len(partners) == 1 and not coordinates:
            defaults["country"] = str(partners[0].country)
        return defaults

    def data_for(self, form, instance, new, sent):
        """The form asks about own clusters; those of other partners stay, and are not for this user to give."""
        data = super().data_for(form, instance, new, sent)
        wanted = data.get("members_of") or []
        data["members_of"] = [cluster for cluster in wanted if cluster.pk in self.own_clusters]
        for pk, membership in form.kept.items():
            data |= {f"since_{pk}": membership.since, f"until_{pk}": membership.until}
        if data.get("size_override") and not data.get("size_reason"):
            data["size_reason"] = str(BY_HAND)
        return data

    def import_instance(self, instance, row, **kwargs):
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError:
            form = self.forms.get(row["new"])
            if form is not None and form.asks_confirmation:
                row["doubted"] = registration_number(
                    row["sent"].get("country") or str(instance.country),
                    row["sent"].get("registration_number") or instance.registration_number,
                )[1]
            raise
        sent = row.get("sent", {})
        before = row["before"].get("members_of") or []
        for cluster in sent.get("members_of") or []:
            if cluster.pk not in self.own_clusters and cluster not in before:
                raise ValidationError(
                    {
                        "members_of": _(
                            "You don't keep the cluster %(cluster)s, so you can't add firms to it."
                        )
                        % {"cluster": cluster}
                    }
                )

    def after(self, instance, row):
        values = super().after(instance, row)
        if "members_of" in values:
            others = [
                cluster
                for cluster in row["before"].get("members_of") or []
                if cluster.pk not in self.own_clusters
            ]
            values["members_of"] = [*(values["members_of"] or []), *others]
        return values

    def form_for(self, instance, new):
        form = super().form_for(instance, new)
        # The constraints, asked once for all rows, say that a number is taken.
        form._refuse_twin = lambda *number: None
        form.kept = {
            membership.cluster_id: membership
            for membership in ([] if new else instance.memberships.all())
            if membership.cluster_id in self.own_clusters
        }
        return form

    def save_instance(self, instance, is_create, row, **kwargs):
        if is_create and instance.size_override:
            instance.size_set_by, instance.size_set_at = self.user, timezone.now()
        super().save_instance(instance, is_create, row, **kwargs)

    def write_entered(self):
        entered = list(self.entered)
        super().write_entered()
        memberships = [
            ClusterMembership(sme=firm, cluster=cluster)
            for firm, data in entered
            for cluster in data["members_of"]
        ]
        ClusterMembership.objects.bulk_create(memberships)
        remember_entered(memberships, self.user)

    def told(self, error, row):
        for column, value, sentence in super().told(error, row):
            if column == self.labels["registration_number"] and row.get("doubted"):
                sentence = _(
                    "%(doubt)s If the firm's papers say so, write yes into the column “%(column)s”."
                ) % {"doubt": row["doubted"], "column": self.labels["number_confirmed"]}
            yield column, value, sentence

    def index(self):
        """Firms of the whole project by number and by name: one that another cluster brought is not new."""
        self.numbers, self.names, self.about = {}, defaultdict(list), {}
        self.editable = set(self.by_code.values())
        # The code of a firm that was merged into another one means that other.
        merged = SME.objects.known_to(self.user).filter(merged_into__in=self.editable)
        for code, pk in merged.values_list("code", "merged_into"):
            self.by_code.setdefault(code.upper(), pk)
        rows = SME.objects.visible_to(self.user).filter(project=self.project)
        extra = ["vat_number"] if "vat_number" in self.columns else []
        for pk, code, country, number, name, native, *vat in rows.values_list(
            "pk", "code", "country", "registration_number", "name", "native_name", *extra
        ):
            self.about[pk] = (code, name, _number(number))
            for kept in (number, *vat):
                if _number(kept):
                    self.numbers[(country, _number(kept))] = pk
            for alike in {_alike(name), _alike(native)} - {""}:
                self.names[(country, alike)].append(pk)
        self.numbers_in_file, self.names_in_file = {}, defaultdict(list)

    def identify_by_values(self, row):
        country = self._country(row)
        if country is None:
            return None
        number = _number(cells.text(row.get("registration_number")))
        vat = _vat(country, cells.text(row.get("vat_number")))
        names = {_alike(cells.text(row.get(name))) for name in ("name", "native_name")} - {""}
        for said in filter(None, (number, vat)):
            if (pk := self.numbers.get((country, said))) is not None:
                return self._known(row, pk)
        exact = cells.text(row.get("name")).strip().casefold()
        for folded in names:
            for pk in self.names[(country, folded)]:
                code, name, its_number = self.about[pk]
                if number and its_number and number != its_number:
                    continue  # the same name, and yet another firm
                if name.strip().casefold() == exact:
                    return self._known(row, pk)
                raise Repeated(
                    _(
                        "It looks like %(code)s %(name)s. If it is that firm, write %(code)s into the row's code; if "
                        "it is another one, write its registration number."
                    )
                    % {"code": code, "name": name}
                )
        self._once_in_file(row, country, number or vat, names)
        return None

    def _known(self, row, pk):
        if pk not in self.editable:
            raise ValidationError(
                {
                    NON_FIELD_ERRORS: _(
                        "This firm can't be brought in from here. Ask the coordinator to add it to your cluster."
                    )
                }
            )
        return self.once(row, ("pk", pk), pk)

    def _once_in_file(self, row, country, number, names):
        if number:
            first = self.numbers_in_file.setdefault((country, number), row["row_number"])
            if first != row["row_number"]:
                raise Repeated(
                    _("Row %(row)d of this file has the same number; this one is left out.")
                    % {"row": first}
                )
        for folded in names:
            for other, first in self.names_in_file[(country, folded)]:
                if not (number and other):
                    raise Repeated(
                        _("Row %(row)d of this file has the same name; this one is left out.")
                        % {"row": first}
                    )
        for folded in names:
            self.names_in_file[(country, folded)].append((number, row["row_number"]))

    def _country(self, row):
        cell = row.get("country")
        if cells.is_empty(cell):
            return self.defaults.get("country")
        try:
            return self.fields["country"].widget.clean(cell)
        except ValueError:
            return None


def _number(text):
    """A registration or VAT number without spaces, signs and capitals' difference."""
    return re.sub(r"[\W_]", "", str(text or "")).upper()


def _alike(name):
    """A firm's name as names are compared: without its legal form, in one script and spelling."""
    return " ".join(spelled(name))


def _vat(country, text):
    """A VAT number as the form keeps it, whether or not its country's letters were written."""
    try:
        return _number(vat_number(country, text))
    except ValidationError:
        return _number(text)


class OfCluster(Records):
    """Records that belong to a cluster, which the user has to keep."""

    key_relations = ("cluster",)

    def references(self):
        own = Cluster.objects.editable_by(self.user).filter(project=self.project)
        tasks = Task.objects.visible_to(self.user).filter(project=self.project)
        return {
            "cluster": one(
                own,
                _("No cluster of yours is called “%(words)s”."),
                _("Several clusters are called “%(words)s”: %(records)s."),
                names=["short_name", "name"],
                shown=lambda cluster: cluster.short_name,
            ),
            "task": one(
                tasks,
                _("No task of this project is called “%(words)s”."),
                _("Several tasks are called “%(words)s”: %(records)s."),
                names=["title"],
                shown=lambda task: task.code,
            ),
        }


@brought_in_by
class Services(OfCluster):
    kind = columns.SERVICES
    unknown = gettext_lazy(
        "No service of your clusters has the code %(code)s. Leave it empty for a new one."
    )
    key_columns = ("cluster", "title")

    class Meta(Records.Meta):
        model = Service

    def references(self):
        categories = ServiceCategory.objects.visible_to(self.user).filter(project=self.project)
        return {
            **super().references(),
            "category": one(
                categories,
                _(
                    "No category of this project is called “%(words)s”. The coordinator adds categories."
                ),
                _("Several categories are called “%(words)s”: %(records)s."),
                names=["name"],
                shown=lambda category: category.name,
            ),
        }

    def key(self, values):
        if not values["cluster"] or not values["title"]:
            return None
        return values["cluster"].pk, fold(values["title"])


@brought_in_by
class Managers(OfCluster):
    kind = columns.MANAGERS
    unknown = gettext_lazy(
        "No manager of your clusters has the code %(code)s. Leave it empty for a new one."
    )
    key_columns = ("cluster", "name")

    class Meta(Records.Meta):
        model = Manager

    def key(self, values):
        if not values["cluster"] or not values["name"]:
            return None
        return values["cluster"].pk, fold(values["name"])


def _firm(user, project):
    firms = SME.objects.visible_to(user).filter(project=project)
    return one(
        firms,
        _("No firm of this project is called “%(words)s”. Import the firms first."),
        _("Several firms are called “%(words)s”: %(records)s. Write the code of the one you mean."),
        names=["name", "native_name"],
        shown=lambda firm: f"{firm.code} · {firm.name}",
    )


@brought_in_by
class Contacts(Records):
    kind = columns.CONTACTS
    unknown = gettext_lazy(
        "No contact of yours has the code %(code)s. Leave it empty for a new one."
    )
    key_columns = ("partner", "sme", "email", "name")
    key_relations = ("partner", "sme")

    class Meta(Records.Meta):
        model = Contact

    def references(self):
        partners = Partner.objects.managed_by(self.user).filter(project=self.project)
        return {
            "sme": _firm(self.user, self.project),
            "partner": one(
                partners,
                _("No partner of yours is called “%(words)s”."),
                _("Several partners are called “%(words)s”: %(records)s."),
                names=["short_name", "name"],
                shown=lambda partner: partner.short_name,
            ),
        }

    def init_instance(self, row=None):
        instance = super().init_instance(row)
        if partner := self.defaults.get("partner"):
            instance.partner = partner
        return instance

    def key(self, values):
        who = fold(values["email"] or "") or fold(values["name"] or "")
        if not (values["partner"] and values["sme"] and who):
            return None
        return values["partner"].pk, values["sme"].pk, who


@brought_in_by
class ServiceRecords(OfCluster):
    kind = columns.RECORDS
    unknown = gettext_lazy(
        "No delivery of your clusters has the code %(code)s. Leave it empty for a new one."
    )
    key_columns = ("service", "sme", "date")
    key_relations = ("service", "sme")

    class Meta(Records.Meta):
        model = ServiceRecord

    def references(self):
        services = Service.objects.editable_by(self.user).filter(project=self.project)
        return {
            **super().references(),
            "service": one(
                services,
                _("No service of your clusters is called “%(words)s”."),
                _(
                    "Several services are called “%(words)s”: %(records)s. Write the code of the one you mean."
                ),
                names=["title"],
                shown=lambda service: f"{service.code} · {service.title}",
            ),
            "sme": _firm(self.user, self.project),
        }

    def key(self, values):
        if not all(values.values()):
            return None
        return values["service"].pk, values["sme"].pk, str(values["date"])
