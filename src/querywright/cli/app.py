"""The commands, and how an error ends one: a line on standard error, never a traceback for a user's mistake."""

from __future__ import annotations

import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer

from querywright.cli.answering import ask
from querywright.cli.auxiliary import choose_auxiliary
from querywright.cli.chat import chat
from querywright.cli.cluster import spelled_out
from querywright.cli.datasets import export_run, print_statistics, rewrite_report
from querywright.cli.decontamination import decontaminate
from querywright.cli.deduplication import deduplicate
from querywright.cli.demo import demo
from querywright.cli.evaluation import evaluate
from querywright.cli.indexing import index
from querywright.cli.inspection import inspect
from querywright.cli.models import models
from querywright.cli.pipes import pipes
from querywright.cli.prediction import predict
from querywright.cli.refinement import refine
from querywright.cli.serving import serve_model
from querywright.cli.settings import ENVIRONMENT, check_environment, from_file
from querywright.cli.synthesis import synthesize
from querywright.cli.training import train
from querywright.errors import QuerywrightError, RunInterrupted

INTERRUPTED = 128 + signal.SIGINT

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"auto_envvar_prefix": ENVIRONMENT, "help_option_names": ["-h", "--help"]},
    help="The whole text-to-SQL loop on your own databases.",
)
app.command()(demo)
app.command()(inspect)
app.command()(synthesize)
app.command()(refine)
app.command()(index)
app.command()(ask)
app.command()(chat)
app.command()(predict)
app.command()(evaluate)
app.command(name="serve-model")(serve_model)
app.command(name="export")(export_run)
app.command(name="stats")(print_statistics)
app.command(name="report")(rewrite_report)
app.command()(deduplicate)
app.command()(decontaminate)
app.command(name="auxiliary")(choose_auxiliary)
app.add_typer(models, name="models")
app.add_typer(pipes, name="pipes")
app.add_typer(train, name="train")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"querywright {version('querywright')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, show_envvar=False, help="Show the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        return
    commands = _commands(context.command)
    within = {f"{name}_{inner}": c for name, group in commands.items() for inner, c in _commands(group).items()}
    check_environment(_names({**commands, **within}), os.environ)
    context.default_map = from_file(_names(commands))


def _commands(group: Any) -> dict[str, Any]:
    """The commands of a group; none where it is a command itself. Typer keeps the type of its groups to itself."""
    return dict(getattr(group, "commands", {}))


def _names(commands: dict[str, Any]) -> dict[str, list[str]]:
    """The names of each command's parameters."""
    return {name: [parameter.name for parameter in command.params] for name, command in commands.items()}


def main() -> None:
    """Runs a command; exit code 1 for an error of ours, 2 for a wrong call, 128 + signal when interrupted."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = (
            app(spelled_out(sys.argv[1:]), standalone_mode=False) or 0
        )  # Typer gives 130 for a Ctrl-C that nobody else heard
    except typer.TyperException as error:
        return _told(_call(error), error.exit_code)
    except RunInterrupted as error:
        return _told(error, 128 + error.signal)
    except QuerywrightError as error:
        return _told(error, 1)
    except OSError as error:  # standard output is a file on a full disk
        _discard_output()
        return _told(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error, 1)
    return _told("interrupted", INTERRUPTED) if code == INTERRUPTED else int(code)


def _discard_output() -> None:
    """What is still buffered for standard output goes nowhere, so that Python does not complain again at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _call(error: typer.TyperException) -> str:
    """What is wrong with the call, and where to read how it goes."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "querywright"
    return f"{error.format_message()} ({path} -h tells how)"


def _told(what: object, code: int) -> int:
    print(f"querywright: {what}", file=sys.stderr)
    return code
