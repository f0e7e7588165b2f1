"""What people thought of an event, together: means and how the answers spread."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

FEWEST = 3  # answers behind a number that is shown: fewer would tell who said what

QUESTIONS = (
    ("overall", _("All in all")),
    ("usefulness", _("Useful for the work")),
    ("organisation", _("Organisation")),
)


def opinions(event):
    """{n: answers, shown: whether numbers are, rows: question, mean from 1 to 5 and [(score, how many, percent)]}.

    A question that fewer than three answered has no mean and no spread.
    """
    answers = list(event.evaluations.order_by().values_list(*(name for name, _label in QUESTIONS)))
    n = len(answers)
    rows = []
    if n >= FEWEST:
        columns = zip(*answers, strict=True)
        rows = [
            _row(label, given) for (_name, label), given in zip(QUESTIONS, columns, strict=True)
        ]
    return {"n": n, "shown": n >= FEWEST, "rows": rows, "fewest": FEWEST}


def _row(label, given):
    tally = Counter(score for score in given if score is not None)
    n = tally.total()
    if n < FEWEST:
        return {"label": label, "n": n, "mean": None, "spread": []}
    mean = sum(score * times for score, times in tally.items()) / n
    spread = [(score, tally[score], round(100 * tally[score] / n)) for score in range(5, 0, -1)]
    return {"label": label, "n": n, "mean": mean, "percent": round(mean * 20), "spread": spread}
