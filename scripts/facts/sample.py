"""A sample of what rests on sources, drawn by chance, for somebody to hold against the sources' own words.

``python3 scripts/dev.py sources --sample SEED [--size N]``. Drawn from are the cited cells, the cited figures, all
escapes, and the terms that name a source; the same data and the same seed give the same rows.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter

from scripts.facts.checked import load
from scripts.facts.load import Data

Pair = tuple[str, str]


def population(data: Data) -> list[Pair]:
    """Kind and id of every row that says what a source says, in order; a cell's id is technology/dimension."""
    pairs = [
        ("cell", f"{technology.id}/{dimension}")
        for technology in data.technologies.values()
        for dimension, cell in technology.cells.items()
        if cell.kind == "cited"
    ]
    pairs += [("claim", claim.id) for claim in data.claims.values() if claim.kind == "cited"]
    pairs += [("escape", escape.id) for escape in data.escapes.values()]
    pairs += [("term", term.id) for term in data.terms.values() if term.sources]
    return sorted(pairs)


def draw(data: Data, seed: int, size: int) -> list[Pair]:
    """``size`` rows drawn by chance, sorted by kind and id."""
    return sorted(random.Random(seed).sample(population(data), size))  # noqa: S311 (a sample, no secret)


def _row(data: Data, kind: str, key: str) -> tuple[list[str], list[str], str | None]:
    """What a row says, the ids of its sources, and the words that it quotes."""
    if kind == "cell":
        technology, dimension = key.split("/")
        cell = data.technologies[technology].cells[dimension]
        return [data.expand(said) for said in (cell.text, cell.detail) if said], cell.sources, None
    if kind == "claim":
        claim = data.claims[key]
        return [claim.title, claim.text, claim.conditions], claim.sources, claim.quote
    if kind == "escape":
        escape = data.escapes[key]
        said = [escape.title, f"{escape.date}; {escape.exploited}", escape.crossed, escape.limited_by, escape.fixed_in]
        return said, escape.sources, escape.quote
    term = data.terms[key]
    return [term.term, term.definition], term.sources, term.quote


def sheet(data: Data, kind: str, key: str) -> list[str]:
    """The lines that a reader needs for one row: what it says, what it quotes, and where its sources stand."""
    said, sources, quote = _row(data, kind, key)
    lines = [f"{kind} {key}", *(f"    {line}" for line in said)]
    lines += [f"    “{quote}”"] if quote else []
    return lines + [f"    {key}: {data.sources[key].URL}" for key in sources]


def main() -> int:
    """Print the sheets of a sample, and from how many rows of which kinds it was drawn."""
    parser = argparse.ArgumentParser(prog="dev.py sources")
    parser.add_argument("--sample", type=int, required=True)
    parser.add_argument("--size", type=int, default=50)
    options = parser.parse_args()
    data = load()
    if options.size > len(population(data)):
        print(f"--size {options.size}: there are {len(population(data))} rows; ask for no more", file=sys.stderr)
        return 1
    kinds = Counter(kind for kind, _ in population(data))
    counted = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items()))
    print(f"{options.size} of {kinds.total()} rows ({counted}), seed {options.sample}\n")
    for kind, key in draw(data, options.sample, options.size):
        print("\n".join(sheet(data, kind, key)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
