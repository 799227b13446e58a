"""Keywords: what of the question may be looked up in the database, by a model or by rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.extracting import keywords_in
from querywright.answering.known import Known
from querywright.answering.prompting import fitted
from querywright.answering.showing import question_text
from querywright.answering.stages.contract import Stage
from querywright.errors import ModelFailed, SettingsError

LETTERS = 200
"""Of a keyword; nobody looks up a longer one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How keywords are found."""

    by: str = "model"
    """`model`: one call with examples; `rule`: quotes, names, numbers and what is left without words that ask."""
    temperature: float = 0.2
    most: int = 24
    """So many keywords are kept."""


def keywords(known: Known, desk: Desk, settings: Settings) -> Known:
    """Find what may be looked up. Where a model gives nothing, the rule does."""
    if settings.by not in ("model", "rule"):
        raise SettingsError(f"keywords are found by model or rule, not by {settings.by!r}")
    by_rule = keywords_in((known.question, known.evidence), settings.most)
    if settings.by == "rule":
        return replace(known, keywords=by_rule)
    try:
        found = _asked(known, desk, settings)
    except ModelFailed as failed:
        return replace(known, keywords=by_rule, notes=(f"keywords by rule, because {failed.reason}",))
    if not found:
        return replace(known, keywords=by_rule, notes=("keywords by rule, because the model named none",))
    return replace(known, keywords=found)


def _asked(known: Known, desk: Desk, settings: Settings) -> tuple[str, ...]:
    from querywright.answering.answers import Keywords

    prompt, left_out = fitted("keywords", desk.prompt_tokens, (), question=question_text(known))
    desk.account.left_out += left_out
    answer = desk.ask("keywords", Wish(prompt, settings.temperature), Keywords)[0]
    named = (" ".join(keyword.split()) for keyword in answer.keywords)
    return tuple(dict.fromkeys(keyword for keyword in named if 0 < len(keyword) <= LETTERS))[: settings.most]


KEYWORDS = Stage("keywords", Settings, keywords, ("keywords",))
