"""The measuring harness: right statistics, honest detection, files that say what they hold and nothing else."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import lzma
import math
import os
import re
import statistics
import subprocess
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy
import pytest

from scripts.facts import measured
from scripts.facts.load import Data
from scripts.measure import (
    cleanup,
    compute,
    guest,
    machine,
    memory,
    report,
    result,
    schedule,
    stats,
    throughput,
    workload,
)
from scripts.measure.detect import detect
from scripts.measure.engines.base import Engine, EngineError, Instance, Task, Workshop, remove
from scripts.measure.engines.catalogue import ALL
from scripts.measure.engines.namespaces import Bare
from scripts.measure.sampling import QUICK, Run, marks
from scripts.measure.workload import Job
from scripts.paths import ROOT

SERIES = [
    [3.0],
    [1.0, 2.0],
    [5.0, 1.0, 4.0],
    [2.5, 2.5, 2.5, 2.5],
    [float(value) for value in numpy.random.default_rng(1).lognormal(3, 1, 31)],
]


# --- Statistics -----------------------------------------------------------------------------------------------------


def test_median_and_quartiles_of_a_case_worked_by_hand() -> None:
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert stats.median(values) == 4
    assert stats.quantile(values, 0.25) == 2
    assert stats.quantile(values, 0.9) == pytest.approx(8 + 0.6 * 8)
    assert stats.median([4.0, 1.0]) == 2.5


@pytest.mark.parametrize("values", SERIES, ids=len)
def test_median_and_quantiles_agree_with_numpy_and_the_standard_library(values: list[float]) -> None:
    assert stats.median(values) == pytest.approx(statistics.median(values))
    for share in (0, 0.025, 0.25, 0.5, 0.75, 0.975, 1):
        assert stats.quantile(values, share) == pytest.approx(float(numpy.quantile(values, share)))


def test_the_bootstrap_interval_agrees_with_another_implementation() -> None:
    values = SERIES[-1]
    low, high = stats.interval(values)
    chance = numpy.random.default_rng(7)
    medians = numpy.median(chance.choice(values, size=(20_000, len(values))), axis=1)
    # Medians of 31 values are themselves values; both draws may land on neighbours.
    ordered = sorted(values)
    for ours, theirs in ((low, numpy.quantile(medians, 0.025)), (high, numpy.quantile(medians, 0.975))):
        near = min(range(len(ordered)), key=lambda i: abs(ordered[i] - theirs))
        assert ordered[max(near - 1, 0)] <= ours <= ordered[min(near + 1, len(ordered) - 1)]


def test_the_interval_covers_the_true_median_about_as_often_as_it_says() -> None:
    covered = 0
    for sample in numpy.random.default_rng(3).normal(10, 2, (200, 20)):
        low, high = stats.interval([float(value) for value in sample], resamples=300)
        covered += low <= 10 <= high
    assert 0.88 <= covered / 200 <= 0.99


def test_the_interval_is_the_same_each_time() -> None:
    assert stats.interval(SERIES[-1]) == stats.interval(SERIES[-1])


def test_a_slope_agrees_with_numpy() -> None:
    points = [(1, 2.0), (2, 2.9), (3, 4.2), (4, 5.0)]
    assert stats.slope(points) == pytest.approx(float(numpy.polyfit(*zip(*points, strict=True), 1)[0]))
    assert stats.slope([(1, 5.0), (2, 8.0)]) == 3


@pytest.mark.parametrize("values", [[], [1.0, math.inf], [math.nan]])
def test_no_figure_comes_from_nothing_or_from_what_is_no_number(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no values|not finite"):
        stats.quantile(values, 0.5)


def test_a_slope_needs_two_places() -> None:
    with pytest.raises(ValueError, match="two different x"):
        stats.slope([(1, 2), (1, 3)])


# --- Schedule -------------------------------------------------------------------------------------------------------


def test_each_round_holds_every_engine_once_in_changing_order() -> None:
    order = list(schedule.rounds(["a", "b", "c", "d"], 6))
    by_round = [[item for number, item in order if number == wanted] for wanted in range(6)]
    assert all(sorted(items) == ["a", "b", "c", "d"] for items in by_round)
    assert len({tuple(items) for items in by_round}) > 1


def test_ticks_count_idle_and_stolen_time() -> None:
    hertz = os.sysconf("SC_CLK_TCK")
    ticks = schedule.Ticks.parse(f"cpu  {hertz} 0 {hertz} {5 * hertz} {hertz} 0 0 {2 * hertz} 9 9\ncpu0 1 2 3")
    assert (ticks.idle, ticks.steal, ticks.total) == (6, 2, 10)


def test_the_gate_gives_up_when_its_time_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = schedule.Gate(window=0.001, cap=0.02, purse=0.05)
    monkeypatch.setattr(gate, "_idle", lambda: 0.2)
    assert [gate.wait() for _ in range(4)] == [False] * 4
    monkeypatch.setattr(gate, "_idle", lambda: 0.99)
    assert gate.wait()


def test_a_part_never_gets_more_time_than_is_left() -> None:
    budget = schedule.Budget(100)
    assert budget.share(0.5).seconds == pytest.approx(50, abs=0.1)
    budget.started -= 90
    assert budget.share(0.5).seconds == pytest.approx(10, abs=0.1)


def test_progress_says_what_is_left() -> None:
    lines: list[str] = []
    schedule.Progress(schedule.Budget(60), lines.append).step("memory", 5, 5, 0)
    assert re.search(r"memory: 5 of 5, about 0 s left here, at most \d+ s in all", lines[0])


# --- Detection ------------------------------------------------------------------------------------------------------


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop with the real tree."""
    run = tmp_path / "dvm-test"
    return Workshop(
        run, workload.build_tree(run / "tree", workload.find_busybox()), no_kernel="no kernel was looked for"
    )


