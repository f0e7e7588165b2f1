from pathlib import PurePath

from django.conf import settings
from django.core.management.commands import makemessages

from tracekei.public_texts import PUBLIC


class Command(makemessages.Command):
    """Collects the texts to translate: those that firms read, in the languages in which they read them."""

    def find_files(self, root):
        found = super().find_files(root)
        return [file for file in found if _is_public(PurePath(file.dirpath, file.file))]

    def handle(self, *args, **options):
        languages = [code for code in settings.PUBLIC_LANGUAGES if code != "en-gb"]
        options.update(
            locale=options["locale"] or languages,
            extensions=options["extensions"] or ["html", "txt", "py"],
            no_location=True,
            no_obsolete=True,
            no_wrap=True,
        )
        super().handle(*args, **options)


def _is_public(path):
    return any(path.match(pattern) for pattern in PUBLIC)
