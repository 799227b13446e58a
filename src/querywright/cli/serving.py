"""`querywright serve-model`: weights as an endpoint, for as long as the command runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

WATCH_SECONDS = 2.0


def serve_model(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A folder of weights, or of a training.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens, on this machine only.")] = 8000,
    draft: Annotated[
        Path | None, typer.Option(help="Weights of a smaller model that guesses ahead (vllm only).")
    ] = None,
) -> None:
    """Serve a model to whatever speaks OpenAI's protocol: by vllm where it is installed, else by transformers."""
    from querywright.models.naming import resolve
    from querywright.models.serving import serve, still_answers

    settings = resolve(folder if folder.startswith("local:") else f"local:{folder}", {})
    with serve(settings, lambda news: print(news, file=sys.stderr, flush=True), port=port, draft=draft) as found:
        typer.echo(f"base_url  {found.base_url}")
        typer.echo(f"model     {found.model}")
        typer.echo(f"ask it    querywright ask QUESTION --database DB --model local:{folder.removeprefix('local:')}")
        typer.echo("Ctrl-C ends it")
        sys.stdout.flush()
        while True:
            time.sleep(WATCH_SECONDS)
            still_answers(found)
