"""Columns are called what a person calls them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases.schema import Column, Kind, Schema, Table
from querywright.synthesis.lexicon import Lexicon


def lexicon_of(table: str, column: str, kind: Kind = "integer") -> Lexicon:
    columns = (Column("row_id", "INTEGER", "integer"), Column(column, kind.upper(), kind))
    return Lexicon.of(Schema("made", "sqlite", (Table(table, columns, ("row_id",)),)))


PHRASES: list[tuple[str, str, Kind, str, str]] = [
    ("customers", "customer_name", "text", "name", "names"),
    ("album", "album_title", "text", "title", "titles"),
    ("rooms", "room_number", "text", "room number", "room numbers"),
    ("orders", "order_date", "date", "order date", "order dates"),
    ("college", "cName", "text", "name", "names"),
    ("departments", "num_employees", "integer", "number of employees", "numbers of employees"),
    ("films", "review_count", "integer", "number of reviews", "numbers of reviews"),
    ("country", "GNPOld", "real", "old GNP", "old GNPs"),
    ("projects", "budget_total", "real", "total budget", "total budgets"),
    ("films", "directed_by", "text", "director", "directors"),
    ("shipments", "delivered_on", "date", "delivery date", "delivery dates"),
    ("tickets", "booked_at", "datetime", "booking time", "booking times"),
    ("staff", "date_from", "date", "start date", "start dates"),
    ("incidents", "date_incident_start", "date", "incident start date", "incident start dates"),
    ("orders", "order_delivered_datetime", "datetime", "delivery time", "delivery times"),
    ("bridge", "length_km", "real", "length", "lengths"),
    ("firm", "sales_billion", "real", "sales", "sales"),
    ("slots", "start_hr", "integer", "start hour", "start hours"),
    ("tbl_users", "usr_email_addr", "text", "email address", "email addresses"),
    ("addresses", "zip_postcode", "text", "postcode", "postcodes"),
    ("weather", "max_temp_c", "real", "maximum temperature", "maximum temperatures"),
]


@pytest.mark.parametrize(("table", "column", "kind", "phrase", "plural"), PHRASES)
def test_a_column_is_called_as_in_speech(table: str, column: str, kind: Kind, phrase: str, plural: str) -> None:
    facts = lexicon_of(table, column, kind).facts(table, column)
    assert (facts.phrase, facts.plural) == (phrase, plural)


UNITS = [
    ("length_km", "km"), ("price_usd", "$"), ("price_in_euros", "€"),
    ("duration_min", "minutes"), ("discount_pct", "%"),
    ("weight_kg", "kg"), ("milliseconds", "milliseconds"), ("salary", None), ("score_min", None),
    ("budget_million", "million"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "unit"), UNITS)
def test_the_name_says_the_unit(column: str, unit: str | None) -> None:
    assert lexicon_of("things", column, "real").facts("things", column).unit == unit


VERBS = [
    ("employees", "hire_date", "hired"), ("people", "birth_date", "born"), ("companies", "founded", "founded"),
    ("orders", "order_date", "placed"), ("orders", "shipped_at", "shipped"), ("contracts", "start_date", "starting"),
    ("bookings", "booking_start_date", "starting"), ("matches", "date", "played"), ("things", "status_date", None),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "verb"), VERBS)
def test_a_date_says_what_happened(table: str, column: str, verb: str | None) -> None:
    kind: Kind = "integer" if column == "founded" else "date"
    assert lexicon_of(table, column, kind).facts(table, column).verb == verb


FLAGS = [
    ("is_official", "are official", "are not official"),
    ("is_hub", "are hubs", "are not hubs"),
    ("is_full_time", "are full-time", "are not full-time"),
    ("has_study_room", "have a study room", "have no study room"),
    ("has_parking", "have parking", "have no parking"),
    ("needs_approval", "need approval", "do not need approval"),
    ("active", "are active", "are not active"),
    ("temporary_acting", "are temporarily acting", "are not temporarily acting"),
    ("is_reference", "are reference things", "are not reference things"),
    ("on_scholarship", "are on scholarship", "are not on scholarship"),
    ("newsletter", "receive the newsletter", "do not receive the newsletter"),
    ("pets_allowed_yn", "allow pets", "do not allow pets"),
]


@pytest.mark.parametrize(("column", "yes", "no"), FLAGS)
def test_a_flag_says_what_rows_are(column: str, yes: str, no: str) -> None:
    assert lexicon_of("things", column, "boolean").facts("things", column).flag == (yes, no)


TABLES = [
    ("tbl_customers", "customer", "customers"), ("Ref_Order_Status", "order status", "order statuses"),
    ("dim_product", "product", "products"), ("cars_data", "car", "cars"), ("people", "person", "people"),
    ("OrderDetails", "order detail", "order details"), ("staff", "staff member", "staff members"),
    ("students_in_detention", "student in detention", "students in detention"),
    ("equipment", "piece of equipment", "pieces of equipment"),
    ("Visits_Restaurant", "restaurant visit", "restaurant visits"), ("inventory", "inventory item", "inventory items"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "one", "many"), TABLES)
def test_a_table_is_called_by_its_rows(table: str, one: str, many: str) -> None:
    entity = lexicon_of(table, "x").entity(table)
    assert (entity.singular, entity.plural) == (one, many)


PEOPLE = ["customers", "students", "singer", "authors", "patients", "staff", "Physician", "highschooler", "engineers"]
THINGS = ["orders", "computers", "papers", "suppliers", "theaters", "publishers", "towers", "albums", "buildings"]


@pytest.mark.parametrize(("table", "person"), [(t, True) for t in PEOPLE] + [(t, False) for t in THINGS])
def test_people_are_told_from_things(table: str, person: bool) -> None:
    assert lexicon_of(table, "x").entity(table).person is person


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30), st.sampled_from(["integer", "text", "date"]))
def test_any_name_gets_a_phrase(table: str, column: str, kind: Kind) -> None:
    lexicon = lexicon_of(table, column, kind)
    assert lexicon.entity(table).singular.strip()
    assert lexicon.facts(table, column).phrase.strip()
