"""How tables point at each other: the declared foreign keys, those nobody declared, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from querywright.databases.schema import Schema, Table
from querywright.synthesis.lexicon.entries import Reference
from querywright.synthesis.lexicon.inference import Inference, Seen
from querywright.synthesis.lexicon.inflection import plural, singular_noun
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.nouns import is_person
from querywright.synthesis.lexicon.phrases import AGENTS
from querywright.synthesis.lexicon.words import Speller, display, is_word, split

_EMPTY_WORDS = listed("id ID ids code number no key fk")


def find_references(
    schema: Schema, speller: Speller, entities: dict[str, tuple[str, ...]], homes: Mapping[str, str], seen: Seen
) -> dict[str, tuple[Reference, ...]]:
    """References of every table, by lower-case full name; declared ones first. `homes` is as `namesakes` gives it."""
    out: dict[str, tuple[Reference, ...]] = {}
    inference = Inference(schema, speller, entities, seen)
    for table in schema:
        found: list[Reference] = []
        for key in table.foreign_keys:
            target = schema.table(key.referred_table)
            if target is None or not all(target.column(c) for c in key.referred_columns):
                continue
            made = _reference(table, key.columns, target, key.referred_columns, speller, entities, False)
            found.append(_at_home(made, entities, homes))
        bound = {c.lower() for r in found for c in r.columns}
        for column in table.columns:
            if column.name.lower() not in bound:
                guess = inference.target(table, column)
                if guess is not None:
                    target, referred = guess
                    made = _reference(table, (column.name,), target, (referred,), speller, entities, True)
                    found.append(_at_home(made, entities, homes))
        out[table.full_name.lower()] = _told_apart(tuple(dict.fromkeys(found)), speller)
    return out


def _at_home(reference: Reference, entities: Mapping[str, Sequence[str]], homes: Mapping[str, str]) -> Reference:
    """A key called as the rows it points at are bears the words that tell those from their namesakes."""
    target = reference.referred_table.lower()
    if target not in homes or reference.phrase != display(entities[target]):
        return reference
    return replace(reference, phrase=f"{homes[target]} {reference.phrase}")


def _told_apart(found: tuple[Reference, ...], speller: Speller) -> tuple[Reference, ...]:
    """Two keys of one table never share a phrase: the column's own words, or first and second."""
    out: list[Reference] = []
    for i, reference in enumerate(found):
        same = [j for j, r in enumerate(found) if r.phrase == reference.phrase]
        if len(same) > 1 and len({found[j].columns for j in same}) > 1:
            words = [w for w in speller.words(reference.columns[-1]) if w not in _EMPTY_WORDS and len(w) > 2]
            words = words[:-1] if words[-1:] == ["name"] else words
            told = display(words)
            if not words or told == reference.phrase:
                told = f"{_NTH[same.index(i)]} {reference.phrase}" if len(same) <= len(_NTH) and not words else told
            elif len(words) == 1 and words[0] not in reference.phrase:
                told = f"{told} {reference.phrase}"
            reference = replace(reference, phrase=told)
        out.append(reference)
    return tuple(out)


_SIDES = {"from": "origin", "to": "destination", "dest": "destination", "src": "source"}
_BARE = listed("""
    source destination origin target home away start end first second departure arrival main secondary next previous
    current permanent host guest from to male female
""")
"""Words that need the noun after them: `source airport`."""
_NTH = ("first", "second", "third", "fourth")
_ADJECTIVE = re.compile(r"(ed|ing|ive|al|ary)$")


def _reference(
    table: Table, columns: Sequence[str], target: Table, referred: Sequence[str], speller: Speller,
    entities: dict[str, tuple[str, ...]], inferred: bool,
) -> Reference:  # fmt: skip
    own, other = entities[table.full_name.lower()], entities[target.full_name.lower()]
    hierarchy = table.full_name.lower() == target.full_name.lower()
    phrase = _phrase(columns, table, referred, own, other, speller, hierarchy)
    if phrase.endswith(" staff") and is_person(other):
        phrase += " member"
    return Reference(
        table.full_name, tuple(columns), target.full_name, tuple(referred), phrase,
        _children(phrase, own, hierarchy, split(columns[0])), hierarchy, inferred,
    )  # fmt: skip


