"""Identifiers become the words people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.synthesis.lexicon.words import Speller, display, split

SHOWN = [
    ("first_name", ("first", "name")),
    ("firstName", ("first", "name")),
    ("FIRST_NAME", ("first", "name")),
    ("InvoiceLineID", ("invoice", "line", "id")),
    ("URLPath", ("url", "path")),
    ("line1", ("line", "1")),
    ("1st_place", ("1st", "place")),
    ("g_2b", ("g", "2b")),
    ("LName", ("lname",)),
    ("order total (net)", ("order", "total", "net")),
    ("größeCm", ("größe", "cm")),
    ("%_change", ("percentage", "change")),
    ("Men's size", ("mens", "size")),
]


@pytest.mark.parametrize(("identifier", "parts"), SHOWN)
def test_an_identifier_shows_its_parts(identifier: str, parts: tuple[str, ...]) -> None:
    assert split(identifier) == parts


SAID = [
    ("countrylanguage", "", "country language"),
    ("dob", "", "date of birth"),
    ("hs_grad_yr", "", "high school graduation year"),
    ("cust_addr", "", "customer address"),
    ("order_qty", "", "order quantity"),
    ("tot_amt", "", "total amount"),
    ("lifeexpectancy", "", "life expectancy"),
    ("headofstate", "", "head of state"),
    ("surfaceArea", "", "surface area"),
    ("lettergrade", "", "letter grade"),
    ("creditlimit", "", "credit limit"),
    ("indepyear", "", "independence year"),
    ("invoice_no", "", "invoice no"),
    ("chargeable", "", "chargeable"),
    ("coupon", "", "coupon"),
    ("GDP", "", "GDP"),
    ("isbn", "", "ISBN"),
    ("gpa", "", "GPA"),
    ("stuid", "student", "student ID"),
    ("actid", "activity", "activity ID"),
    ("crs_code", "course", "course code"),
    ("EMP_NUM", "employee", "employee number"),
    ("Fname", "student", "first name"),
    ("status", "", "status"),
    ("temp", "", "temp"),
    ("max_temp", "", "maximum temperature"),
    ("wifi", "", "Wi-Fi"),
]


@pytest.mark.parametrize(("identifier", "table", "words"), SAID)
def test_an_identifier_is_read_as_words(identifier: str, table: str, words: str) -> None:
    assert display(Speller({table: []} if table else {}).words(identifier, table)) == words


def test_a_table_of_the_schema_explains_a_short_form() -> None:
    speller = Speller({"section": ["sec_id"], "takes": ["sec_id"]})
    assert display(speller.words("sec_id", "takes")) == "section ID"


def test_a_mark_that_every_table_and_column_bears_is_dropped() -> None:
    columns = ["sbDpOpen", "sbDpClose", "sbDpHigh", "sbDpLow"]
    speller = Speller({"sbDailyPrice": columns, "sbCustomer": ["sbCustName"], "sbTicker": ["sbTickerName"]})
    assert display(speller.words("sbDailyPrice")) == "daily price"
    assert display(speller.words("sbDpClose", "sbDailyPrice")) == "close"


@given(st.text(min_size=1, max_size=40))
def test_every_identifier_has_words(identifier: str) -> None:
    assert display(Speller().words(identifier)).strip()


@given(st.from_regex(r"[a-z]{3,9}(_[a-z]{3,9}){0,2}", fullmatch=True))
def test_snake_and_camel_case_show_the_same_parts(name: str) -> None:
    first, *rest = name.split("_")
    assert split(first + "".join(part.capitalize() for part in rest)) == split(name)
