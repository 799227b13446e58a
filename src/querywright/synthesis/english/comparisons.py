"""Simple conditions: a column (or measure) held against values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from querywright.synthesis.english import conditions, dates, idioms, nouns, superlatives, terms, windows
from querywright.synthesis.english.fuzzy import fuzzy
from querywright.synthesis.english.scope import Block, aggregates, base_column, strip
from querywright.synthesis.english.values import counted, literal, number, text
from querywright.synthesis.english.voice import CannotSay, Voice, a, listing, many, some, the
from querywright.synthesis.lexicon import ColumnFacts, Role
from querywright.synthesis.lexicon.role_words import truth

FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
}
NEGATED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LTE,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
    exp.LTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
}
NUMBER_WORDS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.GT: ("above", "over", "greater than"),
    exp.GTE: ("of at least",),
    exp.LT: ("below", "under", "less than"),
    exp.LTE: ("of at most",),
    exp.EQ: ("of exactly", "of"),
    exp.NEQ: ("other than",),
}
IS_WORDS: dict[type[exp.Expr], str] = {
    exp.GT: "is above",
    exp.GTE: "is at least",
    exp.LT: "is below",
    exp.LTE: "is at most",
    exp.EQ: "is",
    exp.NEQ: "is not",
}
TIME_WORDS: dict[type[exp.Expr], str] = {
    exp.GT: "after",
    exp.GTE: "on or after",
    exp.LT: "before",
    exp.LTE: "on or before",
    exp.EQ: "on",
    exp.NEQ: "on a day other than",
}
YEAR_WORDS: dict[type[exp.Expr], str] = {
    exp.GT: "after",
    exp.GTE: "in or after",
    exp.LT: "before",
    exp.LTE: "in or before",
    exp.EQ: "in",
    exp.NEQ: "in a year other than",
}
COUNT_WORDS: dict[type[exp.Expr], str] = {
    exp.GT: "more than",
    exp.GTE: "at least",
    exp.LT: "fewer than",
    exp.LTE: "at most",
    exp.EQ: "exactly",
}


def compare(node: exp.Expr, block: Block, voice: Voice, negated: bool = False) -> conditions.Restrictor:
    """A comparison, BETWEEN, LIKE, IS NULL or bare flag as a restrictor. Raises CannotSay."""
    if isinstance(node, exp.Between):
        return _between(node, block, voice, negated)
    if isinstance(node, (exp.Like, exp.ILike, exp.Glob)):
        return _like(node, block, voice, negated)
    if isinstance(node, exp.Is):
        return _is(node, block, voice, negated)
    kind = type(node)
    if kind in FLIPPED:
        left, right = strip(node.this), strip(node.expression)
        if isinstance(left, (exp.Literal, exp.Subquery)) and not isinstance(right, exp.Literal):
            left, right, kind = right, left, FLIPPED[kind]
        return _relation(left, right, NEGATED[kind] if negated else kind, block, voice)
    if isinstance(node, exp.Column):
        return _flag(node, not negated, block, voice)
    raise CannotSay(f"no words for the condition {type(node).__name__}")


def _relation(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor:
    special = superlatives.ranked(left, right, kind, block, voice) or superlatives.extreme(
        left, right, kind, block, voice
    )
    if special:
        return special
    facts = nouns.facts_of(left, block)
    unit = dates.date_unit(left)
    if unit and isinstance(nouns.bare(right), exp.Literal):
        return _date_part(unit, left, right, kind, block, voice)
    up = truth(_python(right)) if facts is not None and facts.role is Role.FLAG and _is_plain(right) else None
    if facts is not None and facts.flag and up is not None and kind in (exp.EQ, exp.NEQ):
        yes = up == (kind is exp.EQ)
        unusual = right.this.isdigit() or right.this not in map(str, facts.values) if right.is_string else False
        if unusual:
            said = facts.flag[0 if yes else 1].removeprefix("are ")
            voice.note(f"{said} refers to {facts.column} {'=' if kind is exp.EQ else '<>'} '{right.this}'")
        return _flag(left, yes, block, voice)
    value = literal(right, facts, voice)
    if value is None:
        return _other_side(left, right, kind, block, voice)
    phrase = windows.of_rows(terms.term(left, block, voice), left, block, voice)
    vague = fuzzy(phrase, right, kind, facts, block, voice)
    if vague:
        return vague
    if facts is None or facts.kind != "text" or facts.temporal:
        if facts and (facts.temporal or facts.role is Role.TIME):
            return _temporal(facts, phrase, value, kind, right)
        return _numeric(left, phrase, value, kind, facts, block, voice)
    return _textual(left, facts, phrase, value, kind, block, voice)


def _is_plain(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Literal, exp.Boolean))


def dated(node: exp.Expr, block: Block) -> bool:
    """Whether a condition will be said as a participle (`placed in 2019`), which leaves room for more behind it."""
    column = next(iter(node.find_all(exp.Column)), None)
    facts = nouns.facts_of(column, block) if column is not None else None
    return bool(facts and facts.verb)


def _python(node: exp.Expr) -> object:
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return (
            node.this if node.is_string else (int(node.this) if node.this.lstrip("-").isdigit() else float(node.this))
        )
    return None


def _flag(node: exp.Expr, yes: bool, block: Block, voice: Voice) -> conditions.Restrictor:
    facts = nouns.facts_of(node, block)
    noun = nouns.rows_noun(block, voice)
    own = not facts or terms.term(node, block, voice) == facts.phrase
    if facts and facts.flag and own:
        return conditions.doing(facts.flag[0 if yes else 1], noun)
    return conditions.attribute(terms.term(node, block, voice), f"is {'true' if yes else 'false'}")


def _numeric(
    left: exp.Expr, phrase: str, value: str, kind: type[exp.Expr], facts: ColumnFacts | None, block: Block, voice: Voice
) -> conditions.Restrictor:
    clause = f"{the(phrase)} {IS_WORDS[kind]} {value}"
    if phrase.startswith("number of ") and kind in COUNT_WORDS:
        rest = phrase.removeprefix("number of ")
        if value == "1" and kind in (exp.GT, exp.GTE):
            tail = {exp.GT: "more than one of their", exp.GTE: "one or more"}[kind]
            return conditions.holding("at least two " + rest if kind is exp.GT else f"{tail} {rest}", "", clause)
        if value != "1":
            return conditions.holding(f"{COUNT_WORDS[kind]} {counted(value)} {rest}", "", clause)
    countable = facts is not None and facts.integral and facts.role in (Role.AMOUNT, Role.LEVEL) and many(phrase)
    if countable and "'s " not in phrase and kind in COUNT_WORDS and value != "1" and phrase != "stars":
        amount = f"no {phrase}" if value == "0" and kind is exp.EQ else f"{COUNT_WORDS[kind]} {counted(value)} {phrase}"
        return conditions.holding(amount, "", f"{the(phrase)} {IS_WORDS[kind].replace('is ', 'are ', 1)} {value}")
    idiom = idioms.of_number(phrase, value, kind, nouns.rows_noun(block, voice))
    if idiom:
        return idiomatic(idiom, clause)
    if phrase == "age" and nouns.rows_noun(block, voice).person and kind in _AGES:
        return conditions.Restrictor(
            _AGES[kind].format(value), clause, conditions.PARTICIPLE, f"are {_AGES[kind].format(value)}"
        )
    plain = (
        aggregates(left)
        or many(phrase)
        or (facts is not None and facts.role in (Role.RANK, Role.CODE, Role.CATEGORY, Role.KEY))
    )
    if plain or "'s " in phrase or " (" in phrase or voice.rng.random() < 0.35 or (kind is exp.NEQ):
        said = IS_WORDS[kind].replace("is ", "are ", 1) if many(phrase) else IS_WORDS[kind]
        return conditions.attribute(phrase, f"{said} {value}")
    return conditions.holding(some(phrase), f" {voice.pick(NUMBER_WORDS[kind])} {value}", clause)


_AGES: dict[type[exp.Expr], str] = {
    exp.GT: "older than {}",
    exp.LT: "younger than {}",
    exp.GTE: "aged {} or older",
    exp.LTE: "aged {} or younger",
    exp.EQ: "aged {}",
}


def _temporal(
    facts: ColumnFacts, phrase: str, value: str, kind: type[exp.Expr], right: exp.Expr
) -> conditions.Restrictor:
    words = YEAR_WORDS if facts.role is Role.YEAR else TIME_WORDS
    if facts.role is Role.TIME:
        words = {
            exp.GT: "after",
            exp.GTE: "at or after",
            exp.LT: "before",
            exp.LTE: "at or before",
            exp.EQ: "at",
            exp.NEQ: "not at",
        }
    said = f"{words[kind]} {value}"
    if facts.role is Role.YEAR and kind is exp.EQ:
        said = value if not facts.verb else said
    return _dated(facts, phrase, said)


def _dated(facts: ColumnFacts | None, phrase: str, said: str) -> conditions.Restrictor:
    """`hired in 2019` where the date has a verb, `whose order date is in 2019` where it has none."""
    clause = f"{the(phrase)} is {said}"
    if facts and facts.verb and phrase == facts.phrase:
        return conditions.Restrictor(f"{facts.verb} {said}", clause, conditions.PARTICIPLE, f"were {facts.verb} {said}")
    return conditions.attribute(phrase, f"is {said}")


def _date_part(
    unit: tuple[str, exp.Expr], left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor:
    name, inner = unit
    facts = nouns.facts_of(inner, block)
    raw = nouns.bare(right)
    assert isinstance(raw, exp.Literal)
    phrase = terms.term(inner, block, voice)
    if name == "year":
        return _dated(facts, phrase, f"{YEAR_WORDS[kind]} {raw.this}")
    if name == "day":
        return _dated(facts, phrase, f"{TIME_WORDS[kind]} {text(raw.this)}")
    number = dates.weekday_number(left, raw.this, voice.lexicon.dialect) if name == "weekday" else raw.this
    said = superlatives.calendar(name, number)
    if said and kind in (exp.EQ, exp.NEQ):
        return _dated(
            facts, phrase, f"{'in' if name != 'weekday' else 'on a'} {said}" if kind is exp.EQ else f"not in {said}"
        )
    return conditions.attribute(terms.term(left, block, voice), f"{IS_WORDS[kind]} {said or raw.this}")


def _textual(
    left: exp.Expr, facts: ColumnFacts, phrase: str, value: str, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor:
    if kind is exp.EQ and naming_column(left, block) and phrase == facts.phrase:
        clause = f"the {phrase} is {value}"
        word = "titled" if "title" in phrase else "named"
        return conditions.Restrictor(f"{word} {value}", clause, conditions.PARTICIPLE, f"are {word} {value}")
    idiom = idioms.of_value(phrase, value, nouns.rows_noun(block, voice)) if kind is exp.EQ else None
    if idiom:
        return idiomatic(idiom, f"the {phrase} is {value}")
    if kind in (exp.EQ, exp.NEQ):
        return conditions.attribute(phrase, f"{IS_WORDS[kind]} {value}")
    order: dict[type[exp.Expr], str] = {exp.GT: "comes alphabetically after", exp.LT: "comes alphabetically before"}
    if kind not in order:
        order = {exp.GTE: "is alphabetically at or after", exp.LTE: "is alphabetically at or before"}
    return conditions.attribute(phrase, f"{order[kind]} {value}")


def idiomatic(idiom: idioms.Idiom, clause: str) -> conditions.Restrictor:
    """An idiom as a restrictor; it stands right behind the noun unless it begins with who, that or with."""
    rank = conditions.WITH if idiom.text.startswith("with ") else conditions.PARTICIPLE
    if idiom.text.startswith(("who ", "that ")):
        rank = conditions.WHO
    return conditions.Restrictor(idiom.text, clause, rank, idiom.verb)


def naming_column(node: exp.Expr, block: Block) -> bool:
    """Whether a column alone is the name of its rows."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    return base is not None and block.lexicon.entity(base[0]).label == (base[1],)


