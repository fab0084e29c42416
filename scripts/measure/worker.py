"""The process that measures. It tells its supervisor what is finished, line by line, over a pipe.

The supervisor keeps the newest line: a crash, a kill or a full disk loses at most what was being measured.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from scripts.measure import compute, guest, memory, result, size, startup, throughput
from scripts.measure.cleanup import Footprint, clean
from scripts.measure.detect import detect
from scripts.measure.engines.base import EngineError, Workshop, ask
from scripts.measure.engines.catalogue import ALL
from scripts.measure.machine import Cleaner, describe, kvm
from scripts.measure.processes import adopt_orphans, end_with_parent
from scripts.measure.sampling import FULL, QUICK, Plan, Run
from scripts.measure.schedule import Budget, Gate, Progress, Ticks
from scripts.measure.stats import median
from scripts.measure.workload import (
    WorkloadError,
    add_tools,
    build_tree,
    find_busybox,
    find_kernel,
    kernel_version,
)

# Each of its samples boots a PC with its firmware; the microvm answers the same question sooner.
LEFT_OUT_OF_QUICK = {"qemu-pc-tcg"}


class Stopped(Exception):
    """Somebody wants the run to end: Ctrl-C, a signal, or the supervisor's death."""


def stop_once(number: int, frame: FrameType | None) -> None:
    """Raise ``Stopped`` at the first signal; the clean-up that follows is not to be disturbed."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    """``worker RUN MODE WAIT PIPE PARENT IMAGE ADAPTATIONS``: measure, and clean up after it."""
    folder, mode, wait, pipe, parent, image = sys.argv[1:7]
    plan = QUICK if mode == "quick" else FULL
    if wait == "no-wait":
        plan = dataclasses.replace(plan, gate_purse=0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_once)
    run_folder, before, status = Path(folder), Footprint.now(), 0
    try:
        end_with_parent(int(parent))
        adopt_orphans()
        measure(run_folder, plan, int(pipe), image, sys.argv[7:])
    except Stopped:
        status = 130
    except (WorkloadError, OSError) as error:
        # Short: a traceback helps nobody whose disk is full.
        print(f"\n{error}", file=sys.stderr)
        status = 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for line in clean(run_folder, before):
            print(f"could not remove {line}", file=sys.stderr)
    return status


def measure(folder: Path, plan: Plan, pipe: int, image: str, adaptations: list[str]) -> None:
    """Find what there is, and measure it in an order that gives the most important figures first."""
    budget = Budget(plan.seconds)
    progress = Progress(budget)
    cleaner = Cleaner(folder)
    workshop = prepare(folder, plan, image)
    machine = describe(folder, adaptations)
    load, ticks = os.getloadavg()[0], Ticks.now()
    progress.say("looking for engines")
    engines, rows = detect(workshop, cleaner, ALL)
    if not plan.thorough:
        engines = [engine for engine in engines if engine.id not in LEFT_OUT_OF_QUICK]
    for row in rows:
        progress.say(f"  {row.name}: " + (row.version or "usable" if row.usable else f"skipped, {row.reason}"))
    gate = Gate(plan.gate_window, plan.gate_cap, plan.gate_purse)
    run = Run(workshop, plan, engines, cleaner, budget, gate, progress)
    tools = versions()

    def report(complete: bool = False) -> None:
        passed = Ticks.now()
        share = (passed.steal - ticks.steal) / max(passed.total - ticks.total, 1e-9)
        conditions = result.Conditions(
            mode=plan.mode,
            complete=complete,
            seconds=round(time.monotonic() - budget.started, 1),
            idle_wanted=gate.wanted,
            quiet_share=round(sum(run.quiet) / max(len(run.quiet), 1), 3),
            steal_share=round(max(share, 0), 4),
            load_before=round(load, 2),
            load_after=round(os.getloadavg()[0], 2),
            drift=drift(run.cases),
        )
        whole = result.Result(
            made=dt.date.today(),
            machine=machine,
            conditions=conditions,
            tools=tools,
            kernel_of_guests=kernel_version(workshop.kernel) if workshop.kernel else "",
            engines=[*rows, *size.rows()],
            cases=run.cases,
            skipped=run.skipped,
        )
        tell(pipe, whole)

    run.finished = report
    report()
    if not plan.thorough:
        run.skip(
            "hyperfine, sysbench, fio, iperf3, a minimal Debian, QEMU's emulated PC",
            "left out of a quick run; run without --quick",
        )
    # An emulated machine is compared with nothing, so its slow samples need not stand between the others.
    for phase in (False, True):
        run.engines = [engine for engine in engines if (engine.group == "emulated") is phase]
        if run.engines:
            startup.measure(run)
            memory.measure(run)
            guest.measure(run)
            compute.measure(run)
    run.engines = engines
    size.measure(run)
    if plan.thorough:
        run.engines = [engine for engine in engines if engine.takes_tools]
        throughput.measure(run)
    report(complete=True)


def prepare(folder: Path, plan: Plan, image: str) -> Workshop:
    """Build the trees and find a kernel. Raises ``WorkloadError`` when there is no busybox."""
    workshop = Workshop(folder, build_tree(folder / "tree", find_busybox()), image=image)
    found = {name: Path(path) for name in throughput.TOOLS if (path := shutil.which(name))}
    if plan.thorough and found and shutil.which("ldd"):
        workshop.tools = add_tools(shutil.copytree(workshop.tree, folder / "tools", symlinks=True), found)
    if any(shutil.which(kind.binaries[0]) for kind in ALL if kind.group in {"vm", "emulated"} and kind.id != "kata"):
        try:
            workshop.kernel = find_kernel()
        except (WorkloadError, OSError) as error:
            workshop.no_kernel = str(error)
    flags = set(Path("/proc/cpuinfo").read_text().split())
    workshop.kvm = kvm(flags)
    return workshop


def drift(cases: list[result.Case]) -> float:
    """How much slower (above 1) the bare process became during the run: its last third against its first."""
    case = next((c for c in cases if c.id == "bare/exit/busybox"), None)
    third = len(case.values) // 3 if case else 0
    return round(median(case.values[-third:]) / median(case.values[:third]), 3) if case and third else 1.0


def versions() -> dict[str, str]:
    """The versions of the tools that measure."""
    found = {}
    for tool in ("hyperfine", "sysbench", "fio", "iperf3", "mmdebstrap"):
        if shutil.which(tool):
            try:
                found[tool] = ask([tool, "--version"], seconds=5).split("\n")[0][:60]
            except EngineError:
                found[tool] = "unknown"
    return found


def tell(pipe: int, whole: result.Result) -> None:
    """One line: the result as it is now."""
    line = whole.model_dump_json().encode() + b"\n"
    while line:
        line = line[os.write(pipe, line) :]


if __name__ == "__main__":
    sys.exit(main())
