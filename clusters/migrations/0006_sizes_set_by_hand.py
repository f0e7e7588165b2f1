from django.db import migrations
from django.db.models import F


def keep_as_set_by_hand(apps, schema_editor):
    """Sizes were chosen by hand so far: they stay, as such, and say so."""
    firms = apps.get_model("clusters", "SME").objects.exclude(size_class="unknown")
    firms.filter(size_override="").update(
        size_override=F("size_class"), size_reason="Entered by hand, without figures."
    )


class Migration(migrations.Migration):
    dependencies = [("clusters", "0005_figures_of_firms")]

    operations = [migrations.RunPython(keep_as_set_by_hand, migrations.RunPython.noop)]
