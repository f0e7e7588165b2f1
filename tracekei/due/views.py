"""The pages of what is due: one's own, and for the coordinator everybody's."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from projects.models import Project
from tracekei.due.duties import Nearness, by_nearness, duties, duties_of

SHOWN = 100  # of one group
FIRST = 6  # on other pages


def first_due(user, projects):
    """What is due next for `user`, for a card on another page: the first rows, how many there are and are late."""
    own = duties_of(user=user, projects=projects)
    return {
        "first": own[:FIRST],
        "count": len(own),
        "late": sum(duty.nearness == Nearness.LATE for duty in own),
    }


def grouped(found):
    """The groups of a list of duties as a page shows them."""
    return [
        {
            "nearness": nearness,
            "rows": rows[:SHOWN],
            "count": len(rows),
            "more": max(len(rows) - SHOWN, 0),
        }
        for nearness, rows in by_nearness(found)
    ]


class DueList(generic.TemplateView):
    """What is due for the reader in this project."""

    template_name = "due/due_list.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        own = duties_of(user=user, projects=[project])
        return super().get_context_data(groups=grouped(own), here="mine", **kwargs)


class DueOfAll(generic.TemplateView):
    """Who is late with what, by partner and by person; for the coordinator."""

    template_name = "due/due_of_all.html"
    title = gettext_lazy("Who is late with what")

    def dispatch(self, request, *args, **kwargs):
        if not Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists():
            raise PermissionDenied(_("What is due for others is read by the coordinator."))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        found = duties(user=self.request.user, projects=[self.request.project])
        return super().get_context_data(partners=by_partner(found), here="all", **kwargs)


def by_partner(found):
    """The duties by partner and by those who have them together; whoever is late with most comes first."""
    partners = {}
    for duty in found:
        partner = duty.owners[0].partner if duty.owners else None
        key = str(partner or _("Coordination"))
        people = tuple(member.user for member in duty.owners)
        partners.setdefault(key, {}).setdefault(people, []).append(duty)
    rows = [
        {
            "partner": partner,
            **_counted([duty for own in people.values() for duty in own]),
            "people": sorted(
                (
                    {"people": who, "groups": grouped(own), **_counted(own)}
                    for who, own in people.items()
                ),
                key=lambda row: (-row["late"], -row["count"]),
            ),
        }
        for partner, people in partners.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"], -row["count"], row["partner"]))


def _counted(found):
    return {
        "count": len(found),
        "late": sum(duty.nearness == Nearness.LATE for duty in found),
        "week": sum(duty.nearness == Nearness.WEEK for duty in found),
    }
