"""Finding activities by a part of what was written stays quick with hundreds of thousands, on PostgreSQL."""

from django.db import migrations

INDEX = "activity_folded_trigrams"


def add_index(apps, schema_editor):
    # SQLite looks at each row instead: enough for what a project without a server logs.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON events_activity USING gin (folded gin_trgm_ops)"
        )


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    # clusters 0003 brings the extension, and takes it away again.
    dependencies = [("events", "0004_activities"), ("clusters", "0003_trigrams_of_firms")]

    operations = [migrations.RunPython(add_index, remove_index)]
