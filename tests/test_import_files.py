"""What is read from the files that people have, and the sentence for each that can't be read."""

import datetime
import io
import struct
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from clusters.importing.columns import MANAGERS, RECORDS, SMES
from projects.importing import cells, headers, reading, workbooks
from projects.importing.books import FILE_MB, UNPACKED_MB, Refused

FILES = Path(__file__).parent / "files"


def known(row):
    return headers.known(SMES, row)


def read(content, **how):
    content = content if isinstance(content, bytes) else content.encode()
    return reading.read(io.BytesIO(content), known=known, **how)


def workbook(fill, **options):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    fill(book)
    book.close()
    return out.getvalue()


def refusal(content):
    with pytest.raises(Refused) as refused:
        read(content)
    return " ".join(refused.value.messages)


# --- Files that LibreOffice saved --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["members.xlsx", "members.ods"])
def test_a_workbook_of_libreoffice_is_read_below_its_title(name):
    content = (FILES / name).read_bytes()
    book = read(content)
    found = headers.find(SMES, book.rows)
    assert found.row == 3
    assert found.mapping == {
        "name": 0,
        "country": 1,
        "town": 2,
        "registration_number": 3,
        "size_override": 4,
        "website": 5,
    }
    assert [cells.text(row[3]) for row in book.rows[3:]] == ["000123451", "204567893", "204567904"]
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("Members", False),
        ("Old", True),
    ]


@pytest.mark.parametrize(
    ("name", "encoding", "country", "cell"),
    [
        ("members-1251.csv", "cp1251", "BG", "Ябълка и син ООД"),
        ("members-1250.csv", "cp1250", "HU", "Őrség Fűszer Kft."),
        ("deliveries-1252.csv", "cp1252", "DE", "31.12.2017"),
    ],
)
def test_a_csv_of_libreoffice_is_read_in_its_own_code_page(name, encoding, country, cell):
    for countries in ([country], ["IT", "HU", "DE", "PT", "RO", "BG", "RS"]):
        book = read((FILES / name).read_bytes(), countries=countries)
        assert book.encoding == encoding
        assert book.rows[1][0] == cell
    if name.startswith("deliveries"):
        assert book.rows[1][5] == 'Prüfung der Öfen; "größte" Einsparung: 12 % à 3 €'
        assert book.rows[2][5] == "Zweite\nPrüfung"


# --- Code pages and separators -----------------------------------------------------------------------------

NAMES = {
    "BG": "Слънце ЕООД",
    "RS": "Ђурђевак д.о.о.",
    "HU": "Tűzfű Őrség Kft.",
    "RO": "Brutăria Ţării şi Fiii",
    "DE": "Größe & Söhne GmbH",
    "IT": "Società Qualità già",
    "PT": "São João Produções",
}


