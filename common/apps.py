from django.apps import AppConfig
from django.urls import register_converter
from django.urls.converters import StringConverter


class RecordCode(StringConverter):
    """The code of a record in an address, such as SME-0042; anything else names nothing."""

    regex = "[A-Z]+-[0-9]+"


class Spreadsheet(StringConverter):
    """The ending of a spreadsheet's name."""

    regex = "xlsx|csv"


class CommonConfig(AppConfig):
    name = "common"

    def ready(self):
        register_converter(RecordCode, "code")
        register_converter(Spreadsheet, "spreadsheet")
