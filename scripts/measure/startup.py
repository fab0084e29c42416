"""Start: from launching a command until its first output, and until it has ended. Warm: everything is in place."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import time

from scripts.measure.engines.base import Engine, EngineError, Task
from scripts.measure.engines.docker import Docker
from scripts.measure.engines.podman import Podman
from scripts.measure.sampling import Run, Series, marks
from scripts.measure.schedule import Ticks, rounds
from scripts.measure.workload import Job

# Slower ones are not timed a second time.
HYPERFINE_GROUPS = {"process", "namespace", "container", "sandbox"}


def measure(run: Run) -> None:
    """First output and exit of every engine, in turn; then the same exit as hyperfine times it."""
    budget = run.budget.share(0.3)
    first = {engine.id: Series(engine, "first-output", "busybox") for engine in run.engines}
    last = {engine.id: Series(engine, "exit", "busybox") for engine in run.engines}
    since, total = time.monotonic(), sum(wanted(run, engine) for engine in run.engines)
    failed: set[str] = set()
    for number, engine in rounds(run.engines, run.plan.rounds):
        if number >= wanted(run, engine) or engine.id in failed:
            continue
        if budget.left <= 0:
            run.skip("startup", f"stopped after {number} of {run.plan.rounds} rounds: the time was used up")
            break
        try:
            token = run.name()
            command = engine.command(Task(Job("echo", token)), token)
            _one(run, engine, token, command, (first[engine.id], last[engine.id]))
        except EngineError as error:
            failed.add(engine.id)
            run.skip(f"{engine.name}: startup, from round {number + 1}", str(error))
        run.progress.step("startup", sum(len(s.values) for s in last.values()), total, since)
    run.keep([*first.values(), *last.values()])
    if run.plan.thorough:
        hyperfine(run, [engine for engine in run.engines if engine.id not in failed])
    if run.workshop.image:
        named_image(run)


def wanted(run: Run, engine: Engine) -> int:
    """How many samples of an engine: emulation is slow."""
    return run.plan.rounds_emulated if engine.group == "emulated" else run.plan.rounds


def _one(run: Run, engine: Engine, token: str, command: list[str], both: tuple[Series, Series]) -> None:
    """Time ``command`` once, into the series of first outputs and that of exits."""
    quiet = run.gate.wait()
    before = Ticks.now()
    shown, ended = marks(command, [token], engine.patience)
    steal = (Ticks.now().steal - before.steal) * 1000
    for series, value in zip(both, (shown, ended), strict=True):
        series.command = series.command or command
        series.add(value, quiet, steal)
    run.quiet.append(quiet)


def hyperfine(run: Run, engines: list[Engine]) -> None:
    """A cross-check by a well-known tool: not interleaved, and it times the exit only."""
    if not shutil.which("hyperfine"):
        run.skip("startup by hyperfine", "hyperfine not found on the PATH")
        return
    for engine in (e for e in engines if e.group in HYPERFINE_GROUPS):
        token = run.name()
        series = Series(engine, "exit-hyperfine", "busybox", engine.command(Task(Job("echo", token)), token))
        file = run.workshop.run / "hyperfine.json"
        options = ["-N", "--style", "none", "--warmup", "1", "--runs", "20", "--export-json", str(file)]
        run.gate.wait()
        try:
            done = subprocess.run(
                ["hyperfine", *options, shlex.join(series.command)], capture_output=True, text=True, timeout=120
            )
            times = json.loads(file.read_text())["results"][0]["times"] if done.returncode == 0 else []
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            run.skip(f"{engine.name}: startup by hyperfine", str(error))
            continue
        if not times:
            run.skip(f"{engine.name}: startup by hyperfine", done.stderr)
        series.values = [float(f"{seconds * 1000:.6g}") for seconds in times]
        run.keep([series])


def named_image(run: Run) -> None:
    """Start the image that the reader named, in the engines that know images."""
    for engine in (e for e in run.engines if isinstance(e, Podman | Docker)):
        first, last = Series(engine, "first-output", "named-image"), Series(engine, "exit", "named-image")
        try:
            image = engine.fetch(run.workshop.image)
            for _ in range(run.plan.rounds):
                if run.budget.left <= 0:
                    break
                token = run.name()
                command = engine.command_in(image, ["echo", f"<{token}>"], token)
                _one(run, engine, token, command, (first, last))
        except EngineError as error:
            run.skip(f"{engine.name}: the image {run.workshop.image}", str(error))
        run.keep([first, last])
