"""Size on disk of the same workload as a container image and as a machine image, in the same form."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import zlib
from pathlib import Path

from scripts.measure import guest, result
from scripts.measure.sampling import Run, Series
from scripts.measure.workload import tar

CONTAINER, GUEST = "container-image", "machine-image"
# The smallest Debian there is, and the same with what a machine needs to boot: kernel and init system.
DEBIAN = {CONTAINER: [], GUEST: ["--include=systemd-sysv,udev,linux-image-cloud-amd64"]}
DEBIAN_SECONDS = 420


def rows() -> list[result.Engine]:
    """What stands for an engine in these cases."""
    return [
        result.Engine(id=CONTAINER, name="Container image", group="artefact", usable=True),
        result.Engine(id=GUEST, name="Machine image", group="artefact", usable=True),
    ]


def measure(run: Run) -> None:
    """The busybox tree always; a minimal Debian where there is time and mmdebstrap."""
    archive = tar(run.workshop.tree)
    series = [_series(CONTAINER, "busybox", len(archive), ["tar"])]
    series.append(_series(CONTAINER, "busybox-compressed", len(gzip.compress(archive, 6, mtime=0)), ["tar", "gzip -6"]))
    initrd, kernel = run.workshop.run / "initrd.gz", run.workshop.kernel
    if kernel and initrd.exists():
        both = kernel.stat().st_size + initrd.stat().st_size
        series.append(_series(GUEST, "busybox-compressed", both, ["kernel", "initramfs, gzip -9"]))
    else:
        run.skip("size of a machine image of busybox", run.workshop.no_kernel or "no virtual machine was usable")
    run.keep(series)
    if run.plan.thorough:
        debian(run)


def _series(kind: str, workload: str, size: int, how: list[str]) -> Series:
    return Series(kind, "size", workload, how, [float(size)])


def debian(run: Run) -> None:
    """Build a minimal Debian twice, without and with what boots it, from the packages of the machine's mirror."""
    if not shutil.which("mmdebstrap"):
        run.skip("size of a minimal Debian", "mmdebstrap not found on the PATH")
        return
    for kind, options in DEBIAN.items():
        target = run.workshop.run / f"debian-{kind}.tar"
        command = ["mmdebstrap", "--variant=minbase", *options, codename(), str(target)]
        run.progress.say(f"building {target.name}")
        try:
            allowed = max(1.0, min(DEBIAN_SECONDS, run.budget.left))
            done = subprocess.run(command, capture_output=True, text=True, timeout=allowed)
        except (OSError, subprocess.TimeoutExpired):
            run.skip(f"size of Debian as {kind}", f"mmdebstrap was not done within {allowed:.0f} s")
            continue
        if done.returncode != 0:
            run.skip(f"size of Debian as {kind}", " ".join(done.stderr.splitlines()[-3:]))
            continue
        # All are tar archives of the whole file system, so that nothing but the contents differs.
        run.keep(
            [
                _series(kind, "debian", target.stat().st_size, command),
                _series(kind, "debian-compressed", compressed(target), [*command, "| gzip -6"]),
            ]
        )
        if kind == GUEST:
            guest.debian(run, target)
        target.unlink()


def codename() -> str:
    """The Debian release to build: this machine's, or stable on anything else."""
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME=") and "debian" in Path("/etc/os-release").read_text().lower():
            return line.partition("=")[2].strip('"')
    return "stable"


def compressed(path: Path) -> int:
    """The size of a file after gzip, in bytes, without writing it."""
    packer, total = zlib.compressobj(6, zlib.DEFLATED, 31), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            total += len(packer.compress(chunk))
    return total + len(packer.flush())
