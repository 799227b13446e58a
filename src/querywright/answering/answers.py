"""What models are asked for, as shapes: every answer is one of these objects or no answer."""

from __future__ import annotations

from typing import Literal

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


class RepairedSQL(BaseModel):
    """A query in the place of one that failed or gave no rows."""

    reasoning: str = Field(description="What was wrong with the query, short.")
    sql: str = Field(description="One SELECT statement, without a fence; the same one where nothing is wrong with it.")


class RevisedSQL(BaseModel):
    """A query after a second look."""

    reasoning: str = Field(description="Which rule the query breaks, or that it breaks none, short.")
    sql: str = Field(description="One SELECT statement, without a fence; the same one where it is right.")


class Answerability(BaseModel):
    """Whether the database holds what a question asks for."""

    reasoning: str = Field(description="What the question needs, and where the database has it, short.")
    answerable: bool = Field(description="False only where the database does not hold what is asked for.")
    missing: str = Field(description="What it does not hold, in a few words for a person; empty where answerable.")


class WrittenTests(BaseModel):
    """What a right answer fulfils and a wrong one does not."""

    tests: list[str] = Field(description="One sentence each.")


class JudgedTest(BaseModel):
    """Which queries pass a test."""

    reasoning: str = Field(description="What tells the queries apart under this test, short.")
    passed: list[int] = Field(description="The numbers of the queries that pass; empty where none does.")


class PickedQuery(BaseModel):
    """The better one of two queries."""

    reasoning: str = Field(description="What tells the two apart, and what the question says about it, short.")
    better: Literal["A", "B"]


class RankedQueries(BaseModel):
    """Queries in order."""

    reasoning: str = Field(description="What tells the queries apart, short.")
    order: list[int] = Field(description="The numbers of all queries, the one most likely right first.")


class Keywords(BaseModel):
    """What of a question may be looked up in a database."""

    keywords: list[str] = Field(description="Words and names as the question spells them, the most telling first.")


class ColumnJudgement(BaseModel):
    """Whether one column may matter for a question."""

    reasoning: str = Field(description="Why, in a sentence.")
    relevant: bool = Field(description="Whether the column may be needed.")


class RelevantColumns(BaseModel):
    """Which columns of a list may matter for a question."""

    columns: list[str] = Field(description="Those that may be needed, as table.column, spelled as in the list.")


class SelectedTables(BaseModel):
    """The tables that a query needs."""

    reasoning: str = Field(description="What each table is needed for, short.")
    tables: list[str] = Field(description="The names of the tables, spelled as in the schema.")


class TableColumns(BaseModel):
    """Columns of one table."""

    table: str = Field(description="The name of the table, spelled as in the schema.")
    columns: list[str] = Field(description="The names of its columns that the query needs.")


class SelectedColumns(BaseModel):
    """The columns that a query needs."""

    reasoning: str = Field(description="What each column is needed for, short.")
    tables: list[TableColumns] = Field(description="The tables that the query needs, each with its columns.")
