"""What a model's answer says: pipe text, or that the query is complete. Models talk around it; trained ones do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from querywright.pipes.trajectories import END

_FENCE: Final = re.compile(r"```[A-Za-z]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_HEAD: Final = re.compile(
    r"^[ \t`]*(?=[( ]*(?:FROM|WITH|SELECT|VALUES)\b)|\A(?=[( ]*(?:from|with|select|values)\b)", re.MULTILINE
)
_PIPE: Final = re.compile(r"^[ \t`]*(?=\|>)", re.MULTILINE)
_ANY_HEAD: Final = re.compile(r"\bFROM\b|^\s*(?=(?:from|with|select)\b)", re.MULTILINE)
_WORDS: Final = re.compile(
    r"(?:SELECT|EXTEND|SET|DROP|RENAME|AS|WHERE|AGGREGATE|DISTINCT|(?:(?:LEFT|RIGHT|FULL)(?: OUTER)?|INNER|CROSS) JOIN"
    r"|JOIN|ORDER BY|LIMIT|UNION|INTERSECT|EXCEPT)\b"
)
_AROUND: Final = " \t\r\n;"
LONGEST: Final = 20_000
"""Letters of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, read."""

    text: str
    """One operator or more, each behind `|>`; or a query from its head on; empty where there is none."""
    ends: bool
    """Whether it says that the query is complete, behind its text if it has one."""


def read(answer: str, begun: bool) -> Said:
    """What an answer says.

    Args:
        answer: as the model gave it: with thoughts before it, in a fence, between sentences, or plain.
        begun: whether there is a query already, so that an operator may come without its `|>`.

    >>> read("```sql\\n|> WHERE age > 30\\n```", True)
    Said(text='|> WHERE age > 30', ends=False)
    >>> read("|> LIMIT 3\\n<END>", True)
    Said(text='|> LIMIT 3', ends=True)
    """
    body = answer.rpartition("</think>")[2][:LONGEST]
    fenced = [text for text in _FENCE.findall(body) if text.strip(_AROUND)]
    text = fenced[-1] if fenced else body
    lines = body.splitlines()
    ends = any(map(_is_end, lines)) or text.rstrip(_AROUND).endswith(END)
    text = "\n".join(line for line in text.splitlines() if not _is_end(line)).strip(_AROUND).removesuffix(END)
    return Said(_pipes(text.strip(_AROUND), begun), ends)


def _is_end(line: str) -> bool:
    return line.strip(f"{_AROUND}`.") == END


def _pipes(text: str, begun: bool) -> str:
    """The part of a text that is a query or operators."""
    if not begun:
        text = text.removeprefix("|>").lstrip()
        found = _HEAD.search(text) or _ANY_HEAD.search(text)
        return _alone(text[found.end() if found.group() != "FROM" else found.start() :]) if found else ""
    if _WORDS.match(text):
        return _alone(f"|> {text}")
    starts = [found.end() for pattern in (_PIPE, _HEAD) if (found := pattern.search(text))]
    at = min(starts, default=text.find("|>"))
    return _alone(text[at:]) if at >= 0 else ""


def _alone(text: str) -> str:
    """The text without what tells of it: paragraphs behind it that begin with no operator, the end of a quotation."""
    first, *others = re.split(r"\n[ \t]*\n", text)
    kept = [first]
    for other in others:
        if not other.lstrip().startswith("|>"):
            break
        kept.append(other)
    text = "\n".join(kept)
    if text.count("`") % 2:
        text = text.rpartition("`")[0]
    return text.strip(_AROUND)
