"""What a colleague can say aloud, and what is left alone because nobody can."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from querywright.databases.schema import Column, Kind, Schema, Table
from querywright.synthesis.lexicon import Lexicon, Role
from querywright.synthesis.lexicon.sayable import is_sayable
from querywright.synthesis.lexicon.spoken import is_spoken, well_known

Reader = Callable[[str], Lexicon]

SAID = [
    ("unit price", True), ("date of birth", True), ("number of different seats", True), ("IATA code", True),
    ("way of getting there", True), ("frequent flyer tier", True), ("total", True), ("VAT rate", True),
    ("how to get there", False), ("when the order was placed", False), ("taken at", False), ("opened", False),
    ("date in location from", False), ("low limit", False), ("y card", False), ("ihsaa class", True),
    ("RAM mib", False), ("address line 1", False), ("highest", False), ("p position", False), ("used kb", False),
    ("oppose rate", False), ("most popular in", False), ("average seats level of the day", False),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "sayable"), SAID)
def test_a_phrase_can_be_said_or_not(phrase: str, sayable: bool) -> None:
    assert is_sayable(phrase) is sayable


NOUNS: list[tuple[str, str, Kind, str, str]] = [
    ("lab_result", "taken_at", "datetime", "sampling time", "sampling times"),
    ("events", "held_on", "date", "event date", "event dates"),
    ("documents", "date_stored", "date", "storage date", "storage dates"),
    ("members", "joined_on", "date", "joining date", "joining dates"),
    ("complaints", "resolved_on", "date", "resolution date", "resolution dates"),
    ("complaints", "date_complaint_closed", "date", "closing date", "closing dates"),
    ("shop", "open_year", "integer", "opening year", "opening years"),
    ("department", "creation", "integer", "founding year", "founding years"),
    ("mill", "built_year", "integer", "construction year", "construction years"),
    ("people", "born_state", "text", "state of birth", "states of birth"),
    ("candidate", "oppose_rate", "real", "opposition rate", "opposition rates"),
    ("attractions", "how_to_get_there", "text", "way of getting there", "ways of getting there"),
    ("ships", "disposition_of_ship", "text", "disposition", "dispositions"),
    ("stays", "needs_approval", "boolean", "approval requirement", "approval requirements"),
    ("aircraft_types", "fuel_kg_per_h", "real", "fuel", "fuels"),
]


@pytest.mark.parametrize(("table", "column", "kind", "phrase", "plural"), NOUNS)
def test_what_was_done_is_said_as_a_noun(table: str, column: str, kind: Kind, phrase: str, plural: str) -> None:
    facts = _named(table, Column(column, kind.upper(), kind))
    assert (facts.phrase, facts.plural, facts.sayable) == (phrase, plural, True)


DESCRIBED = [
    ("loaned_at", "datetime", "when the copy was lent", "loan time", None),
    ("held_on", "date", "Day of the event", "copy date", None),
    ("fuel_kg_per_h", "real", "Fuel consumption in kilograms per hour", "fuel consumption", "kg per hour"),
    ("salary", "real", "Gross yearly salary in euros; empty for the board", "salary", "€"),
    ("delay_code", "text", "Reason for a delay: WX = weather", "delay reason", None),
    ("area_km_2", "real", None, "area", "km²"),
    ("sales_in_billion", "real", None, "sales", "billion"),
    ("length_feet", "real", None, "length", "feet"),
]


@pytest.mark.parametrize(("column", "kind", "text", "phrase", "unit"), DESCRIBED)
def test_a_description_gives_short_nouns_and_units_only(
    column: str, kind: Kind, text: str | None, phrase: str, unit: str | None
) -> None:
    facts = _named("copy", Column(column, kind.upper(), kind, description=text))
    assert (facts.phrase, facts.unit) == (phrase, unit)


def test_a_column_nobody_can_say_is_left_alone() -> None:
    facts = _named("places", Column("most_popular_in", "TEXT", "text"))
    assert (facts.sayable, facts.role) == (False, Role.OTHER)


VALUES = [
    ("Swimming Pool", True), ("USA", True), ("Gym", True), ("iOS", True), ("Gay M/SF", True), ("VISA", True),
    ("DEF", False), ("P", False), ("0", False), (1, False), ("KLR209", False), ("So", True), ("2-0", False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "spoken"), VALUES)
def test_words_can_be_said_and_codes_cannot(value: object, spoken: bool) -> None:
    assert is_spoken(value) is spoken


def test_some_codes_everybody_knows() -> None:
    assert well_known(("gender",), ["M", "F", ""]) == {"M": "male", "F": "female"}
    assert well_known(("newsletter",), ["Y", "N"]) == {"Y": "yes", "N": "no"}
    assert well_known(("country",), ["FR", "DE"]) == {"FR": "France", "DE": "Germany"}
    assert well_known(("status",), ["FR", "DE"]) == {}


def test_bare_codes_are_opaque_until_explained(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE staff (gender INTEGER, segment TEXT, sex TEXT, city_code TEXT, skill TEXT, blood_type TEXT);"
        + "".join(
            f"INSERT INTO staff VALUES ({i % 2}, '{'PQ'[i % 2]}', '{'MF'[i % 2]}', '{'XKQ' if i % 2 else 'WAS'}',"
            f" '{'DBX' if i % 4 == 0 else 'welding'}', '{'AB'[i % 2]}');"
            for i in range(40)
        )
    )
    facts = {f.column: f for f in lexicon.columns("staff")}
    assert [facts[c].opaque for c in ("segment", "city_code")] == [True, True]
    assert facts["segment"].role is Role.OTHER
    assert (facts["sex"].role, facts["sex"].can_say("F"), facts["sex"].meanings["F"]) == (Role.CATEGORY, True, "female")
    assert (facts["skill"].role, facts["skill"].readable) == (Role.CATEGORY, {"welding"})
    assert (facts["skill"].can_say("welding"), facts["skill"].can_say("DBX")) == (True, False)
    assert facts["blood_type"].can_say("A")


def test_values_in_many_units_are_not_compared(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE test (test_id INTEGER PRIMARY KEY, name TEXT, unit TEXT);"
        "CREATE TABLE result (id INTEGER PRIMARY KEY, test_id INTEGER REFERENCES test, measured_value REAL);"
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, amount REAL, weight REAL, currency TEXT);"
        "INSERT INTO test VALUES (1,'Iron','mg'),(2,'Sugar','mmol');"
        "INSERT INTO result VALUES (1,1,5.5),(2,2,7.5);"
        "INSERT INTO bill VALUES (1,5.5,1.5,'EUR'),(2,6.5,2.5,'USD');"
    )
    assert lexicon.facts("result", "measured_value").role is Role.OTHER
    assert lexicon.facts("bill", "amount").role is Role.OTHER
    assert lexicon.facts("bill", "weight").role is Role.LEVEL


def _named(table: str, column: Column):  # type: ignore[no-untyped-def]
    columns = (Column("row_id", "INTEGER", "integer"), column)
    return Lexicon.of(Schema("made", "sqlite", (Table(table, columns, ("row_id",)),))).facts(table, column.name)
