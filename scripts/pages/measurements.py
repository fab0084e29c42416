"""The measurements page: every published run as tables and charts, beside cited figures, and the viewer's data."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from scripts.facts.load import Data
from scripts.facts.measured import runs
from scripts.facts.models import Claim
from scripts.measure.report import against, figure, mark, plain, shown_unit
from scripts.measure.result import (
    EMULATED,
    GROUPS,
    MAX_BYTES,
    MEASURES,
    Case,
    Result,
)
from scripts.pages.charts import Chart, Point, svg
from scripts.pages.links import FIGURES, MEASUREMENTS, Link, Links
from scripts.pages.render import json_script, part
from scripts.pages.text import as_sentence, day, sentence

NOT_A_VM = (
    "This machine offers no hardware virtualisation. What its QEMU figures show is an emulator, which says nothing "
    "about a virtual machine; they stand on an axis of their own and are compared with nothing."
)
# Measure -> name and axis of its chart. The others are tables only.
CHARTS = {
    "exit": ("start", "milliseconds, logarithmic scale"),
    "memory-each": ("memory", "MiB, logarithmic scale"),
}
# Subject -> our measures, and the cited figures that stand beside them.
BESIDE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "start": (
        ("exit",),
        (
            *("crun-create", "runc-create", "docker-run-warm-ssd", "docker-run-warm-hdd", "docker-desktop-run"),
            *("docker-run-gce-2020", "gvisor-run-gce-2020", "runc-start-empty", "gvisor-start-empty"),
            *("firecracker-boot", "nsdi-firecracker-boot-end-to-end", "nsdi-cloud-hypervisor-boot", "nsdi-qemu-boot"),
            *("kata-direct-start", "ec2-linux-warm", "ec2-linux-cold", "gce-linux-warm", "gce-linux-cold"),
        ),
    ),
    "memory": (
        ("memory-one", "memory-each"),
        (
            *("runc-memory-empty", "gvisor-memory-empty", "firecracker-memory", "nsdi-memory-firecracker"),
            *("nsdi-memory-cloud-hypervisor", "nsdi-memory-qemu", "kata-direct-memory", "aks-pod-vm-memory"),
        ),
    ),
    "speed": (
        ("cpu-loop", "system-call", "disk-read"),
        (
            *("felter-linpack-docker", "felter-linpack-kvm", "gvisor-cpu", "runc-syscall", "gvisor-syscall-systrap"),
            *("gvisor-syscall-kvm", "felter-docker-random-read", "felter-random-read-kvm", "nsdi-random-read-metal"),
            *("nsdi-random-read-qemu", "nsdi-random-read-firecracker"),
        ),
    ),
    "size": (
        ("size",),
        ("distroless-image", "alpine-image", "debian-slim-image", "cirros-image", "debian-cloud-image"),
    ),
}


def register(env: Any, data: Data, links: Links) -> None:
    """Give pages the macros ``measurements()``, ``beside("start")`` and ``viewer_data()``."""
    pages = Measurements(data, links)
    env.macro(pages.measurements, "measurements")
    env.macro(pages.beside, "beside")
    env.macro(viewer_data, "viewer_data")


def run_title(result: Result) -> str:
    """What a run is called: its day and its machine."""
    machine = result.machine
    kind = "virtual machine" if machine.virtualised else "bare metal"
    return f"{day(result.made)}: {machine.cpu}, {machine.cores} cores, {kind}"


class Measurements:
    """Draws the runs, with links as seen from the current page."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links

    def measurements(self) -> str:
        """Every run: machine, charts, tables, what was not measured, raw data, commands."""
        return "\n\n".join(self._run(name, result) for name, result in runs().items())

    def _run(self, name: str, result: Result) -> str:
        parts = [f"### {run_title(result)} {{ #{name} data-search-exclude }}", self._facts(name, result)]
        if result.machine.kvm != "hw-kvm":
            parts.append(part("measurements", "cannot_show", NOT_A_VM))
        for measure in MEASURES:
            cases = result.of(measure)
            if cases:
                parts += [f"#### {MEASURES[measure][0]} {{ #{name}-{measure} data-search-exclude }}"]
                if measure in CHARTS:
                    parts.append(chart(name, result, measure))
                parts.append(table(result, cases))
        parts.append(_left_out(result))
        parts.append(_commands(result))
        return "\n\n".join(parts)

    def _facts(self, name: str, result: Result) -> str:
        m, c = result.machine, result.conditions
        facts = {
            "System": f"{m.os}, Linux {m.kernel}, control groups {m.cgroups}, {m.filesystem}",
            "Processor": f"{m.cpu}, {m.cores} cores, {m.memory_gib:g} GiB of memory"
            + (", itself a virtual machine" if m.virtualised else ""),
            "Hardware virtualisation": {
                "hw-kvm": "yes, through KVM",
                "kvm-other": "no: there is a /dev/kvm, but nothing of the processor's behind it",
            }.get(m.kvm, "no: there is no /dev/kvm that could be opened"),
            "Run": f"{c.mode}, {c.seconds:.0f} s, as {'root' if m.root else 'an ordinary user'}"
            + ("" if c.complete else ", stopped before its end"),
            "Quiet": f"{percent(c.quiet_share)} of the timed samples began on an idle machine; its hypervisor took "
            f"{percent(c.steal_share)} of the time; the bare process changed by a factor of {c.drift:g} during the run",
            "Versions": "; ".join(f"{e.name} {e.version}" for e in result.engines if e.usable and e.version)
            + (f"; guests run Linux {result.kernel_of_guests}" if result.kernel_of_guests else ""),
        }
        if m.adaptations:
            facts["Changed to run here"] = "; ".join(m.adaptations)
        raw = Link(self._links.file(f"data/measurements/{name}.json"), f"{name}.json")
        return part("measurements", "facts", [(key, as_sentence(text)) for key, text in facts.items()], raw)

    def beside(self, subject: str) -> str:
        """Our figures of the newest full run and the cited ones of a subject, each with its kind and conditions."""
        measures, cited = BESIDE[subject]
        rows = [row for measure in measures for row in self._measured_rows(measure)]
        for key in cited:
            if key not in self._data.claims:
                raise KeyError(f"there is no claim '{key}'; correct BESIDE in scripts/pages/measurements.py")
            rows.append(self._cited_row(self._data.claims[key]))
        return part("measurements", "beside", rows)

    def _measured_rows(self, measure: str) -> Iterator[dict[str, Any]]:
        name, result = reference_run()
        if result is None:
            return
        for case in result.of(measure):
            engine = result.engine(case.engine)
            # An emulated machine is compared with nothing.
            if engine.group == "emulated":
                continue
            s, title = case.summary, MEASURES[measure][0]
            words = (
                f"{engine.name}: {title[0].lower()}{title[1:]}, {case.workload.replace('-', ' ')}. "
                f"Median of {s.n}, 95 % interval {plain(s.low, case.unit)} to {figure(s.high, case.unit)}."
                if s.n > 1
                else f"{engine.name}: {title[0].lower()}{title[1:]}, {case.workload.replace('-', ' ')}."
            )
            more = self._links.to("Run", MEASUREMENTS, f"{name}-{measure}")
            yield {"figure": figure(s.median, case.unit), "kind": "measured", "words": words, "more": more}

    def _cited_row(self, claim: Claim) -> dict[str, Any]:
        more = self._links.to("Source", FIGURES, claim.id)
        return {"figure": claim.text, "kind": claim.kind, "words": claim.conditions, "more": more}


