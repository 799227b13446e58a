"""What comes from a database or a file stands in a prompt as data: it cannot end what delimits it."""

from __future__ import annotations

import json
from typing import Any


def as_data(value: Any) -> str:
    """A value from a database or a file, on one line, quoted so that it cannot end the tags around it."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("<", "\\u003c")


def plainly(text: str) -> str:
    """Text of somebody else's between tags, unable to close them."""
    return text.replace("</", "<\\/")
