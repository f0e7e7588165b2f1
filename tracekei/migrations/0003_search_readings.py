"""Search finds readings as quickly as the rest, on PostgreSQL."""

from django.db import migrations

TABLE = "indicators_reading"


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {TABLE}_folded_trigrams ON {TABLE} USING gin (folded gin_trgm_ops)"
        )


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {TABLE}_folded_trigrams")


class Migration(migrations.Migration):
    dependencies = [
        ("tracekei", "0002_public_page"),
        ("indicators", "0004_definitions_readings_and_changes"),
    ]

    operations = [migrations.RunPython(add_index, remove_index)]
