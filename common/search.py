"""Search that finds what people mean: capitals, diacritics and scripts make no difference, on any database."""

from anyascii import anyascii
from django.db import models


def fold(text):
    """`text` in small Latin letters and digits: "Ћуприја" and "Ćuprija," both become "cuprija"."""
    words = "".join(sign if sign.isalnum() else " " for sign in anyascii(str(text)).casefold())
    return " ".join(words.split())


def words_of(text):
    """The words of a search; more than eight are not looked for."""
    return fold(text).split()[:8]


class Searchable(models.Model):
    """A record that is found by the fields named in SEARCHED; `folded` keeps them as they are searched."""

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
        """The records that hold each word of `text`, in any order; none for signs that are no words."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            found = found.filter(folded__contains=word)
        return found

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for record in objs:
            record.fold()
        return super().bulk_create(objs, *args, **kwargs)
