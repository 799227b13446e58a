"""`querywright train …`: models that learn from what was made, and the files they learn from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from querywright.cli.asking import Model, NoCache
from querywright.errors import SettingsError

if TYPE_CHECKING:
    from querywright.training.folder import TrainingFolder
    from querywright.training.lessons.settings import LessonSettings

train = typer.Typer()

Data = Annotated[Path, typer.Argument(metavar="DATA", help="A run folder, or a file of examples.")]
Config = Annotated[
    Path | None, typer.Argument(metavar="[config.toml]", help="Settings, a line each; flags win over them.")
]
BaseOption = Annotated[
    str,
    typer.Option("--base", help="A folder of weights, a training's folder, or a name on the Hub."),
]
Output = Annotated[Path, typer.Option("--output", "-o", help="The training folder; DIR/model is what comes of it.")]
Databases = Annotated[
    str | None, typer.Option("--databases", help="Where the databases are; else where the run of DATA found them.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the training in the folder.")]
ChatTemplate = Annotated[
    Path | None, typer.Option("--chat-template", help="A Jinja file in the place of the base's own chat template.")
]
FormatOption = Annotated[
    str | None, typer.Option("--format", help="What is taught: reasoning, sql, pipe or pipe-steps.")
]
Method = Annotated[str | None, typer.Option(help="full, lora, or qlora: an adapter on weights of 4 bits.")]
Style = Annotated[str | None, typer.Option(help="How a schema is shown: ddl or compact.")]
Noise = Annotated[
    float | None,
    typer.Option(help="The share of what the query does not read that is shown too, 0 to 1."),
]
Values = Annotated[int | None, typer.Option(min=0, help="Values that a question may mean, told with it.")]
Window = Annotated[int | None, typer.Option(min=1, help="Tokens of a lesson; the schema shrinks until it fits.")]
OnlyPiped = Annotated[
    bool, typer.Option("--only-piped", help="Only what has a proven pipe query: to compare pipes with SQL.")
]
SplitOption = Annotated[str | None, typer.Option("--split", help="What is held out: database, question or none.")]
Epochs = Annotated[float | None, typer.Option(help="How often everything is learnt.")]
Steps = Annotated[int | None, typer.Option(min=0, help="At most so many steps.")]
Rate = Annotated[float | None, typer.Option("--learning-rate", help="How fast.")]
Rank = Annotated[int | None, typer.Option(min=1, help="Of the adapter.")]
Seed = Annotated[int | None, typer.Option(help="Decides order, split and noise.")]
DeviceBatch = Annotated[int | None, typer.Option(min=1, help="Lessons of one pass on one device.")]


@train.callback(invoke_without_command=True)
def _train(context: typer.Context) -> None:
    """Train a model on what was made; look at what it would learn; compare what came of it."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@train.command()
def sft(
    data: Data,
    base: BaseOption,
    output: Output,
    config: Config = None,
    databases: Databases = None,
    method: Method = None,
    format: FormatOption = None,  # noqa: A002 - the flag's word
    style: Style = None,
    noise: Noise = None,
    values: Values = None,
    max_tokens: Window = None,
    only_piped: OnlyPiped = False,
    split: SplitOption = None,
    epochs: Epochs = None,
    steps: Steps = None,
    learning_rate: Rate = None,
    rank: Rank = None,
    device_batch: DeviceBatch = None,
    seed: Seed = None,
    chat_template: ChatTemplate = None,
    resume: Resume = False,
) -> None:
    """Fine-tune a model on examples; held-out databases are asked while it learns."""
    from querywright.training.settings import Sft
    from querywright.training.sft import train_sft

    course, lessons = _settings(
        Sft(), config,
        {"method": method, "split": split, "epochs": epochs, "steps": steps, "learning_rate": learning_rate,
         "rank": rank, "device_batch": device_batch, "seed": seed},
        _said(format, style, noise, values, max_tokens, only_piped, seed),
    )  # fmt: skip
    _shown(
        train_sft(
            data, base, output, databases=databases, course=course, lessons=lessons, chat_template=chat_template,
            resume=resume, tell=_tell,
        )
    )  # fmt: skip


@train.command()
def grpo(
    data: Data,
    base: BaseOption,
    output: Output,
    config: Config = None,
    databases: Databases = None,
    method: Method = None,
    format: FormatOption = None,  # noqa: A002 - the flag's word
    style: Style = None,
    noise: Noise = None,
    values: Values = None,
    max_tokens: Window = None,
    only_piped: OnlyPiped = False,
    split: SplitOption = None,
    completions: Annotated[int | None, typer.Option(min=2, help="Of each question.")] = None,
    epochs: Epochs = None,
    steps: Steps = None,
    learning_rate: Rate = None,
    rank: Rank = None,
    device_batch: DeviceBatch = None,
    seed: Seed = None,
    chat_template: ChatTemplate = None,
    resume: Resume = False,
) -> None:
    """Let a model learn from executing what it writes, against the gold result."""
    from querywright.training.grpo import train_grpo
    from querywright.training.settings import Grpo

    course, lessons = _settings(
        Grpo(), config,
        {"method": method, "split": split, "completions": completions, "epochs": epochs, "steps": steps,
         "learning_rate": learning_rate, "rank": rank, "device_batch": device_batch, "seed": seed},
        _said(format or "sql", style, noise, values, max_tokens, only_piped, seed),
    )  # fmt: skip
    _shown(
        train_grpo(
            data, base, output, databases=databases, course=course, lessons=lessons, chat_template=chat_template,
            resume=resume, tell=_tell,
        )
    )  # fmt: skip


