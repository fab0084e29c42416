"""Whole runs on this machine's real engines: what they find, what they write, and that nothing of them is left."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.measure import result
from scripts.measure.cleanup import PREFIX, Footprint, place, runs
from scripts.measure.engines.catalogue import ALL
from scripts.measure.processes import descendants, parents
from scripts.paths import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the harness measures Linux")
# Other tests run beside these: whether the machine is idle is not what is tested here (test_measure.py does).
QUICKLY = ("--quick", "--no-wait")
# What is waited for comes within a second or so. On a busy machine it takes longer, which is no fault.
LONG = 600
# What the harness itself calls, and engines that start in milliseconds.
NONE = ("sh", "env", "true", "umount", "unshare")
FEW = (*NONE, "runc", "podman", "conmon", "newuidmap", "newgidmap")


def ancestors(pid: int) -> Iterator[int]:
    """The parents of a process, up to the first."""
    table = parents()
    while pid := table.get(pid, 0):
        yield pid


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def left_behind() -> set[str]:
    """Folders, mounts and processes of runs that have ended."""
    going_on = [run.name for run, alive in runs().items() if alive]
    found = {str(path) for path in place().glob(f"{PREFIX}*")}
    found |= {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines() if f"/{PREFIX}" in line}
    for pid in parents():
        command = command_of(pid)
        if (f"/{PREFIX}" in command or "sleep 100000" in command) and not any(
            "scripts.measure" in command_of(above) for above in ancestors(pid)
        ):
            found.add(f"process {pid}: {command[:120]}")
    return {what for what in found if not any(name in what for name in going_on)}


def left_in_the_end(own: set[str]) -> set[str]:
    """What stays of runs that have ended: a process that was killed may take a moment to be gone."""
    deadline = time.monotonic() + LONG / 5
    while (left := left_behind() - own) and all(what.startswith("process ") for what in left):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


@pytest.fixture(autouse=True, scope="module")
def alone() -> None:
    """Another checkout's tests may be measuring on this machine; two runs at once are refused."""
    deadline = time.monotonic() + LONG
    while any(runs().values()):
        assert time.monotonic() < deadline, "another run has been going on for too long"
        time.sleep(1)


@pytest.fixture
def untouched() -> Iterator[None]:
    """The machine is the same afterwards: no file, mount, process, control group or network namespace more."""
    before, own = Footprint.now(), left_behind()
    yield
    assert left_in_the_end(own) == set()
    after = Footprint.now()
    for kind in ("cgroups", "networks", "places"):
        new = {str(p) for p in getattr(after, kind) - getattr(before, kind)}
        # Other programs come and go; what engines make for us has their names.
        ours = {p for p in new if kind != "cgroups" or any(word in p for word in (PREFIX, "libpod", "crun", "runc"))}
        assert ours == set(), f"{kind} were left behind"


