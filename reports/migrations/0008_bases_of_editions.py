"""Apart from 0007: PostgreSQL alters no table in the step in which its rows were changed."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    *("service_record", "label", "attendance", "assessment", "agreement", "meeting", "country"),
    *("dissemination", "policy_meeting", "strategy"),
    *("service", "event", "activity", "deliverable", "reading"),
]


class Migration(migrations.Migration):

    dependencies = [("reports", "0007_editions")]

    operations = [
        migrations.RemoveField("basis", "report"),
        migrations.RenameField("basis", "edition", "report"),
        migrations.AlterField("basis", "report", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="reports.edition")),
        *(
            migrations.AddConstraint(
                "basis",
                models.UniqueConstraint(
                    fields=("report", kind, "evidence"),
                    name="basis_once" if kind == "service_record" else f"basis_{kind}_once",
                ),
            )
            for kind in KINDS
        ),
        migrations.AlterModelOptions("basis", {"verbose_name": "record of a locked report", "verbose_name_plural": "records of locked reports"}),
        migrations.RemoveConstraint("rendering", "rendering_submitted_once"),
        migrations.RemoveConstraint("rendering", "rendering_submitted_is_done"),
        migrations.RemoveField("rendering", "submitted_at"),
        migrations.RemoveField("rendering", "submitted_by"),
        migrations.RemoveConstraint("rendering", "rendering_number_once"),
        migrations.RemoveConstraint("rendering", "rendering_one_at_a_time"),
        migrations.AddConstraint("rendering", models.UniqueConstraint(fields=("period", "number", "final"), name="rendering_number_once")),
        migrations.AddConstraint("rendering", models.UniqueConstraint(condition=Q(("edition__isnull", True), ("state__in", ["queued", "running"])), fields=("period",), name="rendering_one_at_a_time", violation_error_message="A report of this period is being made already.")),
        migrations.AddConstraint("rendering", models.UniqueConstraint(fields=("edition", "final"), name="rendering_edition_once")),
        migrations.AddConstraint("rendering", models.CheckConstraint(condition=Q(("final", False), ("edition__isnull", False), _connector="OR"), name="rendering_final_is_locked")),
    ]
