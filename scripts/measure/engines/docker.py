"""Docker, through the daemon that the user can already reach, and what runs behind it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from scripts.measure.engines.base import Engine, EngineError, Instance, Task, ask, remove
from scripts.measure.engines.guests import no_hardware
from scripts.measure.result import Group
from scripts.measure.workload import Job, tar


class Docker(Engine):
    """Docker through the daemon that the user can already reach. It is never started here."""

    id, name = "docker", "Docker"
    group: ClassVar[Group] = "container"
    binaries: ClassVar[tuple[str, ...]] = ("docker",)
    root_adds = "memory: only root may read that of Docker's daemon and shim"
    runtime: ClassVar[list[str]] = []
    LABEL = "dvm-measure"

    def version(self) -> str:
        """The client's and the daemon's version. Raises ``EngineError`` when no daemon answers."""
        return ask(["docker", "version", "--format", "{{.Client.Version}}, daemon {{.Server.Version}}"]).strip()

    def _image(self, name: str) -> str:
        return f"{self.workshop.prefix}/{name}:1"

    def prepare(self) -> None:
        """Import the trees as images, named by the run."""
        # Tells the clean-up that there is something to look for.
        (self.workshop.run / "docker-used").touch()
        ask(["docker", "import", "-", self._image("small")], data=tar(self.workshop.tree), seconds=60)
        if self.workshop.tools:
            ask(["docker", "import", "-", self._image("tools")], data=tar(self.workshop.tools), seconds=120)

    def fetch(self, image: str) -> str:
        """Pull an image that the reader named, if the daemon does not have it; it stays, as after any pull."""
        try:
            return ask(["docker", "image", "inspect", "--format", "{{.Id}}", image]).strip()
        except EngineError:
            return ask(["docker", "pull", "--quiet", image], seconds=300).strip()

    def command_in(self, image: str, argv: list[str], name: str) -> list[str]:
        """A command in such an image."""
        return ["docker", "run", "--rm", *self._run(Task(), name), image, *argv]

    def _run(self, task: Task, name: str) -> list[str]:
        flags = ["--name", name, "--label", f"{self.LABEL}={self.workshop.prefix}", "--pull", "never", *self.runtime]
        flags += ["--network", task.network]
        return flags + (["--volume", f"{task.data}:/data"] if task.data else [])

    def command(self, task: Task, name: str) -> list[str]:
        """A container that is removed when it ends."""
        image = self._image("small" if task.job else "tools")
        return ["docker", "run", "--rm", *self._run(task, name), image, *task.inside()]

    def start_idle(self, name: str) -> Instance:
        """The container, and the shim that is its parent."""
        task = Task(Job("idle"))
        command = ["docker", "run", "--detach", *self._run(task, name), self._image("small"), *task.inside()]
        ask(command)
        pid = int(ask(["docker", "inspect", "--format", "{{.State.Pid}}", name]))
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists():
            raise EngineError("the daemon runs on another machine or in a VM; its memory cannot be read from here")
        shim = int(stat.read_text().rpartition(")")[2].split()[1])
        return Instance(name, None, [pid, shim], command)

    def end(self, instance: Instance) -> None:
        """Remove the container, killing it."""
        remove(["docker", "rm", "--force", instance.name])

    @classmethod
    def traces(cls, run: Path) -> Iterator[list[str]]:
        """Containers and images by the run's name; the daemon is not even asked where the run had none."""
        if not (run / "docker-used").exists():
            return
        with contextlib.suppress(EngineError):
            label = f"label={cls.LABEL}={run.name}"
            containers = ask(["docker", "ps", "--all", "--quiet", "--filter", label]).split()
            images = ask(["docker", "images", "--quiet", f"{run.name}/*"]).split()
            if containers:
                yield ["docker", "rm", "--force", *containers]
            if images:
                yield ["docker", "rmi", "--force", *images]

    def overhead_pids(self) -> list[int]:
        """dockerd and containerd."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/comm"):
            with contextlib.suppress(OSError):
                if entry.read_text().strip() in {"dockerd", "containerd"}:
                    found.append(int(entry.parent.name))
        return found


class Kata(Docker):
    """Kata Containers, through Docker: each container in a small VM of its own."""

    id, name, group = "kata", "Docker with Kata Containers", "vm"
    binaries = ("docker", "containerd-shim-kata-v2")
    accelerator = "hw-kvm"
    runtime: ClassVar[list[str]] = ["--runtime", "io.containerd.kata.v2"]
    patience = 60
    takes_tools = False

    def obstacle(self) -> str:
        """It needs KVM with hardware behind it."""
        return super().obstacle() or no_hardware(self.workshop)
