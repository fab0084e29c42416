"""The guide's module in Node, without a browser: what the pages load, with the data that the build writes for them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from scripts.facts.checked import load
from scripts.facts.decision import load_choices
from scripts.facts.yamlfile import read
from scripts.pages.guide import payload, reasons
from scripts.paths import ASSETS, DATA, ROOT
from tests.support import node

Json = dict[str, Any]
CHECKS = ROOT / "tests"
MODULE = ASSETS / "scripts/decide.js"
ASK = """
const { readFileSync } = require("node:fs");
require("node:vm").runInThisContext(readFileSync(process.argv[1], "utf8"));
const { core, late, sets } = JSON.parse(readFileSync(0, "utf8"));
const data = decide.join(core, late);
process.stdout.write(JSON.stringify(sets.map((answers) => decide(data, answers))));
"""


def source_ids() -> set[str]:
    """The ids of all registered sources."""
    files = (DATA / "sources.yml", *sorted((DATA / "sources").glob("*.yml")))
    return {row["id"] for path in files for row in read(path).data}


@cache
def payloads() -> tuple[Json, Json]:
    """What the page holds, and what is there when somebody asks why; reasons are as the page's list has them."""
    data = load()
    choices = load_choices(data.sources)
    core, late = payload(choices, data)
    return core, late | {"reasons": reasons(choices, data)["reasons"]}


def given(**more: Any) -> str:
    """The data as JSON, for a script that Node runs."""
    core, late = payloads()
    return json.dumps({"core": core, "late": late, **more})


def decide(sets: list[dict[str, str]]) -> list[Json]:
    """What the module answers to each set of answers."""
    done = node("-e", ASK, str(MODULE), said=given(sets=sets))
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def written(folder: Path, **more: Any) -> Path:
    """The same data as a file, for a script that reads it by its name."""
    path = folder / "guide.json"
    path.write_text(given(**more), encoding="utf-8")
    return path
