"""The calculator of ``choose/cost-and-density``: macros for its page."""

from __future__ import annotations

from typing import Any

from scripts.facts.density import Density, Input, total
from scripts.facts.load import Data
from scripts.facts.yamlfile import read
from scripts.measure.result import EMULATED
from scripts.pages.notes import note_of
from scripts.pages.render import json_script
from scripts.pages.text import plain
from scripts.paths import DATA

# What a default is that no claim carries (facts/density.py), as the page says it beside the field and in its table.
MARKS = {"example": "an example, not a finding", "idle": "changes nothing until you set it"}
# The fields of the plan, by the key that says whether a technology takes them.
PLAN = {"fixed": "spare memory", "shares": "shared memory", "wall": "time that the wall adds", "pod": "pods on a node"}


def register(env: Any, data: Data, density: Density) -> None:
    """Add the calculator's macros to ``env`` (mkdocs-macros' environment, which already has ``claim``)."""
    files = {row.technology: read(DATA / f"technologies/{row.technology}.yml").data for row in density.technologies}
    names = {key: str(file["name"]) for key, file in files.items()}

    def start(field: Input) -> float:
        return total(data, field.claims) if field.value is None else field.value

    def note(field: Input) -> str:
        # Wherever a figure shows that is no finding, or was measured in emulation, it says so.
        known = "; ".join(data.claims[key].text for key in field.known)
        if field.mark:
            return f"{MARKS[field.mark]}; {known}" if known else MARKS[field.mark]
        return EMULATED if any(EMULATED in data.claims[key].conditions for key in field.claims) else ""

    def evidence(claims: list[str]) -> str:
        return " and ".join(env.macros["claim"](key) for key in claims)

    @env.macro  # type: ignore[untyped-decorator]
    def density_data() -> str:
        """The calculator's data, for the script of the page."""
        rows = [
            {
                "id": row.technology,
                "name": names[row.technology],
                "side": files[row.technology]["side"],
                "overhead": total(data, row.claims),
                "claims": row.claims,
                **row.model_dump(include={"guest", "counts", "fixed", "wall", "pod", "shares"}),
            }
            for row in density.technologies
        ]
        inputs = [
            field.model_dump(exclude={"mark", "known"})
            | {"value": start(field), "note": note(field), "claims": [*field.claims, *field.known]}
            for field in density.inputs
        ]
        all_claims = [
            *(t.claims for t in density.technologies),
            *(claims for field in density.inputs for claims in (field.claims, field.known)),
        ]
        notes = {key: note_of(data.claims[key]) for claims in all_claims for key in claims}
        return json_script("density-data", {"inputs": inputs, "technologies": rows, "notes": notes})

    @env.macro  # type: ignore[untyped-decorator]
    def density_overheads() -> str:
        """The overhead of each technology, with its evidence."""
        guests = {"none": "no", "micro": "the guest of a microVM", "full": "a full guest"}
        lines = [
            "| Technology | Starts with, in MiB | It counts | Evidence | Guest on top | Of the plan it takes | Note |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in density.technologies:
            name, begins = plain(names[row.technology]), f"{total(data, row.claims):g}"
            plan = ", ".join(words for key, words in PLAN.items() if getattr(row, key))
            cells = [name, begins, plain(row.counts), evidence(row.claims), guests[row.guest], plan, plain(row.note)]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    @env.macro  # type: ignore[untyped-decorator]
    def density_inputs() -> str:
        """What the reader fills in, with what it starts with and why."""
        lines = ["| What you fill in | Starts with | Why |", "|---|---|---|"]
        for row in density.inputs:
            why = f"measured: {evidence(row.claims)} {note(row)}" if row.claims else MARKS[row.mark or "example"]
            if row.known:
                why += f"; {evidence(row.known)}"
            lines.append(f"| {plain(row.label)} | {start(row):g} {plain(row.unit)} | {why} |")
        return "\n".join(lines)
