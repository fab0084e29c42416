"""One small class per engine: how to run a command in it, start it idle, find its processes, and end it.

An engine keeps all of its state in the run's folder where the engine allows that, and names everything by the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from scripts.measure.cleanup import descendants, reap
from scripts.measure.result import EMULATED, Accelerator, Group
from scripts.measure.workload import Job, cpio, tar, unpack_kernel

MEMORY_OF_GUEST = "256"
# Raised limits need a capability that the root of some machines does not have.
MODEST_LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]


class EngineError(RuntimeError):
    """An engine did not do what it was asked; the message is its own error text."""


@dataclass
class Workshop:
    """What engines work with: the run's folder, the trees, a kernel for guests, what KVM is here."""

    run: Path
    tree: Path
    tools: Path | None = None
    kernel: Path | None = None
    no_kernel: str = ""
    kvm: str = "absent"
    image: str = ""
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)

    @property
    def prefix(self) -> str:
        """The beginning of every name that this run gives."""
        return self.run.name

    def folder(self, *names: str) -> Path:
        """A folder of the run, made if need be."""
        path = self.run.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(frozen=True)
class Task:
    """What to run: the job of the workload, or a tool with its arguments."""

    job: Job | None = None
    argv: tuple[str, ...] = ()
    # A folder of the host that appears as /data.
    data: Path | None = None
    # "none", the "host"'s, or podman's user-mode "slirp4netns".
    network: str = "none"

    def inside(self, root: str = "") -> list[str]:
        """The command, with the tree at ``root``."""
        if self.job:
            return self.job.argv(root)
        return [f"{root}/bin/{self.argv[0]}", *self.argv[1:]]


@dataclass
class Instance:
    """An idle instance: its name, the process that we started, if it still runs, and the processes it consists of."""

    name: str
    process: subprocess.Popen[bytes] | None
    pids: list[int]
    command: list[str]


