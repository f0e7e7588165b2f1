"""Invented people: accounts with a password that everyone knows, memberships, managers of clusters."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import User
from clusters.models import Cluster, Manager
from projects.models import Membership, Numbering, Role

PASSWORD = "cluster-excellence"  # noqa: S105 - of accounts that everyone may try


@dataclass
class People:
    """Who logs and verifies: the coordinator, and the manager and the staff member of each cluster."""

    coordinator: User
    managers: dict[Cluster, User]
    staff: dict[Cluster, User]


def add_people(project, plan):
    """Add the plan's accounts, memberships and managers to `project`; an account that exists stays as it is."""
    clusters = {
        cluster.short_name: cluster for cluster in project.clusters.select_related("partner")
    }
    users = _accounts([person for person, _role, _partner in _members(plan, clusters)])
    partners = {partner.short_name: partner for partner in project.partners.all()}
    for person, role, partner in _members(plan, clusters):
        Membership.objects.get_or_create(
            project=project,
            user=users[person["email"]],
            defaults={"role": role, "partner": partner or partners.get(person.get("partner"))},
        )
    people = People(
        coordinator=users[plan["members"][0]["email"]],
        managers={
            clusters[name]: users[its["manager"]["email"]] for name, its in plan["clusters"].items()
        },
        staff={
            clusters[name]: users[its["staff"]["email"]] for name, its in plan["clusters"].items()
        },
    )
    _add_managers(project, plan, people)
    return people


def _members(plan, clusters):
    """Yield each member as (person, role, partner); those named for the whole project first."""
    for person in plan["members"]:
        yield person, person["role"], None
    for name, its in plan["clusters"].items():
        yield its["manager"], Role.CLUSTER_MANAGER, clusters[name].partner
        yield its["staff"], Role.STAFF, clusters[name].partner


def _accounts(persons):
    """The persons' accounts by e-mail address, made where there is none."""
    password = make_password(
        PASSWORD
    )  # once: hashing is slow on purpose, and this one is no secret
    emails = [person["email"] for person in persons]
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    User.objects.bulk_create(
        User(email=person["email"], name=person["name"], password=password)
        for person in persons
        if person["email"] not in there
    )
    return {user.email: user for user in User.objects.filter(email__in=emails)}


def _add_managers(project, plan, people):
    managers = []
    for cluster, user in people.managers.items():
        other = plan["clusters"][cluster.short_name]["other_manager"]
        managers += [
            Manager(
                cluster=cluster, name=user.name, email=user.email, user=user, role="Cluster manager"
            ),
            Manager(cluster=cluster, name=other, role="Deputy cluster manager"),
        ]
    numbers = Numbering.take(project, Manager.PREFIX, len(managers))
    for manager, number in zip(managers, numbers, strict=True):
        manager.project = project
        manager.code = Manager.code_for(number)
        manager.since = project.start
        manager.demonstration = True
    Manager.objects.bulk_create(managers)
