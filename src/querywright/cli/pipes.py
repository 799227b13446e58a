"""`querywright pipes …`: pipe SQL on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.asking import BudgetOption, Model, NoCache, budget_of, roles_of
from querywright.cli.cluster import Ray, address_of
from querywright.cli.pipe_texts import dataset_at, one_database, read_text, tell
from querywright.errors import NotCompilable, NotDecompilable, RunError, SettingsError

pipes = typer.Typer()

Database_ = Annotated[str, typer.Option("--database", help="The database it asks: a file, or a server's address.")]
Databases = Annotated[str, typer.Option("--databases", help="The databases they ask: a folder, a file or a server.")]
Dataset = Annotated[Path, typer.Argument(metavar="DATASET", help="A run folder, or a file of examples.")]
RunFolder = Annotated[Path, typer.Option("--output", "-o", help="The run folder.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write; else it is printed.")]
ModeOption = Annotated[
    str, typer.Option("--mode", help="portable: the database's own functions; googlesql: GoogleSQL's.")
]
Workers = Annotated[int, typer.Option(min=1, help="Processes; the outcome does not depend on it.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")]
PipeDialect = Annotated[
    str, typer.Option("--dialect", help="What the pipe query is written in: googlesql, spark, or a database's own.")
]


@pipes.callback(invoke_without_command=True)
def _pipes(context: typer.Context) -> None:
    """Pipe SQL: from standard SQL and back, explained, checked, cut into lessons."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@pipes.command()
def decompile(
    source: Annotated[
        str,
        typer.Argument(metavar="SQL|FILE|DATASET", help="A query, a file with one (- for standard input), a dataset."),
    ],
    database: Annotated[str | None, typer.Option("--database", help="The database that a query asks.")] = None,
    databases: Annotated[str | None, typer.Option("--databases", help="The databases that a dataset asks.")] = None,
    dialect: Annotated[str, typer.Option(help="The dialect of the SQL, where no database tells it.")] = "sqlite",
    mode: ModeOption = "portable",
    output: Output = None,
) -> None:
    """Standard SQL to pipe SQL."""
    rows = dataset_at(source)
    if rows is not None:
        _decompile_rows(rows, databases or database, mode, output)
        return
    from querywright import pipes as made

    _known_mode(mode)
    sql = read_text(source)
    if _is_piped(sql):
        raise NotDecompilable("this is a pipe query already: `querywright pipes compile` reads it")
    place = database or databases
    if place is None:
        tell(str(made.decompile(sql, dialect=dialect, mode=mode)), output)  # type: ignore[arg-type]
        return
    with one_database(place) as opened:
        query = made.decompile(sql, dialect=opened.dialect, schema=opened.schema, mode=mode)  # type: ignore[arg-type]
    tell(str(query), output)


def _decompile_rows(rows: Path, place: str | None, mode: str, output: Path | None) -> None:
    from querywright.cli.opening import open_catalog
    from querywright.synthesis.decompile_rows import decompile_rows

    if place is None:
        raise SettingsError("a dataset names its databases: say with --databases where they are")
    if output is None:
        raise SettingsError("a dataset becomes a file: name it with --output")
    with open_catalog(place) as catalog:
        done = decompile_rows(rows, catalog, output, mode=mode)  # type: ignore[arg-type]
    typer.echo(f"{done.rows:,} rows read, {done.made:,} pipe queries written to {output}")
    if done.rows > done.made:
        typer.echo(f"what was refused, and why, is in {done.rejects}")
    if not done.made:
        raise RunError(f"no row of {rows} could be decompiled: {done.rejects} tells why")


@pipes.command("compile")
def compile_(
    source: Annotated[str, typer.Argument(metavar="PIPE|FILE", help="A pipe query, or a file with one (- for stdin).")],
    database: Annotated[str | None, typer.Option("--database", help="The database whose tables it names.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The dialect to write; else the database's.")] = None,
    dialect: PipeDialect = "googlesql",
    output: Output = None,
) -> None:
    """Pipe SQL to one standard statement."""
    from querywright import pipes as made

    query = made.parse(_piped(read_text(source)), dialect)  # type: ignore[arg-type]
    if database is None:
        tell(made.compile(query, dialect=to or "sqlite"), output)
        return
    with one_database(database) as opened:
        tell(made.compile(query, dialect=to or opened.dialect, schema=opened.schema), output)


@pipes.command()
def explain(
    source: Annotated[str, typer.Argument(metavar="PIPE|FILE", help="A pipe query, or a file with one (- for stdin).")],
    database: Database_,
    dialect: PipeDialect = "googlesql",
    rows: Annotated[int, typer.Option(min=0, help="Rows shown after each operator.")] = 3,
) -> None:
    """Show what each operator leaves: columns, how many rows, the first of them."""
    from querywright import pipes as made
    from querywright.cli.pipe_steps import show_steps

    query = made.parse(_piped(read_text(source)), dialect)  # type: ignore[arg-type]
    with one_database(database) as opened:
        steps = made.measure(query, opened)
        show_steps(steps, opened, rows)
    failed = next((step for step in steps if not step), None)
    if failed is not None:
        raise NotCompilable(failed.error)


