"""Which databases of a warehouse to add to one's own, so that few of them cover simple and complex schemas alike.

The method is that of Text2SQL-Flow (III-A): tables, columns and foreign-key density of each schema, the percentile rank
of each over the warehouse, their mean as the score, and databases at even intervals over the sorted scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from querywright.databases import Catalog, Schema
from querywright.errors import DatabaseError, DatabaseUnavailable, SettingsError

SMOOTHING = 1e-6
"""Added to the tables below the fraction, as the paper does without saying how much: small enough to change nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of one schema. Views are no tables; a key of several columns is one."""

    db_id: str
    tables: int
    columns: int
    foreign_keys: int

    @property
    def density(self) -> float:
        """Foreign keys a table."""
        return self.foreign_keys / (self.tables + SMOOTHING)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One database of the warehouse: its figures, how it ranks by each, and whether it was chosen."""

    db_id: str
    tables: int
    columns: int
    foreign_keys: int
    density: float
    tables_rank: float
    """The share of the warehouse that has as many tables or fewer; the other ranks likewise."""
    columns_rank: float
    density_rank: float
    score: float
    """The mean of the three ranks."""
    place: int
    """Where it stands among the scores sorted, from 1; databases of one score by their names."""
    chosen: bool
    point: float | None
    """Which quantile of the scores it was chosen for: 0 is the simplest, 1 the most complex."""
    why: str
    """Why it was chosen, or was not."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON can say it."""
        return asdict(self)


def auxiliary(catalog: Catalog, budget: int) -> list[Candidate]:
    """Every database of a warehouse that can be read, simplest first, `budget` of them chosen.

    Databases that cannot be opened or have no tables are left out; `survey` names them.

    Raises:
        SettingsError: the budget is no positive number.
        DatabaseUnavailable: there is no database left to choose from.
    """
    figures, left_out = survey(catalog)
    if not figures:
        name, reason = next(iter(left_out.items()))
        raise DatabaseUnavailable(f"no database in {catalog.location} can be used: {name}: {reason}")
    return choose(figures, budget)


def survey(catalog: Catalog) -> tuple[list[Figures], dict[str, str]]:
    """The figures of every database that can be read, and what was left out with the reason."""
    found: list[Figures] = []
    left_out = {str(name): reason for name, reason in catalog.broken.items()}
    for db_id in catalog:
        try:
            figures = measure(catalog[db_id].schema)
        except DatabaseError as error:
            left_out[db_id] = error.message
            continue
        if figures.tables:
            found.append(figures)
        else:
            left_out[db_id] = "it has no tables"
    return found, left_out


def measure(schema: Schema) -> Figures:
    """The figures of one schema."""
    tables = [table for table in schema if not table.is_view]
    columns, keys = sum(len(t.columns) for t in tables), sum(len(t.foreign_keys) for t in tables)
    return Figures(schema.db_id, len(tables), columns, keys)


def choose(warehouse: Iterable[Figures], budget: int) -> list[Candidate]:
    """Every database with its ranks and score, lowest score first, `budget` of them chosen (all, if there are fewer).

    The paper leaves open where the points lie. Here the first and the last are the lowest and the highest score and the
    others lie evenly between, counted in databases; a single one is the median (of two in the middle the lower).

    Raises:
        SettingsError: the budget is no positive number.
    """
    if budget < 1:
        raise SettingsError(f"the budget is how many databases to add: at least 1, not {budget}")
    every = sorted(warehouse, key=lambda f: f.db_id)
    counts = [_not_above(values) for values in zip(*((f.tables, f.columns, f.density) for f in every), strict=True)]
    ranks = list(zip(*counts, strict=True))
    order = sorted(range(len(every)), key=lambda at: (sum(ranks[at]), every[at].db_id))
    points = _points(len(every), budget)
    return [_candidate(every[at], ranks[at], place, points, len(every)) for place, at in enumerate(order)]


def _not_above(values: Sequence[float]) -> list[int]:
    """Of each value, how many are not above it. Whole numbers, so that equal scores are equal whatever adds them up."""
    last = {value: place for place, value in enumerate(sorted(values), start=1)}
    return [last[value] for value in values]


def _points(size: int, budget: int) -> dict[int, float]:
    """Place (from 0) among the sorted scores → the quantile it stands for."""
    if budget >= size:
        return {place: place / max(size - 1, 1) for place in range(size)}
    if budget == 1:
        return {(size - 1) // 2: 0.5}
    steps = budget - 1
    return {(2 * step * (size - 1) + steps) // (2 * steps): step / steps for step in range(budget)}


def _candidate(figures: Figures, ranks: Sequence[int], place: int, points: dict[int, float], size: int) -> Candidate:
    if len(points) == size:
        why = "all are chosen: the budget is as large as the warehouse"
    elif place in points:
        why = f"stands at the {100 * points[place]:.3g} % point of the scores"
    else:
        why = "between two points"
    return Candidate(
        db_id=figures.db_id,
        tables=figures.tables,
        columns=figures.columns,
        foreign_keys=figures.foreign_keys,
        density=figures.density,
        tables_rank=ranks[0] / size,
        columns_rank=ranks[1] / size,
        density_rank=ranks[2] / size,
        score=sum(ranks) / (3 * size),
        place=place + 1,
        chosen=place in points,
        point=points.get(place),
        why=why,
    )
