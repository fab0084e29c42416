"""The data of the calculator (``density.yml``): what a row may hold, what it adds up to, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from scripts.facts.load import Data, each, validate
from scripts.facts.models import Claim, Keyed, Row, ShortText, Slug, Text
from scripts.facts.prose import figures_of
from scripts.facts.yamlfile import DataError, Location, YamlFile, read
from scripts.paths import DATA

# Bytes in the units that claims use.
BYTES = {"MB": 10**6, "MiB": 2**20}


class Input(Keyed):
    """A number that the reader knows, and the range that makes sense. It starts with claims, or with a marked value.

    ``mark``: what a value is that no claim carries, an ``example`` (arbitrary, no finding) or ``idle`` (it changes
    nothing until the reader sets it); ``known``: claims that help the reader to set it. ``whole``: only whole numbers
    make sense. ``plan``: it belongs to how hosts are run, and is asked for apart.
    """

    label: ShortText
    unit: ShortText
    value: float | None = None
    mark: Literal["example", "idle"] | None = None
    claims: list[Slug] = Field(default=[])
    known: list[Slug] = Field(default=[])
    least: float
    most: float
    whole: bool = False
    plan: bool = False

    def faults(self) -> dict[str, Callable[[], bool]]:
        """No start, or two; a start that the range does not hold."""
        return {
            "give either 'value' (an example) or 'claims' (evidence)": lambda: (
                (self.value is None) != bool(self.claims)
            ),
            "'value' must lie between 'least' and 'most'": lambda: (
                self.value is not None and not self.least <= self.value <= self.most
            ),
        }


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
    density, problems = validate(file, (), Density, file.data)
    problems += [*file.problems, *figures_of(file)]
    if density:
        parts = ("technologies", "inputs")
        places = [((part, index), row) for part in parts for index, row in enumerate(getattr(density, part, []))]
        problems += each(places, lambda place: _unknown(file, *place, data, folder))
    if density is None or problems:
        raise ExceptionGroup("problems in the data of the calculator", problems)
    return density


def _unknown(file: YamlFile, at: Location, row: Input | Overhead, data: Data, folder: Path) -> Iterator[DataError]:
    if isinstance(row, Input) and row.value is not None and row.mark is None:
        problem = f"the default {row.value:g} is neither evidence nor said to be ours"
        remedy = (
            "Give 'claims' in place of 'value', or say what it is: 'mark: example' (arbitrary, no finding) or "
            "'mark: idle' (it changes nothing until the reader sets it)"
        )
        yield file.error((*at, "value"), problem, remedy)
    for position, key in enumerate(getattr(row, "known", [])):
        if data.whole and key not in data.claims:
            problem, remedy = f"there is no claim '{key}'", "Correct the id, or add the claim to docs/data/claims.yml"
            yield file.error((*at, "known", position), problem, remedy)
    technology = getattr(row, "technology", None)
    if technology and not (folder / f"technologies/{technology}.yml").is_file():
        problem, remedy = f"there is no technology '{technology}'", "Use the name of a file in docs/data/technologies/"
        yield file.error((*at, "technology"), problem, remedy)
    for position, key in enumerate(row.claims):
        # Where a file could not be read, the claim may be in it.
        if data.whole if key not in data.claims else data.claims[key].unit not in BYTES:
            problem = f"there is no claim '{key}' in MB or MiB"
            remedy = "Correct the id, or add the claim to docs/data/claims.yml"
            yield file.error((*at, "claims", position), problem, remedy)
