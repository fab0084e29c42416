"""OCI runtimes, called directly."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from scripts.measure.engines.base import Engine, EngineError, Instance, Task, ask, remove
from scripts.measure.processes import descendants
from scripts.measure.result import Group
from scripts.measure.workload import Job


class Oci(Engine):
    """An OCI runtime, called directly: a container without an engine around it, and without a seccomp filter."""

    group: ClassVar[Group] = "container"
    root_adds = "the cgroup and the network namespace that an engine would give the container"
    spec_for_users: ClassVar[tuple[str, ...]] = ("--rootless",)

    def _base(self) -> list[str]:
        return [self.binaries[0], "--root", str(self.workshop.folder(self.id))]

    def prepare(self) -> None:
        """The runtime's own default configuration, once; each run changes only its command."""
        folder = self.workshop.folder(f"{self.id}-spec")
        rootless = () if self.workshop.is_root else self.spec_for_users
        here = ["env", "-C", str(folder), self.binaries[0], "spec", *rootless]
        if not (folder / "config.json").exists():
            ask(here)
        self._spec = json.loads((folder / "config.json").read_text())

    def _bundle(self, task: Task, name: str) -> Path:
        tree = self.workshop.tree if task.job else self.workshop.tools
        spec = json.loads(json.dumps(self._spec))
        spec["process"] |= {"terminal": False, "args": task.inside()}
        spec["root"] = {"path": str(tree), "readonly": True}
        # A hard limit above this process' own would need a capability.
        spec["process"].pop("rlimits", None)
        if task.data:
            spec["mounts"].append(
                {"destination": "/data", "type": "bind", "source": str(task.data), "options": ["bind", "rw"]}
            )
        if not task.job:
            spec["mounts"].append({"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"})  # noqa: S108
        if task.network == "host":
            spec["linux"]["namespaces"] = [n for n in spec["linux"]["namespaces"] if n["type"] != "network"]
        bundle = self.workshop.folder(f"{self.id}-bundles", name)
        (bundle / "config.json").write_text(json.dumps(spec))
        return bundle

    def command(self, task: Task, name: str) -> list[str]:
        """``run`` creates, starts and deletes the container."""
        return [*self._base(), "run", "--bundle", str(self._bundle(task, name)), name]

    def start_idle(self, name: str) -> Instance:
        """Detached: no process of the runtime stays."""
        bundle = self._bundle(Task(Job("idle")), name)
        pid_file = bundle / "pid"
        run = [*self._base(), "run", "--detach", "--pid-file", str(pid_file), "--bundle", str(bundle), name]
        # Not captured: the container keeps the runtime's output open, and a reader would wait for it.
        done = subprocess.run(run, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode != 0:
            raise EngineError(f"{self.binaries[0]} run --detach ended with status {done.returncode}")
        pid = int(pid_file.read_text())
        return Instance(name, None, [pid, *descendants(pid)], run)

    def end(self, instance: Instance) -> None:
        """Delete the container, killing it."""
        remove([*self._base(), "delete", "--force", instance.name])

    @classmethod
    def traces(cls, run: Path) -> Iterator[list[str]]:
        """The runtime's containers, by the files of its state."""
        binary, state = cls.binaries[0], run / cls.id
        for container in sorted(state.glob(f"{run.name}*")) if shutil.which(binary) else []:
            yield [binary, "--root", str(state), "delete", "--force", container.name.split("_")[0]]


class Runc(Oci):
    """runc, the reference runtime, which Docker uses."""

    id, name = "runc", "runc, no engine"
    binaries = ("runc",)


class Crun(Oci):
    """crun, a runtime in C, which podman prefers."""

    id, name = "crun", "crun, no engine"
    binaries = ("crun",)


class Gvisor(Oci):
    """gVisor's runtime: a kernel in user space between the container and the host's."""

    id, name, group = "gvisor", "gVisor (runsc), no engine", "sandbox"
    binaries = ("runsc",)
    # For runsc, --rootless is a flag of its own and none of its specification.
    spec_for_users: ClassVar[tuple[str, ...]] = ()

    def _base(self) -> list[str]:
        rootless = [] if self.workshop.is_root else ["--rootless"]
        return [*super()._base(), *rootless, "--network=none"]

    def start_idle(self, name: str) -> Instance:
        """Its sandbox and file server are processes of the host; the container's process is not."""
        before = set(descendants(os.getpid()))
        instance = super().start_idle(name)
        time.sleep(0.5)
        found = [pid for pid in descendants(os.getpid()) if pid not in before]
        return Instance(name, None, found or instance.pids, instance.command)