@train.command()
def selector(
    candidates: Annotated[
        Path, typer.Argument(metavar="CANDIDATES", help="A run of predict with several candidates a question.")
    ],
    base: BaseOption,
    output: Output,
    gold: Annotated[Path, typer.Option(help="The dataset that they answer.")],
    config: Config = None,
    databases: Databases = None,
    kind: Annotated[str | None, typer.Option(help="What judges: causal, a language model, or cross-encoder.")] = None,
    hints: Model = None,
    seed: Seed = None,
    chat_template: ChatTemplate = None,
    no_cache: NoCache = False,
    resume: Resume = False,
) -> None:
    """Train a judge of two queries, for the tournament: ask --judge DIR."""
    from querywright.cli.asking import roles_of
    from querywright.training.selector import Selector, train_selector

    settings = Selector.configured(config, {"kind": kind, "seed": seed})
    roles = roles_of(hints, None, None, no_cache) if hints else None
    _shown(
        train_selector(
            candidates, base, output, gold=gold, databases=databases, settings=settings, hints=roles,
            chat_template=chat_template, resume=resume, tell=_tell,
        )
    )  # fmt: skip


@train.command()
def retriever(
    data: Data,
    base: BaseOption,
    output: Output,
    config: Config = None,
    databases: Databases = None,
    epochs: Epochs = None,
    steps: Steps = None,
    learning_rate: Rate = None,
    temperature: Annotated[float | None, typer.Option(help="Of the contrast between right and wrong.")] = None,
    seed: Seed = None,
    resume: Resume = False,
) -> None:
    """Train an embedding model to find examples: a masked question lies where its masked SQL does."""
    from querywright.training.retriever.settings import Retriever
    from querywright.training.retriever.training import train_retriever
    from querywright.training.settings import configured

    said = {
        "epochs": epochs,
        "steps": steps,
        "learning_rate": learning_rate,
        "temperature": temperature,
        "seed": seed,
    }
    settings = configured(Retriever(), config, said)
    _shown(train_retriever(data, base, output, databases=databases, settings=settings, resume=resume, tell=_tell))


@train.command()
def data(
    data: Data,
    output: Annotated[Path, typer.Option("--output", "-o", help="The JSONL file to write.")],
    config: Config = None,
    base: Annotated[
        str | None, typer.Option("--base", help="Whose tokens say what is too long; else nothing is.")
    ] = None,
    databases: Databases = None,
    format: FormatOption = None,  # noqa: A002 - the flag's word
    style: Style = None,
    noise: Noise = None,
    values: Values = None,
    max_tokens: Window = None,
    only_piped: OnlyPiped = False,
    seed: Seed = None,
    chat_template: ChatTemplate = None,
) -> None:
    """Write what `train sft` would teach to a file, to look at or to train with something else."""
    from querywright.training.lessons.files import told
    from querywright.training.lessons.settings import LessonSettings
    from querywright.training.settings import configured
    from querywright.training.sft import write_data

    if base is None and (max_tokens is not None or chat_template is not None):
        flag = "--max-tokens counts" if max_tokens is not None else "--chat-template is filled"
        raise SettingsError(f"{flag} in the tokens of a model: name one with --base")
    lessons = configured(LessonSettings(), config, _said(format, style, noise, values, max_tokens, only_piped, seed))
    tally = write_data(data, output, databases=databases, lessons=lessons, base=base, chat_template=chat_template)
    typer.echo(told(tally))


@train.command()
def compare(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR…", help="Training folders.")],
    json: Annotated[bool, typer.Option("--json", help="Print the table as JSON, and nothing else.")] = False,
) -> None:
    """Tabulate finished trainings: what differs between them, and what came of each."""
    from querywright.training.comparing import compare_trainings

    found = compare_trainings(folders)
    if json:
        import orjson

        said = {"settings": found.settings, "figures": found.figures, "rows": found.rows, "warnings": found.warnings}
        typer.echo(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    columns = ("folder", "kind", *found.settings, *found.figures)
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold", justify="right" if name in found.figures else "left")
    for row in found.rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for warning in found.warnings:
        console.print(f"not comparable as they are: {warning}")


def _said(
    format: str | None,  # noqa: A002 - the flag's word
    style: str | None,
    noise: float | None,
    values: int | None,
    max_tokens: int | None,
    only_piped: bool,
    seed: int | None,
) -> dict[str, Any]:
    """What was said of lessons; a flag that was not given is nothing."""
    return {
        "format": format,
        "style": style,
        "noise": noise,
        "values": values,
        "max_tokens": max_tokens,
        "only_piped": only_piped or None,
        "seed": seed,
    }


def _settings(
    course: Any, config: Path | None, trained: dict[str, Any], taught: dict[str, Any]
) -> tuple[Any, LessonSettings]:
    """Both kinds of settings, which stand in one file."""
    from querywright.training.lessons.settings import LessonSettings
    from querywright.training.settings import configured_both

    return configured_both(course, LessonSettings(), config, trained, taught)


def _shown(folder: TrainingFolder) -> None:
    """What came of a training."""
    for name, value in folder.record().get("figures", {}).items():
        if isinstance(value, int | float):
            typer.echo(f"{name.replace('_', ' '):<26} {_cell(value)}")
    typer.echo(f"model{'':<22}{folder.model}")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)


_tell: Callable[[str], None] = lambda news: print(news, file=sys.stderr, flush=True)  # noqa: E731
