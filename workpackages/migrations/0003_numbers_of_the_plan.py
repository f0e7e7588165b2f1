"""Work packages and tasks that were there before get their codes, their words for the search and their sendings."""

import uuid

from django.db import migrations, models

from common.search import fold


def fill(apps, schema_editor):
    for name in ("WorkPackage", "Task"):
        for row in apps.get_model("workpackages", name).objects.all():
            if name == "WorkPackage":
                row.code = f"WP{row.number}"
            row.folded = f"{fold(row.code)} | {fold(row.title)}"
            row.submission = uuid.uuid4()
            row.save(update_fields=["code", "folded", "submission"])


class Migration(migrations.Migration):

    dependencies = [
        ('workpackages', '0002_plan_kept_by_hand'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='task',
            name='submission',
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text='The sending of the form that made this record; sent twice, it makes one.', unique=True),
        ),
        migrations.AlterField(
            model_name='workpackage',
            name='submission',
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text='The sending of the form that made this record; sent twice, it makes one.', unique=True),
        ),
    ]
