"""What models are asked for, as shapes: every answer is one of these objects or no answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WrittenSQL(BaseModel):
    """A query, and how it was thought out."""

    reasoning: str = Field(description="The thoughts that lead to the query, short.")
    sql: str = Field(description="One SELECT statement, without a fence.")
