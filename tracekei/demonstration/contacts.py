"""Invented contacts: for most firms the person whom the cluster's partner writes to."""

from datetime import timedelta
from random import Random

from clusters.models import Contact, LegalBasis
from common.search import fold
from projects.models import Numbering

KNOWN = 0.7  # the share of a cluster's firms of which its partner knows a person
BASES = {LegalBasis.CONSENT: 55, LegalBasis.INTEREST: 30, LegalBasis.CONTRACT: 15}


def add_contacts(project, members, people, persons):
    """Add contacts to `project` and return them; `members`: the SMEs by cluster, `persons`: the lists of names."""
    rng = Random(f"{project.slug} contacts")  # noqa: S311 - invented data, no secret
    contacts = [
        _contact(cluster, sme, people, persons, rng)
        for cluster, smes in members.items()
        for sme in smes
        if rng.random() < KNOWN
    ]
    numbers = Numbering.take(project, Contact.PREFIX, len(contacts))
    for number, contact in zip(numbers, contacts, strict=True):
        contact.code = Contact.code_for(number)
    return Contact.objects.bulk_create(contacts, batch_size=500)


def _contact(cluster, sme, people, persons, rng):
    names = rng.choice(persons[sme.country.code])
    given, surname = rng.choice(names["given"]), rng.choice(names["surnames"])
    [basis] = rng.choices([*BASES], [*BASES.values()])
    mailbox = ".".join(fold(part).replace(" ", "") for part in (given, surname))
    return Contact(
        project=sme.project,
        sme=sme,
        partner=cluster.partner,
        name=f"{surname} {given}" if names.get("surname_first") else f"{given} {surname}",
        position=rng.choice(persons["positions"]),
        email=f"{mailbox}@{sme.code.lower()}.example",
        legal_basis=basis,
        notice_version="1.0" if rng.random() < 0.6 else "1.1",
        informed_on=sme.project.start + timedelta(days=rng.randrange(200)),
        created_by=people.managers[cluster],
        demonstration=True,
    )
