"""When a sample is taken: only while the machine is idle, engines in turn, and within a budget of time."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
STAT = Path("/proc/stat")
IDLE_WANTED = 0.93


@dataclass(frozen=True)
class Ticks:
    """Processor time since the machine started, in seconds: idle, taken by the hypervisor, and in all."""

    idle: float
    steal: float
    total: float

    @classmethod
    def now(cls) -> Ticks:
        """Read the first line of /proc/stat."""
        return cls.parse(STAT.read_text())

    @classmethod
    def parse(cls, text: str) -> Ticks:
        """The sums of all processors; guest time is already part of user time."""
        hertz = os.sysconf("SC_CLK_TCK")
        fields = [int(word) / hertz for word in text.splitlines()[0].split()[1:9]]
        fields += [0.0] * (8 - len(fields))
        return cls(fields[3] + fields[4], fields[7], sum(fields))


@dataclass
class Gate:
    """Waits until the processors are idle, but never longer than ``cap`` for a sample or ``purse`` in all (seconds)."""

    window: float
    cap: float
    purse: float
    wanted: float = IDLE_WANTED

    def wait(self) -> bool:
        """Returns whether the machine was idle when the wait ended."""
        started = time.monotonic()
        allowed = min(self.cap, self.purse)
        while True:
            quiet = self._idle() >= self.wanted
            waited = time.monotonic() - started
            if quiet or waited >= allowed:
                self.purse = max(0.0, self.purse - waited + self.window)
                return quiet

    def _idle(self) -> float:
        before = Ticks.now()
        time.sleep(self.window)
        after = Ticks.now()
        passed = after.total - before.total
        # A window shorter than a tick may see nothing pass.
        return (after.idle - before.idle) / passed if passed > 0 else 1.0


@dataclass
class Budget:
    """How much time is left for the whole run, in seconds."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds until the run has to end."""
        return self.started + self.seconds - time.monotonic()

    def share(self, part: float) -> Budget:
        """A budget of its own for a part of the work: at most ``part`` of the whole, and never more than is left."""
        return Budget(min(self.seconds * part, max(0.0, self.left)))


def rounds(items: Sequence[T], count: int, seed: int = 1) -> Iterator[tuple[int, T]]:
    """Every item once per round, in another order each time, so that drift and neighbours hit all alike."""
    chance = random.Random(seed)  # noqa: S311 (an order, no secret)
    for number in range(count):
        order = list(items)
        chance.shuffle(order)
        for item in order:
            yield number, item


class Progress:
    """One line on standard error that says what is measured and how long it will still take."""

    def __init__(self, budget: Budget, write: Callable[[str], object] | None = None) -> None:
        self._budget, self._write = budget, write or sys.stderr.write
        self._terminal = write is None and sys.stderr.isatty()
        self._last = 0.0

    def step(self, what: str, done: int, total: int, since: float) -> None:
        """Say how far ``what`` is, at most twice a second; ``since`` is when it began (monotonic)."""
        now = time.monotonic()
        if now - self._last < (0.5 if self._terminal else 10) and done < total:
            return
        self._last = now
        left = (now - since) / max(done, 1) * (total - done)
        line = (
            f"{what}: {done} of {total}, about {left:.0f} s left here, at most {max(self._budget.left, 0):.0f} s in all"
        )
        self._write(f"\r\033[K{line}" if self._terminal else line + "\n")
        if self._terminal and done >= total:
            self._write("\n")

    def say(self, line: str) -> None:
        """A line of its own."""
        self._write(line + "\n")
