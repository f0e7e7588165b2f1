"""To whom a record belongs: its responsible member, else the people of its partner, else the coordinators."""

from collections import defaultdict

from projects.models import Membership, Role

WORKERS = (Role.STAFF, Role.CLUSTER_MANAGER)  # who log what a partner does
KEEPERS = (Role.CLUSTER_MANAGER,)  # who keep its clusters
LEADERS = (Role.COORDINATOR,)


class People:
    """The members of some projects as they are today, read in one query."""

    def __init__(self, projects):
        members = (
            Membership.objects.active()
            .filter(project__in=projects, user__is_active=True)
            .select_related("user", "partner", "project")
            .order_by("project", "partner__number", "user__name", "pk")
        )
        self.members = {member.pk: member for member in members}
        self._coordinators = defaultdict(list)
        self._of_partner = defaultdict(list)
        for member in self.members.values():
            if member.role == Role.COORDINATOR:
                self._coordinators[member.project_id].append(member)
            if member.partner_id:
                self._of_partner[member.partner_id].append(member)

    def coordinators(self, project_id):
        return self._coordinators[project_id]

    def answerable(self, record, *, partners=(), roles=WORKERS) -> list[Membership]:
        """The members to whom `record` belongs: who is named `responsible` in it, else those in `roles` of its
        `partners` (ids; a partner's coordinators are its people too), else the project's coordinators.
        """
        named = self.members.get(getattr(record, "responsible_id", None))
        if named:
            return [named]
        wanted = {*roles, Role.COORDINATOR}
        found = [
            member
            for partner in dict.fromkeys(partners)
            for member in self._of_partner[partner]
            if member.role in wanted
        ]
        return found or self.coordinators(record.project_id)
