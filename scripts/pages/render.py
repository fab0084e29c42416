"""Turns plain values into HTML: the only door to ``templates/``, where all markup stands and everything is escaped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

TEMPLATES = Path(__file__).parent / "templates"
LINE_BREAK = re.compile(r"\s*\n\s*")


class _Joined(Extension):
    """Line breaks and indentation are the template's layout and no content; a tag of Jinja stays on one line."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        # As comments, so that Jinja's messages name the right line.
        return LINE_BREAK.sub(lambda found: "{#" + "\n" * found.group(0).count("\n") + "#}", source.strip())


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, extensions=[_Joined]
)


def part(template: str, macro: str, *values: Any) -> str:
    """The HTML that ``macro`` in the file ``template`` makes of plain values."""
    return str(getattr(_environment.get_template(f"{template}.html").module, macro)(*values))


def json_script(name: str, content: object) -> str:
    """``content`` as JSON in a script element, which no word of the content can end."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return part("parts", "json_data", name, text)


def script_value(path: Path, name: str, content: object) -> None:
    """Write ``content`` as a script that sets it as a property of ``window``: a page on a disk can load it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("\\", "\\\\").replace("'", "\\'")
    path.parent.mkdir(parents=True, exist_ok=True)
    # A browser reads JSON in half the time that it needs for the same as a script.
    path.write_text(f"window.{name}=JSON.parse('{text}');\n", encoding="utf-8")
