"""What the page about hosting says of the shipped server under load, where a run has been published."""

from __future__ import annotations

from scripts.facts.served import FILE, Run, figures, read
from scripts.pages.links import Links
from scripts.pages.render import part
from scripts.pages.text import day
from scripts.paths import DOCS

HEADS = ("Shipped: requests a second", "Shipped: p99, ms", "Plain nginx: requests a second", "Plain nginx: p99, ms")


def served(links: Links) -> str:
    """The published run as a table with its conditions; that there is none, otherwise."""
    run = read()
    if run is None:
        return part("hosting", "without")
    return part(
        "hosting", "run", HEADS, rows(run), memory(run), conditions(run), links.file(FILE.relative_to(DOCS).as_posix())
    )


def rows(run: Run) -> list[dict[str, object]]:
    """A row for each address: of both servers the mean rate and the worst 99th percentile."""
    found: list[dict[str, object]] = []
    for asked in run.asked:
        cells = []
        for said in (asked.shipped, asked.plain):
            rate, late = figures(said)
            cells += [f"{rate:,.0f}", f"{late:.1f}"]
        found.append({"path": asked.path, "cells": cells})
    return found


def conditions(run: Run) -> str:
    """What the figures hold for."""
    runs = len(run.asked[0].shipped)
    return (
        f"{day(run.day)}, {run.cpu}, {run.cores} cores that wrk shared, {run.memory_gib:g}\u00a0GiB, {run.os}, "
        f"Linux {run.kernel}, nginx {run.nginx}, wrk {run.wrk}; loopback, {run.connections} connections, by turns "
        f"{runs} times {run.seconds}\u00a0s each; load average {run.load_before:g} before, {run.load_after:g} after. "
        "The mean of the runs, and the worst p99."
    )


def memory(run: Run) -> str:
    """What both servers took in memory."""
    return f"Afterwards they held {run.memory_mib.shipped:.1f} and {run.memory_mib.plain:.1f}\u00a0MiB (proportional)."
