"""The commands, and how an error ends one: a line on standard error, never a traceback for a user's mistake."""

from __future__ import annotations

import signal
import sys
from importlib.metadata import version
from typing import Annotated

import click
import typer

from querywright.cli.datasets import export_run, print_statistics, rewrite_report
from querywright.cli.demo import demo
from querywright.cli.inspection import inspect
from querywright.cli.settings import ENVIRONMENT, from_file
from querywright.cli.synthesis import synthesize
from querywright.errors import QuerywrightError, RunInterrupted

app = typer.Typer(
    no_args_is_help=True,
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


@app.callback()
def _root(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    context.default_map = from_file(context.command)


def main() -> None:
    """Runs a command; exit code 1 for an error of ours, 2 for a wrong call, 130 when interrupted."""
    try:
        app(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except RunInterrupted as error:
        _say(error)
        sys.exit(128 + error.signal)
    except QuerywrightError as error:
        _say(error)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); there is nobody left to tell
        sys.exit(0)


def _say(error: Exception) -> None:
    print(f"querywright: {error}", file=sys.stderr)
