"""What runs inside every engine: one small tree of files around a static busybox, built here, with nothing pulled.

The same tree is the root of the containers, the source of the image that is imported, and the initramfs of the guests.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import shutil
import stat
import subprocess
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from scripts.paths import BUILD

CACHE = BUILD / "measure"
# busybox is called by what these scripts need, so that the image holds a handful of links and not four hundred.
APPLETS = ("sh", "echo", "sleep")
# A shell script, the same everywhere: MODE TOKEN COUNT. The tokens on its output are what is timed, from outside.
JOB = """B="${0%/job}/busybox"
case "$1" in
  echo) "$B" echo "<$2>" ;;
  free) "$B" cat /proc/meminfo ;;
  idle) "$B" echo "<$2>"; exec "$B" sleep 100000 ;;
  cpu) "$B" echo "<$2>"; "$B" awk -v n="$3" 'BEGIN { while (i < n) x += i * i++; exit x < 0 }'; "$B" echo "<$2.>" ;;
  call) "$B" echo "<$2>"; "$B" dd if=/dev/zero of=/dev/null bs=1 count="$3" 2>/dev/null && "$B" echo "<$2.>" ;;
esac
"""
# The first program of a guest: takes the job from the kernel's command line, then ends the guest.
INIT = """#!/bin/busybox sh
B=/bin/busybox
"$B" mount -t proc proc /proc
"$B" mount -t devtmpfs dev /dev 2>/dev/null
for word in $("$B" cat /proc/cmdline); do
  case "$word" in job=*) job="${word#job=}" ;; end=*) end="${word#end=}" ;; esac
done
IFS=, ; set -- $job ; unset IFS
"$B" sh /bin/job "$1" "$2" "$3"
"$B" "${end:-reboot}" -f
"""
# How a compressed kernel begins, and what unpacks it.
PACKERS = {b"\xfd7zXZ": "xz", b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x02!L\x18": "lz4"}
KERNEL_PACKAGES = ("linux-image-cloud-amd64", "linux-image-virtual")
BUSYBOX_HELP = "needs a static busybox: on Debian or Ubuntu, apt-get install busybox-static"


class WorkloadError(RuntimeError):
    """The workload cannot be built; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Job:
    """What an engine shall run: a mode of the job script, a unique token, and how often."""

    mode: str
    token: str = "-"  # noqa: S105 (a mark on the output, no secret)
    count: int = 0

    def argv(self, root: str = "") -> list[str]:
        """The command, with the tree at ``root``. The two simplest modes start busybox and no shell around it."""
        busybox = f"{root}/bin/busybox"
        if self.mode == "echo":
            return [busybox, "echo", f"<{self.token}>"]
        if self.mode == "idle":
            return [busybox, "sleep", "100000"]
        return [busybox, "sh", f"{root}/bin/job", self.mode, self.token, str(self.count)]

    def append(self) -> str:
        """The job as words of a kernel's command line."""
        return f"job={self.mode},{self.token},{self.count}"


def find_busybox() -> Path:
    """A static busybox: the system's, or Debian's package unpacked into the cache (no root needed)."""
    cached = CACHE / "busybox"
    for candidate in (Path("/bin/busybox"), Path("/usr/bin/busybox"), cached):
        if candidate.exists() and is_static(candidate):
            return candidate
    folder = debian_package("busybox-static")
    if folder is None:
        raise WorkloadError(BUSYBOX_HELP)
    found = next(path for path in (folder / "bin/busybox", folder / "usr/bin/busybox") if path.exists())
    shutil.copy2(found, cached)
    shutil.rmtree(folder)
    return cached


def is_static(path: Path) -> bool:
    """Whether an ELF file needs no loader."""
    content = path.read_bytes()
    return content[:4] == b"\x7fELF" and b"/ld-linux" not in content and b"/ld-musl" not in content


def build_tree(folder: Path, busybox: Path) -> Path:
    """The tree: busybox, three links, the job script, the guests' init, empty mount points."""
    for name in ("bin", "dev", "proc", "sys", "tmp", "data", "etc"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(busybox, folder / "bin/busybox")
    (folder / "bin/busybox").chmod(0o755)
    for applet in APPLETS:
        (folder / "bin" / applet).symlink_to("busybox")
    (folder / "bin/job").write_text(JOB)
    (folder / "init").write_text(INIT)
    (folder / "init").chmod(0o755)
    return folder


def add_tools(folder: Path, tools: dict[str, Path]) -> Path:
    """Copy dynamically linked ``tools`` into a tree, with the libraries that the loader names for them."""
    for name, path in tools.items():
        shutil.copy2(path.resolve(), folder / "bin" / name)
        listed = subprocess.run(["ldd", str(path.resolve())], capture_output=True, text=True, timeout=20).stdout
        for library in re.findall(r"(/\S+)\s+\(0x", listed):
            target = folder / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copy2(Path(library).resolve(), target)
    return folder


def entries(folder: Path) -> list[Path]:
    """Everything in a tree, sorted, so that archives of it are always the same."""
    return sorted(folder.rglob("*"))


def tar(folder: Path) -> bytes:
    """A tree as a tar archive, everything owned by root, one fixed date."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in entries(folder):
            entry = archive.gettarinfo(str(path), path.relative_to(folder).as_posix())
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = "root"
            if entry.isreg():
                # Two names of one file would make it a link whose target depends on the order.
                entry.type = tarfile.REGTYPE
                entry.size = path.stat().st_size
                with path.open("rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    return content.getvalue()


def cpio(folder: Path) -> bytes:
    """A tree as an initramfs: cpio "newc", compressed. With a console device, which a guest's init needs to speak."""
    parts = [_cpio_entry("dev/console", stat.S_IFCHR | 0o600, b"", device=(5, 1))]
    for path in entries(folder):
        name, mode = path.relative_to(folder).as_posix(), path.lstat().st_mode
        target = str(path.readlink()).encode() if path.is_symlink() else b""
        entry = _cpio_entry(name, mode, path.read_bytes() if path.is_file() and not target else target)
        # The device's folder has to stand before the device.
        parts.insert(0, entry) if name == "dev" else parts.append(entry)
    parts.append(_cpio_entry("TRAILER!!!", 0, b""))
    return gzip.compress(b"".join(parts), 9, mtime=0)


def _cpio_entry(name: str, mode: int, content: bytes, device: tuple[int, int] = (0, 0)) -> bytes:
    raw = name.encode() + b"\0"
    fields = (0, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(raw), 0)
    head = b"070701" + b"".join(f"{field:08X}".encode() for field in fields)
    return _padded(head + raw) + _padded(content)


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % 4)


