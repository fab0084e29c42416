"""What all engines share: how to run a command in one, start it idle, find its processes, end it, and sweep its traces.

An engine keeps all of its state in the run's folder where the engine allows that, and names everything by the run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from scripts.measure.processes import descendants, spawn, stop
from scripts.measure.result import Accelerator, Group
from scripts.measure.workload import Job


class EngineError(RuntimeError):
    """An engine did not do what it was asked; the message is its own error text."""


@dataclass
class Workshop:
    """What engines work with: the run's folder, the trees, a kernel for guests, what KVM is here."""

    run: Path
    tree: Path
    tools: Path | None = None
    kernel: Path | None = None
    no_kernel: str = ""
    kvm: str = "absent"
    image: str = ""
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)

    @property
    def prefix(self) -> str:
        """The beginning of every name that this run gives."""
        return self.run.name

    def folder(self, *names: str) -> Path:
        """A folder of the run, made if need be."""
        path = self.run.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(frozen=True)
class Task:
    """What to run: the job of the workload, or a tool with its arguments."""

    job: Job | None = None
    argv: tuple[str, ...] = ()
    # A folder of the host that appears as /data.
    data: Path | None = None
    # "none", the "host"'s, or podman's user-mode "slirp4netns".
    network: str = "none"

    def inside(self, root: str = "") -> list[str]:
        """The command, with the tree at ``root``."""
        if self.job:
            return self.job.argv(root)
        return [f"{root}/bin/{self.argv[0]}", *self.argv[1:]]


@dataclass
class Instance:
    """An idle instance: its name, the process that we started, if it still runs, and the processes it consists of."""

    name: str
    process: subprocess.Popen[bytes] | None
    pids: list[int]
    command: list[str]


def ask(command: list[str], *, seconds: float = 30, data: bytes | None = None) -> str:
    """Run a command of an engine; returns its output. Raises ``EngineError`` with its error text."""
    try:
        done = subprocess.run(command, input=data if data is not None else b"", capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise EngineError(f"{Path(command[0]).name} gave no answer within {seconds:.0f} s") from None
    except OSError as error:
        raise EngineError(f"{command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise EngineError(said or f"{Path(command[0]).name} ended with status {done.returncode}")
    return done.stdout.decode("utf-8", "replace")


# What an engine says of a container that is gone; asked a second time, it may be.
GONE = re.compile("no such container", re.IGNORECASE)
# Some engines give a container five seconds to die and then say no, which on a busy machine is too early.
REMOVAL_SECONDS = 120


def remove(command: list[str], seconds: float = REMOVAL_SECONDS) -> None:
    """Run a command that removes something, and again while the engine says no.

    Raises ``EngineError`` with the engine's last words when that has gone on for longer than ``seconds``.
    """
    started = time.monotonic()
    while True:
        try:
            ask(command, seconds=max(seconds, 60))
        except EngineError as error:
            if GONE.search(str(error)):
                return
            if time.monotonic() - started >= seconds:
                raise EngineError(f"{error} (asked for {seconds:.0f} s)") from None
            time.sleep(0.5)
        else:
            return


class Engine:
    """What all engines share. ``id`` and ``name`` stand in the results."""

    id: ClassVar[str]
    name: ClassVar[str]
    group: ClassVar[Group]
    binaries: ClassVar[tuple[str, ...]] = ()
    accelerator: ClassVar[Accelerator] = "none"
    root_adds: ClassVar[str] = ""
    # Seconds after which one run counts as failed, and memory sweeps' length.
    patience: ClassVar[float] = 20
    # Whether tools (fio, iperf3, sysbench) can run in it, and whether its root has a /dev.
    takes_tools: ClassVar[bool] = True
    has_devices: ClassVar[bool] = True

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def obstacle(self) -> str:
        """Why this engine cannot be used here, as far as that shows without running it; empty if nothing does."""
        missing = [name for name in self.binaries if not shutil.which(name)]
        return f"{' and '.join(missing)} not found on the PATH" if missing else ""

    def version(self) -> str:
        """What the engine says of its version, in one line."""
        words = ask([self.binaries[0], "--version"], seconds=10).strip().splitlines() if self.binaries else []
        found = re.search(r"\d+\.\d+[\w.+~-]*", words[0]) if words else None
        return found.group(0) if found else (words[0][:60] if words else "")

    def prepare(self) -> None:
        """Build what the engine runs from. Raises ``EngineError``."""

    def command(self, task: Task, name: str) -> list[str]:
        """The command that runs ``task`` once and ends with it. Files it needs are written before it is returned."""
        raise NotImplementedError

    def start_idle(self, name: str) -> Instance:
        """Start an instance that does nothing. Raises ``EngineError``."""
        command = self.command(Task(Job("idle")), name)
        process = spawn(command)
        time.sleep(0.3)
        if process.poll() is not None:
            raise EngineError(f"the idle instance ended at once with status {process.returncode}")
        return Instance(name, process, [process.pid, *descendants(process.pid)], command)

    def end(self, instance: Instance) -> None:
        """End an idle instance."""
        if instance.process:
            stop(instance.process)

    @classmethod
    def traces(cls, run: Path) -> Iterator[list[str]]:
        """Commands that remove what the engine keeps outside of processes and the run's folder, ``run``."""
        yield from ()

    def overhead_pids(self) -> list[int]:
        """Processes that serve all instances (a daemon); their growth counts as memory of the instances."""
        return []