def test_with_nothing_on_the_path_every_engine_is_listed_with_a_reason(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    usable, rows = detect(workshop, machine.Cleaner(workshop.run))
    assert [engine.id for engine in usable] == ["bare"], "a bare process needs nothing"
    assert len(rows) == len(ALL)
    for row in rows[1:]:
        assert not row.usable
        assert "not found on the PATH" in row.reason, f"{row.id} says: {row.reason}"


def test_an_engine_that_is_there_but_does_not_work_is_skipped_with_its_own_words(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin/bwrap"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "bubblewrap 9.9" && exit\necho "no namespaces today" >&2\nexit 1\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    kinds = [kind for kind in ALL if kind.id == "bubblewrap"]
    usable, rows = detect(workshop, machine.Cleaner(workshop.run), kinds)
    assert usable == []
    assert (rows[0].version, rows[0].reason) == ("9.9", "no namespaces today")


def test_an_engine_that_hangs_is_ended(workshop: Workshop) -> None:
    class Hanging(Engine):
        id, name, group = "hanging", "Hanging", "container"
        patience = 0.3

        def command(self, task: Task, name: str) -> list[str]:
            return ["sleep", "60"]

    _, rows = detect(workshop, machine.Cleaner(workshop.run), [Hanging])
    assert rows[0].reason == "gave no answer within 0 s"
    assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists() and p.read_bytes() == b"sleep\x0060\x00"]


@pytest.mark.parametrize(
    ("flags", "module", "expected"),
    [
        ({"svm"}, "kvm_amd", "hw-kvm"),
        ({"vmx"}, "kvm_intel", "hw-kvm"),
        (set(), "kvm_amd", "kvm-other"),
        ({"svm"}, "kvm_pvm", "kvm-other"),
    ],
)
def test_a_kvm_device_alone_proves_no_hardware(tmp_path: Path, flags: set[str], module: str, expected: str) -> None:
    device = tmp_path / "kvm"
    device.touch()
    (tmp_path / "modules" / module).mkdir(parents=True)
    assert machine.kvm(flags, device, tmp_path / "modules") == expected
    assert machine.kvm(flags, tmp_path / "none", tmp_path / "modules") == "absent"


@pytest.mark.parametrize("kvm", ["absent", "no-access", "kvm-other"])
def test_without_hardware_no_engine_counts_as_a_virtual_machine(workshop: Workshop, kvm: str) -> None:
    workshop.kvm, workshop.no_kernel = kvm, ""
    for kind in (k for k in ALL if k.group == "vm"):
        assert kind(workshop).obstacle(), f"{kind.id} would run as a VM with kvm={kvm}"


def test_the_hierarchies_of_control_groups_are_told_apart() -> None:
    v1, v2 = "cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n", "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
    assert [machine.cgroups(m) for m in (v1, v2, v1 + v2, "")] == ["v1", "v2", "hybrid", "none"]


# --- Workload -------------------------------------------------------------------------------------------------------


def test_the_workload_is_one_static_tree_as_tar_and_as_initramfs(workshop: Workshop, tmp_path: Path) -> None:
    assert workload.is_static(workshop.tree / "bin/busybox")
    content = workload.tar(workshop.tree)
    assert content == workload.tar(workshop.tree), "the same tree gives the same bytes"
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        assert {"bin/busybox", "bin/job", "init"} <= set(archive.getnames())
        assert all(entry.uid == 0 and entry.uname == "root" for entry in archive)
    listed = subprocess.run(
        [str(workshop.tree / "bin/busybox"), "sh", "-c", "busybox gzip -dc | busybox cpio -t"],
        input=workload.cpio(workshop.tree), capture_output=True,
    ).stdout.decode()  # fmt: skip
    if listed:
        assert {"dev/console", "bin/job", "init"} <= set(listed.split())


@pytest.mark.parametrize(("name", "pack"), [("xz", lzma.compress), ("gzip", gzip.compress)])
def test_a_kernel_is_unpacked_as_linux_boot_protocol_says(
    name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    payload, head = pack(b"\x7fELF and more"), bytearray(1024)
    head[0x1F1], head[0x248:0x24C], head[0x24C:0x250] = (
        1,
        (16).to_bytes(4, "little"),
        len(payload).to_bytes(4, "little"),
    )
    (tmp_path / "vmlinuz").write_bytes(bytes(head) + b"\0" * 16 + payload + b"size")
    unpacked = workload.unpack_kernel(tmp_path / "vmlinuz", tmp_path / "vmlinux")
    assert unpacked.read_bytes() == b"\x7fELF and more"


def test_a_kernel_that_cannot_be_unpacked_is_a_reason(tmp_path: Path) -> None:
    (tmp_path / "vmlinuz").write_bytes(bytes(4096))
    with pytest.raises(workload.WorkloadError, match="has to be unpacked with an unknown tool"):
        workload.unpack_kernel(tmp_path / "vmlinuz", tmp_path / "vmlinux")


def test_the_job_speaks_before_and_after_what_is_timed(workshop: Workshop) -> None:
    for mode in ("cpu", "call"):
        begin, end, left = marks(Job(mode, "t", 200_000).argv(str(workshop.tree)), ["t", "t."], 20)
        assert 0 < begin < end <= left


class Unheard(Bare):
    """A process whose outputs arrive together some times, as when this program was not given the processor."""

    times = 0

    def command(self, task: Task, name: str) -> list[str]:
        self.times -= 1
        command = super().command(task, name)
        return ["sh", "-c", 'said=$("$@"); echo "$said"', "sh", *command] if self.times >= 0 else command


@pytest.fixture
def unheard(workshop: Workshop) -> tuple[Run, Unheard]:
    """A quick run of one such engine, and the engine."""
    engine = Unheard(workshop)
    budget = schedule.Budget(100)
    progress = schedule.Progress(budget, lambda _: None)
    gate = schedule.Gate(0, 0, 0)
    return Run(workshop, QUICK, [engine], machine.Cleaner(workshop.run), budget, gate, progress), engine


def test_a_busy_machine_loses_samples_and_not_the_engine_and_says_so_once(unheard: tuple[Run, Unheard]) -> None:
    run, engine = unheard
    engine.times = 3
    compute.measure(run)
    lost = sum(int(re.fullmatch(r"Bare process: .*, samples lost: (\d+)", row.what)[1]) for row in run.skipped)
    assert lost >= 3, "on a machine that is busy, more"
    assert len(run.skipped) == len({row.what.split(",")[0] for row in run.skipped}), "one row for each measure"
    assert sum(len(case.values) for case in run.cases) == 2 * QUICK.compute_rounds - lost


def test_a_try_that_nobody_heard_does_not_count_for_the_calibration(unheard: tuple[Run, Unheard]) -> None:
    run, engine = unheard
    engine.times = 1
    assert compute.calibrate(run, engine, "cpu") >= 1000


def test_a_loop_that_nobody_could_time_is_a_reason_and_no_end_of_the_run(
    unheard: tuple[Run, Unheard], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = unheard
    monkeypatch.setattr(Unheard, "times", 1000)
    monkeypatch.setattr(compute, "Bare", Unheard)
    compute.measure(run)
    assert run.cases == []
    assert [(row.what, "arrived together" in row.reason) for row in run.skipped] == [
        ("processor and system calls", True)
    ]


def test_what_a_guest_takes_is_what_it_has_not_left() -> None:
    told = "MemTotal:  222752 kB\r\nMemFree:  195000 kB\r\nMemAvailable:  199168 kB\r\n"
    assert guest.taken(told, 256) == 256 - 199168 / 1024
    with pytest.raises(EngineError, match="without telling its memory"):
        guest.taken("Kernel panic", 256)


def says_no(folder: Path, times: int, words: str) -> list[str]:
    """A command that refuses so many times, with these words, and then does what it is asked."""
    script = f'echo x >> tries; [ "$(wc -l < tries)" -gt {times} ] || {{ echo "{words}" >&2; exit 1; }}'
    return ["env", "-C", str(folder), "sh", "-c", script]


def test_a_container_that_takes_its_time_to_die_is_removed_all_the_same(tmp_path: Path) -> None:
    remove(says_no(tmp_path, 2, "waiting for gofer to exit: timed out"))
    assert (tmp_path / "tries").read_text().count("x") == 3


def test_a_container_that_never_goes_is_an_error_in_the_engines_words(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"container is still running \(asked for 0 s\)"):
        remove(says_no(tmp_path, 1000, "container is still running"), seconds=0)


def test_a_container_that_is_gone_already_is_removed(tmp_path: Path) -> None:
    remove(says_no(tmp_path, 1000, "Error: No such container: x"), seconds=0)


def test_one_instance_that_would_not_end_does_not_keep_the_others(workshop: Workshop) -> None:
    asked = []

    class Stubborn(Engine):
        def end(self, instance: Instance) -> None:
            asked.append(instance.name)
            if instance.name == "a":
                raise EngineError("container is still running")

    with pytest.raises(EngineError, match="would not end: container is still running"):
        memory.end_all(Stubborn(workshop), [Instance(name, None, [], []) for name in "abc"])
    assert asked == ["a", "b", "c"]


def test_a_command_that_says_the_wrong_thing_is_an_error() -> None:
    with pytest.raises(EngineError, match="ended with status 0 before it said anything"):
        marks(["echo", "something else"], ["token"], 5)


def test_answers_of_the_tools_are_read() -> None:
    assert throughput.events("    events per second:  3246.11\n") == 3246.11
    answer = {"jobs": [{"jobname": "lay-out", "read": {"iops": 0}}, {"jobname": "timed", "read": {"iops": 11316.2}}]}
    assert throughput.iops(f"note: x\n{json.dumps(answer)}", "read") == 11316.2
    assert throughput.gigabits('{"end": {"sum_received": {"bits_per_second": 2.5e9}}}') == 2.5
    with pytest.raises(ValueError, match="no events"):
        throughput.events("FATAL")


# --- Results --------------------------------------------------------------------------------------------------------


def case(**changes: object) -> result.Case:
    """A small case whose figures follow from its samples."""
    values = [3.0, 1.0, 2.0]
    row: dict[str, object] = {
        "engine": "bare", "measure": "exit", "workload": "busybox", "unit": "ms", "command": ["busybox"],
        "values": values, "quiet": [True] * 3, "steal_ms": [0.0] * 3, "summary": stats.summarise(values),
    }  # fmt: skip
    return result.Case(**(row | changes))  # type: ignore[arg-type]


def whole(**changes: object) -> result.Result:
    """A small valid result."""
    engines = [result.Engine(id="bare", name="Bare process", group="process", usable=True)]
    conditions = result.Conditions(
        mode="quick", complete=True, seconds=1, idle_wanted=0.9, quiet_share=1, steal_share=0,
        load_before=0, load_after=0, drift=1,
    )  # fmt: skip
    row: dict[str, object] = {
        "made": dt.date(2026, 11, 24), "machine": machine.describe(ROOT, []), "conditions": conditions,
        "tools": {"fio": "3.33"}, "engines": engines, "cases": [case()],
    }  # fmt: skip
    return result.Result(**(row | changes))  # type: ignore[arg-type]


def test_two_places_or_engines_whose_disks_are_compared_differ_in_nothing_but_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether the tools are installed here does not matter: nothing is run.
    monkeypatch.setattr(throughput.shutil, "which", lambda name: f"/usr/bin/{name}")
    workshop = Workshop(tmp_path, tmp_path / "tree", tools=tmp_path / "tools")
    engines = [kind(workshop) for kind in ALL if kind.takes_tools]
    tests = [test for engine in engines for test in throughput.tests_of(engine, port=0)]
    for measure in ("disk-read", "disk-write"):
        calls = {
            tuple(re.sub(r"--filename=\S+/", "--filename=", word) for word in test.task.argv)
            for test in tests
            if test.measure == measure
        }
        assert len(calls) == 1, f"scripts/measure/throughput.py: {measure} is called in {len(calls)} ways: {calls}"
        words = calls.pop()
        assert words.index("--rw=write") < words.index("--name=timed"), "the file is laid out before it is timed"


def test_a_result_survives_its_file_and_its_figures_can_be_made_again(tmp_path: Path) -> None:
    first = whole()
    result.write(tmp_path / "a.json", first)
    again = result.read(tmp_path / "a.json")
    assert again == first
    assert result.recompute(again) == []
    assert '"values": [3.0, 1.0, 2.0]' in (tmp_path / "a.json").read_text(), "a series stands on one line"


def test_an_edited_figure_is_found(tmp_path: Path) -> None:
    text = result.dumps(whole()).replace('"median": 2.0', '"median": 1.5')
    wrong = result.recompute(result.loads(text, "a.json"))
    assert wrong == ["bare/exit/busybox: median is stated as 1.5, its samples give 2"]


def test_marginal_memory_is_the_slope_of_each_sweep() -> None:
    grown = case(
        measure="memory-each", unit="MiB", values=[5, 7, 9, 5, 8, 11], sweep=[0, 0, 0, 1, 1, 1],
        instances=[1, 2, 3, 1, 2, 3], quiet=[], steal_ms=[],
    )  # fmt: skip
    assert result.reduced(grown) == [2, 3]


def test_the_published_schema_is_that_of_the_model() -> None:
    remedy = "write it anew: python3 scripts/dev.py schema"
    assert result.SCHEMA_FILE.read_text(encoding="utf-8") == result.schema(), remedy


def test_every_published_figure_follows_from_its_raw_samples() -> None:
    runs = result.published()
    assert runs, "at least one run is published"
    for name, run in runs.items():
        assert result.recompute(run) == [], f"docs/data/measurements/{name}.json"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"median": 2.0', '"median": 1e400', "summary.median: Input should be a finite number"),
        ('"unit": "ms"', '"unit": "s"', "the unit of 'exit' is ms"),
        ('"engine": "bare"', '"engine": "nobody"', "has no usable engine 'nobody'"),
        ('"steal_ms": [0.0, 0.0, 0.0]', '"steal_ms": [0.0]', "'steal_ms' has 1 entries for 3 values"),
        ('"made": "2026-11-24"', '"made": "2026-11-24", "host": "x"', "host: Extra inputs are not permitted"),
        ("{", "", "Invalid JSON"),
    ],
)
def test_a_malformed_file_gets_one_clear_line(old: str, new: str, message: str) -> None:
    with pytest.raises(result.ResultError) as caught:
        result.loads(result.dumps(whole()).replace(old, new, 1), "mine.json")
    assert message in str(caught.value)
    assert str(caught.value).startswith("mine.json: ")
    assert "dev.py measure" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_emulated_machine_cannot_be_written_down_as_a_virtual_one() -> None:
    with pytest.raises(ValueError, match="only hardware virtualisation"):
        result.Engine(id="q", name="QEMU", group="vm", usable=True, accelerator="tcg")


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_bytes(b"[" * (result.MAX_BYTES + 10))
    with pytest.raises(result.ResultError, match="larger than any result"):
        result.read(tmp_path / "big.json")


def test_what_would_identify_a_machine_is_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "gandalf")
    monkeypatch.setattr("getpass.getuser", lambda: "frodo")
    monkeypatch.setenv("HOME", "/home/frodo")
    text = f"gandalf: frodo may not read /home/frodo/x, {tmp_path}/tree or {ROOT}/y from 10.0.0.7 at 02:42:ac:11:00:02"
    assert machine.Cleaner(tmp_path).clean(text) == (
        "NAME: NAME may not read HOME/x, RUN/tree or REPOSITORY/y from ADDRESS at ADDRESS"
    )


