"""What a question is asked with: the words that datasets hold, that models learn, and that taught ones are asked in."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

REASONING: Final = """\
Answer the question with one {dialect} query over the database below.

{schema}

{evidence}Question: {question}

Think step by step, then give the query in a ```sql block.
"""
SQL: Final = """\
Answer the question with one {dialect} query over the database below.

{schema}

{evidence}Question: {question}

Reply with the query and nothing else.
"""
DIALECTS: Final = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL", "mysql": "MySQL"}
"""What a person calls a database's SQL."""


def fingerprint() -> dict[str, str]:
    """A digest of each of these prompts."""
    named = {"lesson-reasoning": REASONING, "lesson-sql": SQL}
    return {name: sha256(text.encode()).hexdigest()[:12] for name, text in named.items()}


def filled(template: str, schema: str, question: str, evidence: str, dialect: str) -> str:
    """A prompt: one of these templates, or one of a person's with the same places.

    Args:
        template: with `{schema}`, `{question}`, `{evidence}` and `{dialect}`.
        schema: the database's tables, as text.
        question: what is asked.
        evidence: what one has to know beside the question; may be empty.
        dialect: of the database, by SQLGlot's name.
    """
    return template.format(
        schema=schema,
        question=question,
        evidence=f"Note: {evidence}\n" if evidence else "",
        dialect=DIALECTS.get(dialect, dialect),
    )
