"""What decided the figures."""

from __future__ import annotations

from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.metrics import ABOUT
from querywright.evaluation.report.sections.figures import RULES
from querywright.evaluation.summary import Summary
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import counted


def settings(evaluation: Evaluation, summary: Summary) -> Markup:
    """Two columns: a name, and what it was."""
    asked, about = evaluation.run.fingerprint, evaluation.run.about
    gold, limits = asked.get("gold", {}), asked.get("limits", {})
    matched = about.get("matched_by", {})
    entries = [
        ("Gold", f"{gold.get('name', '?')} ({summary.gold_rows:,} rows; content {_short(gold.get('content'))})"),
        *((f"System {s.name}", _system(s.name, matched, asked.get("systems", {}))) for s in summary.systems),
        ("Subset", _subset(gold)),
        ("Missing predictions", _missing(gold.get("missing"))),
        ("Rule", f"{summary.rule}: {RULES.get(summary.rule, '')}"),
        ("Measured", "; ".join(f"{name} ({ABOUT[name]})" for name in ABOUT if name in summary.metrics)),
        ("Witnesses", _witnesses(asked.get("witnesses", 0))),
        ("Limits of a query", _limits(limits)),
        ("Databases", _databases(evaluation, summary)),
        ("Version", f"Querywright {asked.get('querywright', '?')}"),
    ]
    rows = [(tag("dt", name), tag("dd", words)) for name, words in entries if words]
    return tag("div", tag("dl", *rows, class_="settings"), class_="panel")


def _system(name: str, matched: dict[str, str], digests: dict[str, str]) -> str:
    by = {"row": "place in the file"}.get(matched.get(name, ""), matched.get(name, "?"))
    return f"matched by {by}; content {_short(digests.get(name))}"


def _short(digest: str | None) -> str:
    return digest[:12] if digest else "?"


def _subset(gold: dict[str, object]) -> str:
    share = gold.get("share")
    if not isinstance(share, float | int):
        return ""
    return f"{100 * share:g} % of each database's rows, drawn by seed {gold.get('seed')}"


def _missing(how: object) -> str:
    return {"error": "none (one would have been an error)", "wrong": "count as wrong", "skip": "left out"}.get(
        str(how), ""
    )


def _witnesses(count: int) -> str:
    return f"what is right is tried on {counted(count, 'altered copy', 'altered copies')}" if count else ""


def _limits(limits: dict[str, float]) -> str:
    if not limits:
        return ""
    return f"{limits['seconds']:g} seconds, {limits['rows']:,} rows, {limits['bytes'] / 1e6:,.0f} MB"


def _databases(evaluation: Evaluation, summary: Summary) -> str:
    known = evaluation.run.fingerprint.get("databases", {}).values()
    engines = sorted({str(entry.get("dialect")) for entry in known if entry.get("dialect")})
    where = evaluation.run.about.get("location")
    words = [counted(summary.databases, "database"), f"({', '.join(engines)})" if engines else ""]
    state = "content verified before and after: unchanged" if not summary.changed else "CHANGED while they were read"
    return f"{' '.join(word for word in words if word)}{f' in {where}' if where else ''}; {state}"
