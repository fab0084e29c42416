"""Describes the machine as far as figures depend on it, and removes what would say whose machine it is."""

from __future__ import annotations

import getpass
import os
import platform
import re
import resource
import socket
from pathlib import Path

from scripts.measure.result import ADDRESS, NOBODYS, Cgroups, Kvm, Machine
from scripts.paths import ROOT

# In the order of their bits, from Linux' capability.h.
CAPABILITIES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
)  # fmt: skip


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def describe(where: Path, adaptations: list[str]) -> Machine:
    """The machine; ``where`` is the folder whose file system the figures depend on."""
    info = _read("/proc/cpuinfo")
    flags = set((re.search(r"^(?:flags|Features)\s*:\s*(.*)$", info, re.MULTILINE) or ["", ""])[1].split())
    model = re.search(r"^(?:model name|Model)\s*:\s*(.*)$", info, re.MULTILINE)
    memory = re.search(r"MemTotal:\s+(\d+)", _read("/proc/meminfo"))
    name = re.search(r'^PRETTY_NAME="?([^"\n]*)', _read("/etc/os-release"), re.MULTILINE)
    return Machine(
        cpu=model.group(1)[:120] if model else platform.machine(),
        architecture=platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gib=round(int(memory.group(1)) / 2**20, 1) if memory else 0,
        kernel=os.uname().release,
        os=name.group(1) if name else "unknown",
        virtualised="hypervisor" in flags,
        hardware_virtualisation=bool(flags & {"vmx", "svm"}),
        kvm=kvm(flags),
        # An adaptation has hidden the second hierarchy from this process.
        cgroups="hybrid" if adaptations else cgroups(),
        security_modules=[word for word in _read("/sys/kernel/security/lsm").strip().split(",") if word],
        filesystem=filesystem(where),
        root=os.geteuid() == 0,
        missing_capabilities=missing_capabilities(_read("/proc/self/status")),
        open_files_limit=resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        adaptations=adaptations,
    )


def kvm(flags: set[str], device: Path = Path("/dev/kvm"), modules: Path = Path("/sys/module")) -> Kvm:
    """What /dev/kvm is: absent, not ours to open, hardware virtualisation (hw-kvm), or something else (kvm-other).

    Hardware means that the processor says so and that the module for it is loaded; a device alone proves nothing.
    """
    if not device.exists():
        return "absent"
    if not os.access(device, os.R_OK | os.W_OK):
        return "no-access"
    hardware = {"kvm_intel": "vmx", "kvm_amd": "svm"}
    if any((modules / module).exists() and flag in flags for module, flag in hardware.items()):
        return "hw-kvm"
    return "kvm-other"


def cgroups(mounts: str | None = None) -> Cgroups:
    """Which control group hierarchy is mounted: v1, v2, hybrid (both) or none."""
    types = {line.split()[2] for line in (mounts if mounts is not None else _read("/proc/mounts")).splitlines()}
    if {"cgroup", "cgroup2"} <= types:
        return "hybrid"
    return "v2" if "cgroup2" in types else "v1" if "cgroup" in types else "none"


def filesystem(where: Path, mounts: str | None = None) -> str:
    """The type of the file system that holds ``where``; for ext4, whether it has a journal as far as it says."""
    best, kind = "", "unknown"
    for line in (mounts if mounts is not None else _read("/proc/mounts")).splitlines():
        _, point, type_, *_ = line.split()
        inside = point == "/" or f"{where}/".startswith(f"{point}/")
        if inside and len(point) >= len(best):
            best, kind = point, type_
    return kind


def missing_capabilities(status: str) -> list[str]:
    """For root: the capabilities that this process does not have. For others nothing: they have none."""
    if os.geteuid() != 0:
        return []
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", status, re.MULTILINE)
    bits = int(found.group(1), 16) if found else 0
    return [name for index, name in enumerate(CAPABILITIES) if not bits >> index & 1]


class Cleaner:
    """Takes out of a text what would identify this machine or its user: names, folders, addresses."""

    def __init__(self, run: Path) -> None:
        self._paths = [(str(run), "RUN"), (run.name, "ID"), (str(ROOT), "REPOSITORY")]
        home = str(Path.home())
        if home not in {"/", ""}:
            self._paths.append((home, "HOME"))
        names = [socket.gethostname(), platform.node(), _user()]
        # Words that say nothing about anybody, and would only garble a message.
        self._names = sorted({n for n in names if len(n) > 1 and n not in {"root", "localhost", "debian"}}, key=len)

    def clean(self, text: str) -> str:
        """``text`` without them."""
        for path, name in self._paths:
            text = text.replace(path, name)
        for name in reversed(self._names):
            text = re.sub(rf"\b{re.escape(name)}\b", "NAME", text)
        return ADDRESS.sub(lambda found: found[0] if found[0] in NOBODYS else "ADDRESS", text)

    def reason(self, text: str, limit: int = 300) -> str:
        """An error's text as a reason: one line, not too long."""
        line = " ".join(self.clean(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)).split())
        return line if len(line) <= limit else line[: limit - 1] + "…"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
