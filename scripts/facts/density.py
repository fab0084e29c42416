"""The data of the calculator (``density.yml``): what a row may hold, what it adds up to, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from scripts.facts.decision import FURTHER_REMEDIES
from scripts.facts.load import Data
from scripts.facts.models import Claim, Keyed, Row, ShortText, Slug, Text
from scripts.facts.yamlfile import DataError, YamlFile, read
from scripts.paths import DATA

# Bytes in the units that claims use.
BYTES = {"MB": 10**6, "MiB": 2**20}


class Input(Keyed):
    """A number that the reader knows, and the range that makes sense. It starts with an example, or with claims.

    ``whole``: only whole numbers make sense. ``plan``: it belongs to how hosts are run, and is asked for apart.
    """

    label: ShortText
    unit: ShortText
    value: float | None = None
    claims: list[Slug] = Field(default=[])
    least: float
    most: float
    whole: bool = False
    plan: bool = False

    @model_validator(mode="after")
    def _in_range(self) -> Input:
        if (self.value is None) != bool(self.claims):
            raise ValueError("give either 'value' (an example) or 'claims' (evidence)")
        if self.value is not None and not self.least <= self.value <= self.most:
            raise ValueError("'value' must lie between 'least' and 'most'")
        return self


class Overhead(Row):
    """What one copy costs besides the program: registered claims, and perhaps a guest system of the reader's.

    ``counts`` says what the claims count. ``fixed``: memory is given to it in a fixed size, so that spare memory in it
    is lost to others. ``wall``: computing passes a further wall. ``pod``: Kubernetes counts it as a pod. ``shares``:
    copies share pages of the program, because one kernel reads its files.
    """

    technology: Slug
    claims: list[Slug] = Field(min_length=1)
    guest: Literal["none", "micro", "full"]
    counts: ShortText
    fixed: bool = False
    wall: bool = False
    pod: bool = False
    shares: bool = False
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
