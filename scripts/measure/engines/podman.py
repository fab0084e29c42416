"""podman, with storage of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from scripts.measure.engines.base import Engine, EngineError, Instance, Task, Workshop, ask, remove
from scripts.measure.processes import descendants
from scripts.measure.workload import Job, tar

# Raised limits need a capability that the root of some machines does not have.
MODEST_LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]


class Podman(Engine):
    """podman with storage of its own, so that the user's images and containers are not touched."""

    group = "container"
    runtime: ClassVar[str]

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._limits: list[str] = []
        self._cgroups: list[str] = []

    def _base(self) -> list[str]:
        return podman_base(self.workshop.run)

    def obstacle(self) -> str:
        """The runtime has to be there as well."""
        return super().obstacle() or ("" if shutil.which(self.runtime) else f"{self.runtime} not found on the PATH")

    def prepare(self) -> None:
        """Import the trees as images. Where limits may not be raised, ask for modest ones."""
        self.workshop.folder("podman")
        self._import("small", self.workshop.tree)
        if self.workshop.tools:
            self._import("tools", self.workshop.tools)
        try:
            ask(self.command(Task(Job("echo", "x")), f"{self.workshop.prefix}-try-{self.id}"))
        except EngineError as error:
            if "rlimit" not in str(error).lower():
                raise
            self._limits = MODEST_LIMITS

    def _import(self, name: str, tree: Path) -> None:
        listed = ask([*self._base(), "images", "--format", "{{.Repository}}:{{.Tag}}"])
        if f"localhost/{name}:1" not in listed:
            ask([*self._base(), "import", "-", f"localhost/{name}:1"], data=tar(tree), seconds=60)

    def _options(self, task: Task) -> list[str]:
        networks = {"slirp4netns": "slirp4netns:allow_host_loopback=true"}
        flags = ["--network", networks.get(task.network, task.network), *self._limits]
        return flags + (["--volume", f"{task.data}:/data"] if task.data else [])

    def command(self, task: Task, name: str) -> list[str]:
        """A container that is removed when it ends."""
        image = "localhost/small:1" if task.job else "localhost/tools:1"
        return [*self._run(), "--rm", "--name", name, *self._options(task), image, *task.inside()]

    def fetch(self, image: str) -> str:
        """Pull an image that the reader named, into the run's own storage; returns its id."""
        return ask([*self._base(), "pull", "--quiet", image], seconds=300).strip().splitlines()[-1]

    def command_in(self, image: str, argv: list[str], name: str) -> list[str]:
        """A command in such an image."""
        return [*self._run(), "--rm", "--name", name, *self._options(Task()), image, *argv]

    def _run(self) -> list[str]:
        return [*self._base(), "--runtime", self.runtime, "run"]

    def start_idle(self, name: str) -> Instance:
        """Detached: the container and the monitor (conmon) stay."""
        task = Task(Job("idle"))
        command = [*self._run(), "--detach", "--name", name, *self._options(task), "localhost/small:1", *task.inside()]
        ask(command)
        state = ask([*self._base(), "inspect", "--format", "{{.State.Pid}} {{.State.ConmonPid}}", name])
        pids = [int(word) for word in state.split() if int(word)]
        return Instance(name, None, [*pids, *(p for pid in pids for p in descendants(pid) if p not in pids)], command)

    def end(self, instance: Instance) -> None:
        """Remove the container, killing it."""
        remove([*self._base(), "rm", "--force", "--time", "0", instance.name])

    @classmethod
    def traces(cls, run: Path) -> Iterator[list[str]]:
        """All containers of the run's own storage."""
        if (run / "podman").exists() and shutil.which("podman"):
            yield [*podman_base(run), "rm", "--all", "--force", "--time", "0"]


def podman_base(run: Path) -> list[str]:
    """podman with its images, containers and temporary files in the run's folder."""
    return ["podman", "--root", f"{run}/podman", "--runroot", f"{run}/podman-run", "--tmpdir", f"{run}/podman-tmp"]


class PodmanCrun(Podman):
    """podman with crun."""

    id, name, runtime = "podman-crun", "podman with crun", "crun"
    binaries = ("podman",)


class PodmanRunc(Podman):
    """podman with runc."""

    id, name, runtime = "podman-runc", "podman with runc", "runc"
    binaries = ("podman",)
