"""Selectors: rules that take one of several candidates. This table is the whole list; `module:function` names others.

A selector of one's own, say one around a model trained on pairs, is a function as `Selector` says, and a preset that
has `by = "mine.selectors:trained"` in its stage `select`. It is imported when a question is answered.
"""

from __future__ import annotations

from importlib import import_module

from querywright.answering.selection.contract import Selector
from querywright.answering.selection.majority import majority
from querywright.answering.selection.ranker import ranker
from querywright.answering.selection.tournament import tournament
from querywright.answering.selection.unit_tests import unit_tests
from querywright.errors import SettingsError

SELECTORS: dict[str, Selector] = {
    "majority": majority,
    "tournament": tournament,
    "ranker": ranker,
    "unit-tests": unit_tests,
}


def selector_of(name: str) -> Selector:
    """The selector of this name, or the function that `module:function` names. Raises SettingsError."""
    if name in SELECTORS:
        return SELECTORS[name]
    module, colon, function = name.partition(":")
    if not colon:
        raise SettingsError(
            f"there is no selector {name!r}: choose from {', '.join(SELECTORS)}, or name your own, module:function"
        )
    try:
        found: Selector | None = getattr(import_module(module), function, None)
    except (ImportError, ValueError) as error:
        raise SettingsError(f"the selector {name} cannot be imported: {error}") from error
    if not callable(found):
        raise SettingsError(f"the module {module} has no function {function!r} that could select")
    return found


__all__ = ["SELECTORS", "Selector", "selector_of"]
