"""The list of all engines: a new one gets a class in its family's file and a line here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.measure.engines.base import Engine, EngineError, remove
from scripts.measure.engines.docker import Docker, Kata
from scripts.measure.engines.guests import (
    CloudHypervisor,
    Firecracker,
    QemuMicrovm,
    QemuMicrovmTcg,
    QemuPc,
    QemuPcTcg,
)
from scripts.measure.engines.namespaces import Bare, Bubblewrap, Unshare
from scripts.measure.engines.oci import Crun, Gvisor, Runc
from scripts.measure.engines.podman import PodmanCrun, PodmanRunc

ALL: tuple[type[Engine], ...] = (
    Bare,
    Unshare,
    Bubblewrap,
    Runc,
    Crun,
    PodmanCrun,
    PodmanRunc,
    Docker,
    Gvisor,
    Kata,
    QemuMicrovm,
    QemuPc,
    Firecracker,
    CloudHypervisor,
    QemuMicrovmTcg,
    QemuPcTcg,
)


def sweep(run: Path) -> list[str]:
    """Remove every container and image of a run; returns a line for each that would not go. Needs only its folder."""
    left = []
    for command in _traces(run):
        try:
            remove(command)
        except EngineError as error:
            left.append(f"{' '.join(command[:2])} … {command[-1]}: {error}")
    return left


def _traces(run: Path) -> Iterator[list[str]]:
    """Each command once; engines of one family may leave the same traces."""
    done = list[list[str]]()
    for kind in ALL:
        for command in kind.traces(run):
            if command not in done:
                done.append(command)
                yield command
