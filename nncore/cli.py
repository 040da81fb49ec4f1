"""The command line: train, evaluate, predict, code, presets, gradcheck."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nncore import commands
from nncore.custom import CodeError
from nncore.errors import ERRORS
from nncore.presets import PRESETS
from nncore.recipe import SETTINGS

EXPECTED = (*ERRORS, CodeError, OSError)


def build_parser() -> argparse.ArgumentParser:
    """The parser; every recipe setting is an option of `train`."""
    parser = argparse.ArgumentParser(
        prog="python -m nncore", description="Train and use small neural networks."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")

    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="folder with mnist/*.gz, fashion-mnist/*.gz or kmnist/*.gz (default: NNCORE_DATA, else the "
        "cache folder), or an .npz file of your own",
    )
    data.add_argument(
        "--download", action="store_true", help="fetch MNIST from public mirrors if it is missing"
    )

    trusting = argparse.ArgumentParser(add_help=False)
    trusting.add_argument(
        "--run-code", action="store_true",
        help="run the Python code that the model holds, if it does (read it first: python -m nncore code)",
    )  # fmt: skip

    train = subparsers.add_parser(
        "train", parents=[data, trusting], help="train a network", formatter_class=_Help
    )
    train.set_defaults(run=commands.train)
    train.add_argument(
        "--preset", choices=PRESETS, help=f"settings to start from (default: {commands.DEFAULT_PRESET})"
    )
    train.add_argument(
        "--save", type=Path, metavar="FILE", help="write the model and the run here after every epoch"
    )
    train.add_argument("--resume", type=Path, metavar="FILE", help="go on with a run that --save wrote")
    train.add_argument(
        "--history", type=Path, metavar="FILE", help="write the figures of every epoch (.json or .csv)"
    )
    train.add_argument(
        "--code", type=Path, metavar="FILE",
        help="Python file with layers, losses, optimisers ... of your own, which take the place of nncore's",
    )  # fmt: skip
    group = ""
    for setting in SETTINGS.values():
        if setting.group != group:
            group = setting.group
            section = train.add_argument_group(f"{group.lower()} settings (default: as the preset has them)")
        limits = setting.expected + (f"; if {setting.condition}" if setting.condition else "")
        section.add_argument(
            "--" + setting.name.replace("_", "-"), metavar="VALUE", dest=f"set_{setting.name}",
            help=f"{setting.help} ({limits})".replace("%", "%%"),
        )  # fmt: skip

    evaluate = subparsers.add_parser("evaluate", parents=[data, trusting], help="test a saved model")
    evaluate.set_defaults(run=commands.evaluate_model)
    evaluate.add_argument("model", type=Path, help="file that train --save wrote")
    evaluate.add_argument("--json", action="store_true", help="print JSON")

    predict = subparsers.add_parser("predict", parents=[trusting], help="read pictures")
    predict.set_defaults(run=commands.predict_pictures)
    predict.add_argument("model", type=Path, help="file that train --save wrote")
    predict.add_argument(
        "pictures",
        type=Path,
        nargs="+",
        help="pictures of one thing each (needs Pillow), or .npy arrays (height, width); dark on light or "
        "the reverse",
    )
    predict.add_argument("--json", action="store_true", help="print JSON")

    code = subparsers.add_parser("code", help="print the Python code that a saved model holds, unrun")
    code.set_defaults(run=commands.show_code)
    code.add_argument("model", type=Path, help="file that train --save wrote")

    presets = subparsers.add_parser("presets", help="list the presets and what they set")
    presets.set_defaults(run=commands.list_presets)
    presets.add_argument("--json", action="store_true", help="print JSON")

    gradcheck = subparsers.add_parser("gradcheck", help="compare gradients with finite differences")
    gradcheck.set_defaults(run=commands.check_gradients)
    gradcheck.add_argument(
        "--preset",
        choices=PRESETS,
        default=commands.DEFAULT_PRESET,
        help=f"whose network and loss to check (default: {commands.DEFAULT_PRESET})",
    )
    gradcheck.add_argument(
        "--samples", type=_count, default=5, help="numbers to try per parameter (default: 5)"
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 1")
    return int(text)


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, 1 after an error, 130 after an interruption."""
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except EXPECTED as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
