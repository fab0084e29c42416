"""``dev.py bench --server``: the shipped server under load on this computer, beside plain nginx with the same files.

Bounded: four addresses, each a few seconds with wrk, by turns. Nothing passes or fails. ``--record`` writes down what
wrk said, in docs/data/load.json, and docs/about/hosting.md shows it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.facts.served import FILE, Asked, Run, Sides, figures
from scripts.files import write_text
from scripts.measure.machine import describe
from scripts.paths import ROOT, SITE
from scripts.publish import server

# A long page, a short one, a style sheet, and an address that does not exist.
NOWHERE = "/nowhere"
ASKED = ("/reference/comparison/", "/about/accessibility/", "/assets/styles/reference.css", NOWHERE)
ENCODING = "Accept-Encoding: br, gzip"
SECONDS, CONNECTIONS, RUNS = 4, 64, 2
# The heaviest first visit of a page that the tests allow (tests/site/test_budgets.py holds them against each other).
VISIT_REQUESTS, VISIT_BYTES = 9, 60_000
# As the Debian package has it, without what deploy/nginx.conf adds.
PLAIN = """
pid run/nginx.pid;
events { worker_connections 4096; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    gzip on;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path run/body; proxy_temp_path run/proxy; fastcgi_temp_path run/fastcgi;
    uwsgi_temp_path run/uwsgi; scgi_temp_path run/scgi;
    server { listen 8080; root www; }
}
worker_processes auto;
"""


def load(port: int, path: str) -> str:
    """What wrk says of some seconds of asking."""
    command = ["wrk", "--latency", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
    command += ["--header", ENCODING, f"http://127.0.0.1:{port}{path}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def memory(pid: int) -> float:
    """Proportional memory of a process and its children, in MiB."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    total = 0
    for one in (str(pid), *children):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8"), re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024


def visits(rate: float) -> tuple[float, float]:
    """First visits in a second that take all of ``rate`` requests in a second, and the line in bit/s that they fill."""
    served = rate / VISIT_REQUESTS
    return served, served * VISIT_BYTES * 8


def version(command: list[str], before: str) -> str:
    """The version that a program names behind some words."""
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(re.escape(before) + r"\D*(\d[\d.]*\d)", done.stdout + done.stderr)
    return found[1] if found else "unknown"


def recorded(asked: list[Asked], held: Sides, before: float) -> Run:
    """The run as it is published, with the machine that it was made on."""
    machine = describe(Path(tempfile.gettempdir()), [])
    return Run(
        day=dt.datetime.now(dt.UTC).date(),
        **{key: getattr(machine, key) for key in ("cpu", "cores", "memory_gib", "os", "kernel")},
        nginx=version(["nginx", "-v"], "nginx/"),
        wrk=version(["wrk", "--version"], "wrk "),
        load_before=round(before, 2),
        load_after=round(os.getloadavg()[0], 2),
        seconds=SECONDS,
        connections=CONNECTIONS,
        asked=asked,
        memory_mib=held,
    )


def main(arguments: list[str]) -> int:
    """Measure both by turns, and print a table and what follows from it."""
    parser = argparse.ArgumentParser(prog="dev.py bench --server")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args(arguments)
    obstacles = server.obstacles(SITE)
    if not shutil.which("wrk"):
        obstacles.append(
            "The load is made with wrk, which is not installed. On Debian or Ubuntu: sudo apt-get install wrk"
        )
    if obstacles:
        print("\n".join(obstacles), file=sys.stderr)
        return 1
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        plain = Path(folder) / "plain.conf"
        plain.write_text(PLAIN, encoding="utf-8")
        # As in the image: compressed as far as it goes.
        with server.shipped(SITE, quality=11) as ours, server.shipped(SITE, quality=1, configuration=plain) as theirs:
            for path in ASKED:
                # Figures of a page that is not there would look like others.
                if (path != NOWHERE) != (server.status(f"http://127.0.0.1:{ours.http}{path}") == 200):
                    print(
                        f"{path} is not what it was: build the site anew (python3 scripts/dev.py build); "
                        "if the page has moved, correct ASKED in scripts/publish/load.py.",
                        file=sys.stderr,
                    )
                    return 1
            print(f"{'':<28}{'shipped':>22}{'plain nginx':>22}")
            asked = []
            for path in ASKED:
                said: dict[int, list[str]] = {ours.http: [], theirs.http: []}
                for _ in range(RUNS):
                    for port, texts in said.items():
                        texts.append(load(port, path))
                asked.append(Asked(path=path, shipped=said[ours.http], plain=said[theirs.http]))
                cells = ["{:,.0f}/s p99 {:.1f} ms".format(*figures(texts)) for texts in said.values()]
                print(f"{path:<28}{cells[0]:>22}{cells[1]:>22}", flush=True)
            held = Sides(shipped=memory(ours.pid), plain=memory(theirs.pid))
            print(f"{'memory':<28}{held.shipped:>18.1f} MiB{held.plain:>18.1f} MiB")
        served, line = visits(min(figures([text])[0] for one in asked for text in one.shipped))
        visit = f"{VISIT_REQUESTS} requests and {VISIT_BYTES / 1000:.0f} kB"
        print(f"At its slowest the shipped server answers {served:,.0f} first visits in a second ({visit} each);")
        print(f"they fill a line of {line / 1e9:.1f} Gbit/s.")
    if options.record:
        write_text(FILE, recorded(asked, held, before).model_dump_json(indent=1) + "\n")
        print(f"wrote {FILE.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
