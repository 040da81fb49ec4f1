"""A Firefox as its maker ships it, driven by the WebDriver BiDi protocol (https://w3c.github.io/webdriver-bidi/).

Playwright drives only a Firefox of its own build. Of the protocol this knows what the main path needs.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
SECONDS = 60  # for one command
Point = tuple[float, float]

# Elements anywhere, shadow roots too, by role or tag and by their accessible name.
FIND = """(selector, name) => {
  const found = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      const said = node.getAttribute("aria-label") ?? node.textContent.trim();
      if (node.matches(selector) && (!name || said.startsWith(name))) found.push(node);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  return found[0];
}"""


class Firefox:
    """One window of a fresh profile; `with Firefox(path, folder) as firefox`."""

    def __init__(self, path: str, profile: Path) -> None:
        command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"]
        self._process = subprocess.Popen(
            [*command, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._ids = itertools.count(1)
        self._loop = asyncio.new_event_loop()  # beside the one that Playwright keeps in this thread
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def __enter__(self) -> Firefox:
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _connect(self) -> None:
        assert self._process.stderr is not None
        address = next((found[1] for line in self._process.stderr if (found := LISTENING.search(line))), None)
        assert address, "Firefox ended without offering WebDriver BiDi"
        threading.Thread(target=self._process.stderr.read, daemon=True).start()  # what is not read blocks it
        self._socket: WebSocketClientConnection = self._run(websocket_connect, f"{address}/session")
        self.version = self.command("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._window = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.command(
            "browsingContext.setViewport", context=self._window, viewport={"width": 1360, "height": 900}
        )

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        async def awaited() -> Any:
            return await function(*arguments)

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(SECONDS)

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command; returns its result, raises AssertionError with what Firefox says of a failure."""
        number = next(self._ids)
        self._run(
            self._socket.write_message, json.dumps({"id": number, "method": method, "params": parameters})
        )
        while True:
            message = json.loads(self._run(self._socket.read_message))
            if message.get("id") == number:
                assert message["type"] == "success", f"{method}: {message['error']}: {message['message']}"
                result: dict[str, Any] = message["result"]
                return result

    # -- what a visitor does -----------------------------------------------------------------------------

    def open(self, url: str) -> None:
        self.command("browsingContext.navigate", context=self._window, url=url, wait="interactive")

    def reload(self) -> None:
        self.command("browsingContext.reload", context=self._window, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, as far as JSON can hold it; a promise is waited for."""
        wrapped = f"(async () => JSON.stringify(await ({expression})))()"
        answer = self.command(
            "script.evaluate", expression=wrapped, target={"context": self._window}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        text = answer["result"].get("value")
        return None if text is None else json.loads(text)

    def wait_for(self, what: str, condition: Callable[[], Any], seconds: float = SECONDS) -> None:
        """Wait until a condition holds; `what` names it in a failure."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds:.0f} s in vain for {what}"
            time.sleep(0.2)

    def text(self, selector: str, name: str = "") -> str:
        """What stands in an element; "" where there is none."""
        found: str = self.evaluate(f"({FIND})({json.dumps(selector)}, {json.dumps(name)})?.textContent ?? ''")
        return found

    def click(self, selector: str, name: str) -> None:
        """Press an element with the mouse."""
        self.stroke(selector, name, [(0.5, 0.5)])

    def stroke(self, selector: str, name: str, points: list[Point]) -> None:
        """Draw over an element with the mouse, through points given as shares of it."""
        box = self.evaluate(
            f"""(() => {{
              const node = ({FIND})({json.dumps(selector)}, {json.dumps(name)});
              node.scrollIntoView({{block: "center"}});
              const {{x, y, width, height}} = node.getBoundingClientRect();
              return [x, y, width, height];
            }})()"""
        )
        places = [(round(box[0] + x * box[2]), round(box[1] + y * box[3])) for x, y in points]
        moves = [{"type": "pointerMove", "x": x, "y": y, "duration": 50} for x, y in places]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        actions = [moves[0], down, *moves[1:], up]
        self.command(
            "input.performActions",
            context=self._window,
            actions=[{"type": "pointer", "id": "mouse", "actions": actions}],
        )