def test_published_runs_hold_nothing_identifying() -> None:
    for name in result.published():
        text = (result.FOLDER / f"{name}.json").read_text(encoding="utf-8")
        assert list(result.telling(text)) == [], name
        assert str(ROOT) not in text


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Xeon of gandalf.local", "a host's name"),
        ("hostname: gandalf", "a host's name"),
        ("/Users/frodo/x is missing", "a home folder"),
        ("/home/frodo/x is missing", "a home folder"),
        (r"C:\\Users\\frodo", "a home folder"),
        ("no answer from 192.0.2.7", "an address"),
        ("no answer from 2001:db8::1", "an address"),
        ("no answer from fe80:0:0:0:42:acff:fe11:2", "an address"),
        ("02:42:ac:11:00:02 is down", "an address"),
        ("Serial Number: VMware-56", "a serial number"),
        ("4c4c4544-0031-4a10-8051-b7c04f4d3732", "a serial number"),
        ("ask frodo@example.org", "somebody's mail address"),
        ("<img src=x onerror=alert(1)>", "markup"),
        ("javascript:alert(1)", "markup"),
    ],
)
def test_a_published_run_that_tells_whose_machine_it_was_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Data, words: str, what: str
) -> None:
    name = next(iter(result.published()))
    lines = (result.FOLDER / f"{name}.json").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if '"cpu"' in line)
    lines[at] = f'  "cpu": "{words}",'
    (tmp_path / f"{name}.json").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    monkeypatch.setattr(measured, "published", lambda: result.published(tmp_path))
    found = [str(problem) for problem in measured.problems(data)]
    measured.runs.cache_clear()
    assert len(found) == 1, found
    assert f"{name}.json:{at + 1}: " in found[0]
    assert f"looks like {what}. Replace it" in found[0]


