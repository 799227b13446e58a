"""What a chat completion says: its texts, what is wrong with each, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from querywright.models.cache import Kept
from querywright.models.contract import Message
from querywright.models.failures import CUT_OFF, EMPTY, FILTERED, REFUSED

CHARACTERS_A_TOKEN = 4
"""Where a server does not count tokens, we guess."""
MESSAGE_TOKENS = 4


class Reply(NamedTuple):
    """The answers of one completion; each holds its share of the tokens."""

    answers: list[Kept]
    input_tokens: int
    output_tokens: int


def read(body: Mapping[str, Any], messages: Sequence[Message]) -> Reply:
    """What the body of a completion says. It never fails: where there is no answer, it is an empty one."""
    choices = body.get("choices")
    found = [_answer(choice) for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []
    found = found or [("", EMPTY.reason)]
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    sent, made = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    if sent is None:
        sent = sum(guess(message.content) + MESSAGE_TOKENS for message in messages)
    if made is None:
        made = sum(guess(text) for text, _ in found)
    inputs, outputs = _shares(sent, [1] * len(found)), _shares(made, [len(text) + 1 for text, _ in found])
    answers = [Kept(text, trouble, i, o) for (text, trouble), i, o in zip(found, inputs, outputs, strict=True)]
    return Reply(answers, sent, made)


def guess(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def _answer(choice: Mapping[str, Any]) -> tuple[str, str]:
    """A text and what is wrong with it, if anything."""
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content, refusal = message.get("content"), message.get("refusal")
    if isinstance(content, list):  # in parts, from some gateways
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    text = content if isinstance(content, str) else ""
    finish = choice.get("finish_reason")
    if finish == "content_filter":
        return text, FILTERED.reason
    if isinstance(refusal, str) and refusal:
        return refusal, REFUSED.reason
    if finish == "length":
        return text, CUT_OFF.reason
    return text, "" if text.strip() else EMPTY.reason


def _count(value: object) -> int | None:
    """A number of tokens, if it can be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40 else None


def _shares(whole: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that add up to `whole`, in proportion."""
    shares = [whole * weight // sum(weights) for weight in weights]
    shares[0] += whole - sum(shares)
    return shares
