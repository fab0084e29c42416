"""Runs what a page tells its reader to type, with real engines of this test's own, and compares what comes out."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.measure.cleanup import mounts_below, remove_tree, unmount
from scripts.measure.workload import build_tree, find_busybox, tar
from scripts.pages.labs import HandsOn, Step
from scripts.paths import BUILD

# What differs from machine to machine on any page; where two are equal in the page, they must be equal here.
ALIKE = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",  # identifiers, such as that of a boot
    r"\b[0-9a-f]{64}\b",
    r"\b\d+\.\d+\.\d+-[\w.-]+",  # kernel versions
    r"MemTotal: +\d+ kB",
)
IMAGE = "docker.io/library/busybox:latest"
APPLETS = (
    *(
        "awk",
        "cat",
        "chmod",
        "chown",
        "cp",
        "cut",
        "date",
        "dd",
        "env",
        "grep",
        "head",
        "hostname",
        "httpd",
        "id",
        "ifconfig",
        "insmod",
    ),
    *(
        "ip",
        "kill",
        "ls",
        "lsmod",
        "mkdir",
        "mount",
        "mv",
        "nc",
        "nproc",
        "nsenter",
        "ping",
        "ps",
        "rm",
        "rmdir",
        "route",
        "sed",
    ),
    *(
        "seq",
        "sha256sum",
        "sort",
        "stat",
        "sync",
        "tail",
        "tar",
        "test",
        "timeout",
        "touch",
        "tr",
        "true",
        "umount",
        "uname",
        "unshare",
        "wc",
        "wget",
    ),
    *("whoami", "yes"),
)
KERNELS = BUILD / "labs"
# The package that names the kernel which pages take.
POINTER = "linux-image-cloud-amd64"
NOBODY = 65534
MARK = "-- end of step --"
# Limits in seconds. All are for what hangs: a busy machine is slow, and no test may be red for that.
STARTING, TYPING, GOING = 240, 900, 30
# Folders of the host in which nothing new may stand after a page; files of the system and of other programs come and
# go elsewhere. What a page writes where it was told to work, in its home or among temporary files is all looked at.
WATCHED = tuple(
    Path(name)
    for name in ("/", "/mnt", "/media", "/srv", "/opt", "/home", "/usr/local/bin", "/etc/docker", "/etc/containers")
)
# Where other programs mount and unmount what is not a page's.
OTHERS_MOUNTS = tuple(f"{top}/" for top in (tempfile.gettempdir(), "/var", "/run", "/proc", "/sys", "/dev"))
# Control groups and named namespaces of engines and of the system, which make more of them at any time.
OTHERS_GROUPS = re.compile(r"labs-|dvm-|libpod|conmon|docker|containerd|crun|runs?c|buildkit|[.](slice|scope|service)")
OTHERS_NAMESPACES = re.compile(r"/(netns|cni)-")


@dataclass
class Engine:
    """A ``docker`` for one test session: the folder of the command, and where its daemon's network is."""

    name: str
    folder: Path
    daemon: subprocess.Popen[bytes] | None = None
    cgroup: str = ""
    gvisor: bool = False

    def ask(self, *arguments: str) -> str:
        """What the engine says."""
        return subprocess.run([self.folder / "docker", *arguments], capture_output=True, text=True).stdout

    def holdings(self) -> list[str]:
        """Containers, images, volumes and networks that it holds."""
        kinds = {
            "container": ("ps", "--all", "--format", "{{.Names}}"),
            "image": ("images", "--format", "{{.Repository}}:{{.Tag}}@{{.ID}}"),
            "volume": ("volume", "ls", "--quiet"),
            "network": ("network", "ls", "--format", "{{.Name}}"),
        }
        held = [f"{kind} {line}" for kind, words in kinds.items() for line in sorted(self.ask(*words).split())]
        held += [f"namespace {name}" for name in sorted(held_namespaces(self.daemon.pid if self.daemon else 0))]
        return held + [
            f"control group {path}"
            for top in groups_called(self.cgroup)
            for path in top.glob("*/")
            if path.name != "conmon"
        ]

    def can_run(self, step: Step) -> bool:
        """Whether a step is run with this engine."""
        return step.is_run and (self.gvisor or not step.wants_gvisor)