def naming(node: exp.Expr, block: Block) -> exp.Expr | None:
    """The value of `name = value` where the column names its rows."""
    node = strip(node)
    if isinstance(node, exp.EQ) and naming_column(node.this, block) and isinstance(node.expression, exp.Literal):
        return node.expression
    return None


def said_value(value: exp.Expr | None, condition: exp.Expr, block: Block, voice: Voice) -> str:
    """The value of a `naming` condition in words."""
    return (literal(value, nouns.facts_of(strip(condition).this, block), voice) if value is not None else None) or ""


def full_name(found: list[exp.Expr], block: Block) -> tuple[str | None, list[exp.Expr]]:
    """`first_name = 'Ana' AND last_name = 'Lopez'` as one name, and the conditions that are left."""
    parts: dict[str, exp.Expr] = {}
    label: tuple[str, ...] = ()
    for node in found:
        place = block.place(node.this) if isinstance(node, exp.EQ) and isinstance(node.this, exp.Column) else None
        base = base_column(place) if place and isinstance(node.expression, exp.Literal) else None
        if base and len(block.lexicon.entity(base[0]).label) > 1 and base[1] in block.lexicon.entity(base[0]).label:
            parts[base[1]], label = node, block.lexicon.entity(base[0]).label
    if not label or set(parts) != set(label):
        return None, found
    used = {id(n) for n in parts.values()}
    return " ".join(str(parts[c].expression.this) for c in label), [n for n in found if id(n) not in used]


