"""What the lexicon says: plain values, one per column, table and foreign key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from querywright.databases.schema import Kind
from querywright.synthesis.lexicon.spoken import is_spoken


class Role(StrEnum):
    """What a column is good for in a question."""

    KEY = "key"
    """Surrogate or foreign identifier: never measured, filtered on, or shown when a name exists."""
    NAME = "name"
    """What a person knows a row by: a title, a full name."""
    CATEGORY = "category"
    """Few repeated values: text, or coded integers with known meanings."""
    CODE = "code"
    """Short codes that identify: ISBN, SKU, airport code, room number."""
    AMOUNT = "amount"
    """A number one may sum: quantity, total, population, duration."""
    LEVEL = "level"
    """A number one compares or averages, never sums: price, rating, age, temperature, percentage."""
    YEAR = "year"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    FLAG = "flag"
    """Yes or no."""
    RANK = "rank"
    """A position or ordinal: compared, never averaged."""
    TEXT = "text"
    """Free text, and text one cannot order or measure (numbers with units, dates in prose)."""
    CONTACT = "contact"
    """Email, phone, URL, address lines."""
    OTHER = "other"
    """Blobs, JSON, coordinates: leave alone."""


@dataclass(frozen=True)
class ColumnFacts:
    """What one column means and holds. Counts are None where nothing was read."""

    table: str
    column: str
    role: Role
    phrase: str
    """Singular noun phrase without its table: `date of birth`, `unit price`."""
    plural: str
    kind: Kind
    unit: str | None = None
    """`minutes`, `km`, `$`, `%`, where the name or a description says so."""
    verb: str | None = None
    """Past participle for a date or year: `hired` as in `employees hired after 2019`."""
    flag: tuple[str, str] | None = None
    """For FLAG: what rows do when true and when false, in the plural: (`are official`, `are not official`)."""
    truths: tuple[Any, ...] = ()
    """For FLAG: the values that mean yes (`1`, `'Y'`)."""
    integral: bool = False
    rows: int | None = None
    distinct: int | None = None
    nulls: int | None = None
    minimum: Any = None
    maximum: Any = None
    top: tuple[tuple[Any, int], ...] = ()
    """(value, count), most frequent first, where there are at most 60 distinct values."""
    values: tuple[Any, ...] = ()
    """Up to 200 distinct values; the same ones at every reading."""
    meanings: Mapping[Any, str] = field(default_factory=dict, hash=False)
    """Words for coded values, from the value descriptions."""
    date_format: str | None = None
    """How dates are written where they are text (`%Y-%m-%d`); None for real date types."""
    unique: bool = False
    messy: bool = False
    """Values of mixed type, stray spaces, or numbers kept as text: compare with care."""
    enumerated: bool = False
    """Text of an ENUM type: it sorts as its values were declared, not by the alphabet."""
    estimated: bool = False
    """Counts come from a sample, not from the whole table."""
    sayable: bool = True
    """The phrase is a plain noun phrase; what cannot be said has the role OTHER (keys aside)."""
    opaque: bool = False
    """Holds bare codes that nothing explains: role OTHER."""
    coded: bool = False
    """A category or code whose bare codes need an explanation before anybody can say them."""
    readable: frozenset[Any] = frozenset()
    """Of `values`, those that can be said: words, and codes with a meaning. Empty unless `coded`."""

    def can_say(self, value: Any) -> bool:
        """Whether a reader would understand `value` in a sentence: a word, a number, or a code with a meaning."""
        return not self.coded or value in self.meanings or value in self.readable or is_spoken(value)

    @property
    def measurable(self) -> bool:
        """Whether an average says something."""
        return self.role in (Role.AMOUNT, Role.LEVEL)

    @property
    def temporal(self) -> bool:
        return self.role in (Role.YEAR, Role.DATE, Role.DATETIME)


@dataclass(frozen=True)
class Entity:
    """What one table's rows are."""

    table: str
    singular: str
    plural: str
    person: bool = False
    """Rows are people: `who`, not `that`."""
    label: tuple[str, ...] = ()
    """Columns that name a row: (`first_name`, `last_name`) or (`title`,); empty if nothing does."""
    key: tuple[str, ...] = ()
    link: bool = False
    """Ties two other tables together (many-to-many): its key is two foreign keys, or it holds little else."""
    awkward: bool = False
    """The noun reads badly (`mail shot customer`): better not what a question asks for."""
    derived: bool = False
    """A view whose columns are counts, totals or averages of other rows."""
    lookup: bool = False
    """A table of codes and their words."""
    event: bool = False
    """Rows happen: orders, loans, visits."""
    relation: str | None = None
    """For a table named by a verb: what its first party does to the second (`teach`: instructors teach sections)."""
    description: str | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Reference:
    """A foreign key, read from the child's side."""

    table: str
    columns: tuple[str, ...]
    referred_table: str
    referred_columns: tuple[str, ...]
    phrase: str
    """What the child calls it: `manager`, `home branch`, `customer`."""
    children: str | None = None
    """What the parent calls the children, where it is not simply their plural: `employees managed`."""
    hierarchy: bool = False
    """The table points at itself."""
    inferred: bool = False
    """Not declared: found by name and by values."""
