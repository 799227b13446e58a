"""What the test server answers to the prompts of authors: made from the prompt itself, plain but usable.

python model_server.py --answers author_answers:ANSWERS
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

Messages = Sequence[Mapping[str, str]]
Schema = Mapping[str, Any] | None

_SQL = re.compile(r"```sql\n(.*?)\n```", re.DOTALL)
_STYLE = re.compile(r"^\d+\. ([a-z-]+):", re.MULTILINE)
_ROWS = re.compile(r'<rows table="(?P<table>[^"]+)">\n(?P<row>\{.*\})')
_FOCUS = re.compile(r"about `([^`]+)`")
_WORD = re.compile(r"'([^']*)'|\b([A-Za-z][A-Za-z_]+|\d+(?:\.\d+)?)\b")
_MARKED = re.compile(r"\((q[0-9a-f]{8})\)")
SPELLED = "the outcome of "
_SPOKEN = 14
_asked: dict[str, str] = {}
"""The queries behind the questions that were made, by what stands for them in a question."""


def varied(messages: Messages, schema: Schema, sample: int) -> str:
    """The seed within a query: alone where the meaning is to be kept, counted where it is not."""
    prompt = messages[0]["content"]
    seed = _SQL.findall(prompt)[0]
    keeps = "exactly the same result" in prompt
    sql = f"WITH kept AS ({seed}) SELECT * FROM kept" if keeps else f"SELECT COUNT(*) AS number FROM ({seed}) AS found"
    return json.dumps({"change": "wrapped", "sql": sql})


def written(messages: Messages, schema: Schema, sample: int) -> str:
    """How many rows of the table in focus have the value of one that is shown."""
    prompt = messages[0]["content"]
    table = _FOCUS.findall(prompt)[0]
    row = next((json.loads(m["row"]) for m in _ROWS.finditer(prompt) if m["table"] == table), {})
    texts = {name: value for name, value in row.items() if isinstance(value, str) and value}
    where = ""
    if texts:
        name = sorted(texts)[len(prompt) % len(texts)]
        value = texts[name].replace("'", "''")
        where = f" WHERE \"{name}\" = '{value}'"
    sql = f'SELECT COUNT(*) AS number FROM "{table}"{where}'
    return json.dumps({"purpose": "to know how many", "sql": sql})


def asked(messages: Messages, schema: Schema, sample: int) -> str:
    """A question for each style: words of the query, and a mark by which whoever answers it finds the query again."""
    prompt = messages[0]["content"]
    sql = " ".join(_SQL.findall(prompt)[0].split())
    mark = f"q{zlib.crc32(sql.encode()):08x}"
    _asked[mark] = sql
    words = list(dict.fromkeys(quoted or bare for quoted, bare in _WORD.findall(sql)))[:_SPOKEN]
    spoken = " ".join(words).replace("_", " ").lower()
    questions = [
        {"style": style, "question": f"What, {style}, of {spoken} ({mark})?", "evidence": ""}
        for style in _STYLE.findall(prompt)
    ]
    return json.dumps({"questions": questions})


def judged(messages: Messages, schema: Schema, sample: int) -> str:
    """Agrees to everything but to what says that it is wrong."""
    wrong = "this is wrong" in messages[0]["content"]
    return json.dumps({"reason": "it says so" if wrong else "nothing speaks against it", "agrees": not wrong})


def plain(messages: Messages, schema: Schema, sample: int) -> str:
    """Reasoning for a prompt that shows the query; for a training prompt the query asked for, twice in three."""
    prompt = messages[0]["content"]
    shown = _SQL.findall(prompt)
    if shown:
        return f"1. The query is needed.\n2. So:\n\n```sql\n{shown[-1]}\n```"
    sql = wanted(prompt) if sample % 3 else ""
    return f"It must be\n\n```sql\n{sql or 'SELECT 1'}\n```"


def wanted(prompt: str) -> str:
    """The query that a prompt asks for: behind the mark in its question, or spelled out between words of ours."""
    marks = _MARKED.findall(prompt)
    if marks:
        return _asked.get(marks[-1], "")
    _, found, rest = prompt.rpartition(SPELLED)
    return rest.partition(" ?")[0] if found else ""


ANSWERS = {
    "VariedQuery": varied,
    "WrittenQuery": written,
    "AskedQuestions": asked,
    "JudgedQuestion": judged,
    "": plain,
}
