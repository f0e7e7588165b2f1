"""Reading many tables as they were at one moment."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment():
    """A transaction whose queries all see the database as it was when it began.

    PostgreSQL is asked for it; SQLite's transactions are so by themselves. Within another transaction there is no
    asking any more: it is then as the outer one.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
