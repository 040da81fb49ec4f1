"""Would a second core pay? An upper bound for the network's hidden units split over two workers.

Each half would train 784-512-10 and, once a step, exchange its share of the 64 x 10 scores with the other.
Measured are two workers that train such halves at the same time, exchanging nothing, and the exchange alone.
"""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import Worker

from tests.bench.browser import Tab
from web.site.console import Stage

EXCHANGE = """async (count) => {
  const worker = () => new Worker(URL.createObjectURL(new Blob([`onmessage = ({data: {port, count}}) => {
    const scores = new Float32Array(640), start = performance.now();
    port.onmessage = () => {
      if (--count > 0) port.postMessage(scores);
      else postMessage(performance.now() - start);
    };
    port.postMessage(scores);
  }`])));
  const {port1, port2} = new MessageChannel(), [a, b] = [worker(), worker()];
  const ended = Promise.all([a, b].map((one) => new Promise((done) => {
    one.onmessage = ({data}) => done(data);
  })));
  a.postMessage({port: port1, count}, [port1]);
  b.postMessage({port: port2, count}, [port2]);
  const milliseconds = await ended;
  a.terminate();
  b.terminate();
  return Math.max(...milliseconds) / count;
}"""


def measure(tab: Tab, rounds: int, seconds: float) -> dict[str, float]:
    """Medians in milliseconds: a whole step; a half step with both workers at it; an exchange."""
    _, other = tab.open_dashboard()
    found: dict[str, list[float]] = {"whole": [], "half": [], "exchange": []}
    for turn in range(rounds + 1):
        with Stage(f"round {turn} of {rounds}" if turn else "warming up"):
            whole = 1000 / tab.call("bare_rate", "relaxed", seconds)
            halves = _together(tab, (tab.worker, other), seconds)
            exchange = tab.worker.evaluate(EXCHANGE, 2000)  # the page itself may not start such workers
        if turn:
            for name, value in (("whole", whole), ("half", max(halves)), ("exchange", exchange)):
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def _together(tab: Tab, workers: tuple[Worker, ...], seconds: float) -> list[float]:
    """Milliseconds per step of 512 hidden units in each of `workers`, all training at the same time."""
    for worker in workers:
        tab.call("begin_half", seconds, worker=worker)
    rates: list[Any] = [tab.call("half_rate", wait=True, worker=worker) for worker in workers]
    return [1000 / rate for rate in rates]
