"""Tables between tables: what their rows are called and what lies on the other side."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from querywright.synthesis.lexicon import Lexicon

Reader = Callable[[str], Lexicon]

PARENTS = """
CREATE TABLE student (student_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE club (club_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE singer (singer_id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE concert (concert_id INTEGER PRIMARY KEY);
CREATE TABLE teacher (teacher_id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE course (course_id INTEGER PRIMARY KEY);
CREATE TABLE pet (pet_id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE customer (customer_id INTEGER PRIMARY KEY);
CREATE TABLE mailshot (mailshot_id INTEGER PRIMARY KEY); CREATE TABLE book (book_id INTEGER PRIMARY KEY);
CREATE TABLE author (author_id INTEGER PRIMARY KEY);
"""
ROWS = [
    ("member_of_club", "student", "club", "", "club membership", True, False),
    ("singer_in_concert", "singer", "concert", "", "concert appearance", True, False),
    ("course_arrange", "course", "teacher", ", grade INTEGER", "teaching assignment", True, False),
    ("has_pet", "student", "pet", "", "pet ownership", True, False),
    ("book_authors", "book", "author", ", role TEXT", "book authorship", True, False),
    ("mailshot_customers", "mailshot", "customer", ", sent_on DATE", "mailshot customer", False, True),
]  # fmt: skip


@pytest.mark.parametrize(("table", "one", "other", "more", "noun", "link", "awkward"), ROWS)
def test_a_table_between_tables_has_a_sayable_noun(
    read: Reader, table: str, one: str, other: str, more: str, noun: str, link: bool, awkward: bool
) -> None:
    lexicon = read(
        f"{PARENTS} CREATE TABLE {table} ({one}_id INTEGER REFERENCES {one},"
        f" {other}_id INTEGER REFERENCES {other}{more});"
    )
    entity = lexicon.entity(table)
    assert (entity.singular, entity.link, entity.awkward, entity.person) == (noun, link, awkward, False)
    if link:
        beyond = lexicon.across(table, one)
        assert beyond is not None
        assert beyond.referred_table == other
    else:
        assert lexicon.across(table, one) is None


WHOLES = [("event_attendance", "event attendance record"), ("equipment", "piece of equipment"),
          ("maintenance", "maintenance job"), ("customer_address_history", "customer address record"),
          ("employment", "employment record"), ("furniture", "piece of furniture")]  # fmt: skip


@pytest.mark.parametrize(("table", "noun"), WHOLES)
def test_mass_nouns_can_be_counted(read: Reader, table: str, noun: str) -> None:
    assert read(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, x TEXT)").entity(table).singular == noun


def test_a_view_of_counts_is_derived(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE fine (id INTEGER PRIMARY KEY, member INTEGER);"
        "CREATE VIEW member_fines AS SELECT member, COUNT(*) AS fine_count FROM fine GROUP BY member;"
        "CREATE VIEW open_fines AS SELECT id FROM fine;"
    )
    assert [lexicon.entity(t).derived for t in ("fine", "member_fines", "open_fines")] == [False, True, False]


def test_a_reference_repeats_neither_its_owner_nor_itself(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE employee_addresses (address_id INTEGER PRIMARY KEY, city TEXT);"
        "CREATE TABLE employees (employee_id INTEGER PRIMARY KEY, address_id INTEGER REFERENCES employee_addresses);"
        "CREATE TABLE attraction (attraction_id INTEGER PRIMARY KEY);"
        "CREATE TABLE museum (museum_id INTEGER PRIMARY KEY REFERENCES attraction);"
        "CREATE TABLE shift (shift_id INTEGER PRIMARY KEY, lead_tech_id INTEGER REFERENCES employees);"
    )
    said = {t: [r.phrase for r in lexicon.references(t)] for t in ("employees", "museum", "shift")}
    assert said == {"employees": ["address"], "museum": ["attraction"], "shift": ["lead technician"]}


def test_what_names_a_row_is_its_name_or_its_title(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE city (city_id INTEGER PRIMARY KEY, city TEXT); INSERT INTO city VALUES (1,'Bern'),(2,'Basel');"
        "CREATE TABLE course (course_id INTEGER PRIMARY KEY, course_title TEXT);"
        "INSERT INTO course VALUES (1,'Algebra'),(2,'Topology');"
    )
    assert lexicon.say("city", "city") == "name"
    assert lexicon.say("course", "course_title") == "title"
