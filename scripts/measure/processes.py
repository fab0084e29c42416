"""Finding, starting and ending processes, with all that they start.

Two processes can end what a run left: the worker that measures, and the supervisor that outlives its SIGKILL. Both are
*subreapers*: whatever an engine starts and abandons becomes their child, so that no list of processes is needed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def prctl(option: int, value: int) -> None:
    """Linux' prctl(2). Raises ``OSError``."""
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


def adopt_orphans() -> None:
    """From now on, descendants whose parent has died become children of this process."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent(parent: int) -> None:
    """Ask for SIGTERM when the parent dies; if it has died already, send it now."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def parents() -> dict[int, int]:
    """The parent of every process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name in brackets may hold anything; the fields after it do not.
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def descendants(pid: int) -> list[int]:
    """All processes below ``pid``."""
    table = parents()
    found, wave = list[int](), [pid]
    while wave:
        wave = [child for child, parent in table.items() if parent in wave]
        found += wave
    return found


def end_descendants(pid: int, seconds: float = 60) -> list[int]:
    """End every process below this one, ``pid``, also those that others start while dying; gives those that stay."""
    deadline = time.monotonic() + seconds
    while True:
        alive = descendants(pid)
        for child in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not alive or time.monotonic() > deadline:
            return alive
        time.sleep(0.02)


def reap(known: set[int]) -> None:
    """Let go of dead orphans that this process has adopted; ``known`` are children that somebody still waits for."""
    with contextlib.suppress(ChildProcessError):
        while True:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is None or dead.si_pid in known:
                return
            os.waitpid(dead.si_pid, 0)


def spawn(command: list[str], *, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own."""
    # Engines leave orphans, which this process adopts; over a run they would be thousands.
    alive = {process for process in _waited_for if process.returncode is None}
    _waited_for.intersection_update(alive)
    reap({process.pid for process in alive})
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _waited_for.add(process)
    return process


_waited_for: set[subprocess.Popen[bytes]] = set()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, with all that it started."""
    for pid in [*descendants(process.pid), process.pid]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=60)
    if process.stdout:
        process.stdout.close()
