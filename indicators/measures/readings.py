"""What no record of the portal holds: readings that people type, with evidence, each decided by a second person."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.measures.declaration import Condition, How, Measure, Source
from indicators.models.reading import Reading


def _typed(key, name, how):
    return Measure(
        key=key,
        name=name,
        how=how,
        units=_("readings"),
        unit_model=Reading,
        sources=(
            Source(
                records=_("readings"),
                rows=lambda project: Reading.objects.filter(project=project),
                date="date",
                cluster="cluster",
                evidence="evidence",
                vouched=lambda: Q(accepted=True),
                unit="pk",
                amount="value",
                indicator="indicator",
                conditions=(
                    Condition(
                        _("accepted by a second person"),
                        _("waiting to be accepted, or refused"),
                        lambda project: Q(accepted=True),
                    ),
                ),
            ),
        ),
    )


TYPED_LATEST = _typed("typed_latest", _("Typed by hand: the latest reading"), How.LATEST)
TYPED_SUM = _typed("typed_sum", _("Typed by hand: all readings added up"), How.SUM)
TYPED_AVERAGE = _typed("typed_average", _("Typed by hand: the average of readings"), How.AVERAGE)
TYPED_YES_NO = _typed("typed_yes_no", _("Typed by hand: yes or no"), How.YES_NO)
