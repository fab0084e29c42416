"""Installs container engines, QEMU and the tools that measure, from the distribution. Never starts a daemon.

``python -m scripts.measure.install``: all of them. With ``--needed``: only if one that the tests need is missing, and
without root it only says which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = (
    *("busybox-static", "bubblewrap", "runc", "crun", "podman", "uidmap", "slirp4netns", "qemu-system-x86"),
    *("hyperfine", "sysbench", "fio", "iperf3", "mmdebstrap", "lz4", "zstd"),
    # What the labs and guides add.
    *("docker.io", "iptables", "nftables", "iproute2", "qemu-utils", "qemu-user-static", "procps", "xz-utils"),
)
# What not every release has.
WHERE_THERE_IS = ("runsc",)
# Sends the built site in the tests.
SERVER = ("nginx-light", "libnginx-mod-http-brotli-static", "brotli", "openssl")
# What the tests run: the server, whole measurements, and the commands of the labs.
NEEDED = (
    "nginx",
    "brotli",
    "busybox",
    "bwrap",
    "runc",
    "crun",
    "podman",
    "qemu-system-x86_64",
    "dockerd",
    "nft",
    "qemu-io",
    "qemu-img",
    "qemu-aarch64-static",
    "iptables",
    "ip",
    "ps",
    "unxz",
    "runsc",
)


def missing() -> list[str]:
    """The programs that the tests need and this machine does not have."""
    return [name for name in NEEDED if not shutil.which(name) and (name not in WHERE_THERE_IS or _is_offered(name))]


def may_install() -> bool:
    """Whether this is the root of a Debian or one of its kin."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: tuple[str, ...] = PACKAGES) -> int:
    """Install everything; returns the exit status."""
    if not may_install():
        print(f"--install needs root and apt-get. What it would install: {' '.join(packages)}", file=sys.stderr)
        return 1
    # RUNLEVEL=1: the packages do not start what they install.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if command[0] == "install":
            command += [name for name in WHERE_THERE_IS if _is_offered(name)]
        done = subprocess.run(
            ["apt-get", *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode != 0:
            print(f"apt-get {command[0]} failed: {' '.join(done.stderr.split()[-60:])}", file=sys.stderr)
            return 1
    return 0


def _is_offered(package: str) -> bool:
    """Whether this release has a package."""
    if not shutil.which("apt-cache"):
        return False
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0


def install_needed() -> int:
    """For the tests: install what is missing where that is allowed, else say what will not be tested."""
    lacking = missing()
    if not lacking or not sys.platform.startswith("linux"):
        return 0
    if not may_install():
        print(f"Not found, so the tests that run them skip: {', '.join(lacking)}", flush=True)
        return 0
    print(f"Installing engines that the tests run ({', '.join(lacking)} not found) …", flush=True)
    return install((*PACKAGES, *SERVER))


if __name__ == "__main__":
    sys.exit(install_needed() if "--needed" in sys.argv[1:] else install())