def ask(command: list[str], *, seconds: float = 30, data: bytes | None = None) -> str:
    """Run a command of an engine; returns its output. Raises ``EngineError`` with its error text."""
    try:
        done = subprocess.run(command, input=data if data is not None else b"", capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise EngineError(f"{Path(command[0]).name} gave no answer within {seconds:.0f} s") from None
    except OSError as error:
        raise EngineError(f"{command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise EngineError(said or f"{Path(command[0]).name} ended with status {done.returncode}")
    return done.stdout.decode("utf-8", "replace")


class Engine:
    """What all engines share. ``id`` and ``name`` stand in the results."""

    id: ClassVar[str]
    name: ClassVar[str]
    group: ClassVar[Group]
    binaries: ClassVar[tuple[str, ...]] = ()
    accelerator: ClassVar[Accelerator] = "none"
    root_adds: ClassVar[str] = ""
    # Seconds after which one run counts as failed, and memory sweeps' length.
    patience: ClassVar[float] = 20
    # Whether tools (fio, iperf3, sysbench) can run in it, and whether its root has a /dev.
    takes_tools: ClassVar[bool] = True
    has_devices: ClassVar[bool] = True

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def obstacle(self) -> str:
        """Why this engine cannot be used here, as far as that shows without running it; empty if nothing does."""
        missing = [name for name in self.binaries if not shutil.which(name)]
        return f"{' and '.join(missing)} not found on the PATH" if missing else ""

    def version(self) -> str:
        """What the engine says of its version, in one line."""
        words = ask([self.binaries[0], "--version"], seconds=10).strip().splitlines() if self.binaries else []
        found = re.search(r"\d+\.\d+[\w.+~-]*", words[0]) if words else None
        return found.group(0) if found else (words[0][:60] if words else "")

    def prepare(self) -> None:
        """Build what the engine runs from. Raises ``EngineError``."""

    def command(self, task: Task, name: str) -> list[str]:
        """The command that runs ``task`` once and ends with it. Files it needs are written before it is returned."""
        raise NotImplementedError

    def start_idle(self, name: str) -> Instance:
        """Start an instance that does nothing. Raises ``EngineError``."""
        command = self.command(Task(Job("idle")), name)
        process = spawn(command)
        time.sleep(0.3)
        if process.poll() is not None:
            raise EngineError(f"the idle instance ended at once with status {process.returncode}")
        return Instance(name, process, [process.pid, *descendants(process.pid)], command)

    def end(self, instance: Instance) -> None:
        """End an idle instance."""
        if instance.process:
            stop(instance.process)

    def overhead_pids(self) -> list[int]:
        """Processes that serve all instances (a daemon); their growth counts as memory of the instances."""
        return []


def spawn(command: list[str], *, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own."""
    # Engines leave orphans, which this process adopts; over a run they would be thousands.
    alive = {process for process in _waited_for if process.returncode is None}
    _waited_for.intersection_update(alive)
    reap({process.pid for process in alive})
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _waited_for.add(process)
    return process


_waited_for: set[subprocess.Popen[bytes]] = set()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, with all that it started."""
    for pid in [*descendants(process.pid), process.pid]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    if process.stdout:
        process.stdout.close()


# --- Processes and namespaces ---------------------------------------------------------------------------------------


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


# --- Container runtimes and engines ---------------------------------------------------------------------------------


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
        ask([*self._base(), "delete", "--force", instance.name])


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
        ask([*self._base(), "rm", "--force", "--time", "0", instance.name])


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
        ask(["docker", "rm", "--force", instance.name])

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


# --- Virtual machines -----------------------------------------------------------------------------------------------


def no_hardware(workshop: Workshop) -> str:
    """Why there is no hardware virtualisation here; empty if there is."""
    return {
        "hw-kvm": "",
        "absent": "no hardware virtualisation: there is no /dev/kvm",
        "no-access": "no hardware virtualisation: this user may not open /dev/kvm (join the group kvm)",
    }.get(
        workshop.kvm,
        "no hardware virtualisation: /dev/kvm is there, but no module that uses the processor's (kvm-other)",
    )


class Guest(Engine):
    """A virtual machine that boots the same tree as an initramfs, with a kernel of its own."""

    takes_tools = False
    patience = 60
    # How the guest ends itself so that its monitor ends too.
    ends_by: ClassVar[str] = "reboot"

    def obstacle(self) -> str:
        """The guest's kernel, serial console and boot protocol are those of x86-64."""
        if os.uname().machine != "x86_64":
            return f"written for x86-64, and this machine is {os.uname().machine}"
        return super().obstacle() or self.workshop.no_kernel

    def prepare(self) -> None:
        """The initramfs, once for all monitors."""
        self._initrd = self.workshop.run / "initrd.gz"
        if not self._initrd.exists():
            self._initrd.write_bytes(cpio(self.workshop.tree))

    def _append(self, task: Task, extra: str = "") -> str:
        if not task.job:
            raise EngineError("a guest runs the workload's jobs only")
        return f"console=ttyS0 quiet panic=-1 {extra} end={self.ends_by} {task.job.append()}"

    def start_idle(self, name: str) -> Instance:
        """Started, and waited for until its first program has spoken."""
        token = f"{name}-idle"
        command = self.command(Task(Job("idle", token)), name)
        process = spawn(command, output=subprocess.PIPE)
        if not waits_for(process, f"<{token}>".encode(), self.patience):
            stop(process)
            raise EngineError(f"the guest said nothing within {self.patience:.0f} s")
        return Instance(name, process, [process.pid, *descendants(process.pid)], command)


def waits_for(process: subprocess.Popen[bytes], token: bytes, seconds: float) -> bool:
    """Read a process' output until ``token`` stands in it; returns whether it did within ``seconds``."""
    if process.stdout is None:
        raise ValueError("the process has no pipe")
    seen, deadline = b"", time.monotonic() + seconds
    while token not in seen:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return False
        chunk = os.read(process.stdout.fileno(), 65536)
        if not chunk:
            return False
        seen = (seen + chunk)[-65536:]
    return True


class Qemu(Guest):
    """QEMU. With KVM a virtual machine; without, an emulator, and called one wherever it shows."""

    binaries = ("qemu-system-x86_64",)
    machine: ClassVar[list[str]]
    emulates: ClassVar[bool] = False

    def obstacle(self) -> str:
        """Either accelerated or emulated, never both: an emulation says nothing where there is the real thing."""
        hardware = no_hardware(self.workshop)
        if self.emulates:
            return super().obstacle() or ("" if hardware else "not needed: this machine has hardware virtualisation")
        return super().obstacle() or hardware

    def command(self, task: Task, name: str) -> list[str]:
        """Our kernel and files, with the job on the kernel's command line."""
        return self.boot(self.workshop.kernel, self._initrd, self._append(task, "reboot=t"))

    def boot(
        self, kernel: Path | None, initrd: Path, words: str, *, memory: str = MEMORY_OF_GUEST, disk: Path | None = None
    ) -> list[str]:
        """Without devices that nobody uses; the guest's serial port is our pipe. Changes to a disk are thrown away."""
        processor = ["-accel", "tcg", "-cpu", "max"] if self.emulates else ["-accel", "kvm", "-cpu", "host"]
        plain = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"]
        system = ["-kernel", str(kernel), "-initrd", str(initrd), "-append", words]
        drive = ["-snapshot", "-drive", f"file={disk},if=virtio,format=raw"] if disk else []
        return ["qemu-system-x86_64", *self.machine, *processor, "-m", memory, *plain, *drive, *system]


# With ACPI, a guest under emulation sometimes waits for ever for its clock (could not calculate TSC khz).
MICROVM = ["-M", "microvm,x-option-roms=off,acpi=off"]


class QemuMicrovm(Qemu):
    """QEMU's machine without firmware or PCI bus."""

    id, name = "qemu-microvm", "QEMU microvm"
    group: ClassVar[Group] = "vm"
    accelerator: ClassVar[Accelerator] = "hw-kvm"
    machine = MICROVM


class QemuPc(Qemu):
    """QEMU's ordinary PC, with its firmware."""

    id, name = "qemu-pc", "QEMU q35"
    group: ClassVar[Group] = "vm"
    accelerator: ClassVar[Accelerator] = "hw-kvm"
    machine: ClassVar[list[str]] = ["-M", "q35"]


class QemuMicrovmTcg(QemuMicrovm):
    """The same, emulated."""

    id, name, group, accelerator = "qemu-microvm-tcg", f"QEMU microvm, {EMULATED}", "emulated", "tcg"
    emulates = True


class QemuPcTcg(QemuPc):
    """The same, emulated."""

    id, name, group, accelerator = "qemu-pc-tcg", f"QEMU q35, {EMULATED}", "emulated", "tcg"
    emulates = True


class ElfGuest(Guest):
    """A monitor that boots an uncompressed kernel, on hardware virtualisation only."""

    group, accelerator = "vm", "hw-kvm"

    def obstacle(self) -> str:
        """It has no emulation to fall back on."""
        return super().obstacle() or no_hardware(self.workshop)

    def prepare(self) -> None:
        """Unpack the kernel as well."""
        super().prepare()
        self._elf = self.workshop.run / "vmlinux"
        if self.workshop.kernel and not self._elf.exists():
            unpack_kernel(self.workshop.kernel, self._elf)


class Firecracker(ElfGuest):
    """Firecracker, configured by a file, without its API."""

    id, name = "firecracker", "Firecracker"
    binaries = ("firecracker",)

    def command(self, task: Task, name: str) -> list[str]:
        """One processor and no devices but the console."""
        boot = {
            "kernel_image_path": str(self._elf),
            "initrd_path": str(self._initrd),
            "boot_args": self._append(task, "reboot=k pci=off"),
        }
        size = {"vcpu_count": 1, "mem_size_mib": int(MEMORY_OF_GUEST)}
        file = self.workshop.folder("firecracker") / f"{name}.json"
        file.write_text(json.dumps({"boot-source": boot, "machine-config": size, "drives": []}))
        return ["firecracker", "--no-api", "--config-file", str(file)]


class CloudHypervisor(ElfGuest):
    """Cloud Hypervisor. A reboot would start the guest again, so it is powered off."""

    id, name = "cloud-hypervisor", "Cloud Hypervisor"
    binaries = ("cloud-hypervisor",)
    ends_by = "poweroff"

    def command(self, task: Task, name: str) -> list[str]:
        """One processor and no devices but the serial port."""
        system = ["--kernel", str(self._elf), "--initramfs", str(self._initrd), "--cmdline", self._append(task)]
        size = ["--cpus", "boot=1", "--memory", f"size={MEMORY_OF_GUEST}M"]
        return ["cloud-hypervisor", *system, *size, "--serial", "tty", "--console", "off"]


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


# --- Clean-up -------------------------------------------------------------------------------------------------------


def sweep(run: Path) -> list[str]:
    """Remove every container and image of a run; returns a line for each that would not go. Needs only its folder."""
    left = []
    for command in _sweeping(run):
        try:
            ask(command, seconds=60)
        except EngineError as error:
            left.append(f"{' '.join(command[:2])} … {command[-1]}: {error}")
    return left


def _sweeping(run: Path) -> Iterator[list[str]]:
    for binary in ("runc", "crun", "runsc"):
        state = run / {"runsc": "gvisor"}.get(binary, binary)
        for container in sorted(state.glob(f"{run.name}*")) if shutil.which(binary) else []:
            yield [binary, "--root", str(state), "delete", "--force", container.name.split("_")[0]]
    if (run / "podman").exists() and shutil.which("podman"):
        yield [*podman_base(run), "rm", "--all", "--force", "--time", "0"]
    if (run / "docker-used").exists():
        label = f"label={Docker.LABEL}={run.name}"
        with contextlib.suppress(EngineError):
            containers = ask(["docker", "ps", "--all", "--quiet", "--filter", label]).split()
            images = ask(["docker", "images", "--quiet", f"{run.name}/*"]).split()
            if containers:
                yield ["docker", "rm", "--force", *containers]
            if images:
                yield ["docker", "rmi", "--force", *images]
