"""Where a figure is going, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.figures import Figure, Split
from indicators.wording import plain, said

NAMED = 3  # clusters that a sentence names


def outlook(figure: Figure, split: Split | None) -> list[str]:
    """What the pace of the last six months comes to, what the target takes, and which clusters fall short of theirs;
    a sentence each, none where there is nothing to carry on."""
    if figure.measure is None or figure.as_of >= figure.project.end:
        return []
    if not figure.measure.how.adds_up:
        gliding = _("An average, a share or a reading has no pace, so nothing is forecast.")
        return [gliding] if figure.measure.is_gliding else []
    sentences = []
    if figure.forecast is not None:
        sentences.append(
            _("At the pace of the last six months: %(n)s by the end.")
            % {"n": said(figure.forecast, figure)}
        )
    short = figure.forecast is None or figure.target is None or figure.forecast < figure.target
    if figure.needed is not None and short:
        sentences.append(_("The target takes %(n)s more a month.") % {"n": plain(figure.needed)})
    lagging = split.lagging if split else []
    if lagging:
        named = [
            _("%(cluster)s %(n)s") % {"cluster": share.cluster.short_name, "n": plain(share.needed)}
            for share in lagging[:NAMED]
        ]
        text = ngettext(
            "Short of its own target falls: %(named)s more a month.",
            "Short of their own targets fall: %(named)s more a month.",
            len(lagging),
        ) % {"named": ", ".join(named)}
        if len(lagging) > NAMED:
            text += " " + _("And %(n)d more.") % {"n": len(lagging) - NAMED}
        sentences.append(text)
    return sentences