@pytest.mark.parametrize(
    ("country", "encoding"),
    [
        *[(country, "utf-8") for country in NAMES],
        *[(country, "utf-8-sig") for country in NAMES],
        *[(country, "utf-16") for country in NAMES],
        *[(country, "utf-16-le") for country in NAMES],
        ("BG", "cp1251"),
        ("RS", "cp1251"),
        ("BG", "iso8859_5"),
        ("HU", "cp1250"),
        ("RO", "cp1250"),
        ("HU", "iso8859_2"),
        ("DE", "cp1252"),
        ("IT", "cp1252"),
        ("PT", "cp1252"),
        ("DE", "iso8859_15"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_letters_of_our_countries_are_read(country, encoding, separator):
    name = NAMES[country]
    text = f'Name{separator}Town\r\n"{name}"{separator}X\r\n'
    book = read(text.encode(encoding), countries=[country])
    assert book.rows[1][0] == name, book.encoding


def test_a_person_can_choose_another_code_page():
    book = read("Name;Town\nSão;X\n".encode("cp1252"), encoding="cp1250")
    assert book.rows[1][0] == "Săo"
    with pytest.raises(Refused, match="can't be read as Unicode"):
        read("Name;Town\nSão;X\n".encode("cp1252"), encoding="utf-8")


def test_the_guard_against_formulas_is_taken_off():
    book = read("Name;Town\n'=1+1;'+359\n''=x;'t Hooft\n")
    assert book.rows[1:] == [["=1+1", "+359"], ["'=x", "'t Hooft"]]


def test_excels_own_line_with_the_separator_is_no_row():
    book = read("sep=;\r\nLegal name;Country\r\nFirm;BG\r\n")
    found = headers.find(SMES, book.rows)
    assert (found.row, book.rows[2]) == (2, ["Firm", "BG"])


# --- Days and numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "31.12.2017",
        "31/12/2017",
        "31-12-2017",
        "2017-12-31",
        "2017/12/31",
        "2017. 12. 31.",
        "31.12.17",
        "31.12.2017 г.",
        "31 декември 2017 г.",
        "31. децембар 2017.",
        "31. Dezember 2017",
        "31 dicembre 2017",
        "31 de dezembro de 2017",
        "31 decembrie 2017",
        "2017. december 31.",
        "31 Dec 2017",
        "December 31, 2017",
        "31.12.2017 00:00:00",
        "2017-12-31T10:30:00",
        "20171231",
        "43100",
        43100.0,
        datetime.datetime(2017, 12, 31, 8, 0),
        datetime.date(2017, 12, 31),
    ],
)
def test_a_day_is_read_as_europe_writes_it(said):
    assert cells.day(said) == (datetime.date(2017, 12, 31), False)


def test_a_doubtful_day_is_read_day_first_and_said():
    assert cells.day("03/04/2018") == (datetime.date(2018, 4, 3), True)
    assert cells.day("03.04.2018") == (datetime.date(2018, 4, 3), False)
    assert cells.day("04/04/2018") == (datetime.date(2018, 4, 4), False)


@pytest.mark.parametrize(
    "said", ["31.02.2018", "soon", "12/31/2017", "0", 5, "31.12.", "99.99.9999", "1.1.1", True]
)
def test_what_is_no_day_is_said_to_be_none(said):
    with pytest.raises(ValueError, match=r"no date|is no day"):
        cells.day(said)


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Name")
        sheet.write(1, 0, 41638)

    book = read(workbook(fill, date_1904=True))
    assert cells.day(book.rows[1][0], epoch=book.epoch)[0] == datetime.date(2017, 12, 31)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("1 234,50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1\u00a0234", "1234"),
        ("-3", "-3"),
        (12.0, "12"),
        (2.25, "2.25"),
    ],
)
def test_a_number_is_read_with_either_decimal_sign(said, number):
    assert cells.number(said) == Decimal(number)


def test_a_whole_number_may_have_its_thousands_apart():
    assert cells.number("1.234", whole=True) == 1234
    with pytest.raises(ValueError, match="is no number"):
        cells.number("many")


def test_a_registration_number_kept_as_a_number_has_no_decimals():
    assert cells.text(12345.0) == "12345"
    assert cells.text(1.5) == "1.5"
    assert cells.text(True) == "TRUE"


# --- Headers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("REGISTRATION NUMBER *", "registration_number"),
        ("Матични број", "registration_number"),
        ("ЕИК/Булстат", "registration_number"),
        ("Ragione sociale", "name"),
        ("Város", "town"),
        ("Größe", "size_override"),
        ("Țară", "country"),
        ("Town (seat)", "town"),
    ],
)
def test_headers_are_known_in_our_languages(header, column):
    assert SMES.headers[headers.comparable(header)] == column


def test_each_kind_knows_its_own_headers():
    for kind in (SMES, RECORDS, MANAGERS):
        for column in kind.own:
            assert kind.headers[headers.comparable(kind.label(column))] == column.name


def test_two_header_rows_and_lines_above_are_passed_over():
    rows = [["List of members"], [], ["The firm", "", "Address"], ["Name", "Size", "Town"], ["A"]]
    assert headers.find(SMES, rows).row == 4


def test_a_name_that_two_columns_claim_is_asked_about():
    found = headers.find(SMES, [["Firma", "Azienda", "City"]])
    assert (found.twice, found.mapping) == (["name"], {"town": 2})
    found = headers.find(SMES, [["Firma", "Legal name", "City"]])
    assert found.mapping == {"name": 1, "town": 2}


# --- Files that can't be read ------------------------------------------------------------------------------


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def table(rows=3, columns=3):
    def fill(book):
        sheet = book.add_worksheet("One")
        for x in range(columns):
            sheet.write(0, x, f"c{x}")
        for y in range(1, rows):
            sheet.write(y, 0, y)

    return workbook(fill)


