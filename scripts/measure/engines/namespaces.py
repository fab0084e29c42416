"""Processes of the host, and namespaces without an engine around them."""

from __future__ import annotations

import os
import shutil

from scripts.measure.engines.base import Engine, Task


class Bare(Engine):
    """A process of the host, without any wall: what all others are compared with."""

    id, name, group = "bare", "Bare process", "process"

    def version(self) -> str:
        """The kernel is the engine."""
        return os.uname().release

    def command(self, task: Task, name: str) -> list[str]:
        """The tree's own busybox, so that every engine starts the same file."""
        tree = self.workshop.tree if task.job else self.workshop.tools
        if task.job:
            return task.inside(str(tree))
        found = shutil.which(task.argv[0]) or task.argv[0]
        data = str(task.data or "")
        return [found, *(word.replace("/data", data) if data else word for word in task.argv[1:])]


class Unshare(Engine):
    """Namespaces and chroot by util-linux, without an engine: what the kernel's part costs."""

    id, name, group = "unshare", "unshare", "namespace"
    binaries = ("unshare",)
    takes_tools = False
    has_devices = False

    def command(self, task: Task, name: str) -> list[str]:
        """Six namespaces; for other users than root also one for users."""
        user = [] if self.workshop.is_root else ["--user", "--map-root-user"]
        flags = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork", "--kill-child"]
        return ["unshare", *user, *flags, f"--root={self.workshop.tree}", *task.inside()]


class Bubblewrap(Engine):
    """bubblewrap: namespaces, mounts and no-new-privileges, without images or a daemon."""

    id, name, group = "bubblewrap", "bubblewrap", "namespace"
    binaries = ("bwrap",)

    def command(self, task: Task, name: str) -> list[str]:
        """All namespaces; the network's is kept only where a task asks for the host's."""
        tree = self.workshop.tree if task.job else self.workshop.tools
        flags = ["--unshare-all", "--die-with-parent", "--ro-bind", str(tree), "/", "--proc", "/proc", "--dev", "/dev"]
        flags += ["--tmpfs", "/tmp"]  # noqa: S108
        flags += ["--share-net"] if task.network == "host" else []
        flags += ["--bind", str(task.data), "/data"] if task.data else []
        return ["bwrap", *flags, *task.inside()]
