"""What addresses may answer, for the tables of `tests/test_access.py`."""

OK, MOVED, LOGIN, NO, GONE = 200, 302, "login", 403, 404

# name: (arguments, anonymous, stranger, viewer, staff, manager, coordinator); POST where the method is named.
P = ["trace"]
EVERYONE_IN = (LOGIN, GONE, OK, OK, OK, OK)
# A manager of one cluster is led to the list of that cluster (tests/test_lists.py).
OWN_CLUSTER_FIRST = (LOGIN, GONE, OK, OK, MOVED, OK)
WRITERS = (LOGIN, GONE, NO, NO, OK, OK)
COORDINATOR = (LOGIN, GONE, NO, NO, NO, OK)
OWN_PARTNER = (LOGIN, GONE, GONE, OK, OK, OK)
PUBLIC = (OK, OK, OK, OK, OK, OK)
SIGNED_IN = (LOGIN, OK, OK, OK, OK, OK)
# Whoever logs for a partner: its staff, its cluster managers, and the coordinator.
LOGGERS = (LOGIN, GONE, NO, OK, OK, OK)
