"""A processor-bound loop and system calls, the same script everywhere, timed from outside between two outputs.

Never by the clock of a guest: that may step by milliseconds or run at another speed.
"""

from __future__ import annotations

import contextlib
import functools
import statistics
import time
from collections import Counter

from scripts.measure.engines.base import Engine, EngineError, Task
from scripts.measure.engines.namespaces import Bare
from scripts.measure.result import Measure
from scripts.measure.sampling import Run, Series, marks
from scripts.measure.schedule import rounds
from scripts.measure.workload import Job

# Mode of the job script -> measure, and a first guess at how often it runs in a tenth of a second.
MODES: dict[str, tuple[Measure, int]] = {"cpu": ("cpu-loop", 500_000), "call": ("system-call", 100_000)}
CALIBRATIONS = 5


class Together(EngineError):
    """What is said before and after the loop arrived together: on a busy machine nobody was there to hear the first."""

    def __init__(self) -> None:
        super().__init__("the output before and after the loop arrived together, so there is nothing to time")


def measure(run: Run) -> None:
    """Both modes for every engine, in turn, with one count for all."""
    budget = run.budget.share(0.25)
    try:
        counts = {mode: calibrate(run, Bare(run.workshop), mode) for mode in MODES}
    except EngineError as error:
        run.skip("processor and system calls", str(error))
        return
    series = {(e.id, mode): Series(e, MODES[mode][0], "busybox") for mode in MODES for e in run.engines}
    items = [(e, mode) for e in run.engines for mode in MODES if mode != "call" or e.has_devices]
    for engine in (e for e in run.engines if not e.has_devices):
        run.skip(f"{engine.name}: system-call", "its root holds no /dev to read from and write to")
    total = sum(wanted(run, engine) for engine, _ in items)
    since, failed, lost = time.monotonic(), set[tuple[str, str]](), Counter[str]()
    for number, (engine, mode) in rounds(items, run.plan.compute_rounds):
        if number >= wanted(run, engine) or (engine.id, mode) in failed:
            continue
        if budget.left <= 0:
            run.skip("processor and system calls", f"stopped in round {number + 1}: the time was used up")
            break
        one = series[engine.id, mode]
        try:
            token = run.name()
            command = engine.command(Task(Job(mode, token, counts[mode])), token)
            one.command = one.command or command
            run.sample(one, functools.partial(per_turn, command, token, engine.patience, counts[mode]))
        except Together:
            lost[f"{engine.name}: {MODES[mode][0]}"] += 1
        except EngineError as error:
            failed.add((engine.id, mode))
            run.skip(f"{engine.name}: {MODES[mode][0]}", str(error))
        run.progress.step("processor", sum(len(s.values) for s in series.values()), total, since)
    for what, count in lost.items():
        run.skip(f"{what}, samples lost: {count}", str(Together()))
    run.keep(list(series.values()))


def wanted(run: Run, engine: Engine) -> int:
    """How many samples of an engine: each sample of an emulated one boots a guest."""
    return run.plan.compute_rounds_emulated if engine.group == "emulated" else run.plan.compute_rounds


def calibrate(run: Run, bare: Engine, mode: str) -> int:
    """How often the loop has to run to take the planned time in a bare process: the median of some tries.

    Raises ``EngineError`` when none of them could be timed.
    """
    guess, took = MODES[mode][1], list[float]()
    for _ in range(CALIBRATIONS):
        token = run.name()
        with contextlib.suppress(Together):
            took.append(section(bare.command(Task(Job(mode, token, guess)), token), token, bare.patience))
    if not took:
        raise Together
    return max(1000, int(guess * run.plan.loop_seconds * 1000 / statistics.median(took)))


def per_turn(command: list[str], token: str, patience: float, count: int) -> float:
    """Nanoseconds that one turn of the loop takes."""
    return section(command, token, patience) / count * 1e6


def section(command: list[str], token: str, patience: float) -> float:
    """Milliseconds between the two outputs that enclose what is timed. Raises ``EngineError``, also ``Together``."""
    begin, end, _ = marks(command, [token, f"{token}."], patience)
    if end <= begin:
        raise Together
    return end - begin