def is_simple(node: exp.Expr, block: Block) -> bool:
    """A column against a literal: it reads well with its owner in front."""
    node = strip(node)
    if (
        type(node) not in FLIPPED
        or not isinstance(node.this, exp.Column)
        or not isinstance(node.expression, exp.Literal)
    ):
        return False
    facts = nouns.facts_of(node.this, block)
    return naming(node, block) is None and facts is not None and facts.role is not Role.FLAG


def _other_side(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor:
    special = superlatives.same_as_outer(left, right, kind, block, voice) or superlatives.beyond_average(
        left, right, kind, block, voice
    )
    if special:
        return special
    phrase, other = terms.term(left, block, voice), terms.term(right, block, voice)
    facts = nouns.facts_of(left, block)
    words: dict[type[exp.Expr], str] = {**IS_WORDS, exp.EQ: "equals", exp.NEQ: "differs from"}
    if facts and facts.temporal:
        words = LATER_WORDS
    shared = superlatives.same_rows(left, right, block, voice)
    if shared:
        other = shared
    say = conditions.measured if isinstance(right, exp.Subquery) else conditions.attribute
    return say(phrase, f"{words[kind]} {the(other)}")


LATER_WORDS: dict[type[exp.Expr], str] = {
    exp.GT: "is later than",
    exp.LT: "is earlier than",
    exp.EQ: "is the same as",
    exp.NEQ: "differs from",
    exp.GTE: "is the same as or later than",
    exp.LTE: "is the same as or earlier than",
}


def _between(node: exp.Between, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    facts = nouns.facts_of(node.this, block)
    low, high = (literal(node.args[k], facts, voice) for k in ("low", "high"))
    if low is None or high is None:
        low, high = (the(terms.term(node.args[k], block, voice)) for k in ("low", "high"))
    phrase = terms.term(node.this, block, voice)
    if negated:
        return conditions.attribute(phrase, f"is not between {low} and {high}")
    if (not facts or not facts.temporal) and not dates.date_unit(node.this):
        vague = fuzzy(phrase, node, exp.Between, facts, block, voice)
        if vague:
            return vague
    unit = dates.date_unit(node.this)
    if unit and unit[0] == "year":
        raw = [str(node.args[k].this) for k in ("low", "high")]
        return _dated(
            nouns.facts_of(unit[1], block), terms.term(unit[1], block, voice), f"between {raw[0]} and {raw[1]}"
        )
    if facts and facts.temporal:
        whole = superlatives.calendar_span(
            *(str(getattr(nouns.bare(node.args[k]), "this", "")) for k in ("low", "high"))
        )
        return _dated(facts, phrase, f"in {whole}" if whole else f"between {low} and {high}")
    idiom = idioms.of_number(phrase, f"{low} and {high}", exp.Between, nouns.rows_noun(block, voice))
    if idiom:
        return idiomatic(idiom, f"{the(phrase)} is between {low} and {high}")
    if "'s " in phrase or voice.rng.random() < 0.4:
        return conditions.attribute(phrase, f"is between {low} and {high}")
    return conditions.holding(some(phrase), f" between {low} and {high}", f"{the(phrase)} is between {low} and {high}")


def _like(node: exp.Expr, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    negated = negated != bool(node.args.get("negate"))
    pattern = _pattern(strip(node.expression))
    phrase = terms.term(node.this, block, voice)
    if not isinstance(pattern, exp.Literal):
        raise CannotSay("a LIKE pattern that is computed")
    raw, wild = pattern.this, "*" if isinstance(node, exp.Glob) else "%"
    body = raw.strip(wild)
    if wild in body or "_" in body:
        said = f'{"does not match" if negated else "matches"} the pattern "{raw}"'
    elif raw.startswith(wild) and raw.endswith(wild):
        said = f'{"does not contain" if negated else "contains"} "{body}"'
    elif raw.endswith(wild):
        said = f'{"does not start" if negated else "starts"} with "{body}"'
    elif raw.startswith(wild):
        said = f'{"does not end" if negated else "ends"} with "{body}"'
    else:
        said = f'is {"not " if negated else ""}"{raw}"'
    if isinstance(node, exp.ILike) or (isinstance(node.this, _CASES) and voice.lexicon.dialect not in _CASELESS):
        said += " (ignoring case)"
    facts = nouns.facts_of(node.this, block)
    if facts and facts.temporal and re.fullmatch(r"\d{4}(-\d\d)?-?", body) and raw.endswith(wild) and not negated:
        return _dated(facts, phrase, f"in {superlatives.month(body.rstrip('-'))}")
    return conditions.attribute(phrase, said)


_CASES = (exp.Lower, exp.Upper)
_CASELESS = ("sqlite", "mysql")
"""Dialects whose LIKE ignores case."""


def _pattern(node: exp.Expr) -> exp.Expr:
    """A pattern in one piece: `LOWER('%x%')` and `'%' || 'x' || '%'` are literals too."""
    if isinstance(node, _CASES):
        return _pattern(strip(node.this))
    if isinstance(node, (exp.DPipe, exp.Concat)):
        parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
        found = [_pattern(strip(p)) for p in parts]
        if all(isinstance(p, exp.Literal) for p in found):
            return exp.Literal.string("".join(p.this for p in found))
    return node


def _is(node: exp.Is, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    if isinstance(node.expression, exp.Boolean):
        return _flag(node.this, bool(node.expression.this) != negated, block, voice)
    phrase = terms.term(node.this, block, voice)
    facts = nouns.facts_of(node.this, block)
    place = block.place(node.this) if isinstance(node.this, exp.Column) else None
    missing_child = existence_of(node.this, block, voice, negated) if place else None
    if missing_child:
        noun = nouns.rows_noun(block, voice)
        return conditions.doing(f"have {'at least one' if negated else 'no'} {missing_child}", noun)
    if facts and facts.role is Role.KEY:
        phrase = windows.partition_words(node.this, block, voice)
    tail = "on record" if facts and facts.role in (Role.NAME, Role.CONTACT, Role.TEXT, Role.DATE, Role.DATETIME) else ""
    if "'s " in phrase:
        return conditions.attribute(phrase, "is known" if negated else "is missing")
    thing = f"{a(phrase)} {tail}".strip() if negated else f"no {phrase} {tail}".strip()
    if not tail:
        thing = f"a known {phrase}" if negated else f"no known {phrase}"
    return conditions.holding(thing, "", f"{the(phrase)} is {'known' if negated else 'missing'}")


def existence_of(node: exp.Column, block: Block, voice: Voice, one: bool) -> str | None:
    """LEFT JOIN … WHERE child.key IS NULL: what is missing is the child; `one` for the singular."""
    place = block.place(node)
    if place is None or place.source.alias == block.grain.alias or place.source.table is None:
        return None
    optional = any(link.side and place.source.alias == link.child for link in block.links)
    keyed = block.lexicon.facts(place.source.table, place.column).role is Role.KEY
    if optional and not keyed and place.source.alias in block.apart:
        raise CannotSay("what an outer join finds under a condition")
    return conditions.joined_rows(block, place.source, voice, one) if optional and keyed else None


def one_of(node: exp.In, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    """`x IN (…)` over literals: `whose country is Norway or Sweden`."""
    facts = nouns.facts_of(node.this, block)
    unit = dates.date_unit(node.this)
    said: list[str] = []
    for value in node.expressions:
        raw = nouns.bare(value)
        calendar = superlatives.calendar(unit[0], raw.this) if unit and isinstance(raw, exp.Literal) else None
        words = calendar or (raw.this if unit and isinstance(raw, exp.Literal) else literal(value, facts, voice))
        if words is None:
            raise CannotSay("an IN list that is computed")
        said.append(words)
    if unit and not negated:
        return _dated(nouns.facts_of(unit[1], block), terms.term(unit[1], block, voice), f"in {listing(said, 'or')}")
    phrase = terms.term(node.this, block, voice)
    if negated:
        return conditions.attribute(phrase, _none_of(said))
    idiom = idioms.of_value(phrase, listing(said, "or"), nouns.rows_noun(block, voice))
    if idiom:
        return idiomatic(idiom, f"the {phrase} is {listing(said, 'or')}")
    return conditions.attribute(
        phrase, f"is {'either ' if len(said) == 2 and voice.rng.random() < 0.5 else ''}{listing(said, 'or')}"
    )


def _none_of(said: Sequence[str]) -> str:
    if len(said) == 1:
        return f"is not {said[0]}"
    return f"is neither {said[0]} nor {said[1]}" if len(said) == 2 else f"is none of {listing(said, 'or')}"


def same_column_values(parts: Sequence[exp.Expr], block: Block) -> exp.In | None:
    """`x = 1 OR x = 2` as the IN list it is; None if the parts are not all equalities of one column."""
    if not all(
        isinstance(p, exp.EQ) and isinstance(p.this, exp.Column) and isinstance(p.expression, exp.Literal)
        for p in parts
    ):
        return None
    first = parts[0].this
    if any(p.this.sql().lower() != first.sql().lower() for p in parts):
        return None
    return exp.In(this=first.copy(), expressions=[p.expression.copy() for p in parts])


def merged(found: Sequence[exp.Expr]) -> list[exp.Expr]:
    """Two bounds on one column become one range, so that they are said together."""
    kept: list[exp.Expr] = []
    for node in map(strip, found):
        partner = next((k for k in kept if _bounds(k, node)), None)
        low, high = (partner, node) if isinstance(partner, (exp.GT, exp.GTE)) else (node, partner)
        span = _range(low, high) if low is not None and high is not None else None
        if partner is not None and span is not None:
            kept[kept.index(partner)] = span
        else:
            kept.append(node)
    return kept


def _bounds(one: exp.Expr, other: exp.Expr) -> bool:
    lower, upper = (exp.GT, exp.GTE), (exp.LT, exp.LTE)
    opposite = (isinstance(one, lower) and isinstance(other, upper)) or (
        isinstance(one, upper) and isinstance(other, lower)
    )
    return (
        opposite
        and isinstance(one.expression, exp.Literal)
        and isinstance(other.expression, exp.Literal)
        and one.this.sql() == other.this.sql()
    )


def _range(low: exp.Expr, high: exp.Expr) -> exp.Expr | None:
    """A closed range as BETWEEN; a whole calendar year as a condition on the year; None where neither fits."""
    first, last = low.expression.this, high.expression.this
    year = re.fullmatch(r"(\d{4})-01-01", str(first))
    following = re.fullmatch(r"(\d{4})-01-01", str(last))
    if year and following and isinstance(low, exp.GTE) and isinstance(high, exp.LT):
        span = int(following[1]) - int(year[1])
        part = exp.Extract(this=exp.var("YEAR"), expression=low.this.copy())
        if span == 1:
            return exp.EQ(this=part, expression=exp.Literal.number(year[1]))
        return exp.Between(
            this=part, low=exp.Literal.number(year[1]), high=exp.Literal.number(str(int(following[1]) - 1))
        )
    if isinstance(low, exp.GTE) and isinstance(high, exp.LT):
        closing = superlatives.day_before(str(last))
        if closing and superlatives.calendar_span(str(first), closing):
            return exp.Between(this=low.this.copy(), low=low.expression.copy(), high=exp.Literal.string(closing))
    if isinstance(low, exp.GTE) and isinstance(high, exp.LTE):
        return exp.Between(this=low.this.copy(), low=low.expression.copy(), high=high.expression.copy())
    return None


__all__ = [
    "aggregates",
    "compare",
    "is_simple",
    "merged",
    "naming",
    "number",
    "one_of",
    "said_value",
    "same_column_values",
]
