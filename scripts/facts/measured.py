"""The published runs, and the check that a claim of kind ``measured`` says what its run's raw samples say."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from scripts.facts.load import Data, each
from scripts.facts.models import Claim
from scripts.facts.yamlfile import DataError
from scripts.measure.report import THIN_SPACE, plain, shown_unit
from scripts.measure.result import EMULATED, FOLDER, Result, ResultError, published, telling


@functools.cache
def runs() -> dict[str, Result]:
    """Every published run by the name of its file, newest first. Raises ``DataError`` naming a file that is none."""
    try:
        return published()
    except ResultError as error:
        raise DataError(FOLDER, 1, "", str(error).rstrip("."), "Or remove the file") from error


def problems(data: Data) -> Iterator[DataError]:
    """What is wrong with claims of kind ``measured``: no measurement, or one that says something else."""
    # The live preview builds again in the same process, and a run may have come.
    runs.cache_clear()
    try:
        runs()
    except DataError as error:
        yield error
        return
    yield from _telling()
    yield from each(data.claims.values(), lambda claim: _differences(claim, data))


def _telling() -> Iterator[DataError]:
    """A problem for whatever in a published run tells whose machine it was, or could act in a browser."""
    for name in runs():
        path = FOLDER / f"{name}.json"
        for line, what, words in telling(path.read_text(encoding="utf-8")):
            yield DataError(path, line, "", f"'{words}' looks like {what}", "Replace it by NAME, or measure again")


def _differences(claim: Claim, data: Data) -> Iterator[DataError]:
    """What a claim says otherwise than its run."""
    wanted = claim.measurement
    if wanted is None:
        return
    result = runs().get(wanted.run)
    case = result.case(wanted.case) if result else None
    if result is None or case is None:
        what = f"run '{wanted.run}'" if result is None else f"case '{wanted.case}' in run '{wanted.run}'"
        remedy = f"Name a file and a case of {_shown(FOLDER)}"
        yield data.error("claims", claim.id, ("measurement",), f"there is no {what}", remedy)
        return
    value = claim.value if isinstance(claim.value, float) else claim.value[0]
    right, unit = plain(case.summary.median, case.unit), shown_unit(case.unit)
    if claim.unit != unit or f"{value:.3g}" != f"{float(right.replace(THIN_SPACE, '')):.3g}" or right not in claim.text:
        yield data.error(
            "claims",
            claim.id,
            ("value",),
            f"'{claim.id}' says '{claim.text}', {value:g} {claim.unit}, and its run measured {right} {unit}",
            f"Write '{right} {unit}' in its text, and value: {right.replace(THIN_SPACE, '')}",
        )
    if result.engine(case.engine).group == "emulated" and EMULATED not in claim.conditions:
        yield data.error("claims", claim.id, ("conditions",), f"does not say '{EMULATED}'", "Add these words")


def _shown(path: Path) -> str:
    return "/".join(path.parts[-3:])
