"""`python3 build.py bench [part ...]`: how fast nncore trains, beside what else trains this network.

Parts: training, picture, kernels, sizes, extras, epochs, memory, saving, cores (all of them by default);
`native`, a quick look without a browser; `start`, how long a visitor waits.

All contestants of a part take turns in short rounds, so that all meet the same machine.  Figures are medians
over the rounds, ratios the medians of each round's ratio.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Error

from tests.bench import cores, native, presets, saving, start
from tests.bench.browser import Tab, page_heap
from tests.bench.processes import NativeProcess
from web.site.bundle import build_site
from web.site.console import Stage, say

PARTS = ("training", "picture", "kernels", "sizes", "extras", "epochs", "memory", "saving", "cores")
EXTRAS: dict[str, dict[str, object]] = {
    "shift": {"shift": 0.1},
    "turning": {"rotate": 10, "scale": 0.1, "shear": 0.1},
    "thickness": {"thickness": 0.3},
    "elastic": {"elastic": 1.0},
    "batch norm": {"batch_norm": True},
}
Rate = Callable[[float], float]  # seconds to measure for -> steps per second
Rates = dict[str, list[float]]


class Report:
    """Lines of the table, printed as they are found and once more together at the end."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def title(self, text: str) -> None:
        self.lines += ["", text, "-" * len(text)]

    def row(self, name: str, *cells: str) -> None:
        self.lines.append(f"{name:46s}" + "".join(f"{cell:>14s}" for cell in cells))

    def print(self) -> None:
        say("\n".join(self.lines))


def alternate(contestants: dict[str, Rate], rounds: int, seconds: float) -> Rates:
    """Steps per second of each, in alternating rounds after one round to warm up."""
    rates: Rates = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        with Stage(f"round {turn} of {rounds}" if turn else "warming up"):
            for name, rate in contestants.items():
                value = rate(seconds)
                if turn:
                    rates[name].append(value)
    return rates


def ratio(mine: list[float], theirs: list[float]) -> float:
    """How many times faster, as the median over the rounds."""
    return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))


def training(report: Report, tab: Tab, rounds: int, seconds: float) -> None:
    """Steps per second of everyone, and the ratios that matter."""
    missing = []
    processes = {}
    for name, kind in (("notebook", "notebook"), ("nncore", "nncore"), ("PyTorch eager", "PyTorch")):
        for threads in (None, 1):
            process = NativeProcess(kind, threads)
            label = f"native: {name}, {threads or 'all'} thread{'' if threads else 's'}"
            if process.available:
                processes[label] = process
            else:
                missing.append(f"{label}: not measured, PyTorch is not installed")
    contestants: dict[str, Rate] = {label: process.rate for label, process in processes.items()}
    page: dict[str, str] = {
        "page: relaxed SIMD, zeros skipped": "relaxed",
        "page: relaxed SIMD, dense": "relaxed dense",
        "page: SIMD, zeros skipped": "simd128",
        "page: SIMD, dense": "simd128 dense",
        "page: no kernels (einsum)": "numpy",
    }
    for label, backend in page.items():
        contestants[label] = partial(page_rate, tab, backend)
    contestants["tab: Trainer alone, zeros skipped"] = partial(bare_rate, tab, 1024, 64)
    contestants["tab: Trainer alone, dense"] = partial(bare_rate, tab, 1024, 64, backend="relaxed dense")
    contestants["tab: the notebook's code"] = lambda s: tab.call("notebook_rate", s)
    try:
        name = tab.start_tfjs()
        contestants[f"{name}: trainOnBatch"] = lambda s: tab.tfjs_rate("trainOnBatch", s)
        contestants[f"{name}: by hand"] = lambda s: tab.tfjs_rate("byHand", s)
    except OSError as error:
        missing.append(f"TensorFlow.js: not measured, {error}")
    rates = alternate(contestants, rounds, seconds)
    for process in processes.values():
        process.close()
    ours = rates["page: relaxed SIMD, zeros skipped"]
    report.title("Training steps (784-1024-10, tanh, batch 64, SGD)")
    report.row("", "batches/s", "the page is")
    for label, values in rates.items():
        report.row(label, f"{statistics.median(values):.1f}", f"{ratio(ours, values):.2f} x")
    report.lines += missing
    requirements(report, rates)


def picture(report: Report, tab: Tab, rounds: int, seconds: float) -> None:
    """What the live picture of the network costs the training that it shows."""

    def rate(hidden: bool, seconds: float) -> float:
        tab.page.evaluate(
            "hidden => { document.querySelector('[data-area=picture]').hidden = hidden; }", hidden
        )
        return page_rate(tab, "relaxed", seconds)

    contestants = {"the picture in sight": partial(rate, False), "the picture hidden": partial(rate, True)}
    rates = alternate(contestants, rounds, 2 * seconds)
    report.title("The network's picture (784-1024-10, at full speed)")
    report.row("", "batches/s")
    for name, values in rates.items():
        report.row(name, f"{statistics.median(values):.1f}")
    report.row("in sight against hidden", f"{ratio(*rates.values()):.2f} x")


