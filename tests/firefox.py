"""Drives Firefox by WebDriver BiDi, its own remote protocol, so nothing but the browser is needed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support import ARRIVED

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Control": "\ue009", "Shift": "\ue008"}
# Whatever is not on this computer is asked of a proxy that does not exist.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
# Long, because a loaded machine is slow; nothing waits as long as this where all is well.
PATIENCE = 60


class FirefoxError(RuntimeError):
    """Firefox did not start, or refused a command; the message has its own words."""


class Firefox:
    """One tab of a running Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._count = socket, 0
        self._send("session.new", capabilities={})
        # The first window of a Firefox without a screen never has the focus, so its keys open nothing.
        self._tab = self._send("browsingContext.create", type="window")["context"]

    def _send(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("id") == self._count:
                if answer["type"] == "error":
                    raise FirefoxError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> None:
        """Load an address in a window of this size, and wait until it has loaded."""
        # An address that differs only behind its # would not load again.
        self._send("browsingContext.navigate", context=self._tab, url="about:blank", wait="complete")
        size = {"width": width, "height": height}
        self._send("browsingContext.setViewport", context=self._tab, viewport=size)
        self._send("browsingContext.navigate", context=self._tab, url=address, wait="complete")
        self.wait(ARRIVED)

    def ask(self, function: str, *values: Any) -> Any:
        """What a function of JavaScript gives for ``values``, awaited if it is a promise."""
        call = f"(async () => JSON.stringify(await ({function})({', '.join(map(json.dumps, values))})) ?? 'null')()"
        target = {"context": self._tab}
        answer = self._send("script.evaluate", expression=call, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise FirefoxError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait(self, condition: str, *values: Any) -> None:
        """Wait until a function of JavaScript gives something true."""
        until = time.monotonic() + PATIENCE
        while not self.ask(condition, *values):
            if time.monotonic() > until:
                raise FirefoxError(f"never true: {condition} for {values}")
            time.sleep(0.05)

    def press(self, *keys: str) -> None:
        """Press keys together, and let them go: names of ``KEYS``, or letters."""
        codes = [KEYS.get(key, key) for key in keys]
        actions = [{"type": "keyDown", "value": code} for code in codes]
        actions += [{"type": "keyUp", "value": code} for code in reversed(codes)]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def point(self, selector: str, *, click: bool = False) -> None:
        """Bring the first element that is visible into view, and put the pointer on it."""
        spot = """(selector) => {
          const seen = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility());
          seen.scrollIntoView({block: 'center', behavior: 'instant'});
          const box = seen.getClientRects()[0];
          return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
        }"""
        x, y = self.ask(spot, selector)
        actions: list[dict[str, Any]] = [{"type": "pointerMove", "x": x, "y": y}]
        if click:
            actions += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a field for files."""
        found = self._send("browsingContext.locateNodes", context=self._tab, locator={"type": "css", "value": selector})
        element = {"sharedId": found["nodes"][0]["sharedId"]}
        self._send("input.setFiles", context=self._tab, element=element, files=[str(path)])

    def _act(self, source: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._tab, actions=[source])


@contextlib.contextmanager
def running(program: Path, folder: Path) -> Iterator[Firefox]:
    """Start Firefox with an empty profile below ``folder``; it ends with the block."""
    profile, log = folder / "profile", folder / "firefox.log"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Its home has to belong to who runs it; root, as in most CI images, cannot use its sandbox.
    environment = {**os.environ, "HOME": str(folder), **({"MOZ_DISABLE_CONTENT_SANDBOX": "1"} if as_root else {})}
    command = [str(program), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        with connect(_address(process, log) + "/session", max_size=None, proxy=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where Firefox listens, as it says itself once it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if found := LISTENING.search(log.read_text(encoding="utf-8", errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise FirefoxError(f"Firefox did not start: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")
