"""Imports are of all rooms: their tables go to `projects`, with what they hold."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0014_firms_counted_by_index'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable('Import', 'projects_import'),
                migrations.AlterModelTable('ImportRow', 'projects_importrow'),
            ],
            state_operations=[
                migrations.RemoveField(model_name='importrow', name='source'),
                migrations.DeleteModel(name='Import'),
                migrations.DeleteModel(name='ImportRow'),
            ],
        ),
    ]
