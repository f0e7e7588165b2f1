from django.db import migrations, models


def name_them(apps, schema_editor):
    editions = apps.get_model("reports", "Edition").objects.filter(submitted_at__isnull=False)
    for edition in editions.select_related("submitted_by"):
        edition.submitter = edition.submitted_by.name or edition.submitted_by.email
        edition.save(update_fields=["submitter"])


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0010_audit_boxes'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='submitter',
            field=models.CharField(blank=True, editable=False, help_text='As it was then and as the file says it.', max_length=200, verbose_name="submitter's name"),
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]
