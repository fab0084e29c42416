"""The data as a product: JSON and CSV of the rows, with a version, beside the YAML that people edit.

A consumer of version 1 reads every later 1.x: keys are added, none is renamed or removed (tests/site/test_dataset.py).
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import yaml

from scripts.facts.checked import load
from scripts.facts.load import Data
from scripts.files import write_text
from scripts.paths import DATA
from scripts.publish.rows import read

FOLDER = "data/v1"
# What each version changed.
ROWS = DATA / "rows.json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Row = dict[str, Any]


def tables(data: Data) -> dict[str, list[Row]]:
    """Every table by its name, as plain rows."""
    simple: dict[str, dict[str, Any]] = {
        "claims": data.claims,
        "escapes": data.escapes,
        "glossary": data.terms,
        "sources": data.sources,
    }
    found: dict[str, list[Row]] = {
        name: [row.model_dump(mode="json") for row in rows.values()] for name, rows in simple.items()
    }
    found["comparison"] = [
        {"technology": technology.id, "dimension": dimension, **cell.model_dump(mode="json")}
        for technology in data.technologies.values()
        for dimension, cell in technology.cells.items()
    ]
    return found


def as_csv(rows: list[Row], names: tuple[str, ...] = ()) -> str:
    """Rows with a heading; lists joined by "; ", and nothing that a spreadsheet would run."""
    names = names or tuple(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"'{value}" if str(value).startswith(FORMULA) else str(value)


def term_set(terms: list[Row], address: str) -> Row:
    """The glossary as schema.org has it; ``address`` is where the site will stand, or empty."""
    page = f"{address}reference/glossary/" if address else "../../reference/glossary/"
    listed = [
        {
            "@type": "DefinedTerm",
            "@id": f"{page}#{term['id']}",
            "name": term["term"],
            "alternateName": term["aliases"],
            "description": term["definition"],
            "inDefinedTermSet": page,
        }
        for term in terms
    ]
    about = {"@context": "https://schema.org", "@type": "DefinedTermSet", "@id": page, "name": "Glossary"}
    return {**about, "inLanguage": "en-GB", "license": LICENCE, "hasDefinedTerm": listed}


def write(site: Path, address: str) -> None:
    """Put the tables and an index of them into a built site; ``address`` is where it will stand, or empty."""
    version = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))
    found = tables(load())
    for name, rows in found.items():
        content = {"version": version["version"], "license": LICENCE, "rows": rows}
        write_text(site / FOLDER / f"{name}.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        write_text(site / FOLDER / f"{name}.csv", as_csv(rows))
    # Which digest a row had is for `dev.py record` alone.
    log = [{name: one[name] for name in one if name != "was"} for one in read(ROWS)["log"]]
    write_text(
        site / FOLDER / "changes.json",
        json.dumps({"license": LICENCE, "rows": log}, ensure_ascii=False, indent=1) + "\n",
    )
    write_text(site / FOLDER / "changes.csv", as_csv(log, names=("version", "date", "table", "row", "change")))
    write_text(
        site / FOLDER / "glossary.jsonld",
        json.dumps(term_set(found["glossary"], address), ensure_ascii=False, indent=1) + "\n",
    )
    index = {
        "version": version["version"],
        "date": str(version["changes"][0]["date"]),
        "license": LICENCE,
        "changes": {"rows": len(log), "formats": ["json", "csv"]},
        "tables": {name: {"rows": len(rows), "formats": ["json", "csv"]} for name, rows in sorted(found.items())},
    }
    write_text(site / FOLDER / "index.json", json.dumps(index, indent=1) + "\n")
