"""The frame that our pages share: one file that needs nothing else, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template

from querywright.runs.report.markup import Markup, join, tag


def framed(title: str, header: Markup, sections: Markup, script: str, style: str = "") -> tuple[str, str]:
    """The page up to where its data stand, and what comes behind them.

    Args:
        title: in words.
        header: what is above its parts.
        sections: its parts.
        script: the one script that the page's policy lets run.
        style: what it has beside the style of all pages.
    """
    page = files("querywright.runs.report") / "page"
    before, after = (page / "page.html").read_text("utf-8").split("$data\n")
    filled = Template(before).substitute(
        title=join(title),
        style="\n".join(filter(None, [(page / "page.css").read_text("utf-8").strip(), style])),
        script_digest="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        header=header,
        sections=sections,
    )
    return filled, Template(after).substitute(script=script)


def section(anchor: str, title: str, about: str, body: Markup) -> Markup:
    """A part of a page: its heading, one line on how to read it, its content."""
    heading = tag("h2", title, id=f"{anchor}-title")
    return tag("section", heading, tag("p", about, class_="about"), body, id=anchor, aria_labelledby=f"{anchor}-title")
