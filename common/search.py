"""Search that finds what people mean: capitals, diacritics and scripts make no difference, on any database."""

from anyascii import anyascii
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db import connections, models
from django.db.models import Case, F, Q, Value, When

LONGEST = 200  # characters that a search may have


def _spelled(text):
    return "".join(sign if sign.isalnum() else " " for sign in anyascii(text).casefold())


def fold(text):
    """`text` in small Latin letters and digits: "Ћуприја" and "Ćuprija," both become "cuprija"."""
    return " ".join(_spelled(str(text)).split())


def words_of(text):
    """The words of a search; more than eight are not looked for."""
    return fold(text).split()[:8]


def marked(text, words):
    """`text` in pieces, (piece, whether it is one of the folded `words`) each, as a page marks what matched."""
    text = str(text)
    spelled, places = [], []  # each folded letter, and which letter of the text it comes from
    for place, sign in enumerate(text):
        letters = _spelled(sign)
        spelled.append(letters)
        places += [place] * len(letters)
    spelled = "".join(spelled)
    found = set()
    for word in words:
        at = spelled.find(word)
        while word and at >= 0:
            found.update(places[at : at + len(word)])
            at = spelled.find(word, at + len(word))
    pieces = []
    for place, sign in enumerate(text):
        if pieces and pieces[-1][1] == (place in found):
            pieces[-1][0] += sign
        else:
            pieces.append([sign, place in found])
    return [(piece, is_found) for piece, is_found in pieces]


class Searchable(models.Model):
    """A record that is found by the fields named in SEARCHED; `folded` keeps them as they are searched.

    SECURITY: whoever sees the record finds it by these fields, so they hold nothing that only some of them read.
    """

    SEARCHED = ()

    folded = models.TextField(editable=False, default="")

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.fold()
        super().save(*args, **kwargs)

    def fold(self):
        self.folded = " | ".join(fold(getattr(self, name)) for name in self.SEARCHED)


class SearchableQuerySet(models.QuerySet):
    def matching(self, text):
        """The records that a list finds for `text`; kinds whose lists look beyond the record itself say so."""
        return self.holding(text)

    def holding(self, text):
        """The records that hold each word of `text`, in any order; none for signs that are no words."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            found = found.filter(folded__contains=word)
        return found

    def nearly(self, text):
        """The records with a word like each of `text`, on PostgreSQL; none elsewhere.

        How alike they are to be is the database's `pg_trgm.word_similarity_threshold`; short words are to be right.
        """
        words = words_of(text)
        if not words or connections[self.db].vendor != "postgresql":
            return self.none()
        found = self
        for word in words:
            like = TrigramWordSimilar(F("folded"), Value(word))
            found = found.filter(like if len(word) > 3 else Q(folded__contains=word))
        return found

    def best_first(self, text):
        """With `rank`: 0 the code itself, 1 a whole field, 2 a field's beginning, 3 a word's, 4 anything else."""
        text = fold(text)
        ranks = [
            Q(folded__startswith=f"{text} |"),
            Q(folded__contains=f"| {text} |") | Q(folded__endswith=f"| {text}"),
            Q(folded__contains=f"| {text}") | Q(folded__startswith=text),
            Q(folded__contains=f" {text}"),
        ]
        whens = [When(holds, then=Value(rank)) for rank, holds in enumerate(ranks)]
        found = self.annotate(rank=Case(*whens, default=Value(len(ranks))))
        return found.order_by("rank", "folded", "pk")

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for record in objs:
            record.fold()
        return super().bulk_create(objs, *args, **kwargs)
