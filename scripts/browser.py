"""Finds a Chromium-family browser, or installs one, to draw diagrams and run the tests; and Firefox, for the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Without these a fresh Chromium asks its maker's servers for updates at every start.
QUIET_ARGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
NAMES = (
    # The same engine without a window: a page opens in half the time.
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Microsoft/Edge/Application/msedge.exe",
)
FIREFOX_PLACES = ("/Applications/Firefox.app/Contents/MacOS/firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe")
WHAT_TO_INSTALL = (
    "No browser found and none could be installed.\n"
    "Install Chromium, Google Chrome or Microsoft Edge (on Debian or Ubuntu: sudo apt-get install chromium), "
    "or set BROWSER_PATH to its executable, then run the command again."
)


class NoBrowserError(RuntimeError):
    """There is no browser and none could be installed; the message says what to install."""


def launch_args() -> list[str]:
    """Command-line arguments for the browser; root, as in most CI images, cannot use its sandbox."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET_ARGS, *(["--no-sandbox"] if as_root else [])]


def installed() -> Path | None:
    """The first browser found: ``BROWSER_PATH``, the PATH, the usual places, Playwright's own."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        if not Path(named).exists():
            raise NoBrowserError(
                f"BROWSER_PATH names {named}, which does not exist: name a browser's executable, or unset it."
            )
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    for place in PLACES:
        for key, value in os.environ.items():
            place = place.replace("{" + key.upper() + "}", value)
        if "{" not in place and Path(place).exists():
            return Path(place)
    return _playwrights_own()


def _playwrights_own() -> Path | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        # Only what checks the site brings it.
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def ensure() -> Path:
    """A browser, installed if need be: Playwright's own, else Debian's package where that is allowed.

    Raises ``NoBrowserError`` with what to install when neither can be had.
    """
    found = installed()
    if found:
        return found
    print("No browser found; installing one (Playwright's Chromium) …", flush=True)
    if _run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=600):
        found = installed()
        if found:
            return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("That download failed; installing Debian's package …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], seconds=300, env=environment)
        for package in ("chromium-headless-shell", "chromium"):
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
            if _run(install, seconds=900, env=environment) and (found := installed()):
                return found
    raise NoBrowserError(WHAT_TO_INSTALL)


def installed_firefox() -> Path | None:
    """The first Firefox found: ``FIREFOX_PATH``, the PATH, the usual places."""
    named = os.environ.get("FIREFOX_PATH")
    if named:
        return Path(named)
    found = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    return Path(found) if found else next((Path(place) for place in FIREFOX_PLACES if Path(place).exists()), None)


def ensure_firefox() -> None:
    """For the tests of a second engine: Debian's package where that is allowed, else say what will not be tested."""
    if installed_firefox():
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("No Firefox found; installing Debian's package …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], seconds=300, env=environment)
        for package in ("firefox-esr", "firefox"):
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
            if _run(install, seconds=900, env=environment) and installed_firefox():
                return
    print("Firefox is not installed, so the tests in a second engine are skipped.", flush=True)


def _run(command: list[str], *, seconds: int, env: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, timeout=seconds, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        ensure()
    except NoBrowserError as error:
        sys.exit(str(error))
    ensure_firefox()