def page_rate(tab: Tab, backend: str, seconds: float) -> float:
    """Steps per second in the dashboard."""
    rate: float = tab.call("page_rate", backend, seconds, wait=True)
    return rate


def bare_rate(tab: Tab, hidden: int, batch_size: int, seconds: float, backend: str = "relaxed") -> float:
    """Steps per second of the Trainer alone."""
    rate: float = tab.call("bare_rate", backend, seconds, hidden, batch_size)
    return rate


def requirements(report: Report, rates: Rates) -> None:
    """What training in the tab is meant to reach, and what Trainer and page reached in this run."""

    def named(*words: str) -> list[float] | None:
        return next((values for label, values in rates.items() if all(word in label for word in words)), None)

    def versus(mine: list[float], theirs: list[float], wanted: float) -> str:
        found = ratio(mine, theirs)
        return f"{found:.2f} x{'' if found >= wanted else ' !'}"

    skipping = rates["tab: Trainer alone, zeros skipped"], rates["page: relaxed SIMD, zeros skipped"]
    dense = rates["tab: Trainer alone, dense"], rates["page: relaxed SIMD, dense"]
    notebook = named("native: notebook, all")
    report.title("Training in the tab against the others (! marks what falls short)")
    report.row("", "wanted", "the Trainer", "the page")
    for text, pair, theirs, wanted in (
        ("notebook natively, all threads", skipping, notebook, 2.0),
        ("the same, zeros not skipped", dense, notebook, 1.0),
        ("PyTorch eager, 1 thread", skipping, named("PyTorch", "1 thread"), 1.0),
        ("TensorFlow.js by hand", skipping, named("by hand"), 2.0),
        ("TensorFlow.js trainOnBatch", skipping, named("trainOnBatch"), 40.0),
    ):
        cells = [versus(mine, theirs, wanted) for mine in pair] if theirs else ["not measured"]
        report.row(text, f"{wanted:g} x", *cells)
    report.row("the Trainer alone", "0.95 x", "", versus(skipping[1], skipping[0], 0.95))
    pasted = named("tab: the notebook's code")
    if notebook and pasted:
        report.title("The notebook's code, pasted into the page as it is")
        report.row("its own speed natively, all threads", "0.25 x", versus(pasted, notebook, 0.25))


def kernels(report: Report, tab: Tab, rounds: int) -> None:
    """What the kernels make of the processor, for both builds."""
    with Stage("kernels"):
        found = tab.call("kernel_rates", rounds)
    report.title("Kernels (batch 64, 784 x 1024)")
    report.row("", "relaxed SIMD", "of its limit", "SIMD", "of its limit")
    limit = "limit, GFLOP/s"
    for name in found["relaxed"]:
        cells = []
        for build in ("relaxed", "simd128"):
            value = found[build][name]
            share = f"{value / found[build][limit]:.0%}" if "GFLOP/s" in name else ""
            cells += [f"{value:.1f}" if share else f"{value:.3f}", share]
        report.row(name, *cells)


def sizes(report: Report, tab: Tab, rounds: int, seconds: float) -> None:
    """Cost of a step against the hidden width and the batch size, in the ordinary Trainer."""
    report.title("Cost of a step in the tab, Trainer alone (relaxed SIMD, zeros skipped)")
    report.row("", "ms/step", "us/sample", "GFLOP/s *")
    shapes = [(width, 64) for width in (64, 128, 256, 512, 1024, 2048, 4096)]
    shapes += [(1024, batch) for batch in (16, 32, 128, 256, 512, 1024)]
    contestants: dict[str, Rate] = {}
    for width, batch in shapes:
        contestants[f"784-{width}-10, batch {batch}"] = partial(bare_rate, tab, width, batch)
    rates = alternate(contestants, rounds, seconds)
    for (width, batch), (name, values) in zip(shapes, rates.items(), strict=True):
        rate = statistics.median(values)
        flops = 2 * batch * width * (784 * 2 + 10 * 3)
        report.row(name, f"{1000 / rate:.2f}", f"{1e6 / rate / batch:.1f}", f"{flops * rate * 1e-9:.1f}")
    report.lines.append("* as if zeros were multiplied: it may exceed the arithmetic limit")


def epochs(report: Report, tab: Tab, seconds: float, most_epochs: int | None) -> None:
    """Every preset on MNIST from its first step to its last."""
    report.title("Every preset on MNIST, evaluation included")
    report.row(
        "", "s per epoch", *(f"s to {goal:.0%}" for goal in presets.GOALS), "in the end", "of the limit *"
    )
    for line in presets.measure(tab, most_epochs):
        report.row(*line)
    report.lines.append(
        "* multiply-adds of training, as if zeros were multiplied, against the arithmetic limit"
    )
    try:
        name = tab.start_tfjs()
        with Stage("the small CNN in TensorFlow.js"):
            report.row(f"small-cnn, {name}", f"{938 / tab.tfjs_rate('cnn', seconds):.0f}")
    except (OSError, Error) as error:
        report.lines.append(f"small-cnn, TensorFlow.js: not measured, {str(error).splitlines()[0]}")


