"""What sysbench, fio and iperf3 say: the same binaries, copied with their libraries into the tree, in every engine."""

from __future__ import annotations

import functools
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from scripts.measure.engines.base import Engine, EngineError, Task, ask
from scripts.measure.engines.docker import Docker
from scripts.measure.engines.namespaces import Bare
from scripts.measure.engines.podman import Podman
from scripts.measure.processes import spawn, stop
from scripts.measure.result import Measure
from scripts.measure.sampling import Run, Series
from scripts.measure.schedule import rounds

TOOLS = ("sysbench", "fio", "iperf3")
ROUNDS = 10
# Two jobs in one call: the first writes a new file out in full and flushes it, the second is timed. A file that is only
# reserved or empty would make reads miss the disk and writes pay for blocks, and places could not be compared.
FIO = ("fio", "--ioengine=psync", "--direct=1", "--size=64m", "--fallocate=none", "--output-format=json")
LAY_OUT = ("--name=lay-out", "--rw=write", "--bs=1m", "--end_fsync=1")
TIMED = ("--name=timed", "--stonewall", "--bs=4k", "--runtime=1", "--time_based", "--unlink=1")
# Measure, the part of fio's answer that holds it, and what the timed job does.
DISK: tuple[tuple[Measure, str, tuple[str, ...]], ...] = (
    ("disk-read", "read", ("--rw=randread",)),
    ("disk-write", "write", ("--rw=randwrite", "--fsync=1")),
)
SYSBENCH = ("sysbench", "cpu", "--cpu-max-prime=10000", "--threads=1", "--time=1", "run")


@dataclass(frozen=True)
class Test:
    """One tool in one engine: what to run, and how to read its answer."""

    engine: Engine
    measure: Measure
    workload: str
    task: Task
    read: Callable[[str], float]


def measure(run: Run) -> None:
    """Every tool that was found in every engine that can run it, in turn."""
    for tool in TOOLS:
        if not shutil.which(tool):
            run.skip(f"{tool}: all that it measures", f"{tool} not found on the PATH")
    budget = run.budget.share(0.4)
    run.workshop.folder("data")
    port, server = serve_network()
    try:
        tests = [test for engine in run.engines for test in tests_of(engine, port)]
        series = {test: Series(test.engine, test.measure, test.workload) for test in tests}
        failed, since = set[Test](), time.monotonic()
        for number, test in rounds(tests, ROUNDS):
            if test in failed:
                continue
            if budget.left <= 0:
                run.skip("throughput", f"stopped in round {number + 1}: the time was used up")
                break
            command = test.engine.command(test.task, run.name())
            series[test].command = series[test].command or command
            try:
                run.sample(series[test], functools.partial(answer, test, command))
            except (EngineError, ValueError, KeyError) as error:
                failed.add(test)
                run.skip(f"{test.engine.name}: {test.measure}, {test.workload}", str(error))
            run.progress.step("throughput", sum(len(s.values) for s in series.values()), len(tests) * ROUNDS, since)
        run.keep(list(series.values()))
    finally:
        if server:
            stop(server)


def answer(test: Test, command: list[str]) -> float:
    """Run a tool and read its figure."""
    return test.read(ask(command, seconds=30))


def tests_of(engine: Engine, port: int) -> list[Test]:
    """What to run in an engine."""
    if not engine.takes_tools or (engine.workshop.tools is None and not isinstance(engine, Bare)):
        return []
    found = []
    if shutil.which("sysbench"):
        found.append(Test(engine, "cpu-sysbench", "prime-10000", Task(argv=SYSBENCH), events))
    if shutil.which("fio"):
        data = engine.workshop.folder("data")
        where = "host-files" if isinstance(engine, Bare) else "bind-mount"
        found += disk(engine, where, Task(data=data), "/data")
        if isinstance(engine, Podman | Docker):
            found += disk(engine, "image-storage", Task(), "/tmp")  # noqa: S108
    if port and not isinstance(engine, Docker):
        client = ("iperf3", "--port", str(port), "--time", "1", "--json", "--client")
        found.append(
            Test(engine, "network", "host-network", Task(argv=(*client, "127.0.0.1"), network="host"), gigabits)
        )
        if isinstance(engine, Podman) and shutil.which("slirp4netns"):
            task = Task(argv=(*client, "10.0.2.2"), network="slirp4netns")
            found.append(Test(engine, "network", "slirp4netns", task, gigabits))
    return found


def disk(engine: Engine, where: str, task: Task, folder: str) -> list[Test]:
    """Random reads, and writes that are flushed one by one: the same call everywhere, but for the folder."""
    return [
        Test(engine, measure, where, Task(argv=fio(words, folder), data=task.data), functools.partial(iops, kind=kind))
        for measure, kind, words in DISK
    ]


def fio(words: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """fio's command line for a file of its own in ``folder``; ``words`` say what the timed job does."""
    file = f"--filename={folder}/dvm-fio"
    return (*FIO, *LAY_OUT, file, *TIMED, *words, file)


def events(text: str) -> float:
    """sysbench's events per second."""
    found = re.search(r"events per second:\s*([\d.]+)", text)
    if not found:
        raise ValueError("sysbench printed no events per second")
    return float(found.group(1))


def iops(text: str, kind: str) -> float:
    """The timed job's operations per second, from fio's JSON; a warning may stand before it."""
    jobs = json.loads(text[text.index("{") :])["jobs"]
    return float(next(job for job in jobs if job["jobname"] == "timed")[kind]["iops"])


def gigabits(text: str) -> float:
    """iperf3's received throughput in Gbit/s."""
    answer = json.loads(text)
    if "error" in answer:
        raise ValueError(answer["error"])
    return float(answer["end"]["sum_received"]["bits_per_second"]) / 1e9


def serve_network() -> tuple[int, subprocess.Popen[bytes] | None]:
    """An iperf3 server on this machine only: its port, and its process; no port when there is no iperf3."""
    if not shutil.which("iperf3"):
        return 0, None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = spawn(["iperf3", "--server", "--bind", "127.0.0.1", "--port", str(port)])
    time.sleep(0.5)
    return port, server
