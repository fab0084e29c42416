"""The calculator of ``choose/cost-and-density``: its data (``density.yml``), checked, and macros for its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from scripts.content.choose import cell, json_script
from scripts.content.decision import FURTHER_REMEDIES
from scripts.content.load import Data
from scripts.content.models import Claim, Keyed, Row, ShortText, Slug, Text
from scripts.content.yamlfile import DataError, YamlFile, read
from scripts.measure.result import EMULATED
from scripts.paths import DATA

# Bytes in the units that claims use.
BYTES = {"MB": 10**6, "MiB": 2**20}


class Input(Keyed):
    """A number that the reader knows, and the range that makes sense. It starts with an example, or with claims."""

    label: ShortText
    unit: ShortText
    value: float | None = None
    claims: list[Slug] = Field(default=[])
    least: float
    most: float

    @model_validator(mode="after")
    def _in_range(self) -> Input:
        if (self.value is None) != bool(self.claims):
            raise ValueError("give either 'value' (an example) or 'claims' (evidence)")
        if self.value is not None and not self.least <= self.value <= self.most:
            raise ValueError("'value' must lie between 'least' and 'most'")
        return self


class Overhead(Row):
    """What one copy costs besides the program: registered claims, and perhaps a guest system of the reader's."""

    technology: Slug
    claims: list[Slug] = Field(min_length=1)
    guest: Literal["none", "micro", "full"]
    note: Text


class Density(Row):
    """The file ``density.yml``."""

    inputs: list[Input]
    technologies: list[Overhead]


def total(data: Data, claims: list[str]) -> float:
    """The sum of some claims in MiB, one decimal."""
    return round(sum(mebibytes(data.claims[key]) for key in claims), 1)


def mebibytes(claim: Claim) -> float:
    """A claim's value in MiB, one decimal; of a range, the higher end. Raises ``KeyError`` for another unit."""
    value = max(claim.value) if isinstance(claim.value, list) else claim.value
    return round(value * BYTES[claim.unit] / BYTES["MiB"], 1)


def load_density(data: Data, folder: Path = DATA) -> Density:
    """Read and check ``density.yml``. Raises ``ExceptionGroup`` of ``DataError``."""
    file = read(folder / "density.yml")
    try:
        density = Density.model_validate(file.data)
    except ValidationError as error:
        raise ExceptionGroup(
            "problems in the data of the calculator",
            [
                file.error(item["loc"], item["msg"], FURTHER_REMEDIES.get(item["type"], "Correct the value"))
                for item in error.errors()
            ],
        ) from None
    if problems := list(_problems(file, density, data, folder)):
        raise ExceptionGroup("problems in the data of the calculator", problems)
    return density


def _problems(file: YamlFile, density: Density, data: Data, folder: Path) -> list[DataError]:
    found = []
    for index, row in enumerate(density.technologies):
        at = ("technologies", index)
        if not (folder / f"technologies/{row.technology}.yml").is_file():
            found.append(
                file.error(
                    (*at, "technology"),
                    f"there is no technology '{row.technology}'",
                    "Use the name of a file in docs/data/technologies/",
                )
            )
    holders = [("technologies", i, row.claims) for i, row in enumerate(density.technologies)]
    holders += [("inputs", i, field.claims) for i, field in enumerate(density.inputs)]
    for part, index, claims in holders:
        for position, key in enumerate(claims):
            if key not in data.claims or data.claims[key].unit not in BYTES:
                found.append(
                    file.error(
                        (part, index, "claims", position),
                        f"there is no claim '{key}' in MB or MiB",
                        "Correct the id, or add the claim to docs/data/claims.yml",
                    )
                )
    return found


def register(env: Any, data: Data) -> None:
    """Add the calculator's macros to ``env`` (mkdocs-macros' environment, which already has ``claim``)."""
    density = load_density(data)
    files = {row.technology: read(DATA / f"technologies/{row.technology}.yml").data for row in density.technologies}
    names = {key: str(file["name"]) for key, file in files.items()}

    def start(field: Input) -> float:
        return total(data, field.claims) if field.value is None else field.value

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
                "guest": row.guest,
                "claims": row.claims,
            }
            for row in density.technologies
        ]
        inputs = [field.model_dump() | {"value": start(field), "note": note(field.claims)} for field in density.inputs]
        return json_script("density-data", {"inputs": inputs, "technologies": rows})

    @env.macro  # type: ignore[untyped-decorator]
    def density_overheads() -> str:
        """The overhead of each technology, with its evidence."""
        guests = {"none": "no", "micro": "the guest of a microVM", "full": "a full guest"}
        lines = ["| Technology | Starts with, in MiB | Evidence | Guest on top | Note |", "|---|---|---|---|---|"]
        for row in density.technologies:
            name, begins = cell(names[row.technology]), f"{total(data, row.claims):g}"
            lines.append(f"| {name} | {begins} | {evidence(row.claims)} | {guests[row.guest]} | {cell(row.note)} |")
        return "\n".join(lines)

    @env.macro  # type: ignore[untyped-decorator]
    def density_inputs() -> str:
        """What the reader fills in, with what it starts with and why."""
        lines = ["| What you fill in | Starts with | Why |", "|---|---|---|"]
        for row in density.inputs:
            why = f"measured: {evidence(row.claims)} {note(row.claims)}" if row.claims else "an example"
            lines.append(f"| {cell(row.label)} | {start(row):g} {cell(row.unit)} | {why} |")
        return "\n".join(lines)
