"""``dev.py bench --server``: the shipped server under load on this computer, beside plain nginx with the same files.

Bounded: four pages, each a few seconds with wrk, by turns. Nothing passes or fails.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.paths import SITE
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


def load(port: int, path: str) -> tuple[float, float]:
    """Requests in a second, and the 99th percentile in milliseconds."""
    command = ["wrk", "--latency", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
    done = subprocess.run(
        [*command, "--header", ENCODING, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    )
    rate, late = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout), re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if not rate or not late:
        raise RuntimeError(f"wrk said something else than it used to: {done.stdout}")
    return float(rate[1]), float(late[1]) * {"us": 0.001, "ms": 1, "s": 1000}[late[2]]


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


def main() -> int:
    """Measure both by turns, and print a table and what follows from it."""
    obstacles = server.obstacles(SITE)
    if not shutil.which("wrk"):
        obstacles.append(
            "The load is made with wrk, which is not installed. On Debian or Ubuntu: sudo apt-get install wrk"
        )
    if obstacles:
        print("\n".join(obstacles), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        plain = Path(folder) / "plain.conf"
        plain.write_text(PLAIN, encoding="utf-8")
        # As in the image: compressed as far as it goes.
        with server.shipped(SITE, quality=11) as ours, server.shipped(SITE, quality=1, configuration=plain) as theirs:
            slowest = float("inf")
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
            for path in ASKED:
                found: dict[int, list[tuple[float, float]]] = {ours.http: [], theirs.http: []}
                for _ in range(RUNS):
                    for port, values in found.items():
                        values.append(load(port, path))
                cells = [
                    f"{statistics.mean(rate for rate, _ in values):,.0f}/s p99 {max(late for _, late in values):.1f} ms"
                    for values in found.values()
                ]
                print(f"{path:<28}{cells[0]:>22}{cells[1]:>22}", flush=True)
                slowest = min(slowest, *(rate for rate, _ in found[ours.http]))
            print(f"{'memory':<28}{memory(ours.pid):>18.1f} MiB{memory(theirs.pid):>18.1f} MiB")
        served, line = visits(slowest)
        visit = f"{VISIT_REQUESTS} requests and {VISIT_BYTES / 1000:.0f} kB"
        print(f"At its slowest the shipped server answers {served:,.0f} first visits in a second ({visit} each);")
        print(f"they fill a line of {line / 1e9:.1f} Gbit/s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
