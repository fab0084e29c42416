"""What ``dev.py bench --server --record`` has written of the shipped server under load, and the figures in it."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from scripts.paths import DATA

FILE = DATA / "load.json"
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
LATE = re.compile(r"99%\s+([\d.]+)(us|ms|s)\b")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Strict(BaseModel):
    """A part of the file: no key more, none less."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sides(Strict):
    """The same of both servers: the one in deploy/, and plain nginx with the same files."""

    shipped: float
    plain: float


class Asked(Strict):
    """An address, and what wrk said of each of its runs."""

    path: str
    shipped: list[str]
    plain: list[str]


class Run(Strict):
    """One run of both servers by turns, and the machine that it was made on."""

    day: dt.date
    cpu: str
    cores: int
    memory_gib: float
    os: str
    kernel: str
    nginx: str
    wrk: str
    # The load average before and after: what else the machine did.
    load_before: float
    load_after: float
    seconds: int
    connections: int
    asked: list[Asked]
    memory_mib: Sides


def read(path: Path = FILE) -> Run | None:
    """The published run, if there is one."""
    return Run.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None


def figures(said: list[str]) -> tuple[float, float]:
    """Of what wrk said: the mean of the requests in a second, and the worst 99th percentile in milliseconds."""
    rates, lates = [], []
    for text in said:
        rate, late = RATE.search(text), LATE.search(text)
        if not rate or not late:
            raise ValueError(f"wrk said something else than it used to: {text}")
        rates.append(float(rate[1]))
        lates.append(float(late[1]) * MILLISECONDS[late[2]])
    return statistics.mean(rates), max(lates)
