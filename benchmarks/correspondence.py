"""How often the correspondence check agrees with true pairs, refuses false ones, and how long it takes.

Prints one JSON object. Reads pairs of people's questions and their SQL (`--spider FOLDER`, `--defog FOLDER`, by default
the shared copies beside the repository). False pairs are made from the true ones: the question of another query of the
same database, and the query with one thing changed in its tree.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from querywright.databases import Catalog
from querywright.errors import QuerywrightError
from querywright.sql import parse
from querywright.sql.parsing import Tree
from querywright.synthesis.correspondence import Finding, check
from querywright.synthesis.lexicon import Lexicon

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Between, exp.In)
SWAPPED = {exp.Max: exp.Min, exp.Min: exp.Max, exp.Avg: exp.Sum, exp.Sum: exp.Avg, exp.Count: exp.Avg}


@dataclass
class Pair:
    db_id: str
    question: str
    evidence: str
    sql: str
    tree: Tree


class Lexicons:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog, self._known = catalog, dict[str, Lexicon]()

    def __getitem__(self, db_id: str) -> Lexicon:
        if db_id not in self._known:
            self._known[db_id] = Lexicon.read(self.catalog[db_id])
        return self._known[db_id]


def pairs(file: Path, limit: int | None, rng: random.Random) -> list[Pair]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    if limit is not None and limit < len(rows):
        rows = rng.sample(rows, limit)
    found = []
    for row in rows:
        try:
            tree = parse(row["SQL"], "sqlite")
        except QuerywrightError:
            continue
        found.append(Pair(row["db_id"], row["question"], row.get("evidence") or "", row["SQL"], tree))
    return found


def others(made: list[Pair], rng: random.Random) -> Iterator[tuple[Pair, Tree]]:
    """Each question with the query of another question of its database."""
    by_database = defaultdict(list)
    for pair in made:
        by_database[pair.db_id].append(pair)
    for pair in made:
        different = [p.tree for p in by_database[pair.db_id] if p.tree != pair.tree]
        if different:
            yield pair, rng.choice(different)


def literals(tree: Tree) -> list[Tree]:
    """Literals that something is compared with; SQLite's quoted texts among them."""
    children = (child for node in tree.find_all(*COMPARED) for child in node.iter_expressions())
    return [
        child for child in children if (_is_text(child) or isinstance(child, exp.Literal)) and child.name.strip("%")
    ]


def _is_text(node: Tree) -> bool:
    return isinstance(node, exp.Column) and not node.table and bool(node.this.quoted)


