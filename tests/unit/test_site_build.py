"""The parts of the build: data files, archives, page, server, command line."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

import build
from nncore import LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, Augmentation, Trainer
from nncore.custom import original_named
from nncore.data.mnist import MNIST
from nncore.data.published import FILES
from web.insight.source import reference
from web.site import archive, mnist, modules, page
from web.site.console import BuildError
from web.site.paths import SITE
from web.site.reference import add_reference
from web.site.server import make_server


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with four small files that pass for MNIST's."""
    content = {name: f"content of {name}".encode() for name in FILES}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    monkeypatch.setattr(MNIST, "digests", hashes)
    monkeypatch.delenv("NNCORE_DATA", raising=False)
    monkeypatch.setenv("NNCORE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mnist").mkdir()
    for name, data in content.items():
        (tmp_path / "mnist" / name).write_bytes(gzip.compress(data))
    return tmp_path


def test_mnist_from_a_named_folder(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = mnist.find_mnist(data_folder)
    assert files is not None
    assert set(files) == set(FILES)
    monkeypatch.setenv("NNCORE_DATA", str(data_folder))
    assert mnist.find_mnist(None) == files


def test_missing_and_damaged_mnist_files_are_named(data_folder: Path) -> None:
    file = data_folder / "mnist" / "t10k-labels-idx1-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(BuildError, match=r"t10k-labels-idx1-ubyte\.gz, or is damaged"):
        mnist.find_mnist(data_folder)
    file.write_bytes(gzip.compress(b"another file"))
    with pytest.raises(BuildError, match="t10k-labels"):
        mnist.find_mnist(data_folder)
    file.unlink()
    with pytest.raises(BuildError, match="does not exist"):
        mnist.find_mnist(data_folder)


def test_without_mnist_the_build_says_so(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(MNIST, "mirrors", ("http://127.0.0.1:9/",))
    assert mnist.find_mnist(None) is None
    assert "embedded 8x8 digits alone" in capsys.readouterr().out


def test_archives_are_reproducible_and_lean(tmp_path: Path) -> None:
    wheel = tmp_path / "pack-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        for name in (
            "pack/core.py",
            "pack/fast.so",
            "pack/tests/test_core.py",
            "pack-1.dist-info/METADATA",
            "pack-1.dist-info/RECORD",
            "pack/data.json",
            "pack/native.cpython-313-wasm32-emscripten.so",
        ):
            made.writestr(name, name)
    first, second = (archive.pack(archive.wheel_entries([wheel])) for _ in range(2))
    assert first == second
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert sorted(names) == [
        "pack-1.dist-info/METADATA",
        "pack/core.py",
        "pack/data.json",
        "pack/native.cpython-313-wasm32-emscripten.so",
    ]


def test_modules_are_preloaded_with_what_they_import_and_each_once() -> None:
    names = modules.in_order_of_need(["page/painted.js", "components/note.js", "components/tiles.js"])
    assert names[:3] == ["page/painted.js", "components/note.js", "components/kit.js"]
    assert len(names) == len(set(names))
    assert not [name for name in names if not (modules.ROOT / "web" / name).is_file()]


def test_solid_archive_lists_its_files_in_order() -> None:
    packed = archive.solid(archive.pack([("a/one.py", b"1\n2"), ("b.txt", b"")]))
    index, _, content = gzip.decompress(packed).partition(b"\n")
    assert json.loads(index) == [["a/one.py", 3], ["b.txt", 0]]
    assert content == b"1\n2"


def test_dashboard_archive_holds_the_dashboard_alone() -> None:
    names = [name for name, _ in archive.dashboard_entries()]
    assert "web/app.py" in names
    unwanted = ("web/site/", "web/lessons/", "__pycache__")
    assert not [name for name in names if any(part in name for part in unwanted) or name.endswith(".js")]


def test_every_stage_that_is_told_is_shown() -> None:
    scripts = "".join(path.read_text("utf-8") for path in modules.sources())
    told = set(re.findall(r"""say\("stage", {name: "(\w+)"|showStage\("(\w+)"\)""", scripts))
    assert {a or b for a, b in told} == {name for name, _, _ in page.STAGES}
    assert sum(share for _, _, share in page.STAGES) == pytest.approx(1)


def test_page_refers_to_nothing_absolute() -> None:
    names = ("shell.html", "shell.css", "theme.css", "404.html", "browser.html", "plain_page.html")
    documents = [SITE / name for name in names]
    for path in (*documents, *SITE.glob("*.js"), *modules.sources()):
        text = path.read_text("utf-8")
        found = re.findall(
            r"""(?:src|href)="(?:/|https?:)|url\(["']?(?:/|https?:)|(?:from|import\() ?"/""", text
        )
        assert not found, path


def test_server_knows_its_prefix_and_types(tmp_path: Path) -> None:
    (tmp_path / "core.wasm").write_bytes(b"wasm")
    server = make_server(tmp_path, 0, "/repo/")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_address[1]}"
    with urllib.request.urlopen(root + "/repo/core.wasm") as answer:
        assert answer.headers["Content-Type"] == "application/wasm"
        assert answer.read() == b"wasm"
    for path in ("/core.wasm", "/repo/nothing"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(root + path)
    server.shutdown()


def test_command_line_passes_the_rest_to_pytest() -> None:
    options, rest = build.parse(["test", "--data", "somewhere", "e2e", "-k", "boot or pad", "-x"])
    assert options.data == Path("somewhere")
    assert rest == ["e2e", "-k", "boot or pad", "-x"]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_meet_wcag_aa(theme: str) -> None:
    css = (SITE / "theme.css").read_text("utf-8")
    light, dark = css.split(':root[data-theme="dark"]')
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6});", light if theme == "light" else dark))
    pairs = [
        (ink, ground)
        for ground in ("bg", "surface", "surface-2")
        for ink in ("text", "muted", "accent", "good", "bad", "warn", "train", "test")
    ]
    for ink, ground in [*pairs, ("accent-text", "accent")]:
        high, low = sorted((luminance(tokens[ink]), luminance(tokens[ground])), reverse=True)
        ratio = (high + 0.05) / (low + 0.05)
        assert ratio >= 4.5, f"{theme}: {ink} on {ground} is {ratio:.2f}:1"


def test_the_reference_and_the_page_know_the_same_parts(tmp_path: Path) -> None:
    add_reference(tmp_path)
    pages = {
        path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in tmp_path.rglob("*.html")
    }
    named = {name for text in pages.values() for name in re.findall(r"index\.html#read=(\w+)", text)}
    makers = [*LAYERS.makers, *LOSSES.makers, *OPTIMIZERS.makers, *SCHEDULES.makers, Trainer, Augmentation]
    assert {maker.__name__ for maker in makers if isinstance(maker, type)} <= named
    for name in named:
        part = original_named(name)
        assert part is not None, f"the page has no source of {name}"
        page, anchor = reference(part).split("#")
        assert f'id="{anchor}"' in pages[page], f"the reference has no {name}"
