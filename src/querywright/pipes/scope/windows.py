"""Named windows (`WINDOW w AS (…)`), written out where they are used."""

from __future__ import annotations

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.tree import Expression

_PARTS = ("partition_by", "order", "spec")


def with_named_windows(pipeline: Pipeline, value: Expression, windows: tuple[Expression, ...]) -> Expression:
    """A bound expression in which `OVER w` and `OVER (w …)` say what `w` says.

    Raises:
        PipeNameError: there is no window of that name.
    """
    for window in list(value.find_all(exp.Window)):
        name = window.args.get("alias")
        if name is None:
            continue
        for part, found in _parts(pipeline, name.name, windows).items():
            if not window.args.get(part):
                window.set(part, found)
        window.set("alias", None)
        window.set("over", "OVER")
    return value


def _parts(pipeline: Pipeline, name: str, windows: tuple[Expression, ...]) -> dict[str, object]:
    """What a named window says, with what the window it builds on says."""
    found: dict[str, object] = {}
    wanted: str | None = name
    for _ in range(len(windows) + 1):
        window = next((w for w in windows if w.this.name.lower() == (wanted or "").lower()), None)
        if window is None:
            raise PipeNameError(f"there is no window {wanted}", pipeline.operator)
        copied = bound(pipeline, window)
        found = {part: copied.args[part] for part in _PARTS if copied.args.get(part)} | found
        alias = window.args.get("alias")
        wanted = alias.name if alias is not None else None
        if wanted is None:
            return found
    raise PipeNameError(f"the window {name} is built on itself", pipeline.operator)
