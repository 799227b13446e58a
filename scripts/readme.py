"""Put what the demo really prints and makes into README and docs: its output, one record, a picture of the report.

usage: make readme   (runs the demo anew; the picture needs chromium and is left as it is without one)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHOWN = (
    "db_id",
    "question",
    "evidence",
    "SQL",
    "cot_reasoning",
    "sql_component_difficulty",
    "question_style",
    "author",
    "id",
)
PLAIN = ("interrogative", "imperative", "declarative", "colloquial", "formal")
PICTURE = ROOT / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1180, 1180


def main() -> None:
    """Rewrite the marked blocks and the picture."""
    put("README.md", "demo output", "text", demo())
    shown = json.dumps(record(), indent=1, ensure_ascii=False)
    for page in ("README.md", "docs/records.md"):
        put(page, "demo record", "json", shown)
    picture()


def demo() -> str:
    """What the demo prints, without what it says while it works."""
    program = Path(sys.executable).with_name("querywright")
    done = subprocess.run(
        [program, "demo", "demo"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "96", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        text=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def record() -> dict[str, Any]:
    """A short record of the run that has a bit of everything."""
    with (ROOT / "demo" / "run" / "dataset.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        short = len(row["question"]) < 140 and len(row["cot_reasoning"]) < 900
        if short and row["evidence"] and row["question_style"] in PLAIN and "JOIN" in row["SQL"]:
            return {name: row[name] for name in SHOWN}
    sys.exit("no record of the demo is fit to be shown")


def put(page: str, marker: str, language: str, content: str) -> None:
    """Give the block that follows a marker in a page another content."""
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {marker} -->\n```{language}\n).*?(^```$)", re.DOTALL | re.MULTILINE)
    if len(block.findall(text)) != 1:
        sys.exit(f"{page} must hold <!-- {marker} --> before one {language} block")
    path.write_text(block.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text), encoding="utf-8")


def picture() -> None:
    """The top of the report, as a browser shows it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("no chromium here: the picture stays as it is", file=sys.stderr)
        return
    page = (ROOT / "demo" / "run" / "report.html").as_uri()
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")
    size = (f"--window-size={WIDTH},{HEIGHT}", "--virtual-time-budget=4000", f"--screenshot={PICTURE}")
    subprocess.run([browser, *quiet, *size, page], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
