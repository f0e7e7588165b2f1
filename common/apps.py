import datetime

from django.apps import AppConfig
from django.urls import register_converter
from django.urls.converters import StringConverter


class RecordCode(StringConverter):
    """The code of a record in an address, such as SME-0042; anything else names nothing."""

    regex = "[A-Z]+-[0-9]+"


class PlannedCode(StringConverter):
    """The code of a part of the work plan in an address, such as T1.2."""

    regex = "[A-Z]{1,3}[0-9]{1,5}(?:[.][0-9]{1,5})?"


class AnyCode(StringConverter):
    """The code of a record of any kind in an address."""

    regex = f"{RecordCode.regex}|{PlannedCode.regex}"


class Spreadsheet(StringConverter):
    """The ending of a spreadsheet's name."""

    regex = "xlsx|csv"


class Day(StringConverter):
    """A day in an address, such as 2017-06-28; what is no day of the calendar names nothing."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return datetime.date.fromisoformat(value)  # a ValueError makes the address unknown

    def to_url(self, value):
        return value if isinstance(value, str) else value.isoformat()


class CommonConfig(AppConfig):
    name = "common"

    def ready(self):
        register_converter(RecordCode, "code")
        register_converter(PlannedCode, "planned")
        register_converter(AnyCode, "anycode")
        register_converter(Spreadsheet, "spreadsheet")
        register_converter(Day, "day")
