"""What models are asked for, as shapes: every answer is one of these objects or no answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WrittenSQL(BaseModel):
    """A query, and how it was thought out."""

    reasoning: str = Field(description="The thoughts that lead to the query, short.")
    sql: str = Field(description="One SELECT statement, without a fence.")


class SubQuestion(BaseModel):
    """A smaller question on the way to the answer."""

    question: str = Field(description="The smaller question.")
    sql: str = Field(description="A query for it, which may use the ones before; partial SQL is fine.")


class DividedSQL(BaseModel):
    """A query, put together from the queries of smaller questions."""

    parts: list[SubQuestion] = Field(description="Smaller questions, the innermost first; one for a simple question.")
    assembled: str = Field(description="One query for the whole question, made of these.")
    optimisation: str = Field(description="What of it is redundant or can be said more simply, short.")
    sql: str = Field(description="The final query after that: one SELECT statement, without a fence.")


class PlannedSQL(BaseModel):
    """A query, thought out as an engine carries it out."""

    find: str = Field(description="Which tables to open, in which order, and how their rows are found.")
    operate: str = Field(description="How rows are matched, filtered, grouped, counted and sorted, step by step.")
    deliver: str = Field(description="Which columns come out, and how many rows.")
    sql: str = Field(description="The query that does this: one SELECT statement, without a fence.")


class WrittenExample(BaseModel):
    """A question with its query."""

    question: str = Field(description="What somebody may ask.")
    sql: str = Field(description="One SELECT statement that answers it, without a fence.")


class WrittenExamples(BaseModel):
    """Questions with their queries."""

    examples: list[WrittenExample]
