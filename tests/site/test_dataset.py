"""The data that others take: each version reads as the earlier ones did, whole, and runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.facts.load import Data
from scripts.paths import DATA, ROOT
from scripts.publish import dataset
from scripts.publish import rows as rowlog

# What version 1.0.0 gave. Never take a key out: rename the folder to v2 instead.
KEYS = {
    "claims": {"id", "text", "value", "unit", "conditions", "kind", "side", "sources", "quote", "checked", "review_by"},
    "comparison": {"technology", "dimension", "text", "detail", "kind", "sources"},
    "escapes": {"id", "title", "date", "side", "sources"},
    "glossary": {"id", "term", "definition"},
    "sources": {"id", "title", "URL", "issued", "supports"},
}


def rows(web: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((web / dataset.FOLDER / f"{name}.json").read_text(encoding="utf-8"))[
        "rows"
    ]
    return found


@pytest.mark.parametrize("name", KEYS)
def test_a_consumer_of_the_first_version_reads_todays(web: Path, name: str) -> None:
    for row in rows(web, name):
        missing = KEYS[name] - set(row)
        assert not missing, f"{name}: {missing} has gone; a key stays as long as the folder is v1"


def test_the_first_consumers_script_still_prints_a_figure(web: Path, base_url: str) -> None:
    """The lines of docs/about/data.md, run as a reader would run them."""
    text = (DATA.parent / "about" / "data.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert script.count("https://docs.example.org/") == 1
    command = [sys.executable, "-c", script.replace("https://docs.example.org/", base_url)]
    done = subprocess.run(command, capture_output=True, text=True)
    claim = {row["id"]: row for row in rows(web, "claims")}["runc-create"]
    assert done.stdout == f"{claim['text']} - {claim['conditions']}\n", done.stderr


def test_every_row_is_published_in_both_formats(web: Path, data: Data) -> None:
    index = json.loads((web / dataset.FOLDER / "index.json").read_text(encoding="utf-8"))
    assert set(index["tables"]) == set(KEYS)
    assert index["tables"]["claims"]["rows"] == len(data.claims)
    for name, about in index["tables"].items():
        text = (web / dataset.FOLDER / f"{name}.csv").read_text(encoding="utf-8")
        assert len(list(csv.DictReader(io.StringIO(text)))) == about["rows"] == len(rows(web, name)), name


def test_each_version_says_which_rows_it_changed(web: Path) -> None:
    version = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))
    kept = rowlog.read(dataset.ROWS)
    assert kept["version"] == version["version"], "run python3 scripts/dev.py record"
    known = {change["version"]: str(change["date"]) for change in version["changes"]}
    published = json.loads((web / dataset.FOLDER / "changes.json").read_text(encoding="utf-8"))["rows"]
    assert published == [{name: one[name] for name in one if name != "was"} for one in kept["log"]]
    assert len(published) > 100
    for row in published:
        assert known[row["version"]] == row["date"]
        assert row["change"] in {"added", "corrected", "removed"}
        assert row["table"] in KEYS
    text = (web / dataset.FOLDER / "changes.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(published)


def test_a_changed_row_is_found_and_needs_a_version(tmp_path: Path) -> None:
    before = rowlog.digests({"claims": [{"id": "a", "value": 1}, {"id": "b", "value": 1, "note": None}]})
    after = rowlog.digests({"claims": [{"id": "a", "value": 2}, {"id": "c", "value": 1}], "sources": []})
    assert [(row["row"], row["change"]) for row in rowlog.changes(before, after)] == [
        ("a", "corrected"), ("b", "removed"), ("c", "added"),
    ]  # fmt: skip
    assert (
        rowlog.changes(
            before, rowlog.digests({"claims": [{"id": "a", "value": 1, "new": None}, {"id": "b", "value": 1}]})
        )
        == []
    )
    titled = {"claims": [{"id": "a", "value": 1, "title": "How it is called"}, {"id": "b", "value": 1}]}
    assert rowlog.changes(before, rowlog.digests(titled)) == [], "a figure's title says nothing of the figure"
    path = tmp_path / "rows.json"
    rowlog.write(path, {"version": "1.0.0", "log": [], "rows": before})
    with pytest.raises(rowlog.NoVersionError, match=r"3 rows are not as in version 1\.0\.0: write the next version"):
        rowlog.record(path, {"version": "1.0.0", "changes": []}, after)
    rowlog.record(path, {"version": "1.1.0", "changes": [{"date": "2026-11-26"}]}, after)
    assert rowlog.read(path)["log"][0] == {
        "version": "1.1.0", "date": "2026-11-26", "table": "claims", "row": "a", "change": "corrected",
        "was": before["claims"]["a"],
    }  # fmt: skip
    assert rowlog.read(path)["rows"] == after
    assert rowlog.before(rowlog.read(path)) == {**before, "sources": {}}
    rowlog.record(path, {"version": "1.1.0", "changes": [{"date": "2026-11-26"}]}, before, amend=True)
    assert rowlog.read(path)["log"] == [], "nothing has changed after all"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@a", "\t=1", "\n=1", "\uff1d1"])
def test_a_spreadsheet_runs_nothing(value: str) -> None:
    cell = list(csv.reader(io.StringIO(dataset.as_csv([{"a": value}]), newline="")))[1][0]
    assert cell == f"'{value}"


def test_the_version_is_that_of_its_newest_change() -> None:
    version = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))
    newest = version["changes"][0]["version"]
    assert version["version"] == newest, (
        f"docs/data/version.yml: {version['version']} is not its newest change, {newest}"
    )
    assert version["version"].split(".")[0] == dataset.FOLDER[-1]
    dates = [change["date"] for change in version["changes"]]
    assert dates == sorted(dates, reverse=True)


def test_the_citation_is_of_the_newest_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))["changes"][0]
    assert citation["date-released"] == str(newest["date"]), "CITATION.cff: write the day of the newest version"
    assert citation["license"] == "CC-BY-4.0"
