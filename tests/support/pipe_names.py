"""Names in scope while a random pipeline is written: visible columns, table aliases alive, and what order is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["INT64", "FLOAT64", "STRING", "BOOL"]

PLAIN = "abcdefghijklmnopqrstuvwxyz_0123456789"
RESERVED = {"order", "group", "select", "from", "by", "as", "set"}


def quote(name: str) -> str:
    """A name as GoogleSQL reads it: in backticks unless it is plain."""
    plain = name.lower() not in RESERVED and all(letter in PLAIN for letter in name.lower()) and not name[0].isdigit()
    return name if plain else f"`{name}`"


@dataclass(frozen=True, eq=False)
class Value:
    """What a column holds, apart from its name: SET gives a column another value, an alias keeps the old one."""

    kind: Kind
    exact: bool = True
    """False where engines may differ in the last digit (averages): no key, no order, nothing compared."""


@dataclass(frozen=True)
class Scope:
    """What the next operator may name."""

    visible: tuple[tuple[str, Value], ...]
    aliases: dict[str, dict[str, Value]] = field(default_factory=dict)
    unique: tuple[frozenset[Value], ...] = ()
    """Sets of values that no two rows share."""
    total: bool = False
    """The rows are in an order that leaves nothing open."""

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.visible]

    def own(self, name: str) -> bool:
        """Whether a name means something here, so that it cannot mean something further out."""
        low = name.lower()
        return any(low == other.lower() for other in (*self.names, *self.aliases))

    def bare(self) -> Iterator[tuple[str, Value]]:
        """Columns that their names alone tell."""
        counted = Counter(name.lower() for name in self.names)
        aliases = {alias.lower() for alias in self.aliases}
        for name, value in self.visible:
            if counted[name.lower()] == 1 and name.lower() not in aliases:
                yield name, value

    def references(self) -> Iterator[tuple[str, Value]]:
        """Every way to name a value: bare, and behind an alias."""
        for name, value in self.bare():
            yield quote(name), value
        for alias, columns in self.aliases.items():
            for name, value in columns.items():
                yield f"{quote(alias)}.{quote(name)}", value

    def of(self, *kinds: Kind, exact: bool = True) -> list[str]:
        """Texts that name a value of one of these kinds."""
        return [text for text, value in self.references() if value.kind in kinds and (value.exact or not exact)]

    def spelled(self) -> dict[Value, str]:
        """One text for each value that can be named."""
        return {value: text for text, value in reversed(list(self.references()))}

    def total_key(self) -> list[str] | None:
        """Texts that order rows so that nothing is open, or None: a unique key, or everything that can be named."""
        spelled = self.spelled()
        for key in self.unique:
            if all(value in spelled and value.exact for value in key):
                return [spelled[value] for value in key]
        if all(value.exact for value in spelled) and all(value in spelled for _, value in self.visible):
            return list(spelled.values())
        return None

    def comparable(self) -> bool:
        """Whether whole rows can be compared: all visible columns are exact."""
        return all(value.exact for _, value in self.visible)

    def changed(self, visible: tuple[tuple[str, Value], ...], keeps_order: bool = True) -> Scope:
        """With other visible columns; aliases stay."""
        return replace(self, visible=visible, total=self.total and keeps_order)

    def unordered(self) -> Scope:
        return replace(self, total=False)

    def renamed(self, alias: str) -> Scope:
        """All visible columns under one alias, the others dead."""
        counted = Counter(name.lower() for name in self.names)
        own = {name: value for name, value in self.visible if counted[name.lower()] == 1}
        return replace(self, aliases={alias: own})

    def without_hidden(self) -> Scope:
        """As DISTINCT leaves it: aliases lose what is not visible any more."""
        alive = {value for _, value in self.visible}
        aliases = {
            alias: {name: value for name, value in columns.items() if value in alive}
            for alias, columns in self.aliases.items()
        }
        return replace(self, aliases=aliases, total=False)