@pipes.command()
def check(
    dataset: Dataset,
    databases: Databases,
    output: RunFolder,
    mode: ModeOption = "portable",
    witnesses: Annotated[int, typer.Option(min=0, help="Altered copies a pair of queries is tried on.")] = 7,
    workers: Workers = 1,
    ray: Ray = None,
    resume: Resume = False,
) -> None:
    """Decompile every row, verify it on its database and on witnesses, run its prefixes."""
    from querywright.cli.opening import open_catalog
    from querywright.cli.pipe_figures import show_figures, some_hold
    from querywright.runs import progress_on
    from querywright.synthesis.check_pipes import check as make

    with open_catalog(databases) as catalog:
        run = make(
            dataset, catalog, output, mode=mode, witnesses=witnesses, workers=workers,  # type: ignore[arg-type]
            cluster=address_of(ray), resume=resume, progress=progress_on(sys.stderr),
        )  # fmt: skip
    show_figures(run)
    some_hold(run, dataset)


@pipes.command()
def trajectories(
    dataset: Dataset,
    databases: Databases,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    format: Annotated[str, typer.Option(help="chat or completion.")] = "chat",  # noqa: A002
    one_shot: Annotated[bool, typer.Option("--one-shot", help="One sample a row, with the whole query.")] = False,
    columns: Annotated[bool, typer.Option(help="Tell the columns of the query so far.")] = True,
    mode: ModeOption = "portable",
    schema_style: Annotated[str, typer.Option(help="How the prompt shows the schema: ddl or compact.")] = "compact",
    schema_examples: Annotated[int, typer.Option(min=0, help="Example values beside each column in the prompt.")] = 0,
) -> None:
    """Write a lesson for each operator of every pipe query, and one that says to stop."""
    from querywright.cli.opening import open_catalog
    from querywright.synthesis.pipe_trajectories import write_trajectories

    with open_catalog(databases) as catalog:
        written = write_trajectories(
            dataset, catalog, output, format, one_shot=one_shot, columns=columns, mode=mode,  # type: ignore[arg-type]
            style=schema_style, examples=schema_examples,
        )  # fmt: skip
    typer.echo(f"{written.samples:,} samples of {written.trajectories:,} queries written to {output}")
    if written.stayed:
        typer.echo(f"{written.stayed:,} had pipe queries in other functions than {mode} ones, and kept them")
    if left := written.rows - written.trajectories:
        typer.echo(f"{left:,} rows left out: {written.rejects} tells why")
    if not written.samples:
        raise RunError(f"nothing of {dataset} could be written: {written.rejects} tells why")


@pipes.command()
def augment(
    dataset: Dataset,
    databases: Databases,
    output: RunFolder,
    number: Annotated[int, typer.Option(min=0, help="Variants of each kind to be made of a row.")] = 1,
    kinds: Annotated[str, typer.Option(help="Which kinds of variant.")] = "substitution,composition,paraphrase",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    mode: ModeOption = "portable",
    workers: Workers = 1,
    ray: Ray = None,
    resume: Resume = False,
    model: Model = None,
    no_cache: NoCache = False,
    budget: BudgetOption = None,
) -> None:
    """Make more rows of a dataset's: about something else, longer, or asked otherwise."""
    from querywright.cli.opening import open_catalog
    from querywright.cli.pipe_figures import show_figures, some_hold
    from querywright.runs import progress_on
    from querywright.synthesis.augment_pipes import augment as make

    roles = roles_of(model, None, None, no_cache)
    held = budget_of(budget, roles, estimate=False)
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    with open_catalog(databases) as catalog:
        run = make(
            dataset, catalog, output, seed, number=number, kinds=chosen, mode=mode, workers=workers,  # type: ignore[arg-type]
            cluster=address_of(ray), resume=resume, roles=roles, budget=held, progress=progress_on(sys.stderr),
        )  # fmt: skip
    show_figures(run)
    some_hold(run, dataset)


def _known_mode(mode: str) -> None:
    from querywright.synthesis.piping.columns import dialect_of

    dialect_of(mode, "sqlite")


def _is_piped(text: str) -> bool:
    """Whether a pipe operator stands in the text, outside of quotes and comments."""
    from querywright.errors import QueryRejected
    from querywright.sql.parsing import tokens

    try:
        return any(token.text == "|>" for token in tokens(text, "sqlite"))
    except QueryRejected:
        return False


def _piped(text: str) -> str:
    """The text, unless it is plainly a standard query."""
    first = text.lstrip(" (\t\r\n").upper()
    if first.startswith(("SELECT", "WITH", "VALUES")) and "|>" not in text:
        raise NotCompilable("this is a standard query, not a pipe query: `querywright pipes decompile` reads it")
    return text
