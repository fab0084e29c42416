"""What a guest's own system takes of the memory that it was given: all of it, less what its kernel calls available.

The guest's kernel keeps this account itself, so it says nothing about speed, and nothing about what the monitor adds.
Read where nothing else runs in the guest; the file system of the small one is part of it, for it lives in memory.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from scripts.measure.engines.base import EngineError, Task, ask
from scripts.measure.engines.guests import MEMORY_OF_GUEST, Guest, Qemu, QemuPc
from scripts.measure.sampling import Run, Series
from scripts.measure.workload import Job

AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)
MEMORY_OF_DEBIAN = 512
BOOTS_OF_DEBIAN = 3
# For a whole Debian to boot, also under emulation, and to come to rest.
DEBIAN_SECONDS = 180
# Started last of all by the guest's init system; its services have come to rest when it reads.
UNIT = """[Unit]
After=multi-user.target
[Service]
Type=idle
StandardOutput=tty
TTYPath=/dev/ttyS0
ExecStart=/bin/sh -c 'sleep 5; cat /proc/meminfo; systemctl --force --force reboot'
[Install]
WantedBy=multi-user.target
"""


def measure(run: Run) -> None:
    """The small guest of every engine that has one."""
    for engine in (e for e in run.engines if isinstance(e, Guest)):
        series = Series(engine, "memory-guest", "busybox")
        try:
            for _ in range(run.plan.compute_rounds_emulated):
                series.command = engine.command(Task(Job("free")), run.name())
                series.values.append(taken(ask(series.command, seconds=engine.patience), int(MEMORY_OF_GUEST)))
        except EngineError as error:
            run.skip(f"{engine.name}: what the guest takes", str(error))
        run.keep([series])


def taken(meminfo: str, given: int) -> float:
    """MiB that a guest does not have left of the ``given`` ones. Raises ``EngineError`` when it does not say."""
    found = AVAILABLE.search(meminfo.replace("\r", ""))
    if not found:
        raise EngineError("the guest ended without telling its memory")
    return round(given - int(found.group(1)) / 1024, 3)


def debian(run: Run, archive: Path) -> None:
    """Boot the Debian machine whose files are in ``archive``, and let it tell."""
    what = "what a Debian guest takes"
    engine = next((e for e in run.engines if isinstance(e, QemuPc)), None)
    if engine is None:
        run.skip(what, "QEMU's PC was not usable")
        return
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        run.skip(what, "making its disk needs root and mkfs.ext4")
        return
    folder, series = run.workshop.folder("debian"), Series(engine, "memory-guest", "debian")
    try:
        series.command = command = machine(engine, folder, archive)
        for number in range(BOOTS_OF_DEBIAN):
            run.progress.say(f"booting Debian, {number + 1} of {BOOTS_OF_DEBIAN}")
            allowed = max(1.0, min(DEBIAN_SECONDS, run.budget.left))
            series.values.append(taken(ask(command, seconds=allowed), MEMORY_OF_DEBIAN))
    except (EngineError, OSError) as error:
        run.skip(what, str(error))
    finally:
        shutil.rmtree(folder)
    run.keep([series])


def machine(engine: Qemu, folder: Path, archive: Path) -> list[str]:
    """A disk with the files of ``archive``, and the command that boots it. Raises ``EngineError``."""
    root, disk = folder / "root", folder / "disk"
    root.mkdir()
    ask(["tar", "--extract", "--numeric-owner", "--file", str(archive), "--directory", str(root)], seconds=120)
    (root / "etc/systemd/system/tell.service").write_text(UNIT)
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted / "tell.service").symlink_to("/etc/systemd/system/tell.service")
    for pattern, name in (("vmlinuz-*", "vmlinuz"), ("initrd.img-*", "initrd")):
        found = sorted((root / "boot").glob(pattern))
        if not found:
            raise EngineError(f"the machine has no /boot/{pattern}")
        shutil.copyfile(found[-1], folder / name)
    with disk.open("wb") as empty:
        empty.truncate(2 << 30)
    ask(["mkfs.ext4", "-q", "-F", "-d", str(root), str(disk)], seconds=120)
    shutil.rmtree(root)
    return engine.boot(
        folder / "vmlinuz",
        folder / "initrd",
        "console=ttyS0 quiet panic=-1 root=/dev/vda rw",
        memory=str(MEMORY_OF_DEBIAN),
        disk=disk,
    )
