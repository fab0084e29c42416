"""Leaves nothing behind: processes, containers, images, mounts, control groups, network namespaces, files.

Two processes can clean: the worker that measures, and the supervisor that started it (processes.py says how they find
what is left). All else lies in one folder or carries one prefix, and each engine knows what it leaves elsewhere.
Cleaning twice does no harm.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.measure.engines.catalogue import sweep
from scripts.measure.processes import end_descendants

PREFIX = "dvm-"
OWNER = "supervisor"
CGROUPS = Path("/sys/fs/cgroup")
NETWORKS = Path("/run/netns")
HOME, USER = Path.home(), os.getuid()
SESSION = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
# What podman keeps outside its storage. Removed only if it was not there before, and nobody else uses podman now.
PLACES = (
    Path("/dev/shm/libpod_lock"),  # noqa: S108
    Path(f"/dev/shm/libpod_rootless_lock_{USER}"),  # noqa: S108
    Path("/run/libpod"),
    Path("/run/crun"),
    Path("/run/runc"),
    Path("/var/lib/containers/cache"),
    Path("/var/lib/cni"),
    Path(f"/tmp/podman-run-{USER}"),  # noqa: S108
    Path(f"/tmp/containers-user-{USER}"),  # noqa: S108
    *(SESSION / "libpod", SESSION / "crun", SESSION / "runc"),
    HOME / ".local/share/containers/cache",
    HOME / ".config/cni/net.d/cni.lock",
)
# The folders around these: removed only if they are new and empty. The deepest stand first.
AROUND = (
    NETWORKS,
    Path("/run/containers"),
    SESSION / "containers",
    Path("/var/lib/containers/storage"),
    Path("/var/lib/containers"),
    *(HOME / ".local/share/containers", HOME / ".local/share", HOME / ".local"),
    *(HOME / ".config/cni/net.d", HOME / ".config/cni", HOME / ".config"),
)


@dataclass(frozen=True)
class Footprint:
    """What a machine holds outside of our folder that engines add to."""

    cgroups: frozenset[Path]
    networks: frozenset[Path]
    places: frozenset[Path]

    @classmethod
    def now(cls) -> Footprint:
        """As it is at this moment."""
        groups = {Path(folder) for folder, _, _ in os.walk(CGROUPS)}
        networks = set(NETWORKS.iterdir()) if NETWORKS.is_dir() else set()
        return cls(frozenset(groups), frozenset(networks), frozenset(filter(is_there, (*PLACES, *AROUND))))


def is_there(path: Path) -> bool:
    """Whether a path exists, as far as this user may look: what lies behind a closed folder is not ours to remove."""
    try:
        return path.exists()
    except PermissionError:
        return False


def clean(run: Path, before: Footprint | None) -> list[str]:
    """Remove all that a run left; returns a line for each thing that would not go.

    ``before`` is the footprint before the run; without it, only what carries the run's name is removed.
    """
    end_descendants(os.getpid())
    left = sweep(run)
    left += [f"process {pid}" for pid in end_descendants(os.getpid())]
    for point in mounts_below(run):
        unmount(point)
    left += [f"mount {point}" for point in mounts_below(run)]
    remove_tree(run)
    if run.exists():
        left.append(f"folder {run}")
    remove_traces(run, before)
    return left


def remove_traces(run: Path, before: Footprint | None) -> None:
    """Remove what engines put elsewhere: by the run's name, and with ``before`` also what was not there then."""
    after = Footprint.now()
    old = before or after
    groups = [g for g in after.cgroups if run.name in str(g)]
    groups += [g for g in after.cgroups - old.cgroups if g.name.startswith("libpod")]
    for group in sorted(groups, key=lambda path: -len(path.parts)):
        with contextlib.suppress(OSError):
            group.rmdir()
    if podman_in_use():
        return
    for network in after.networks - old.networks:
        # As podman names them; those of others have other names.
        if network.name.startswith("netns-"):
            unmount(network)
            network.unlink(missing_ok=True)
    for place in (path for path in PLACES if path in after.places - old.places):
        remove_tree(place)
    for folder in (path for path in AROUND if path in after.places - old.places):
        with contextlib.suppress(OSError):
            folder.rmdir()


def podman_in_use() -> bool:
    """Whether somebody runs podman; our own has ended by now."""
    for entry in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if entry.read_text().strip() in {"podman", "conmon"}:
                return True
    return False


def unmount(point: Path) -> None:
    """Unmount, also what is in use; what cannot be unmounted is reported by whoever looks afterwards."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(["umount", "--lazy", str(point)], capture_output=True, timeout=20)


def mounts_below(folder: Path) -> list[Path]:
    """Mount points in ``folder``, deepest first."""
    points = [Path(line.split()[4]) for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return sorted((p for p in points if p.is_relative_to(folder)), key=lambda p: -len(p.parts))


def remove_tree(path: Path) -> None:
    """Remove a file or folder, also where an engine has left folders that nobody may enter."""
    if not path.is_dir() or path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
        return
    for folder, names, _ in os.walk(path):
        for name in names:
            inner = Path(folder) / name
            if not inner.is_symlink() and not os.access(inner, os.R_OK | os.W_OK | os.X_OK):
                with contextlib.suppress(OSError):
                    inner.chmod(stat.S_IRWXU)
    shutil.rmtree(path, ignore_errors=True)


def place() -> Path:
    """Where runs keep their files: TMPDIR if it is set, else a folder on a disk, since /tmp may be memory."""
    asked = [Path(os.environ["TMPDIR"])] if os.environ.get("TMPDIR") else []
    for folder in (*asked, Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108
        if os.access(folder, os.W_OK):
            return folder
    return Path.cwd()


def new_run() -> Path:
    """A fresh private folder; its name is also the prefix of everything that the run starts."""
    run = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
    lower = run.with_name(run.name.lower().replace("_", "x"))
    run.rename(lower)
    (lower / OWNER).write_text(str(os.getpid()))
    return lower


def runs() -> dict[Path, bool]:
    """The folders of all runs on this machine, each with whether its supervisor is alive."""
    found = {}
    for run in place().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            found[run] = _alive(int((run / OWNER).read_text()))
    return found


def abandoned() -> list[Path]:
    """Our runs whose supervisor is gone: both processes were killed at once, or the machine lost power."""
    return [run for run, alive in runs().items() if not alive and run.stat().st_uid == os.getuid()]


def _alive(pid: int) -> bool:
    try:
        return b"scripts.measure" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
