from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.likeness import in_words
from clusters.models.cluster import Cluster
from clusters.models.sme import SME, ClusterMembership
from projects.models import Project


class LikelyPairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Pairs of which `user` sees both firms; one that was merged is in no list, so its pairs are not."""
        firms = SME.objects.visible_to(user)
        return self.filter(one__in=firms, other__in=firms)

    def editable_by(self, user):
        """Those who keep one of the firms say whether it is the same."""
        firms = SME.objects.editable_by(user)
        return self.visible_to(user).filter(Q(one__in=firms) | Q(other__in=firms))

    def open(self):
        """Pairs about which nobody has decided."""
        return self.filter(different=False)

    def in_cluster(self, cluster):
        members = ClusterMembership.objects.filter(cluster=cluster).values("sme")
        return self.filter(Q(one__in=members) | Q(other__in=members))

    def kept_by(self, user):
        """Pairs with a firm of a cluster that `user` manages."""
        members = ClusterMembership.objects.filter(cluster__in=Cluster.objects.editable_by(user))
        firms = members.values("sme")
        return self.filter(Q(one__in=firms) | Q(other__in=firms))

    def matching(self, text):
        firms = SME.objects.matching(text)
        return self.filter(Q(one__in=firms) | Q(other__in=firms)) if text.strip() else self

    def with_right(self, user):
        """Adds `may_decide`: whether `user` keeps one of the firms."""
        firms = SME.objects.editable_by(user).values("pk")
        keeps = Q(one__in=firms) | Q(other__in=firms)
        return self.annotate(may_decide=ExpressionWrapper(keeps, models.BooleanField()))

    def for_list(self):
        return self.select_related("project", "one__project", "other__project").prefetch_related(
            "one__clusters", "other__clusters"
        )


class LikelyPair(models.Model):
    """Two firms of a project that may be the same, with the reasons; or that a person has said are not."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="likely_pairs")
    one = models.ForeignKey(SME, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(SME, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("likeness"))
    reasons = models.JSONField(_("why"), default=list)
    facts = models.CharField(max_length=49, help_text=_("What was compared, as a digest."))
    different = models.BooleanField(_("not the same"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = LikelyPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["-score", "one", "other"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likelypair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likelypair_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["project", "-score", "one", "other"],
                name="likelypair_ranked",
                condition=Q(different=False),
            )
        ]

    def __str__(self):
        return f"{self.one} – {self.other}"

    def get_absolute_url(self):
        return reverse("merge_firms", args=[self.project.slug, self.one.code, self.other.code])

    @property
    def sentences(self):
        return list(in_words(self.reasons))
