"""The measurements: a page for each published run, one table of engines, and the data of the viewer."""

from __future__ import annotations

import shlex
from typing import Any

from scripts.facts.load import Data
from scripts.facts.measured import runs
from scripts.measure.report import NO_DIFFERENCE, against, mark, plain, shown_unit
from scripts.measure.result import (
    EMULATED,
    GROUPS,
    MAX_BYTES,
    MEASURES,
    Case,
    Result,
)
from scripts.pages.links import Link, Links, run_page
from scripts.pages.render import json_script, part
from scripts.pages.text import as_sentence, day, heading, sentence

NOT_A_VM = (
    "This machine offers no hardware virtualisation. What its QEMU figures show is an emulator, which says nothing "
    "about a virtual machine; they stand on an axis of their own and are compared with nothing."
)
# The columns of the table of engines; the other measures are on the run's own page.
OWN_STORAGE = "image-storage"
COLUMNS = ("exit", "memory-each", "system-call", "disk-write")


def register(env: Any, data: Data, links: Links) -> None:
    """Give pages the macros ``run("id")``, ``run_cards()``, ``engines_by_measure()`` and ``viewer_data()``."""
    pages = Measurements(data, links)
    env.macro(pages.run, "run")
    env.macro(pages.cards, "run_cards")
    env.macro(engines_by_measure, "engines_by_measure")
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

    def cards(self) -> str:
        """Every run: its day and machine, and the way to its own page."""
        return part(
            "measurements",
            "cards",
            [
                {
                    "id": name,
                    "link": self._links.to(run_title(result), run_page(name)),
                    "words": f"{len(result.cases)} series of {len([e for e in result.engines if e.usable])} engines. "
                    + ("No hardware virtualisation: its VMs are emulated." if result.machine.kvm != "hw-kvm" else ""),
                }
                for name, result in runs().items()
            ],
        )

    def run(self, name: str) -> str:
        """All of a run: machine, tables, what was not measured, raw data, commands."""
        result = runs()[name]
        parts = [self._facts(name, result)]
        if result.machine.kvm != "hw-kvm":
            parts.append(part("measurements", "cannot_show", NOT_A_VM))
        for measure in MEASURES:
            cases = result.of(measure)
            if cases:
                parts += [heading(2, MEASURES[measure][0], measure), table(result, cases)]
        parts += [_left_out(result), _commands(result)]
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


def engines_by_measure() -> str:
    """The newest full run as one table, and in one line what showed no difference; neither has an emulated machine."""
    _, result = reference_run()
    if result is None:
        return ""
    heads = [f"{MEASURES[measure][0]}, {shown_unit(MEASURES[measure][1])}" for measure in COLUMNS]
    rows = []
    for engine in result.engines:
        cells = [_cell(result, engine.id, measure) for measure in COLUMNS]
        if engine.usable and engine.group not in {"emulated", "artefact"} and any(cells):
            rows.append({"group": engine.group, "name": engine.name, "kind": "", "cells": cells})
    return part("measurements", "table", heads, rows) + "\n\n" + part("measurements", "alike", _alike(result))


def _cell(result: Result, engine: str, measure: str) -> str:
    """What an engine reached on the files that all share; the run's page has its own storage too."""
    cases = [case for case in result.of(measure) if case.engine == engine and case.workload != OWN_STORAGE]
    return plain(cases[0].summary.median, cases[0].unit) if cases else ""


def _alike(result: Result) -> list[str]:
    """The measures in which no container differed from the bare process."""
    found = []
    for measure, (title, _, _) in MEASURES.items():
        cases = [c for c in result.of(measure) if result.engine(c.engine).group in {"namespace", "container"}]
        if cases and all(against(result, case) == NO_DIFFERENCE for case in cases):
            found.append(title[0].lower() + title[1:])
    return found


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
