import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters import nace
from clusters.models import (
    SME,
    Answer,
    Asked,
    Cluster,
    ClusterMembership,
    Confirmation,
    Contact,
    FirmAnswer,
    LegalBasis,
    LikelyPair,
    Manager,
    Merge,
    MergeState,
    Novelty,
    Question,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
    State,
    When,
)
from common.filters import PortalFilterSet, date_from, date_to
from projects.models import Partner

ANY = _("All")


class SMEFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(),
        label=_("Cluster"),
        method="by_membership",
        empty_label=ANY,
    )
    member = django_filters.ChoiceFilter(
        label=_("Membership"),
        choices=[("now", _("Members now")), ("former", _("Former members"))],
        method="by_membership",
        empty_label=ANY,
    )
    country = django_filters.ChoiceFilter(label=_("Country"), empty_label=ANY)
    size_class = django_filters.ChoiceFilter(label=_("Size"), choices=SizeClass, empty_label=ANY)
    nace = django_filters.ChoiceFilter(
        label=_("Activity"), choices=nace.choices, lookup_expr="startswith", empty_label=ANY
    )
    served = django_filters.ChoiceFilter(
        label=_("Served"),
        choices=[("yes", _("Served")), ("no", _("Not served yet"))],
        method="by_served",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = SME
        fields = ["q", "cluster", "member", "country", "size_class", "nace", "served"]

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        codes = (
            Partner.objects.filter(project=project)
            .order_by("country")
            .values_list("country", flat=True)
        )
        self.form.fields["country"].choices = [("", ANY)] + [
            (code, countries.name(code)) for code in dict.fromkeys(codes)
        ]

    def by_membership(self, queryset, name, value):
        """Members of the chosen cluster, or of any; of today, or of former days, if that is chosen too."""
        chosen = self.form.cleaned_data
        memberships = ClusterMembership.objects.all()
        if chosen.get("cluster"):
            memberships = memberships.filter(cluster=chosen["cluster"])
        now = memberships.current().values("sme")
        if chosen.get("member") == "former":
            return queryset.filter(pk__in=memberships.values("sme")).exclude(pk__in=now)
        return queryset.filter(pk__in=now if chosen.get("member") else memberships.values("sme"))

    def by_served(self, queryset, name, value):
        served = ServiceRecord.objects.delivered().values("sme")
        return queryset.filter(pk__in=served) if value == "yes" else queryset.exclude(pk__in=served)


class ContactFilter(PortalFilterSet):
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.all(), label=_("Partner"), empty_label=ANY
    )
    legal_basis = django_filters.ChoiceFilter(
        label=_("Legal basis"), choices=LegalBasis, empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Contact
        fields = ["q", "partner", "legal_basis"]


class ManagerFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )

    assessed = django_filters.ChoiceFilter(
        label=_("Assessed"),
        choices=[
            ("none", _("Not yet")),
            ("baseline", _("At baseline, not at the end")),
            ("both", _("At baseline and at the end")),
        ],
        method="by_assessed",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Manager
        fields = ["q", "cluster", "assessed"]

    def by_assessed(self, queryset, name, value):
        done = {
            "none": {"baseline_done": False},
            "baseline": {"baseline_done": True, "end_done": False},
            "both": {"baseline_done": True, "end_done": True},
        }
        return queryset.with_waves().filter(**done[value])


class ServiceFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    category = django_filters.ModelChoiceFilter(
        queryset=ServiceCategory.objects.all(), label=_("Category"), empty_label=ANY
    )
    novelty = django_filters.ChoiceFilter(
        label=_("Against baseline"), choices=Novelty, empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Service
        fields = ["q", "cluster", "category", "novelty"]


class FirmSays(models.TextChoices):
    """What became of asking a firm."""

    YES = "yes", _("Yes, received")
    NO = "no", _("No, not so")
    WAITING = "waiting", _("Asked, no answer yet")
    UNSENT = "unsent", _("Mail not sent")

    def confirmations(self):
        return {
            FirmSays.YES: Confirmation.objects.standing(),
            FirmSays.NO: Confirmation.objects.filter(answer=FirmAnswer.NO),
            FirmSays.WAITING: Confirmation.objects.under_way(),
            FirmSays.UNSENT: Confirmation.objects.filter(
                answered_at__isnull=True, sent_at__isnull=True
            ),
        }[self]


def together():
    """Those logged in one form; links carry it, nobody types it."""
    return django_filters.UUIDFilter(widget=forms.HiddenInput)


class ServiceRecordFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=State, empty_label=ANY)
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))
    proof = django_filters.ChoiceFilter(
        label=_("Proof"),
        choices=[("yes", _("With proof")), ("no", _("Without proof"))],
        method="by_proof",
        empty_label=ANY,
    )
    verified = django_filters.ChoiceFilter(
        label=_("Verified"),
        choices=[("yes", _("Verified")), ("no", _("Not verified"))],
        method="by_verified",
        empty_label=ANY,
    )

    answer = django_filters.ChoiceFilter(
        label=_("The firm says"), choices=FirmSays, method="by_answer", empty_label=ANY
    )
    together = together()

    class Meta(PortalFilterSet.Meta):
        model = ServiceRecord
        fields = [
            "q",
            "cluster",
            "state",
            "since",
            "until",
            "proof",
            "verified",
            "answer",
            "together",
        ]

    def by_answer(self, queryset, name, value):
        return queryset.filter(pk__in=FirmSays(value).confirmations().values("record"))

    def by_verified(self, queryset, name, value):
        return queryset.filter(verified_by__isnull=value == "no")

    def by_proof(self, queryset, name, value):
        return queryset.proven(value == "yes")


