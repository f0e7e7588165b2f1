"""Finding firms by a part of their name stays quick with hundreds of thousands of them, on PostgreSQL."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

INDEX = "sme_folded_trigrams"


def add_index(apps, schema_editor):
    # SQLite looks at each row instead: enough for the firms that a project without a server has.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON clusters_sme USING gin (folded gin_trgm_ops)"
        )


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("clusters", "0002_contacts_of_firms")]

    operations = [
        TrigramExtension(),
        migrations.RunPython(add_index, remove_index),
    ]
