from django.db import migrations


class Migration(migrations.Migration):
    """Apart from 0005, which copies what this column holds."""

    dependencies = [("clusters", "0009_cluster_profile")]

    operations = [migrations.RemoveField(model_name="cluster", name="sector")]