def few_engines(folder: Path, names: tuple[str, ...] = FEW) -> str:
    """A PATH with a few engines only."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    return str(folder)


@dataclass
class Started:
    """A run in progress, and where its result and its words go."""

    process: subprocess.Popen[str]
    output: Path
    log: Path

    def worker(self) -> int:
        """The process that measures."""
        for pid in descendants(self.process.pid):
            with contextlib.suppress(OSError):
                if b"scripts.measure.worker" in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" "):
                    return pid
        raise AssertionError("there is no worker")

    def until_containers_idle(self) -> None:
        """Wait until an idle instance runs: startup is finished then, and the sweep through memory has begun."""
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            for pid in descendants(self.process.pid):
                with contextlib.suppress(OSError):
                    if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"sleep\x00100000\x00"):
                        return
            time.sleep(0.02)
        raise AssertionError(f"no instance was idle within {LONG} s: {self.log.read_text()}")


@pytest.fixture
def started(tmp_path: Path, untouched: None) -> Iterator[Started]:
    """A quick run with a few engines."""
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": few_engines(tmp_path / "bin")}
    output = tmp_path / "result.json"
    with log.open("w") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.measure", *QUICKLY, "--output", str(output)],
            cwd=tmp_path, env=environment, stdout=words, stderr=words, text=True, start_new_session=True,
        )  # fmt: skip
    yield Started(process, output, log)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[result.Result, str]:
    """A quick run with all engines that this machine has: its result, and what it printed."""
    folder = tmp_path_factory.mktemp("quick")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.measure", *QUICKLY, "--output", str(folder / "r.json")],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=LONG,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return result.read(folder / "r.json"), done.stdout


Quick = tuple[result.Result, str]


def test_a_quick_run_is_complete_and_valid(quick: Quick, untouched: None) -> None:
    run, _ = quick
    assert run.conditions.complete
    assert result.recompute(run) == []
    assert left_in_the_end(set()) == set()


def test_every_engine_is_measured_or_listed_with_a_reason(quick: Quick) -> None:
    run, printed = quick
    assert [engine.id for engine in run.engines[: len(ALL)]] == [kind.id for kind in ALL]
    excuses = " ".join(f"{row.what}: {row.reason}" for row in run.skipped)
    for engine in run.engines[: len(ALL)]:
        if not engine.usable:
            assert engine.reason
            assert f"{engine.name}: {engine.reason}" in printed
            continue
        for measure in ("first-output", "exit", "memory-one", "memory-each", "cpu-loop", "system-call"):
            measured = any(case.engine == engine.id for case in run.of(measure))
            assert measured or engine.name in excuses or "time was used up" in excuses or "emulated PC" in excuses, (
                f"{engine.name} has neither {measure} nor a reason"
            )
        if engine.group in {"vm", "emulated"} and engine.name not in excuses and "emulated PC" not in excuses:
            assert run.case(f"{engine.id}/memory-guest/busybox"), f"{engine.name} does not tell what its guest takes"
    assert {case.engine for case in run.of("exit")} >= {"bare", "unshare"}
    assert {case.engine for case in run.of("size")} >= {"container-image"}


def test_engines_that_are_installed_here_really_ran(quick: Quick) -> None:
    run, _ = quick
    wanted = {"bubblewrap", "runc", "crun", "podman-runc", "qemu-microvm-tcg"}
    installed = [kind.id for kind in ALL if kind.id in wanted and shutil.which(kind.binaries[0])]
    for key in installed:
        assert run.engine(key).usable or run.engine(key).reason, key
        if run.engine(key).usable:
            assert min(run.case(f"{key}/exit/busybox").values) > 0  # type: ignore[union-attr]


def test_without_hardware_qemu_is_never_called_a_virtual_machine(quick: Quick) -> None:
    run, printed = quick
    for engine in run.engines:
        if engine.group == "vm" and engine.usable:
            assert engine.accelerator == "hw-kvm"
        if engine.group == "emulated" and engine.usable:
            assert result.EMULATED in engine.name
    for line in printed.splitlines():
        if "QEMU" in line and "published" not in line and run.machine.kvm != "hw-kvm":
            words = (result.EMULATED, "no hardware virtualisation", "emulated", "not found on the PATH")
            assert any(word in line for word in words), line


def test_a_result_says_nothing_of_whose_machine_it_is(quick: Quick) -> None:
    text = result.dumps(quick[0])
    words = [str(Path.home()), str(ROOT), str(place() / PREFIX)]
    words += [name for name in (socket.gethostname(), getpass.getuser()) if name not in {"root", "localhost", "vm"}]
    for file in ("/etc/machine-id", "/sys/class/dmi/id/product_serial", "/sys/class/dmi/id/product_uuid"):
        with contextlib.suppress(OSError):
            words.append(Path(file).read_text().strip())
    for word in filter(None, words):
        assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text), f"the result names '{word}'"


def stop_by_ctrl_c(run: Started) -> int:
    """As a terminal does it: to the whole process group."""
    os.killpg(run.process.pid, signal.SIGINT)
    return run.process.wait(timeout=LONG)


def stop_by_killing_the_worker(run: Started) -> int:
    """As the kernel does it when memory runs out."""
    os.kill(run.worker(), signal.SIGKILL)
    return run.process.wait(timeout=LONG)


def stop_by_terminating(run: Started) -> int:
    """As a service manager does it: to the first process only."""
    run.process.terminate()
    return run.process.wait(timeout=LONG)


@pytest.mark.parametrize(
    ("stop", "status"), [(stop_by_ctrl_c, 130), (stop_by_killing_the_worker, 137), (stop_by_terminating, 130)]
)
def test_however_it_is_stopped_nothing_is_left_and_what_was_finished_is_kept(
    started: Started, stop: Callable[[Started], int], status: int
) -> None:
    started.until_containers_idle()
    assert stop(started) == status, started.log.read_text()
    kept = result.read(started.output)
    assert not kept.conditions.complete
    assert kept.case("bare/exit/busybox"), "startup was finished, and is kept"
    assert "NOT COMPLETE" in started.log.read_text()


def test_when_the_supervisor_itself_is_killed_the_worker_cleans_up(started: Started) -> None:
    started.until_containers_idle()
    worker = started.worker()
    started.process.kill()
    started.process.wait()
    deadline = time.monotonic() + LONG
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()
    assert left_in_the_end(set()) == set()


def on_a_small_disk(tmp_path: Path, size: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script with a disk of ``size`` at $DISK, which only it sees."""
    disk = tmp_path / "disk"
    disk.mkdir()
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": few_engines(tmp_path / "bin", NONE),
        "DISK": str(disk),
    }
    environment |= {"MEASURE": f"{shlex.quote(sys.executable)} -m scripts.measure {' '.join(QUICKLY)}"}
    command = [*namespace, "/bin/sh", "-c", f'/bin/mount -t tmpfs -o size={size} none "$DISK" || exit 99; {script}']
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=LONG)


