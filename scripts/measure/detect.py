"""Which engines work here. That a program exists proves little: each has to run one tiny job under a timeout."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from scripts.measure import result
from scripts.measure.engines.base import Engine, EngineError, Task, Workshop
from scripts.measure.engines.catalogue import ALL
from scripts.measure.machine import Cleaner
from scripts.measure.sampling import marks
from scripts.measure.workload import Job, WorkloadError


def detect(
    workshop: Workshop, cleaner: Cleaner, kinds: Sequence[type[Engine]] = ALL
) -> tuple[list[Engine], list[result.Engine]]:
    """The engines that work, ready to run, and a row for every engine, with the reason where one does not."""
    usable, rows = list[Engine](), list[result.Engine]()
    for kind in kinds:
        engine = kind(workshop)
        version, reason = probe(engine)
        if not reason:
            usable.append(engine)
        rows.append(
            result.Engine(
                id=engine.id,
                name=engine.name,
                group=engine.group,
                accelerator=_accelerator(engine, bool(reason)),
                usable=not reason,
                version=cleaner.clean(version)[:120],
                reason=cleaner.reason(reason),
                root_adds="" if workshop.is_root or reason else engine.root_adds,
            )
        )
    return usable, rows


def _accelerator(engine: Engine, skipped: bool) -> result.Accelerator:
    if skipped and engine.accelerator == "hw-kvm":
        return "kvm-other" if engine.workshop.kvm == "kvm-other" else "none"
    return engine.accelerator


def probe(engine: Engine) -> tuple[str, str]:
    """An engine's version, and why it cannot be used: empty when it ran a job and said what it was told to."""
    version = ""
    try:
        reason = engine.obstacle()
        if reason:
            return version, reason
        version = engine.version()
        engine.prepare()
        name = f"{engine.workshop.prefix}-probe-{engine.id}"
        marks(engine.command(Task(Job("echo", name)), name), [name], engine.patience)
    except (EngineError, WorkloadError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        return version, str(error) or type(error).__name__
    return version, ""
