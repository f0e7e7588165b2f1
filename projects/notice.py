"""What people are told before they put their name on the list of an event, unless the project says it itself."""

from django.utils.translation import gettext_lazy as _

OWN_NOTICE = _(
    "The project keeps your name, organisation and country to prove to its funder who took part: for five years "
    "after the last payment, and for nothing else. The organisers and the funder read them. You can ask the "
    "organisers to show, correct or erase them."
)
