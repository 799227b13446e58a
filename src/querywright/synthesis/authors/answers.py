"""What chat models answer with, as shapes that their JSON must fit."""

from __future__ import annotations

from pydantic import BaseModel, Field


class WrittenQuery(BaseModel):
    """A new query and the question its writer had in mind."""

    purpose: str = Field(description="what somebody wants to know, in one sentence")
    sql: str = Field(description="the query, complete")


class VariedQuery(BaseModel):
    """A query made from another one."""

    change: str = Field(description="what is changed, in one sentence")
    sql: str = Field(description="the new query, complete")


class AskedQuestion(BaseModel):
    """One way to ask for a query."""

    style: str = Field(description="the style asked for")
    question: str
    evidence: str = Field(default="", description="what the question leaves open, or nothing")


class AskedQuestions(BaseModel):
    """Several ways to ask for one query."""

    questions: list[AskedQuestion]


class JudgedQuestion(BaseModel):
    """Whether a question asks for what a query gives."""

    reason: str = Field(description="one or two sentences")
    agrees: bool