def reference_run() -> tuple[str, Result | None]:
    """The run that comparisons use: the newest full one, else the newest."""
    found = runs()
    full = next((item for item in found.items() if item[1].conditions.mode == "full"), None)
    return full or next(iter(found.items()), ("", None))


def percent(share: float) -> str:
    """A share (0 to 1) as people write it."""
    return f"{share * 100:.2g} %" if share < 0.1 else f"{share * 100:.0f} %"


def label(result: Result, case: Case, several: bool) -> str:
    """What a case is called in a table or chart of one measure."""
    name = result.engine(case.engine).name
    return f"{name}, {case.workload.replace('-', ' ')}" if several else name


def table(result: Result, cases: list[Case]) -> str:
    """The cases of one measure."""
    unit = cases[0].unit
    several = len({case.workload for case in cases}) > 1
    heads = ("Median, " + shown_unit(unit), "95 % interval", "Middle half", "Samples", "Against the bare process")
    rows = []
    for case in cases:
        s, engine = case.summary, result.engine(case.engine)
        kind = GROUPS[engine.group] if engine.group != "emulated" else ""
        cells = (
            plain(s.median, unit),
            f"{plain(s.low, unit)} to {plain(s.high, unit)}" if s.n > 1 else "one value",
            f"{plain(s.q1, unit)} to {plain(s.q3, unit)}" if s.n > 1 else "",
            str(s.n),
            against(result, case)
            or mark(result, case)
            or ("compared with nothing" if engine.group == "emulated" else ""),
        )
        rows.append({"group": engine.group, "name": label(result, case, several), "kind": kind, "cells": cells})
    return part("measurements", "table", heads, rows)


