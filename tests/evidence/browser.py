"""A headless Chromium over its debugging pipe: no socket, no driver. For tests of pages that we write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)


class Browser:
    """One page in a browser of its own; use it in a ``with`` statement.

    Attributes:
        events: everything the browser told: messages of the console, exceptions, requests.
    """

    def __init__(self, folder: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self._number, self._session, self._rest = 0, "", b""
        assert BROWSER is not None
        asked, self._write = os.pipe()
        self._read, told = os.pipe()
        low = [os.open(os.devnull, os.O_RDONLY) for _ in range(2)]  # so that neither end is 3 or 4 itself
        ends = os.dup(asked), os.dup(told)

        def connect() -> None:
            os.dup2(ends[0], 3)  # the browser reads from descriptor 3 and writes to 4
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [
                BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
                f"--user-data-dir={folder}", "--window-size=1366,768", "about:blank",
            ],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (asked, told, *ends, *low):
            os.close(end)

    def __enter__(self) -> Browser:
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{part}.enable")
        return self

    def __exit__(self, _kind: type[BaseException] | None, _problem: object, _trace: TracebackType | None) -> None:
        os.close(self._write)  # the browser ends when nobody can ask it any more
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 16)
            if not more:
                raise EOFError("the browser ended")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        return told

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser something and wait for the answer."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._write, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    def open(self, page: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, script: str) -> Any:
        """What a script gives on the page."""
        made = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in made:
            raise RuntimeError(str(made["exceptionDetails"]))
        return made["result"].get("value")

    def complaints(self) -> list[str]:
        """Exceptions and warnings of the page, and refused or outside requests."""
        found = []
        for event in self.events:
            method, given = event.get("method", ""), event.get("params", {})
            if method in ("Runtime.exceptionThrown", "Log.entryAdded", "Network.loadingFailed"):
                found.append(json.dumps(given))
            if method == "Network.requestWillBeSent" and not given["request"]["url"].startswith(("file:", "about:")):
                found.append(given["request"]["url"])
        return found