def test_a_full_working_disk_ends_in_a_message_and_leaves_nothing(tmp_path: Path, untouched: None) -> None:
    script = 'export TMPDIR="$DISK"; eval "$MEASURE" --output ../r.json; echo "status $?, left: $(/bin/ls -A "$DISK")"'
    done = on_a_small_disk(tmp_path, "1m", script.replace("../r.json", str(tmp_path / "r.json")))
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "status 1, left: \n" in done.stdout


def test_a_result_that_cannot_be_written_is_printed_instead(tmp_path: Path, untouched: None) -> None:
    fill = '/bin/dd if=/dev/zero of="$DISK/filler" bs=4k 2>/dev/null; '
    done = on_a_small_disk(
        tmp_path, "64k", fill + 'eval "$MEASURE" --output "$DISK/r.json"; echo "status $?"; /bin/ls -A "$DISK"'
    )
    assert "could not be written (No space left on device)" in done.stderr
    printed = done.stdout[: done.stdout.index("status ")]
    assert result.loads(printed, "the printed result").conditions.complete
    assert done.stdout.split("status ")[1].split() == ["1", "filler"], "no half-written file"


def test_a_second_run_is_refused_and_dead_orphans_do_not_pile_up(started: Started) -> None:
    started.until_containers_idle()
    worker = started.worker()
    dead = [pid for pid in descendants(worker) if not command_of(pid)]
    assert len(dead) < 20, f"{len(dead)} dead processes were never let go"
    command = [sys.executable, "-m", "scripts.measure", *QUICKLY, "--output", str(started.output)]
    # Stopped, so that it is not finished before the second has even begun.
    os.kill(worker, signal.SIGSTOP)
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    os.kill(worker, signal.SIGCONT)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "another run is being made on this machine; two at once would measure each other\n"
    assert stop_by_ctrl_c(started) == 130


def test_an_output_that_cannot_be_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "scripts.measure", *QUICKLY, "--output", str(tmp_path / "file/r.json")]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "cannot be written to; name another file with --output" in done.stderr


def test_checking_and_recomputing_work_on_files(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "scripts/dev.py", "measure", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    done = run("--recompute")
    assert done.returncode == 0, done.stderr
    assert "figures follow from their raw samples" in done.stdout
    (tmp_path / "bad.json").write_text('{"schema_version": 1, "<script>": 1}')
    done = run("--check", str(tmp_path / "bad.json"))
    assert done.returncode == 1
    assert done.stderr.startswith("bad.json: ")
    assert len(done.stderr.splitlines()) == 1
