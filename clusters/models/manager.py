from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from common.models import Record
from common.search import Searchable, SearchableQuerySet
from projects.models import Partner, Project, ProjectRecord, ProjectRecordQuerySet


class ManagerQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def contacts_visible_to(self, user):
        """Managers whose e-mail and telephone `user` reads: own partner's, and all for the coordinator."""
        return self.filter(
            Q(cluster__partner__in=Partner.objects.read_within_by(user))
            | Q(project__in=Project.objects.editable_by(user))
        )

    def with_waves(self):
        """Adds `baseline_done` and `end_done`: whether the manager has scores of that wave."""
        scores = apps.get_model("clusters", "Score").objects.filter(
            assessment__manager=OuterRef("pk")
        )
        return self.annotate(
            baseline_done=Exists(scores.filter(assessment__wave="baseline")),
            end_done=Exists(scores.filter(assessment__wave="end")),
        )


class Manager(ProjectRecord, Searchable):
    """A person who runs a cluster, whether or not they have a login."""

    PREFIX = "MG"
    SEARCHED = ("code", "name")
    DIGITS = 3

    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="managers"
    )
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role in the cluster"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("login"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="manager_records",
        help_text=_(
            "A member of the project who works for this partner; sees and fills own scores."
        ),
    )

    objects = ManagerQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("cluster manager")
        verbose_name_plural = _("cluster managers")
        ordering = ["cluster__partner__number", "name"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="manager_ends_after_start",
                violation_error_message=_("The last day is not to come before the first."),
            ),
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(user__isnull=False),
                name="manager_login_once",
                violation_error_message=_("Another manager of this project has this login."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("manager_detail", args=[self.project.slug, self.code])


class FurtherRole(Record):
    """What a manager is or was besides: in another cluster, or under another title. The person stays one."""

    manager = models.ForeignKey(Manager, on_delete=models.CASCADE, related_name="further_roles")
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("cluster"),
        on_delete=models.PROTECT,
        related_name="further_managers",
    )
    role = models.CharField(_("role in the cluster"), max_length=100)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class FurtherRoleQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(manager__in=Manager.objects.visible_to(user))

        def editable_by(self, user):
            """Those who keep the manager's record add roles in any cluster that they keep."""
            return self.filter(
                manager__in=Manager.objects.editable_by(user),
                cluster__in=Cluster.objects.editable_by(user),
            )

    objects = FurtherRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("further role")
        verbose_name_plural = _("further roles")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="furtherrole_ends_after_start",
                violation_error_message=_("The last day is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.role}, {self.cluster}"

    def get_absolute_url(self):
        return self.manager.get_absolute_url()
