"""The commands, and how an error ends one: a line on standard error, never a traceback for a user's mistake."""

from __future__ import annotations

import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from querywright.cli.datasets import export_run, print_statistics, rewrite_report
from querywright.cli.demo import demo
from querywright.cli.inspection import inspect
from querywright.cli.settings import ENVIRONMENT, check_environment, from_file
from querywright.cli.synthesis import synthesize
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
app.command(name="export")(export_run)
app.command(name="stats")(print_statistics)
app.command(name="report")(rewrite_report)


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
    group = getattr(context.command, "commands", {})  # Typer keeps the type of its groups to itself
    commands = {name: [parameter.name for parameter in command.params] for name, command in group.items()}
    check_environment(commands, os.environ)
    context.default_map = from_file(commands)


def main() -> None:
    """Runs a command; exit code 1 for an error of ours, 2 for a wrong call, 128 + signal when interrupted."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = app(standalone_mode=False) or 0  # Typer gives 130 for a Ctrl-C that nobody else heard
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