def find_kernel() -> Path:
    """A kernel for guests that this user can read: the cache's, Debian's package unpacked, or one in /boot.

    Raises ``WorkloadError`` with the reason when there is none.
    """
    cached = CACHE / "vmlinuz"
    if cached.exists():
        return cached
    for package in KERNEL_PACKAGES:
        folder = debian_package(package, follow=True)
        found = sorted((folder / "boot").glob("vmlinuz-*")) if folder else []
        if folder and found:
            shutil.copyfile(found[-1], cached)
            shutil.rmtree(folder)
            return cached
    for path in sorted(Path("/boot").glob("vmlinuz-*"), reverse=True):
        try:
            shutil.copyfile(path, cached)
        except OSError:
            cached.unlink(missing_ok=True)
            continue
        return cached
    raise WorkloadError(
        "needs a kernel for the guest: none in /boot that this user can read, and the package "
        "linux-image-cloud-amd64 could not be downloaded"
    )


def kernel_version(path: Path) -> str:
    """The version that a bzImage states of itself; an empty string when it states none."""
    content = path.read_bytes()
    at = int.from_bytes(content[0x20E:0x210], "little") + 0x200
    return content[at : at + 100].split(b"\0")[0].split(b" ")[0].decode("ascii", "replace")


def unpack_kernel(path: Path, target: Path) -> Path:
    """The uncompressed ELF kernel inside a bzImage, which some monitors need (see Linux' boot protocol)."""
    content = path.read_bytes()
    setup = (content[0x1F1] or 4) * 512 + 512
    start = setup + int.from_bytes(content[0x248:0x24C], "little")
    payload = content[start : start + int.from_bytes(content[0x24C:0x250], "little")]
    packer = next((tool for magic, tool in PACKERS.items() if payload.startswith(magic)), "")
    if packer == "xz":
        kernel = lzma.LZMADecompressor().decompress(payload)
    elif packer == "gzip":
        kernel = zlib.decompressobj(31).decompress(payload)
    elif packer and shutil.which(packer):
        # The size of the kernel follows the stream, which the tools take for rubbish; what came before is whole.
        kernel = subprocess.run([packer, "-dc"], input=payload, capture_output=True, timeout=60).stdout
    else:
        raise WorkloadError(f"the guest's kernel has to be unpacked with {packer or 'an unknown tool'}: install it")
    if kernel[:4] != b"\x7fELF":
        raise WorkloadError("the guest's kernel could not be unpacked")
    target.write_bytes(kernel)
    return target


def debian_package(name: str, *, follow: bool = False) -> Path | None:
    """The unpacked files of a Debian package, without root and without installing it; ``None`` if it cannot be had.

    With ``follow``, of the first package that ``name`` depends on (``linux-image-cloud-amd64`` is only a pointer).
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    own = CACHE / "apt"
    # The system's lists first; if there are none, lists of our own, which need no root.
    private = [f"-oDir::State={own}/state", f"-oDir::Cache={own}/cache", "-oDir::State::status=/var/lib/dpkg/status"]
    for options in ([], private):
        if options:
            for part in ("state/lists/partial", "cache/archives/partial"):
                (own / part).mkdir(parents=True, exist_ok=True)
            _apt(["apt-get", *options, "update", "-qq"])
        wanted = _dependency(name, options) if follow else name
        if wanted and (_apt(["apt-get", *options, "download", "-qq", wanted]) is not None):
            break
    else:
        return None
    archive = sorted(CACHE.glob(f"{wanted}_*.deb"))[-1]
    folder = CACHE / f"unpacked-{name}"
    subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True, timeout=120)
    archive.unlink()
    return folder


def _dependency(name: str, options: list[str]) -> str | None:
    listed = _apt(["apt-cache", *options, "depends", name]) or ""
    found = re.search(r"Depends: (linux-image-\S+)", listed)
    return found.group(1) if found else None


def _apt(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, cwd=CACHE, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