def with_sheet(xml, content=None):
    """A workbook whose first sheet is `xml`."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or table())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, xml if is_sheet else old.read(entry))
    return out.getvalue()


def test_each_file_that_is_no_spreadsheet_is_told_what_it_is():
    assert refusal(b"") == "The file is empty."
    assert "old kind (.xls), or one with a password" in refusal(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    word = archive(word__document_dot_xml="<w/>", _Content_Types__dot_xml="")
    assert "text document, whatever its name says" in refusal(word)
    assert "web page or XML" in refusal(b"<html><table><tr><td>Name</td></tr></table>")
    assert "This is a PDF" in refusal(b"%PDF-1.7\n" + b"x" * 50)
    assert "no spreadsheet that the portal reads" in refusal(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    assert "macros" in refusal(archive(xl__workbook_dot_xml="", xl__vbaProject_dot_bin="x"))


@pytest.mark.parametrize("name", ["members.xlsx", "members.ods"])
def test_half_a_file_is_damaged_wherever_it_is_cut(name):
    content = (FILES / name).read_bytes()
    for part in (2, 3, 5, 10):
        assert "damaged or not all of it is there" in refusal(content[: len(content) // part])


def test_damage_inside_a_workbook_is_a_sentence():
    content = bytearray((FILES / "members.xlsx").read_bytes())
    for at in range(100, len(content) - 100, 211):
        broken = bytes(content[:at]) + bytes([content[at] ^ 0x5A]) + bytes(content[at + 1 :])
        try:
            read(broken)
        except Refused as refused:
            assert refused.messages[0]


def test_a_zip_bomb_is_refused_at_once_and_before_it_is_unpacked():
    bomb = with_sheet(b"<x>" + b" " * (UNPACKED_MB + 1) * 1024 * 1024 + b"</x>")
    begun = time.perf_counter()
    assert "Unpacked, this file has more than 100 MB" in refusal(bomb)
    assert time.perf_counter() - begun < 1


def test_a_zip_bomb_that_lies_about_its_size_is_refused_while_it_is_unpacked():
    size = (UNPACKED_MB + 1) * 1024 * 1024
    bomb = bytearray(with_sheet(b"<x>" + b" " * size + b"</x>"))
    true = struct.pack("<L", size + 7)
    assert bomb.count(true) >= 1
    lying = bytes(bomb).replace(true, struct.pack("<L", 1000))
    assert "more than 100 MB" in refusal(lying) or "damaged" in refusal(lying)


def test_a_cell_in_the_last_corner_takes_no_memory():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "reaches 1048576 rows down and 16384 columns across" in refusal(with_sheet(sheet))


def test_entities_of_a_document_type_are_not_expanded():
    sheet = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
    assert "damaged" in refusal(with_sheet(sheet))


def test_an_ods_that_repeats_its_rows_a_million_times_is_refused():
    body = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="1000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    assert "reaches 1000000 rows down" in refusal(ods(body))


def ods(body):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", workbooks.ODS)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        made.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="A">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def test_too_many_rows_and_columns_are_refused_with_their_number():
    assert "The table has 60000 rows; 20000 is the most" in refusal(table(rows=60_000))
    assert "The table has 3000 columns; 200 is the most" in refusal(table(columns=3_000))
    lines = "Name;Town\n" + "x;y\n" * 59_999
    assert "The table has 60000 rows; 20000 is the most" in refusal(lines)
    assert "The table has 3000 columns" in refusal(";".join(["a"] * 3_000) + "\n1\n")
    large = SimpleUploadedFile("x.csv", b"a;b\n" * (FILE_MB * 1024 * 300))
    with pytest.raises(Refused, match="12 MB; 10 MB is the most"):
        reading.read(large)


def test_formulas_give_their_stored_value_and_merged_cells_their_first():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Staff", "Town"])
        sheet.write_row(1, 0, ["A"])
        sheet.write_formula(1, 1, "=5+7", None, 12)
        sheet.merge_range(1, 2, 2, 2, "Sofia")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    book = read(workbook(fill))
    assert book.rows[1] == ["A", 12.0, "Sofia"]
    assert book.rows[2:] == []
    assert book.merged == 1


def test_a_missing_quotation_mark_makes_no_firm_of_several_rows():
    broken = 'Name;Country\nFirst Ltd;IE\n"Broken Ltd;IE\nNext "Ltd" x;IE\n'
    assert "Line 3 can't be read as a table: is a quotation mark missing?" in refusal(broken)
    assert "Line 2 can't be read" in refusal('Name;Country\n"Open Ltd;IE\nNext Ltd;IE\n')


def test_quotation_marks_inside_one_line_and_cells_of_several_lines_are_read():
    assert read('Name;Country\n"Agro" d.o.o.;SI\nNext "Ltd" x;IE\n').rows[1:] == [
        ["Agro d.o.o.", "SI"],
        ['Next "Ltd" x', "IE"],
    ]
    lines = read('Name;Address\n"Agro ""A""";"Main St 1\nCork"\n')
    assert lines.rows[1] == ['Agro "A"', "Main St 1\nCork"]