def test_a_closed_folder_is_not_ours_to_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user may not look into /var/lib/containers, and measures all the same."""

    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    assert not cleanup.is_there(Path("/var/lib/containers/cache"))


def test_commands_and_versions_tell_nothing() -> None:
    harmless = '"echo", "<ID-6>" "-serial", "stdio" busybox:1 12:30:45 kernel 6.1.0-56 127.0.0.1 std::move "a < b"'
    assert list(result.telling(harmless)) == []


def test_the_report_marks_emulation_and_shows_published_figures_beside() -> None:
    engines = [
        result.Engine(id="bare", name="Bare process", group="process", usable=True),
        result.Engine(id="q", name="QEMU", group="emulated", usable=True, accelerator="tcg"),
        result.Engine(id="d", name="Docker", group="container", usable=False, reason="no daemon answers"),
    ]
    slow = [30.0, 31.0, 32.0, 33.0, 34.0]
    cases = [case(), case(engine="q", values=slow, quiet=[], steal_ms=[], summary=stats.summarise(slow))]
    mine = whole(engines=engines, cases=cases)
    text = report.text(mine, {"other-run": whole()})
    assert "QEMU, busybox" in text
    assert f"[{result.EMULATED}]" in text
    assert "published other-run" in text
    assert "Docker: no daemon answers" in text
    assert report.against(mine, cases[1]) == "", "an emulated machine is compared with nothing"


def test_a_difference_is_claimed_only_where_intervals_part_and_drift_is_smaller() -> None:
    fast, slow = [1.0, 1.1, 1.2, 1.0, 1.1, 1.2], [1.5, 1.6, 1.7, 1.5, 1.6, 1.7]
    engines = [result.Engine(id=i, name=i, group="container", usable=True) for i in ("bare", "runc")]
    cases = [
        case(engine=e, values=v, quiet=[], steal_ms=[], summary=stats.summarise(v))
        for e, v in (("bare", fast), ("runc", slow))
    ]
    calm = whole(engines=engines, cases=cases)
    assert report.against(calm, cases[1]) == "1.5 times the bare process"
    restless = calm.model_copy(update={"conditions": calm.conditions.model_copy(update={"drift": 2.0})})
    assert report.against(restless, cases[1]) == report.NO_DIFFERENCE


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.04883, "MiB", "0.0488 MiB"),
        (1532.4, "ms", "1\u202f532 ms"),
        (27.06, "ms", "27.1 ms"),
        (1996800, "bytes", "2.00 MB"),
        (0, "ms", "0 ms"),
    ],
)
def test_figures_have_three_digits(value: float, unit: str, shown: str) -> None:
    assert report.figure(value, unit) == shown


# --- The workflow ---------------------------------------------------------------------------------------------------


def test_workflows_pin_actions_by_commit_and_start_without_permissions() -> None:
    import yaml

    files = sorted((ROOT / ".github/workflows").glob("*.yml"))
    assert [file.name for file in files if file.name == "measure.yml"]
    for file in files:
        text = file.read_text(encoding="utf-8")
        for line in re.findall(r"^\s*(?:- )?uses:.*$", text, re.MULTILINE):
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d", line), (
                f"{file.name}: pin by a full commit, with the version as a comment: {line.strip()}"
            )
        assert yaml.safe_load(text)["permissions"] == {}, f"{file.name}: no permissions at the top; give them per job"
    measuring = yaml.safe_load((ROOT / ".github/workflows/measure.yml").read_text(encoding="utf-8"))
    # YAML reads the key "on" as true.
    assert list(measuring[True]) == ["workflow_dispatch"], "only a maintainer starts it"
    assert measuring["jobs"]["measure"]["permissions"] == {"contents": "read"}
    assert "secrets." not in json.dumps(measuring)
    assert "${{ inputs" not in json.dumps([s.get("run", "") for s in measuring["jobs"]["propose"]["steps"]])
