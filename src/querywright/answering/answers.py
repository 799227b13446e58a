"""What models are asked for, as shapes: every answer is one of these objects or no answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WrittenSQL(BaseModel):
    """A query, and how it was thought out."""

    reasoning: str = Field(description="The thoughts that lead to the query, short.")
    sql: str = Field(description="One SELECT statement, without a fence.")


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
