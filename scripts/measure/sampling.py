"""One sample: a command that was run once and timed from outside, and a series of such samples."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scripts.measure.engines.base import Engine, EngineError, Workshop
from scripts.measure.machine import Cleaner
from scripts.measure.processes import spawn, stop
from scripts.measure.result import MEASURES, Case, Measure, Mode, Skipped, reduced
from scripts.measure.schedule import Budget, Gate, Progress, Ticks
from scripts.measure.stats import Summary, summarise


@dataclass(frozen=True)
class Plan:
    """How much is measured. Times in seconds."""

    mode: Mode
    seconds: float
    gate_window: float
    gate_cap: float
    gate_purse: float
    rounds: int
    rounds_emulated: int
    instances: int
    instances_of_guests: int
    sweeps: int
    compute_rounds: int
    compute_rounds_emulated: int
    loop_seconds: float
    # Tools that take their time: hyperfine, sysbench, fio, iperf3, and building a Debian; and QEMU's ordinary PC.
    thorough: bool


QUICK = Plan("quick", 100, 0.05, 0.5, 15, 20, 3, 3, 2, 1, 5, 2, 0.08, False)
FULL = Plan("full", 1800, 0.15, 10, 500, 30, 10, 10, 4, 5, 20, 5, 0.3, True)


@dataclass
class Run:
    """What every measure needs, and what it adds to: cases, and what could not be measured."""

    workshop: Workshop
    plan: Plan
    engines: list[Engine]
    cleaner: Cleaner
    budget: Budget
    gate: Gate
    progress: Progress
    cases: list[Case] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    quiet: list[bool] = field(default_factory=list)
    # What happens each time something is finished: the supervisor is told.
    finished: Callable[[], None] = lambda: None
    _names: int = 0

    def name(self) -> str:
        """A name that no container, guest or token of any run has had."""
        self._names += 1
        return f"{self.workshop.prefix}-{self._names}"

    def skip(self, what: str, reason: str) -> None:
        """Record that something was not measured."""
        self.skipped.append(Skipped(what=what[:120], reason=self.cleaner.reason(reason)))

    def sample(self, series: Series, value: Callable[[], float]) -> None:
        """Wait for a quiet machine, take one value, record it with its conditions."""
        quiet = self.gate.wait()
        before = Ticks.now()
        taken = value()
        series.add(taken, quiet, (Ticks.now().steal - before.steal) * 1000)
        self.quiet.append(quiet)

    def keep(self, series: Sequence[Series]) -> None:
        """Turn series into cases; a series without samples leaves none."""
        self.cases += [one.case(self.cleaner) for one in series if one.values]
        self.finished()


@dataclass
class Series:
    """The samples of one measure of one engine, in the order in which they were taken."""

    engine: Engine | str
    measure: Measure
    workload: str
    command: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    quiet: list[bool] = field(default_factory=list)
    steal_ms: list[float] = field(default_factory=list)
    sweep: list[int] = field(default_factory=list)
    instances: list[int] = field(default_factory=list)

    def add(self, value: float, quiet: bool, steal_ms: float) -> None:
        """One sample; rounded to six significant digits, which is finer than any clock here."""
        self.values.append(float(f"{value:.6g}"))
        self.quiet.append(quiet)
        self.steal_ms.append(round(max(steal_ms, 0), 1))

    def case(self, cleaner: Cleaner) -> Case:
        """The series as it stands in the result, with its figures."""
        empty = Summary(0, 0, 0, 0, 0, 0, 0, 0)
        case = Case(
            engine=self.engine if isinstance(self.engine, str) else self.engine.id,
            measure=self.measure,
            workload=self.workload,
            unit=MEASURES[self.measure][1],
            command=[cleaner.clean(word)[:400] for word in self.command],
            values=self.values,
            quiet=self.quiet,
            steal_ms=self.steal_ms,
            sweep=self.sweep,
            instances=self.instances,
            summary=empty,
        )
        return case.model_copy(update={"summary": summarise(reduced(case))})


def marks(command: list[str], tokens: Sequence[str], patience: float) -> list[float]:
    """Run a command; returns the milliseconds from its start to each token on its output, and to its end.

    Raises ``EngineError`` when it fails, takes longer than ``patience`` seconds or ends without the tokens.
    """
    wanted = [f"<{token}>".encode() for token in tokens]
    seen, found = b"", list[float]()
    started = time.perf_counter()
    process = spawn(command, output=subprocess.PIPE)
    output = process.stdout
    try:
        while output:
            left = patience - (time.perf_counter() - started)
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise EngineError(f"gave no answer within {patience:.0f} s")
            chunk = os.read(output.fileno(), 65536)
            now = time.perf_counter()
            if not chunk:
                break
            seen = (seen + chunk)[-65536:]
            while len(found) < len(wanted) and wanted[len(found)] in seen:
                found.append((now - started) * 1000)
        status = ended(process, patience)
        found.append((time.perf_counter() - started) * 1000)
    finally:
        if process.poll() is None:
            stop(process)
        if output:
            output.close()
    if len(found) <= len(wanted):
        raise EngineError(complaint(command, status))
    return found


def ended(process: subprocess.Popen[bytes], patience: float) -> int:
    """Wait for a process to end; returns its status. Raises ``EngineError`` if it takes longer than ``patience``.

    Not ``Popen.wait`` with a timeout: that looks again only every few milliseconds, which would be part of the figure.
    """
    handle = os.pidfd_open(process.pid)
    try:
        if not select.select([handle], [], [], patience)[0]:
            raise EngineError(f"did not end within {patience:.0f} s")
    finally:
        os.close(handle)
    return process.wait()


def complaint(command: list[str], status: int) -> str:
    """Why a command failed: it is run once more for its error text."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        again = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        said = again.stderr.decode("utf-8", "replace").strip()
        if said:
            return " ".join(said.splitlines()[-2:])
    return f"ended with status {status} before it said anything"
