"""A result as text: the reader's figures, beside the published ones of the same engine and measure."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.measure.result import EMULATED, MEASURES, Case, Result, reduced

# Fewer samples than this are shown, but not compared.
ENOUGH = 5
# Smaller differences than this are the luck of one machine on one day.
WORTH_SAYING = 0.05
THIN_SPACE = "\u202f"
NO_DIFFERENCE = "no difference shown"


def figure(value: float, unit: str) -> str:
    """A value with its unit as people write it: three significant digits, bytes as MB, a thin space for thousands."""
    if unit == "bytes":
        value, unit = value / 1e6, "MB"
    if value == 0:
        return f"0 {unit}"
    digits = max(0, 2 - _magnitude(value))
    rounded = round(value, 2 - _magnitude(value)) if abs(value) < 1000 else round(value)
    return f"{rounded:,.{digits}f} {unit}".replace(",", THIN_SPACE)


def _magnitude(value: float) -> int:
    """The power of ten of the first digit."""
    return int(f"{abs(value):e}".partition("e")[2])


def plain(value: float, unit: str) -> str:
    """The same without the unit."""
    return figure(value, unit).rpartition(" ")[0]


def shown_unit(unit: str) -> str:
    """The unit that ``figure`` shows for a stored one."""
    return "MB" if unit == "bytes" else unit


def against(result: Result, case: Case) -> str:
    """A case against the bare process: how many times, or that no difference is shown.

    Intervals that overlap, or a difference no larger than the run's own drift or five per cent, show none. An emulated
    machine is compared with nothing.
    """
    engine = result.engine(case.engine)
    base = next((c for c in result.of(case.measure) if c.engine == "bare"), None)
    if base is None or case.engine == "bare" or engine.group in {"emulated", "artefact"}:
        return ""
    if min(base.summary.median, case.summary.median) <= 0 or min(base.summary.n, case.summary.n) < ENOUGH:
        return ""
    ratio = case.summary.median / base.summary.median
    overlap = case.summary.low <= base.summary.high and base.summary.low <= case.summary.high
    # Memory is not timed, so the machine's moods do not touch it.
    drift = 1.0 if case.measure.startswith("memory") else result.conditions.drift
    if overlap or abs(ratio - 1) <= max(abs(drift - 1), WORTH_SAYING):
        return NO_DIFFERENCE
    return f"{ratio:.2g} times the bare process" if ratio < 100 else f"{ratio:.0f} times the bare process"


def mark(result: Result, case: Case) -> str:
    """What has to stand beside a figure: that its machine was emulated, or nothing."""
    engine = result.engine(case.engine)
    return EMULATED if engine.group == "emulated" and EMULATED not in engine.name else ""


def text(result: Result, others: Mapping[str, Result]) -> str:
    """The whole report."""
    lines = [
        f"{result.machine.cpu}, {result.machine.cores} cores, {result.machine.os}, Linux {result.machine.kernel}",
        f"{result.conditions.mode} run of {result.made}, {result.conditions.seconds:.0f} s; "
        f"{result.conditions.quiet_share * 100:.0f} % of the timed samples began on an idle machine"
        + ("" if result.conditions.complete else "; NOT COMPLETE"),
    ]
    for measure, (title, unit, less) in MEASURES.items():
        cases = result.of(measure)
        if cases:
            lines += ["", f"{title}, {shown_unit(unit)} ({'less' if less else 'more'} is better): median (interval)"]
            lines += [line for case in cases for line in _lines(result, case, others)]
    unused = [engine for engine in result.engines if not engine.usable]
    if unused or result.skipped:
        lines += ["", "Not measured:"]
        lines += [f"  {engine.name}: {engine.reason}" for engine in unused]
        lines += [f"  {row.what}: {row.reason}" for row in result.skipped]
    adds = [f"  {engine.name}: {engine.root_adds}" for engine in result.engines if engine.root_adds]
    if adds:
        lines += ["", "As root it would also measure:", *adds]
    return "\n".join(lines)


def _lines(result: Result, case: Case, others: Mapping[str, Result]) -> list[str]:
    s, unit = case.summary, case.unit
    label = f"{result.engine(case.engine).name}, {case.workload}"
    yours = f"{plain(s.median, unit)} ({plain(s.low, unit)} to {plain(s.high, unit)}), n={len(reduced(case))}"
    note = "; ".join(word for word in (against(result, case), mark(result, case)) if word)
    lines = [f"  {label:<58} {yours}" + (f"  [{note}]" if note else "")]
    for name, other in others.items():
        same = other.case(case.id)
        if same:
            p = same.summary
            span = f"{plain(p.median, unit)} ({plain(p.low, unit)} to {plain(p.high, unit)}), n={p.n}"
            lines.append(f"    published {name:<44} {span}")
    return lines
