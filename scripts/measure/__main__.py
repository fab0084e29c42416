"""``dev.py measure``: the options, and the supervisor that outlives whatever happens to the worker."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from scripts.measure import result
from scripts.measure.cleanup import Footprint, abandoned, clean, new_run, runs
from scripts.measure.install import install
from scripts.measure.machine import cgroups
from scripts.measure.processes import adopt_orphans
from scripts.measure.report import text
from scripts.measure.stats import Summary
from scripts.paths import BUILD, ROOT

LAST = BUILD / "measurement.json"
WORKER = "scripts.measure.worker"
# For the worker to end and clean up after a signal, before the supervisor does it.
GRACE_SECONDS = 30


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; returns the exit status."""
    options = parse(arguments)
    output = (options.output or LAST).resolve()
    try:
        if options.check:
            return check([options.check])
        if options.recompute is not None:
            return check(published_files() if options.recompute == "published" else [Path(options.recompute)])
        if options.report:
            print(text(result.read(output), result.published()))
            return 0
    except result.ResultError as error:
        print(error, file=sys.stderr)
        return 1
    if not sys.platform.startswith("linux"):
        print("Measuring needs Linux: containers share its kernel. On a Mac or Windows, run it in a Linux VM.")
        return 2
    if options.install:
        print("Installing engines and tools …", flush=True)
        if status := install():
            return status
    mode = "quick" if options.quick else "full"
    return measure(mode, output, options.image, wait=not options.no_wait)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, as on the command line of ``dev.py measure``."""
    summary = "Measure the containers and virtual machines that this Linux machine can run, and compare."
    parser = argparse.ArgumentParser(prog="dev.py measure", description=summary)
    add = parser.add_argument
    add("--quick", action="store_true", help="a first answer in under two minutes")
    add("--no-wait", action="store_true", help="do not wait for an idle machine; each sample says if it was")
    add("--output", type=Path, metavar="FILE", help="where the result goes (.build/measurement.json)")
    add("--image", default="", metavar="NAME", help="also start this image in podman and Docker (it is pulled)")
    add("--report", action="store_true", help="measure nothing; show the last result beside the published ones")
    add("--check", type=Path, metavar="FILE", help="is this file a valid result?")
    add(
        "--recompute",
        nargs="?",
        const="published",
        metavar="FILE",
        help="make every figure again from its raw samples, and compare (without FILE: of all published runs)",
    )
    add("--install", action="store_true", help="first install missing engines and tools (root, Debian or Ubuntu)")
    return parser.parse_args(arguments)


def published_files() -> list[Path]:
    """The published results."""
    return [result.FOLDER / f"{name}.json" for name in result.published()]


def check(files: Sequence[Path]) -> int:
    """Validate files and recompute every figure in them."""
    status = 0
    for file in files:
        read = result.read(file)
        wrong = result.recompute(read)
        figures = len(Summary.__dataclass_fields__) * len(read.cases)
        for line in wrong:
            print(f"{file.name}: {line}", file=sys.stderr)
        print(f"{file.name}: valid; {figures - len(wrong)} of {figures} figures follow from their raw samples")
        status = 1 if wrong else status
    return status


def measure(mode: str, output: Path, image: str, *, wait: bool) -> int:
    """Run the worker, keep what it reports, clean up whatever happens, write the file, show it."""
    for run in abandoned():
        clean(run, None)
    if any(runs().values()):
        print("another run is being made on this machine; two at once would measure each other", file=sys.stderr)
        return 1
    if problem := unwritable(output):
        print(problem, file=sys.stderr)
        return 1
    adopt_orphans()
    before = Footprint.now()
    run = new_run()
    try:
        newest, status = supervise(run, mode, image, wait)
    finally:
        left = clean(run, before)
    for line in left:
        print(f"could not remove {line}", file=sys.stderr)
    if newest is None:
        print("nothing was measured", file=sys.stderr)
        return status or 1
    return publish(newest, output) or status


def unwritable(output: Path) -> str:
    """Why the result could not be written in the end; empty if it could. Said before the work, not after it."""
    folder = output.parent
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return f"{folder} cannot be written to; name another file with --output"
    return ""


def supervise(run: Path, mode: str, image: str, wait: bool) -> tuple[result.Result | None, int]:
    """Start the worker and read its reports until it ends; returns the newest report and its exit status."""
    reader, writer = os.pipe()
    prelude, adaptations = private_mounts()
    # After unshare and sh have replaced themselves, the worker is this process' child.
    command = [*prelude, sys.executable, "-m", WORKER, str(run), mode, "wait" if wait else "no-wait"]
    command += [str(writer), str(os.getpid()), image, *adaptations]
    worker = subprocess.Popen(command, cwd=ROOT, pass_fds=[writer], stdin=subprocess.DEVNULL)
    os.close(writer)

    def pass_on(number: int, frame: FrameType | None) -> None:
        worker.send_signal(signal.SIGTERM)

    # Ctrl-C reaches the worker by itself; a signal to the supervisor alone is passed on. A second one changes nothing.
    previous = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    newest = b""
    try:
        with os.fdopen(reader, "rb") as reports:
            for line in reports:
                newest = line if line.endswith(b"\n") else newest
        deadline = time.monotonic() + GRACE_SECONDS
        while worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
        for number, handler in previous.items():
            signal.signal(number, handler)
    status = worker.returncode
    if status < 0:
        print(f"\nthe measuring process was ended by signal {-status}; what it had finished is kept", file=sys.stderr)
        status = 128 - status
    return (result.loads(newest.decode(), "the worker's report") if newest else None), status


def private_mounts() -> tuple[list[str], list[str]]:
    """For root: a mount namespace of its own for the worker, and what had to be changed in it."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return [], []
    private = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*private, "true"], capture_output=True).returncode != 0:
        return [], []
    if cgroups() != "hybrid":
        return private, []
    # crun refuses a hybrid hierarchy. Only in that namespace, the second hierarchy is taken away.
    hide = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"'
    return [*private, "sh", "-c", hide, "sh"], ["the cgroup v2 mount of a hybrid hierarchy was hidden, in the run only"]


def publish(newest: result.Result, output: Path) -> int:
    """Write the result and show it; if the disk is full, say so and put the result on standard output."""
    try:
        result.write(output, newest)
    except OSError as error:
        print(f"{output} could not be written ({error.strerror}); the result follows instead", file=sys.stderr)
        print(result.dumps(newest))
        return 1
    print(text(newest, {k: v for k, v in result.published().items() if result.FOLDER / f"{k}.json" != output}))
    print(f"\nWritten to {output}. Look at it beside the published runs: docs/guides/measure.md says how.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
