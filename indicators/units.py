"""What the units of a figure are called, and where each opens, for one reader."""

from dataclasses import dataclass

from django_countries import countries


@dataclass(frozen=True)
class Named:
    """A unit under its code and name; no address for what the reader may not open."""

    code: str
    name: str
    url: str = ""


def named_units(figure, units, reader) -> dict[object, Named]:
    """Code, name and address of `units` of a figure as `reader` may read them: {unit: Named}. One query a kind of
    unit; what the reader may not see is left out."""
    measure, wanted, found = figure.measure, set(units), {}
    for source in {measure.unit_model_of(each): each for each in measure.sources}.values():
        model = measure.unit_model_of(source)
        if model is None:
            found |= {code: Named(code, countries.name(code)) for code in wanted}
            continue
        keys = [
            unit if source.unit_model is None else unit[1]
            for unit in wanted
            if _is_of(unit, source)
        ]
        rows = model._default_manager.visible_to(reader).filter(pk__in=keys)
        for row in rows.for_list() if hasattr(rows, "for_list") else rows.select_related("project"):
            code = getattr(row, "code", "") or f"{row.event.code}/{row.pk}"
            name = str(row).removeprefix(code).strip() if hasattr(row, "code") else str(row.event)
            address = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
            found[measure.unit_of(source, row.pk)] = Named(code, name, address)
    return found


def _is_of(unit, source):
    """Whether a unit is of the kind that `source` makes count."""
    if source.unit_model is None:
        return not isinstance(unit, tuple)
    return isinstance(unit, tuple) and unit[0] == source.unit_model._meta.label
