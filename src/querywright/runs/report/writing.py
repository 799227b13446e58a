"""Put the page together and write it into the run's folder."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.runs.folders import REPORT, replacing
from querywright.runs.opened import Run
from querywright.runs.report.feature_map import FEWEST, Place, placed
from querywright.runs.report.frame import framed, section
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.recorded import Recorded, empty_coverage, recorded_databases, target
from querywright.runs.report.rows import Rows, rows_of
from querywright.runs.report.sections.coverage import coverage
from querywright.runs.report.sections.distributions import distribution
from querywright.runs.report.sections.feature_map import feature_map, points_json
from querywright.runs.report.sections.features import features
from querywright.runs.report.sections.funnel import funnel
from querywright.runs.report.sections.header import header
from querywright.runs.report.sections.models import models
from querywright.runs.report.sections.samples import samples
from querywright.runs.report.survey import Survey, survey

LINKS = {
    "funnel": "Funnel",
    "features": "Features",
    "models": "Models",
    "distributions": "Hardness and styles",
    "coverage": "Schema coverage",
    "map": "Map",
    "samples": "Examples",
}
"""The parts of the page, as its links call them."""
DETAIL = 160
"""Longest words of a reject shown as an instance of its reason."""


def write_report(run: Run | Path | str, catalog: Catalog | None = None) -> Path:
    """Write `report.html` into a run's folder: one page that needs nothing else.

    Args:
        run: the run, or its folder.
        catalog: its databases where they are open already; otherwise they are opened where the run says they are,
            and what cannot be opened is left out with a note.

    Returns:
        The page's path.

    Raises:
        RunError: there is no finished dataset in the folder, or the folder cannot be written.
        DatasetError: the dataset is damaged.
        SettingsError: scikit-learn is not installed.
    """
    run = run if isinstance(run, Run) else Run.open(run)
    databases = recorded_databases(run, catalog)
    dialects = {db_id: database.dialect for db_id, database in databases.items()}
    found = survey(run.examples(), empty_coverage(databases), dialects)
    page = _page(run, found, databases, catalog, placed(found.points))
    path = run.folder / REPORT
    with replacing(path) as file:
        file.write(page.encode())
    return path


def _page(
    run: Run, found: Survey, databases: dict[str, Recorded], catalog: Catalog | None, places: Sequence[Place]
) -> str:
    script = (files("querywright.runs.report") / "page" / "page.js").read_text("utf-8").strip()
    parts = _sections(run, found, databases, catalog, places)
    above = header(run, found.statistics, {anchor: LINKS[anchor] for anchor, *_ in parts})
    title = f"{run.folder.resolve().name} · Querywright"
    before, after = framed(title, above, join(*(section(*part) for part in parts)), script)
    points = f'<script type="application/json" id="points">{points_json(places)}</script>\n'
    return before + points + after


def _sections(
    run: Run, found: Survey, databases: dict[str, Recorded], catalog: Catalog | None, places: Sequence[Place]
) -> list[tuple[str, str, str, Markup]]:
    """Anchor, title, one line on how to read it, and content of each part of the page."""
    measured = found.statistics
    return [
        (
            "funnel",
            "What was kept, and why the rest was not",
            "Each step drops examples for a reason; open a step to read its reasons. Dropped examples are in "
            "rejects.jsonl.",
            tag("div", funnel(run.counts, run.funnel, _instances(run)), class_="panel"),
        ),
        (
            "features",
            "What the queries are made of",
            "The features of this run's SQL beside the profile it aimed at and published training sets.",
            tag("div", features(measured.features, target(run), measured.parsed), class_="panel"),
        ),
        *_models(run),
        (
            "distributions",
            "How hard, in which voice",
            "Hardness follows Spider's rule, read from the tree of each query; styles are those of the questions.",
            tag(
                "div",
                distribution("Hardness of the SQL", measured.hardness),
                distribution("Style of the question", measured.styles),
                distribution("Direction of the variants", measured.directions) if measured.directions else None,
                class_="pair",
            ),
        ),
        (
            "coverage",
            "What of each schema is used",
            "Open a database to see its columns: filled ones occur in a query, dashed ones never do.",
            coverage(found.coverage)
            if found.coverage
            else _note("The run does not hold the schemas of its databases."),
        ),
        (
            "map",
            "A map of the queries",
            "Queries that use the same features lie together; near means alike, distances say no more. "
            f"{_shown_of(len(places), measured.parsed)}",
            feature_map(places)
            if places
            else _note(f"Fewer than {FEWEST} different kinds of query: too few for a map."),
        ),
        (
            "samples",
            "Examples to read",
            "Chosen evenly over databases, hardness and styles, not by hand.",
            samples(_with_rows(found, databases, catalog)) if found.samples else _note("No example was kept."),
        ),
    ]


def _models(run: Run) -> list[tuple[str, str, str, Markup]]:
    """What the models were asked; nothing where none was."""
    asked = list(run.usage)
    if not asked:
        return []
    about = "By step of the chain and model. A cached answer is no call and costs nothing."
    return [("models", "What the models were asked", about, tag("div", models(asked), class_="panel"))]


def _with_rows(
    found: Survey, databases: dict[str, Recorded], catalog: Catalog | None
) -> list[tuple[Example, str, Rows]]:
    locations = {db_id: database.location for db_id, database in databases.items() if database.location}
    rows = rows_of([example for example, _ in found.samples], locations, catalog)
    return [(example, hardness, shown) for (example, hardness), shown in zip(found.samples, rows, strict=True)]


def _instances(run: Run) -> dict[tuple[str, str], str]:
    """For each step and reason, what was said of the first example dropped for it, or else its SQL."""
    wanted = {(step, reason) for step, reasons in run.funnel.items() for reason in reasons}
    found: dict[tuple[str, str], str] = {}
    if not wanted:
        return found
    for row in run.rejects():
        key = (row.step, row.reason)
        if key in wanted:
            wanted.discard(key)
            words = " ".join((row.detail or row.example.SQL).split())
            found[key] = words if len(words) <= DETAIL else words[: DETAIL - 1] + "…"
            if not wanted:
                break
    return found


def _shown_of(places: int, parsed: int) -> str:
    return f"A sample of {places:,} of {parsed:,}." if 0 < places < parsed else ""


def _note(words: str) -> Markup:
    return tag("div", tag("p", words, class_="about", style="margin:0"), class_="panel")
