"""Virtual machines that boot the same tree of files with a kernel of their own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from scripts.measure.engines.base import Engine, EngineError, Instance, Task, Workshop
from scripts.measure.processes import descendants, spawn, stop
from scripts.measure.result import EMULATED, Accelerator, Group
from scripts.measure.workload import Job, cpio, unpack_kernel

MEMORY_OF_GUEST = "256"


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
