"""Exports the models as JSON Schema, one file per data file, so that editors can check and complete the rows."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from scripts.facts.decision import Decision, Workloads
from scripts.facts.density import Density
from scripts.facts.models import Chart, Claim, Dimensions, Escape, Source, Synonym, Technology, Term, Topic, View
from scripts.files import write_text
from scripts.measure import result
from scripts.paths import DATA, ROOT

FOLDER = DATA / "schema"
MODELS: dict[str, Any] = {
    "charts": list[Chart],
    "claims": list[Claim],
    "decision": Decision,
    "density": Density,
    "dimensions": Dimensions,
    "escapes": list[Escape],
    "glossary": list[Term],
    "search": list[Synonym],
    "sources": list[Source],
    "technology": Technology,
    "topics": list[Topic],
    "views": list[View],
    "workloads": Workloads,
}


def schema(name: str) -> str:
    """The JSON Schema of the data file ``name`` (a key of ``MODELS``), as text."""
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(MODELS[name]).json_schema()}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write every schema."""
    texts = {FOLDER / f"{name}.json": schema(name) for name in MODELS}
    for path, text in (texts | {result.SCHEMA_FILE: result.schema()}).items():
        write_text(path, text)
        print(f"wrote {path.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