def chart(name: str, result: Result, measure: str) -> str:
    """The chart of one measure; what it shows stands in the table below it as well."""
    cases = [case for case in result.of(measure) if case.summary.low > 0]
    if not cases:
        return ""
    points = tuple(
        Point(
            result.engine(c.engine).name, result.engine(c.engine).group, c.summary.median, c.summary.low, c.summary.high
        )
        for c in cases
    )
    key, axis = CHARTS[measure]
    said = "; ".join(f"{p.label}: {figure(p.median, cases[0].unit)}" for p in points)
    title = f"{MEASURES[measure][0]}, {day(result.made)}"
    drawing = svg(Chart(f"chart-{name}-{key}", title, f"Medians. {said}.", axis, cases[0].unit, points))
    caption = (
        "Median, and its 95 % interval as a bar. Circle: bare process; diamond: namespaces; square: container; "
        "plus: sandbox; triangle: virtual machine; cross: emulated. The table below holds the same figures."
    )
    return part("measurements", "chart", f"{name}-{key}", drawing, caption)


def _left_out(result: Result) -> str:
    rows = [{"words": f"{e.name}: {sentence(e.reason)}"} for e in result.engines if not e.usable]
    rows += [{"words": f"{row.what}: {sentence(row.reason)}"} for row in result.skipped]
    return part("measurements", "folded", f"Not measured, and why ({len(rows)})", rows) if rows else ""


def _commands(result: Result) -> str:
    seen: dict[str, str] = {}
    for case in result.cases:
        if case.command and case.engine not in {"container-image", "machine-image"}:
            seen.setdefault(shlex.join(case.command), f"{result.engine(case.engine).name}, {MEASURES[case.measure][0]}")
    rows = [{"words": f"{title}:", "command": command} for command, title in seen.items()]
    return part("measurements", "folded", f"The exact commands ({len(rows)})", rows)


def viewer_data() -> str:
    """What the viewer needs of the published runs, as JSON that no page takes for markup."""
    shown = {
        name: {
            "title": run_title(result),
            "cases": {c.id: [c.summary.median, c.summary.low, c.summary.high, c.summary.n] for c in result.cases},
        }
        for name, result in runs().items()
    }
    content = {
        "maxBytes": MAX_BYTES,
        "emulated": EMULATED,
        "measures": {key: [title, unit] for key, (title, unit, _) in MEASURES.items()},
        "groups": GROUPS,
        "runs": shown,
    }
    return json_script("viewer-data", content)
