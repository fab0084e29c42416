"""What sysbench, fio and iperf3 say: the same binaries, copied with their libraries into the tree, in every engine."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
# Written out in full: of a file that is only reserved, reads would not reach the disk.
FIO = (
    *("fio", "--name=x", "--ioengine=psync", "--bs=4k", "--size=64m", "--runtime=1", "--time_based", "--direct=1"),
    *("--fallocate=none", "--output-format=json"),
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
    data = run.workshop.folder("data")
    if shutil.which("fio"):
        lay_out(data)
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


def lay_out(folder: Path) -> None:
    """Write the file that every engine reads, with data that no disk can leave out."""
    with (folder / "file").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1 << 20))
        os.fsync(file.fileno())


def tests_of(engine: Engine, port: int) -> list[Test]:
    """What to run in an engine."""
    if not engine.takes_tools or (engine.workshop.tools is None and not isinstance(engine, Bare)):
        return []
    found = []
    if shutil.which("sysbench"):
        found.append(Test(engine, "cpu-sysbench", "prime-10000", Task(argv=SYSBENCH), events))
    if shutil.which("fio"):
        # One file for all, so that its place on the disk is the same.
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
    """Random reads, and writes that are flushed one by one."""
    read = (*FIO, "--rw=randread", f"--filename={folder}/file")
    write = (*FIO, "--rw=randwrite", "--fsync=1", f"--filename={folder}/file")
    return [
        Test(engine, "disk-read", where, Task(argv=read, data=task.data), lambda text: iops(text, "read")),
        Test(engine, "disk-write", where, Task(argv=write, data=task.data), lambda text: iops(text, "write")),
    ]


def events(text: str) -> float:
    """sysbench's events per second."""
    found = re.search(r"events per second:\s*([\d.]+)", text)
    if not found:
        raise ValueError("sysbench printed no events per second")
    return float(found.group(1))


def iops(text: str, kind: str) -> float:
    """fio's operations per second; a warning may stand before the JSON."""
    return float(json.loads(text[text.index("{") :])["jobs"][0][kind]["iops"])


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