@dataclass
class Outcome:
    """What a page's commands did."""

    outputs: list[str]
    failed: list[tuple[int, int, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def normal(text: str, varies: tuple[str, ...] = ()) -> list[str]:
    """The words of an output: what may differ is replaced, numbered where only equality counts."""
    for pattern in varies:
        text = re.sub(pattern, "~", text)
    names: dict[str, str] = {}
    text = re.sub("|".join(ALIKE), lambda found: names.setdefault(found.group(), f"<{len(names)}>"), text)
    return text.split()


def image() -> bytes:
    """An image of busybox as a tar archive."""
    with tempfile.TemporaryDirectory() as folder:
        tree = build_tree(Path(folder), find_busybox())
        for name in APPLETS:
            (tree / "bin" / name).symlink_to("busybox")
        for name in ("mnt", "root"):
            (tree / name).mkdir()
        # As in the image that readers pull.
        (tree / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (tree / "tmp").chmod(0o1777)
        return tar(tree)


def write_command(path: Path, script: str) -> None:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@contextlib.contextmanager
def docker(version: Path | None = None) -> Iterator[Engine]:
    """A Docker daemon with storage, networks and mounts of its own, which end with it. Needs root.

    ``version`` is a folder with the programs of another one than the installed (``dockerd``, ``docker``, ``runc`` …).
    """
    lacking = [name for name in ("dockerd", "docker") if version and not os.access(version / name, os.X_OK)]
    assert not lacking, f"LABS_DOCKER: {version} has no program {' and no '.join(lacking)}"
    place = Path(tempfile.mkdtemp(prefix="lab-"))
    place.chmod(0o755)
    socket, group = place / "sock", f"labs-{uuid.uuid4().hex[:8]}"
    write_command(
        place / "start",
        "ip link set lo up\necho 1 > /proc/sys/net/ipv4/ip_forward\n"
        f"exec dockerd --storage-driver=vfs --data-root {place}/data --exec-root {place}/exec --cgroup-parent {group} "
        f"--pidfile {place}/pid --host unix://{socket} {gvisor_runtime(place)} > {place}/log 2>&1",
    )
    # The distribution's own before what else may be on the path: client and daemon belong together.
    programs = os.pathsep.join([str(version.resolve()) if version else "/usr/bin", os.environ["PATH"]])
    client = shutil.which("docker", path=programs)
    write_command(place / "bin/docker", f'DOCKER_HOST=unix://{socket} exec {client} "$@"')
    daemon = subprocess.Popen(
        ["unshare", "--net", "--mount", place / "start"], env={**os.environ, "PATH": f"{programs}:/usr/sbin:/sbin"}
    )
    engine = Engine("docker", place / "bin", daemon, group)
    try:
        deadline = time.monotonic() + STARTING
        while not engine.ask("version", "--format", "{{.Server.Version}}").strip():
            said = (place / "log").read_text()[-2000:] if (place / "log").exists() else ""
            assert daemon.poll() is None, f"Docker's daemon ended: {said}"
            assert time.monotonic() < deadline, f"Docker's daemon does not answer: {said}"
            time.sleep(0.5)
        load(engine)
        # That it is installed does not say that it starts here.
        engine.gvisor = engine.ask("run", "--rm", "--runtime", "runsc", "busybox", "echo", "up") == "up\n"
        yield engine
    finally:
        for container in engine.ask("ps", "--all", "--quiet").split():
            engine.ask("rm", "--force", container)
        daemon.terminate()
        try:
            daemon.wait(30)
        except subprocess.TimeoutExpired:
            daemon.kill()
        sweep(place, group)


def gvisor_runtime(place: Path) -> str:
    """The option that tells a Docker daemon of gVisor, where that is installed."""
    runsc = shutil.which("runsc")
    if not runsc:
        return ""
    # Debian 12's takes every network namespace of a newer kernel for the host's, and refuses that.
    write_command(place / "runsc", f'exec {runsc} --network=none "$@"')
    return f"--add-runtime runsc={place}/runsc"


@contextlib.contextmanager
def podman() -> Iterator[Engine]:
    """A ``docker`` that is podman with storage of its own."""
    # podman refuses paths longer than fifty characters, as pytest's own folders may have.
    place = Path(tempfile.mkdtemp(prefix="lab-"))
    # A control group to find what is left. An ordinary user may make none, and podman then does without.
    config, group = place / "containers.conf", f"labs-{uuid.uuid4().hex[:8]}" if os.geteuid() == 0 else ""
    parent = f"--cgroup-parent /{group}" if group else ""
    # Modest limits and no bridge: what needs more rights than some machines give is not what the labs are about.
    config.write_text(
        podman_defaults()
        .replace(
            "[containers]", '[containers]\nnetns = "none"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]'
        )
        .replace("[engine]", '[engine]\nruntime = "runc"\nevents_logger = "none"\nstop_timeout = 0')
    )
    call = f"podman --root {place}/root --runroot {place}/run --tmpdir {place}/podman"
    # podman's monitor leaves a file where it is called when memory runs out.
    write_command(
        place / "bin/docker",
        f'case $1 in run | create) what=$1; shift; set -- $what {parent} "$@" ;; esac\n'
        f'CONTAINERS_CONF={config} {call} "$@"\nstatus=$?\nrm -f oom\nexit $status',
    )
    engine = Engine("podman", place / "bin", cgroup=group)
    try:
        load(engine)
        yield engine
    finally:
        engine.ask("rm", "--all", "--force")
        sweep(place, group)


def podman_defaults() -> str:
    """What the distribution sets, such as the capabilities; a file of the tests' own would replace it."""
    given = Path("/usr/share/containers/containers.conf")
    lines = given.read_text().splitlines() if given.exists() else []
    text = "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return text + "".join(f"\n{head}" for head in ("[containers]", "[engine]") if head not in text.split("\n")) + "\n"


def load(engine: Engine) -> None:
    """Give an engine the image that the pages pull."""
    done = subprocess.run(
        [engine.folder / "docker", "import", "--change", 'CMD ["sh"]', "-", IMAGE], input=image(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


def sweep(place: Path, group: str) -> None:
    """Remove an engine's folder, mounts and control groups, and what runs from there."""
    end_those(lambda process: str(place).encode() in (process / "cmdline").read_bytes())
    for point in mounts_below(place):
        unmount(point)
    remove_tree(place)
    if group:
        for top in groups_called(group):
            for path in (*top.glob("*/"), top):
                with contextlib.suppress(OSError):
                    path.rmdir()


def write_downloader(folder: Path) -> None:
    """An ``apt-get`` that takes packages from its folder; the network that a page is typed in may lead nowhere."""
    write_command(
        folder / "apt-get", f'[ "$1" = download ] || exit 1\nfor package; do :; done\ncp "{folder}/$package"_*.deb .'
    )


def kernel_package() -> Path:
    """The package that pages fetch a kernel by, from a cache. Raises ``AssertionError`` if it cannot be had.

    The lists that the machine keeps may be older than the archive, which drops a kernel when it has a newer one.
    """
    import fcntl  # There is none on Windows, where this file is read, too.

    KERNELS.mkdir(parents=True, exist_ok=True)
    with (KERNELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = ""
        for lists_are_new in (False, True):
            if lists_are_new:
                said += told(["apt-get", "update", "-qq"])[1]
            found = re.search(r"Depends: (linux-image-\S+)", told(["apt-cache", "depends", POINTER])[0])
            if found is None:
                continue
            if cached := list(KERNELS.glob(f"{found[1]}_*.deb")):
                return cached[0]
            # Into a folder of its own first, so that the cache holds whole files only.
            with tempfile.TemporaryDirectory(dir=KERNELS) as folder:
                said += told(["apt-get", "download", "-qq", found[1]], Path(folder))[1]
                for package in Path(folder).glob("*.deb"):
                    return package.replace(KERNELS / package.name)
    raise AssertionError(f"no kernel for guests could be fetched: {said[-2000:]}")


def told(command: list[str], folder: Path | None = None) -> tuple[str, str]:
    """What a command says, and what it complains of."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout, done.stderr


def script(steps: list[Step], notes: Path) -> str:
    """One shell session of all steps: what it says is marked step by step, what fails on the way is noted."""
    lines = ["exec 2>&1", f"trap 'echo \"$LAB_STEP $? $BASH_COMMAND\" >> {notes}' ERR"]
    for number, step in enumerate(steps):
        lines += [f"LAB_STEP={number}", step.commands, f"echo '{MARK}'"]
    return "\n".join(lines) + "\n"


def steps_for(page: HandsOn, engine: Engine | None) -> list[Step]:
    """The steps of a page that are run with an engine."""
    return [step for step in page.steps if (engine.can_run(step) if engine else step.is_run)]


def run(page: HandsOn, engine: Engine | None, going: float = GOING) -> Outcome:
    """Type a page's commands, in an empty folder, as the reader whom the page speaks to.

    What still goes away by itself gets ``going`` seconds for it before it counts as left.
    """
    steps = steps_for(page, engine)
    kernel = kernel_package() if any("apt-get download" in step.commands for step in steps) else None
    place = Path(tempfile.mkdtemp(prefix="lab-"))
    work, temporary, home, tools = (place / name for name in ("work", "tmp", "home", "bin"))
    for folder in (work, temporary, home, tools):
        folder.mkdir()
    notes, typed, word = place / "failed", place / "typed", uuid.uuid4().hex
    notes.touch()
    typed.write_text(script(steps, notes))
    write_downloader(tools)
    if kernel:
        # Where the page's user may read it, whoever that is.
        shutil.copy(kernel, tools)
    path = os.pathsep.join(
        [*([str(engine.folder)] if engine else []), str(tools), os.environ["PATH"], "/usr/sbin:/sbin"]
    )
    command = ["bash", str(typed)]
    if page.ordinary_user and os.geteuid() == 0:
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        for owned in (place, work, temporary, home, notes):
            os.chown(owned, NOBODY, NOBODY)
    if engine and engine.daemon:
        # Where the engine's published ports are.
        command = ["nsenter", f"--net=/proc/{engine.daemon.pid}/ns/net", *command]
    before = traces(engine, place, word)
    own = {"PATH": path, "TMPDIR": str(temporary), "HOME": str(home), "LAB": word, "LC_ALL": "C.UTF-8"}
    said = place / "said"
    # Into a file: what stays in the background would hold a pipe open.
    with said.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=work,
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=file,
            start_new_session=True,
        )
    try:
        process.wait(timeout=TYPING)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    outcome = Outcome(said.read_text(errors="replace").split(f"{MARK}\n"))
    for line in notes.read_text().splitlines():
        found = re.match(r"(\d+) (\d+) (.*)", line)
        if found:
            outcome.failed.append((int(found[1]), int(found[2]), found[3]))
    deadline = time.monotonic() + going
    while (left := traces(engine, place, word) - before) and time.monotonic() < deadline:
        time.sleep(0.2)
    outcome.left = sorted(left)
    end_those(carries(word))
    for point in mounts_below(place):
        unmount(point)
    remove_tree(place)
    return outcome


def traces(engine: Engine | None, place: Path, word: str) -> set[str]:
    """What can be seen of a page from outside: what it may leave, each thing with its kind."""
    own = ("containers-user-", "podman-run-")  # Where podman keeps a session of an ordinary user.
    folders = (place / "work", place / "tmp", place / "home")
    found = {f"file {path.name}" for top in folders for path in top.iterdir() if not path.name.startswith(own)}
    found |= {f"file {path}" for top in WATCHED if top.is_dir() for path in top.iterdir()}
    found |= {f"process {name}" for name in names_of(carries(word))}
    found |= {f"mount {point}" for point in mounts() if str(place) in point or not point.startswith(OTHERS_MOUNTS)}
    found |= {f"namespace {name}" for name in namespaces()}
    found |= {f"control group {name}" for name in control_groups()}
    return found | set(engine.holdings() if engine else ())


def groups_called(name: str) -> list[Path]:
    """The control groups of this name, one for each controller; they lie below the group that this process is in."""
    folders = os.walk("/sys/fs/cgroup") if name else ()
    return [Path(folder) / name for folder, children, _ in folders if name in children]


def control_groups() -> set[str]:
    """The control groups that are neither an engine's nor the system's."""
    return {folder for folder, _, _ in os.walk("/sys/fs/cgroup") if not OTHERS_GROUPS.search(folder)}


def namespaces() -> set[str]:
    """The namespaces that outlive their processes, those with a name or a mount that holds them, and no engine's."""
    found = {str(path) for path in Path("/run/netns").glob("*")} | held_namespaces(os.getpid())
    return {name for name in found if not OTHERS_NAMESPACES.search(name)}


def held_namespaces(pid: int) -> set[str]:
    """The mounts that hold a namespace, as a process sees them."""
    table = Path(f"/proc/{pid}/mountinfo")
    lines = table.read_text().splitlines() if table.exists() else []
    return {line.split()[4] for line in lines if " - nsfs " in line}


def mounts() -> set[str]:
    """All mount points."""
    return {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()}


def carries(word: str) -> Callable[[Path], bool]:
    """Whether a process was started by the page that has this word, whatever namespace it is in."""
    mark = f"LAB={word}".encode()
    return lambda process: mark in (process / "environ").read_bytes().split(b"\0")


def those(chosen: Callable[[Path], bool]) -> Iterator[Path]:
    """The folders in /proc of the processes that are chosen."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if entry.name != str(os.getpid()) and chosen(entry):
                yield entry


def names_of(chosen: Callable[[Path], bool]) -> list[str]:
    """The names of the processes that are chosen."""
    names = []
    for entry in those(chosen):
        with contextlib.suppress(OSError):
            names.append((entry / "comm").read_text().strip())
    return names


def end_those(chosen: Callable[[Path], bool]) -> None:
    """End the processes that are chosen."""
    for entry in those(chosen):
        with contextlib.suppress(OSError):
            os.kill(int(entry.name), signal.SIGKILL)