def memory(report: Report, tab: Tab, quick: bool) -> None:
    """Memory of the page after 1, 10 and 100 epochs of a run with all its plots."""
    dataset, hidden = ("digits", 32) if quick else ("mnist", 64)
    report.title(f"Memory of the page ({dataset}, {hidden} hidden units)")
    report.row("after", "WebAssembly", "page's heap")
    tab.call("start_long_run", dataset, hidden, 101, wait=True)
    for epoch in (1, 10, 100):
        with Stage(f"training to epoch {epoch}"):
            while tab.call("epochs_done") < epoch:
                time.sleep(0.2)
        name = f"{epoch} epoch{'s' if epoch > 1 else ''}"
        report.row(name, f"{tab.call('memory'):.1f} MB", f"{page_heap(tab.page):.1f} MB")


def extras(report: Report, tab: Tab, rounds: int, seconds: float) -> None:
    """What augmentation and batch norm add to a step of training."""
    report.title("A step of training on MNIST, and what is added to it")
    plain = "nothing"
    report.row("", plain, *EXTRAS)
    for preset in ("corrected", "fast-mlp", "small-cnn"):
        kinds = {plain: {}, **EXTRAS}
        calls = {name: partial(tab.call, "preset_rate", preset, kind) for name, kind in kinds.items()}
        rates = alternate(calls, rounds, seconds)
        calls = {name: partial(tab.call, "batch_rate", preset, kind) for name, kind in kinds.items()}
        batches = alternate(calls, rounds, seconds / 4)
        added = [ratio(rates[plain], rates[name]) - 1 for name in EXTRAS]
        step = statistics.median(rates[plain])
        own = [
            statistics.median(step / b - step / a for a, b in zip(batches[plain], batches[name], strict=True))
            for name in EXTRAS
        ]
        report.row(preset, f"{1000 / step:.2f} ms", *(f"{share:+.0%}" for share in added))
        report.row("  of which making the batch", "", *(f"{share:+.0%}" for share in own))


def second_core(report: Report, tab: Tab, rounds: int, seconds: float) -> None:
    """What training on two cores could gain at most."""
    found = cores.measure(tab, rounds, seconds)
    report.title("Two workers with half of the hidden units each (upper bound)")
    report.row("a step of the whole, ms", f"{found['whole']:.2f}")
    report.row("a step of a half, both at work, ms", f"{found['half']:.2f}")
    report.row("an exchange of 64 x 10 scores, ms", f"{found['exchange']:.2f}")
    report.row("faster at most", f"{found['whole'] / (found['half'] + found['exchange']):.2f} x")


def machine() -> str:
    """The processor, its cores and how busy they were."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores{load}; {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    for name, run in (("native", native.main), ("start", start.main)):  # they need no page in training
        if name in sys.argv[1:]:
            return run([argument for argument in sys.argv[1:] if argument != name])
    parser = argparse.ArgumentParser(prog="build.py bench", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join((*PARTS, "native", "start")))
    parser.add_argument(
        "--quick", action="store_true", help="fewer and shorter rounds: a look, not a measurement"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.5, help="per contestant and round")
    parser.add_argument("--data", type=Path, help="folder that holds mnist/*.gz")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {', '.join(unknown)}; expected {', '.join((*PARTS, 'native', 'start'))}")
    if options.data:
        os.environ["NNCORE_DATA"] = str(options.data)
    rounds, seconds = (2, 0.5) if options.quick else (options.rounds, options.seconds)
    report = Report()
    report.lines.append(machine())
    build_site(options.data)
    for part in options.parts or PARTS:
        say(f"{part}:")
        with Tab() as tab:  # a fresh one for each part
            if part == "training":
                report.lines.append(f"Chromium {tab.version}; {rounds} alternating rounds of {seconds:g} s")
                training(report, tab, rounds, seconds)
            elif part == "picture":
                picture(report, tab, rounds, seconds)
            elif part == "kernels":
                kernels(report, tab, rounds)
            elif part == "sizes":
                sizes(report, tab, max(1, rounds // 3), seconds / 2)
            elif part == "extras":
                extras(report, tab, max(1, rounds // 3), seconds / 2)
            elif part == "epochs":
                epochs(report, tab, seconds, 1 if options.quick else None)
            elif part == "memory":
                memory(report, tab, options.quick)
            elif part == "saving":
                report.title("Keeping the session of a run under way")
                report.row("", *saving.HEADING)
                for line in saving.measure(tab, 20 if options.quick else 60):
                    report.row(*line)
            else:
                second_core(report, tab, rounds, seconds)
    report.print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
