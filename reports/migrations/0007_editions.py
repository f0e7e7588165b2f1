import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    *("service_record", "label", "attendance", "assessment", "agreement", "meeting", "country"),
    *("dissemination", "policy_meeting", "strategy"),
    *("service", "event", "activity", "deliverable", "reading"),
]


def submitted_ones(apps, schema_editor):
    """A rendering that was submitted becomes a version that was locked and submitted at that moment."""
    Rendering, Edition, Turn, Basis = (
        apps.get_model("reports", name) for name in ("Rendering", "Edition", "Turn", "Basis")
    )
    for row in Rendering.objects.filter(submitted_at__isnull=False):
        edition = Edition.objects.create(
            project_id=row.project_id,
            period_id=row.period_id,
            number=row.number,
            state="submitted",
            snapshot=row.snapshot,
            snapshot_sha256=row.snapshot_sha256,
            locked_by_id=row.submitted_by_id,
            locked_at=row.submitted_at,
            submitted_by_id=row.submitted_by_id,
            submitted_at=row.submitted_at,
        )
        for kind in ("locked", "submitted"):
            Turn.objects.create(
                edition=edition, kind=kind, who_id=row.submitted_by_id, at=row.submitted_at
            )
        Rendering.objects.filter(pk=row.pk).update(edition=edition, final=True)
        Basis.objects.filter(report_id=row.pk).update(edition=edition)


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0011_report_chapters"),
        ("reports", "0006_report_chapters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("state", models.CharField(choices=[("locked", "Locked for review"), ("submitted", "Submitted"), ("returned", "Returned by the funder"), ("approved", "Approved"), ("opened", "Opened again")], default="locked", editable=False, max_length=10, verbose_name="state")),
                ("texts_only", models.BooleanField(default=False, editable=False, help_text="Opened again for its texts; its figures stay.")),
                ("snapshot", models.JSONField(editable=False)),
                ("snapshot_sha256", models.CharField(editable=False, max_length=64)),
                ("locked_at", models.DateTimeField(editable=False, verbose_name="locked on")),
                ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="submitted on")),
                ("locked_by", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="locked by")),
                ("period", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="projects.reportingperiod", verbose_name="reporting period")),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="editions", to="projects.project")),
                ("submitted_by", models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="submitted by")),
            ],
            options={
                "verbose_name": "version of a report",
                "verbose_name_plural": "versions of reports",
                "ordering": ["-period__number", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("period", "number"), name="edition_number_once"),
                    models.UniqueConstraint(condition=Q(("state__in", ["locked", "submitted", "returned", "approved"])), fields=("period",), name="edition_one_closed", violation_error_message="The report of this period is locked already."),
                    models.CheckConstraint(condition=Q(Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)), Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)), _connector="OR"), name="edition_submitted_by_whom"),
                    models.CheckConstraint(condition=Q(("state__in", ["locked", "opened"]), ("submitted_at__isnull", False), _connector="OR"), name="edition_answered_after_submission"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("locked", "Locked for review"), ("opened", "Opened again, texts and figures"), ("opened-texts", "Opened again, texts only"), ("submitted", "Submitted"), ("returned", "Returned by the funder"), ("approved", "Approved by the funder")], max_length=12)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.TextField(blank=True, verbose_name="why")),
                ("edition", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="reports.edition")),
                ("who", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "step of a report", "verbose_name_plural": "steps of reports"},
        ),
        migrations.AddField("rendering", "edition", models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renderings", to="reports.edition", verbose_name="locked version")),
        migrations.AddField("rendering", "final", models.BooleanField(default=False, editable=False, help_text="With the stamp of the submission, not as a draft.")),
        migrations.AddField("rendering", "environment", models.CharField(blank=True, editable=False, help_text="What besides the content makes the file: template, language, renderer; hashed.", max_length=64)),
        *(
            migrations.RemoveConstraint(
                "basis", "basis_once" if kind == "service_record" else f"basis_{kind}_once"
            )
            for kind in KINDS
        ),
        migrations.AddField("basis", "edition", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="reports.edition")),
        migrations.RunPython(submitted_ones, migrations.RunPython.noop),
    ]