def another_literal(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    found = literals(tree)
    if not found:
        return False
    node = rng.choice(found)
    if isinstance(node, exp.Literal) and not node.is_string:
        value = float(node.name)
        node.replace(exp.Literal.number(f"{rng.choice([value + 1, value * 2 + 3, value + 10, value * 10 + 7]):g}"))
        return True
    column = node.parent.find(exp.Column) if node.parent else None
    pool = [
        str(v)
        for t in lexicon.schema
        for f in lexicon.columns(t.full_name)
        if column is not None and f.column.lower() == column.name.lower()
        for v in f.values
        if str(v).lower() != node.name.lower() and str(v).strip()
    ]
    node.replace(exp.Literal.string(rng.choice(pool) if pool else "Zanzibar"))
    return True


def flipped_order(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    orders = [o for order in tree.find_all(exp.Order) for o in order.expressions[:1] if isinstance(o, exp.Ordered)]
    for node in orders:
        node.set("desc", not node.args.get("desc"))
    return bool(orders)


def another_limit(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    limits = [n for n in tree.find_all(exp.Limit) if isinstance(n.expression, exp.Literal)]
    if not limits:
        return False
    now = int(limits[0].expression.name)
    limits[0].set("expression", exp.Literal.number(rng.choice([n for n in (1, 2, 3, 4, 5, 10) if n != now])))
    return True


def swapped_aggregate(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    found = [
        n
        for n in tree.find_all(*SWAPPED)
        if not isinstance(n.this, (exp.Star, exp.Distinct)) and n.find_ancestor(exp.Order) is None
    ]
    if not found:
        return False
    node = rng.choice(found)
    node.replace(SWAPPED[type(node)](this=node.this.copy()))
    return True


def dropped_negation(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    for node in tree.find_all(exp.Not, exp.NEQ, exp.Except, exp.Like):
        if isinstance(node, exp.Not):
            if isinstance(node.this, exp.Is):
                continue
            node.replace(node.this.copy())
        elif isinstance(node, exp.NEQ):
            if isinstance(node.expression, exp.Column) and not node.expression.this.quoted:
                continue
            node.replace(exp.EQ(this=node.this.copy(), expression=node.expression.copy()))
        elif isinstance(node, exp.Except) and node is not tree:
            node.replace(exp.Intersect(this=node.this.copy(), expression=node.expression.copy()))
        elif isinstance(node, exp.Like) and node.args.get("negate"):
            node.set("negate", None)
        else:
            continue
        return True
    return False


def dropped_condition(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    wheres = [w for w in tree.find_all(exp.Where) if w.find_ancestor(exp.Where) is None]
    if not wheres:
        return False
    where = rng.choice(wheres)
    if isinstance(where.this, exp.And):
        where.set("this", rng.choice([where.this.this, where.this.expression]).copy())
    else:
        where.pop()
    return True


def added_condition(tree: Tree, lexicon: Lexicon, rng: random.Random) -> bool:
    select = tree if isinstance(tree, exp.Select) else tree.find(exp.Select)
    source = select.args.get("from_") if select is not None else None
    if select is None or source is None or not isinstance(source.this, exp.Table):
        return False
    try:
        facts = [f for f in lexicon.columns(source.this.name) if f.values and f.role not in ("key", "other")]
    except QuerywrightError:
        return False
    if not facts:
        return False
    chosen = rng.choice(facts)
    value = rng.choice(chosen.values)
    literal = exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(str(value))
    column = exp.column(chosen.column, table=source.this.alias_or_name)
    select.where(exp.EQ(this=column, expression=literal), copy=False)
    return True


Corruption = Callable[[Tree, Lexicon, random.Random], bool]
CORRUPTIONS: dict[str, Corruption] = {
    "another literal": another_literal,
    "flipped order": flipped_order,
    "another limit": another_limit,
    "swapped aggregate": swapped_aggregate,
    "dropped negation": dropped_negation,
    "dropped condition": dropped_condition,
    "added condition": added_condition,
}


class Tally:
    """Counts verdicts, and prints those that are wrong where asked to."""

    def __init__(self, show: str) -> None:
        self.show, self.shares, self.signs = show, dict[str, list[bool]](), dict[str, Counter[str]]()

    def add(self, kind: str, right: bool, finding: Finding, pair: Pair, sql: str) -> None:
        self.shares.setdefault(kind, []).append(right)
        if not right and self.show == kind:
            print(f"{pair.db_id} | {pair.question}\n    {sql}\n    {finding.fidelity:.2f} {finding.reason}")
            for sign in finding.signs:
                if not sign.found:
                    print(f"        - {sign.kind} {sign.weight} {sign.sought}")

    def figures(self) -> dict[str, dict[str, float]]:
        return {k: {"pairs": len(v), "right": round(sum(v) / len(v), 4)} for k, v in self.shares.items()}


def measure(made: list[Pair], lexicons: Lexicons, tally: Tally, rng: random.Random, false_pairs: bool) -> float:
    """Seconds a true pair took on average."""
    for pair in made:
        check(pair.question, pair.evidence, exp.Select(), lexicons[pair.db_id])  # its words are read here, once
    spent = 0.0
    for pair in made:
        start = time.process_time()
        finding = check(pair.question, pair.evidence, pair.tree, lexicons[pair.db_id])
        spent += time.process_time() - start
        tally.add("true", finding.agrees, finding, pair, pair.sql)
    if false_pairs:
        for pair, tree in others(made, rng):
            finding = check(pair.question, pair.evidence, tree, lexicons[pair.db_id])
            tally.add("another query", not finding.agrees, finding, pair, tree.sql("sqlite"))
        for kind, corrupt in CORRUPTIONS.items():
            for pair in made:
                tree = pair.tree.copy()
                if corrupt(tree, lexicons[pair.db_id], rng) and tree != pair.tree:
                    finding = check(pair.question, pair.evidence, tree, lexicons[pair.db_id])
                    tally.add(kind, not finding.agrees, finding, pair, tree.sql("sqlite"))
    return spent / max(len(made), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spider", type=Path, default=DATA / "spider")
    parser.add_argument("--defog", type=Path, default=DATA / "defog")
    parser.add_argument("--limit", type=int, help="pairs taken from each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="files whose name holds this")
    parser.add_argument("--show", default="", help="print the wrong verdicts of this kind")
    options = parser.parse_args()
    files = [(options.spider, name) for name in ("train", "dev", "train_syn", "dev_syn")]
    files += [(options.defog, name) for name in ("questions_gen", "instruct_basic", "instruct_advanced")]
    report: dict[str, object] = {}
    for folder, name in files:
        file = folder / f"{name}.jsonl"
        if not file.exists() or options.only not in name:
            continue
        rng, tally = random.Random(options.seed), Tally(options.show)
        with Catalog.open(folder / "database") as catalog:
            made = pairs(file, options.limit, rng)
            seconds = measure(made, Lexicons(catalog), tally, rng, name in ("train", "dev", "questions_gen"))
        report[name] = tally.figures() | {"milliseconds_a_pair": round(seconds * 1000, 3)}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
