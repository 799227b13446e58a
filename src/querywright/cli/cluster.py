"""`--ray [ADDRESS]`, the option of every command that makes a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

import typer

HERE = "here"
"""What stands for the address where only `--ray` is said."""

Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="[ADDRESS]",
        help="Work in Ray actors, one a worker: of the cluster at HOST:PORT, or else on this machine.",
    ),
]

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d+|here|ray://\S*")


def spelled_out(arguments: Iterable[str]) -> list[str]:
    """The arguments of a call, with `here` behind a `--ray` that no address follows: Typer's options have a value."""
    spelled: list[str] = []
    for argument in arguments:
        if spelled[-1:] == ["--ray"] and not _ADDRESS.fullmatch(argument):
            spelled.append(HERE)
        spelled.append(argument)
    return [*spelled, HERE] if spelled[-1:] == ["--ray"] else spelled


def address_of(ray: str | None) -> str | None:
    """The option's value as `run` and those above it want it: empty for this machine, None for no Ray."""
    return "" if ray == HERE else ray