class WaitingFilter(PortalFilterSet):
    """Of the deliveries that wait for somebody: by cluster, service and day."""

    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))
    together = together()

    class Meta(PortalFilterSet.Meta):
        model = ServiceRecord
        fields = ["q", "cluster", "since", "until", "together"]


def _firms(text):
    return SME.objects.matching(text.replace("\x00", ""))


class AskedFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Asked by"), empty_label=ANY
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("handed_in", _("Handed in")),
            ("begun", _("Begun")),
            ("silent", _("Nothing answered")),
            ("no_address", _("No address")),
            ("failed", _("Mail not sent")),
        ],
        method="by_state",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Asked
        fields = ["q", "cluster", "state"]

    def search(self, queryset, name, value):
        return queryset.filter(sme__in=_firms(value))

    def by_state(self, queryset, name, value):
        if value == "handed_in":
            return queryset.handed_in()
        queryset = queryset.filter(handed_in_at__isnull=True)
        return {
            "begun": queryset.filter(begun=True),
            "silent": queryset.filter(begun=False),
            "no_address": queryset.filter(contact_id__isnull=True),
            "failed": queryset.filter(last_state__in=["failed", "interrupted"]),
        }[value]


class AnswerFilter(PortalFilterSet):
    wave = django_filters.ChoiceFilter(
        "asked__wave__kind", label=_("Wave"), choices=When, empty_label=ANY
    )
    cluster = django_filters.ModelChoiceFilter(
        "asked__cluster", queryset=Cluster.objects.all(), label=_("Asked by"), empty_label=ANY
    )
    question = django_filters.ModelChoiceFilter(
        queryset=Question.objects.all(), label=_("Question"), empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Answer
        fields = ["q", "wave", "cluster", "question"]

    def search(self, queryset, name, value):
        return queryset.filter(asked__sme__in=_firms(value))


class PairFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(),
        label=_("Cluster"),
        empty_label=ANY,
        method="by_cluster",
    )
    own = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("With a firm of ours"))],
        method="by_own",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = LikelyPair
        fields = ["q", "cluster", "own"]

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, user=user, **kwargs)

    def by_cluster(self, queryset, name, value):
        return queryset.in_cluster(value)

    def by_own(self, queryset, name, value):
        return queryset.kept_by(self.user)


class MergeFilter(PortalFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=MergeState, empty_label=ANY)

    class Meta(PortalFilterSet.Meta):
        model = Merge
        fields = ["q", "state"]
