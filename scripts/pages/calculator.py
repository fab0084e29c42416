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


def register(env: Any, data: Data, density: Density) -> None:
    """Add the calculator's macros to ``env`` (mkdocs-macros' environment, which already has ``claim``)."""
    files = {row.technology: read(DATA / f"technologies/{row.technology}.yml").data for row in density.technologies}
    names = {key: str(file["name"]) for key, file in files.items()}

    def start(field: Input) -> float:
        return total(data, field.claims) if field.value is None else field.value

    def unmeasured(field: Input) -> str:
        # No figure of the site: an example of ours, or a value with which the field changes nothing.
        return "changes nothing until you set it" if field.plan and field.value in (0, 1) else "our example, to replace"

    def note(claims: list[str]) -> str:
        # Wherever such a figure shows, it says so.
        return EMULATED if any(EMULATED in data.claims[key].conditions for key in claims) else ""

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
        inputs = [field.model_dump() | {"value": start(field), "note": note(field.claims)} for field in density.inputs]
        all_claims = [*(t.claims for t in density.technologies), *(field.claims for field in density.inputs)]
        notes = {key: note_of(data.claims[key]) for claims in all_claims for key in claims}
        return json_script("density-data", {"inputs": inputs, "technologies": rows, "notes": notes})

    @env.macro  # type: ignore[untyped-decorator]
    def density_overheads() -> str:
        """The overhead of each technology, with its evidence."""
        guests = {"none": "no", "micro": "the guest of a microVM", "full": "a full guest"}
        lines = [
            "| Technology | Starts with, in MiB | It counts | Evidence | Guest on top | Note |",
            "|---|---|---|---|---|---|",
        ]
        for row in density.technologies:
            name, begins = plain(names[row.technology]), f"{total(data, row.claims):g}"
            cells = [name, begins, plain(row.counts), evidence(row.claims), guests[row.guest], plain(row.note)]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    @env.macro  # type: ignore[untyped-decorator]
    def density_inputs() -> str:
        """What the reader fills in, with what it starts with and why."""
        lines = ["| What you fill in | Starts with | Why |", "|---|---|---|"]
        for row in density.inputs:
            why = f"measured: {evidence(row.claims)} {note(row.claims)}" if row.claims else unmeasured(row)
            lines.append(f"| {plain(row.label)} | {start(row):g} {plain(row.unit)} | {why} |")
        return "\n".join(lines)
