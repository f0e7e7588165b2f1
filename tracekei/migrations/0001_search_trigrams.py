"""Search across a project stays quick with a million records, on PostgreSQL: an index of each kind's folded text."""

from django.db import migrations

# Firms and activities have theirs (clusters 0003, which brings the extension, and events 0005).
TABLES = [
    "clusters_contact",
    "clusters_label",
    "clusters_manager",
    "clusters_roadmapaction",
    "clusters_service",
    "clusters_servicerecord",
    "clusters_strategy",
    "clusters_strategyobjective",
    "clusters_strategystage",
    "clusters_strategyversion",
    "events_acquaintance",
    "events_agreement",
    "events_collaboration",
    "events_dissemination",
    "events_event",
    "events_marketstep",
    "events_meeting",
    "events_outsidecluster",
    "events_policymeeting",
    "events_synergy",
    "projects_evidence",
    "workpackages_deliverable",
    "workpackages_milestone",
    "workpackages_risk",
    "workpackages_task",
    "workpackages_workpackage",
]


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f"CREATE INDEX {table}_folded_trigrams ON {table} USING gin (folded gin_trgm_ops)"
            )


def remove_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_folded_trigrams")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0007_privacy_notice"),
        ("workpackages", "0003_numbers_of_the_plan"),
        ("clusters", "0016_strategies"),
        ("events", "0010_registration_and_evaluation"),
    ]

    operations = [migrations.RunPython(add_indexes, remove_indexes)]
