"""Memory of idle instances: the proportional set size (PSS) of every process that an instance consists of.

PSS counts a page that several processes share once, split among them, so the sum is what the instances take together.
Memory that the host's kernel keeps for them is not in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path

from scripts.measure.engines.base import Engine, EngineError, Instance
from scripts.measure.sampling import Run, Series

PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
GUESTS = {"vm", "emulated"}
# What one guest may take at most, in MiB; more are started only where that much is free for each.
ROOM_FOR_GUEST = 600
SETTLE_SECONDS = 0.2


def measure(run: Run) -> None:
    """Sweeps of 1 to N idle instances of every engine."""
    budget = run.budget.share(0.25)
    one = {e.id: Series(e, "memory-one", "busybox-idle") for e in run.engines}
    each = {e.id: Series(e, "memory-each", "busybox-idle") for e in run.engines}
    since, done, total = time.monotonic(), 0, run.plan.sweeps * len(run.engines)
    failed: set[str] = set()
    for sweep in range(run.plan.sweeps):
        for engine in run.engines:
            if budget.left <= 0:
                run.skip(f"{engine.name}: memory, sweep {sweep + 1}", "the time was used up")
                continue
            if engine.id in failed:
                continue
            try:
                totals, command = sweep_once(run, engine, instances(run, engine))
            except (EngineError, OSError, ValueError) as error:
                failed.add(engine.id)
                run.skip(f"{engine.name}: memory", _plain(error))
                continue
            one[engine.id].command = each[engine.id].command = command
            one[engine.id].add(totals[0], True, 0)
            for count, value in enumerate(totals, start=1):
                each[engine.id].add(value, True, 0)
                each[engine.id].sweep.append(sweep)
                each[engine.id].instances.append(count)
            done += 1
            run.progress.step("memory", done, total, since)
    for series in (*one.values(), *each.values()):
        # Nothing is timed here, so nothing is gated.
        series.quiet, series.steal_ms = [], []
    run.keep([*one.values(), *each.values()])


def _plain(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "only root may read the memory of its processes"
    return str(error)


def instances(run: Run, engine: Engine) -> int:
    """How many instances a sweep has: for guests fewer, and only as many as there is room for."""
    if engine.group not in GUESTS:
        return run.plan.instances
    free = int((re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text()) or ["", "0"])[1]) // 1024
    room = free // ROOM_FOR_GUEST
    if room < 2:
        raise EngineError(f"two guests need {2 * ROOM_FOR_GUEST} MiB of free memory, and {free} MiB are free")
    return min(run.plan.instances_of_guests, room)


def sweep_once(run: Run, engine: Engine, count: int) -> tuple[list[float], list[str]]:
    """Start ``count`` instances one after the other; the MiB of all of them after each start. Ends them all.

    Also returns the command that started the first.
    """
    started: list[Instance] = []
    totals = []
    overhead = engine.overhead_pids()
    base = pss(overhead)
    try:
        for _ in range(count):
            started.append(engine.start_idle(run.name()))
            time.sleep(SETTLE_SECONDS)
            grown = pss(overhead) - base
            totals.append(pss(pid for instance in started for pid in instance.pids) + grown)
    finally:
        end_all(engine, started)
    return totals, started[0].command


def end_all(engine: Engine, started: list[Instance]) -> None:
    """End all instances, also when one of them would not end; then raises ``EngineError`` for that one."""
    problems = []
    for instance in started:
        try:
            engine.end(instance)
        except EngineError as error:
            problems.append(error)
    if problems:
        raise EngineError(f"an idle instance would not end: {problems[0]}")


def pss(pids: Iterable[int]) -> float:
    """The PSS of some processes in MiB. Raises ``OSError`` when one is gone or not ours to read."""
    total = 0
    for pid in set(pids):
        found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
        total += int(found.group(1)) if found else 0
    return total / 1024
