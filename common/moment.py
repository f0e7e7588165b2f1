"""Reading many tables as they were at one moment."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment(*still):
    """A transaction whose queries all see the database as it was when it began.

    still: models that nobody writes meanwhile; who is at it is waited for, and who comes later waits. So what is
    written in them is either seen here or written by somebody who sees what was done here.
    PostgreSQL is asked for both; SQLite's transactions are so by themselves. Within another transaction there is no
    asking any more: it is then as the outer one.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                if still:
                    # Before the first query, which fixes the moment.
                    names = (connection.ops.quote_name(model._meta.db_table) for model in still)
                    cursor.execute(f"LOCK TABLE {', '.join(names)} IN SHARE MODE")
        yield