def _phrase(
    columns: Sequence[str], table: Table, referred: Sequence[str], own: Sequence[str], other: Sequence[str],
    speller: Speller, hierarchy: bool,
) -> str:  # fmt: skip
    """`manager_id` → manager; `customer_id` → customer; `home_branch_id` → home branch; `stuid` → student."""
    plain = display(_unowned(own, other))
    if len(columns) != 1:
        return f"parent {plain}" if hierarchy else plain
    words = [w for w in speller.words(columns[0], table.name) if w not in _EMPTY_WORDS]
    if "report" in words or "reports" in words:
        return "manager"
    if words and words[-1] in ("name", "title") and len(words) > 1:
        words = words[:-1]
    words = _without_by(words)
    words = [*words[:-1], singular_noun(words[-1])] if words else []
    same_name = columns[0].lower() == referred[0].lower()
    if not words or (same_name and not hierarchy) or _initials(columns[0], other) or len(words[-1]) == 1:
        return f"parent {plain}" if hierarchy else plain
    if not hierarchy and tuple(words) in (tuple(own), tuple(own[-1:])) and table.primary_key == (columns[0],):
        return plain  # a museum is not the museum of itself
    if not hierarchy and tuple(words) == tuple(own) and words != ["friend"]:
        return f"{display(words)} {plain}"  # `prereq_id` in prerequisites: prerequisite course
    if hierarchy and tuple(words) == tuple(own):
        return f"parent {plain}"
    if hierarchy and words[0] in ("parent", "previous", "next") and len(words) == 1:
        return f"{words[0]} {plain}"
    if set(words) <= set(other):
        return plain
    if words[-1].endswith("id") and not is_word(words[-1]):
        return display((*words[:-1], *other))
    words = ["technician" if w == "technology" and is_person(other) else w for w in words]
    words = [_SIDES.get(words[0], words[0]), *words[1:]]
    if len(words) == 1 and (words[0] in _BARE or _ADJECTIVE.search(words[0])) and words[0] not in other:
        return f"{words[0]} {plain}"
    return display(words)


def _unowned(own: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """`employee address` is an employee's address."""
    if other[-1] == "name":
        return other
    return other[len(own) :] if len(other) > len(own) and tuple(other[: len(own)]) == tuple(own) else other


def _without_by(words: list[str]) -> list[str]:
    """`created_by` → creator; `recorded_by_staff` → recording staff."""
    if (
        len(words) > 2
        and words[1] in ("in", "at", "on", "from", "for")
        and (words[0].endswith("ed") or words[0] == "lost")
    ):
        return words[2:]  # `lost_in_battle`
    at = words.index("by") if "by" in words[1:] else 0
    if at > 1 and words[at - 1].endswith("ed") and at + 1 < len(words):
        return [words[at - 1].removesuffix("ed") + "ing", *words[at + 1 :]]  # `destruction_authorised_by_employee`
    if len(words) < 2 or words[1] not in ("by", "to"):
        return words
    if len(words) == 2 and words[1] == "by":
        return [AGENTS.get(words[0], words[0].removesuffix("ed") + "er")]
    if len(words) == 2:
        return [AGENTS.get(words[0], words[0])]
    doing = words[0].removesuffix("ed") + "ing" if words[0].endswith("ed") else words[0]
    return [doing, *words[2:]]


def _initials(column: str, other: Sequence[str]) -> bool:
    """`cid` for a conference, `u_id` for a user: the letters before `id` are only the target's initials."""
    letters = "".join(p for p in split(column))
    stem = letters.removesuffix("id")
    return 0 < len(stem) <= 3 and (other[0].startswith(stem) or other[-1].startswith(stem))


def _children(phrase: str, own: Sequence[str], hierarchy: bool, shown: Sequence[str]) -> str | None:
    if not hierarchy:
        return None
    if phrase in ("manager", "supervisor", "boss"):
        return "direct reports"
    if len(shown) > 1 and shown[1] == "by" and shown[0].endswith("ed"):
        return f"{plural(display(own))} {shown[0]}"
    return f"child {plural(display(own))}" if phrase.startswith("parent") else None
