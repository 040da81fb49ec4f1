"""Every word for a visitor goes through the door, and every language has all of them."""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from nncore import custom
from nncore.recipe import Recipe
from nncore.text import Text
from web import words
from web.course.checker import check
from web.course.exercises import read_course
from web.session.hub import Hub
from web.session.library import Library
from web.site import compiling
from web.site import words as catalogues
from web.site.check_tools import OutOfReachError, unpack
from web.site.documents import COURSE
from web.site.paths import ROOT, SITE
from web.words.documents import paragraphs, translated

SEEN = (
    "views",
    "session",
    "insight",
    "course",
    "pad",
    "components",
    "browser",
    "share",
)  # packages with words for visitors
# A phrase: two words side by side, or one that begins like a sentence's.
PHRASE = re.compile(r"[A-Za-z]{2,}[,.:;]? [a-z]+\b|^[A-Z][a-z]{2,}[.:?…]?$")
# What is no word for a visitor: for programmers, and texts of other kinds.
DOOR = ("_", "ngettext", "pgettext", "Text")
ERRORS = ("ValueError", "TypeError", "KeyError", "IndexError", "AssertionError", "RuntimeError")
LEFT = (
    r"\w\.(npz|csv|py|md|json|gz|js)\b",  # names of files
    r"[<>]|var\(--|\b(import|def|return) |^load_data|minmax\(",  # HTML, CSS and code that is shown as such
    r"^(row wrap|Escape|Linear)$",
    r"^# Answers to: ",  # by which a file of answers is known
)


def test_a_catalogue_is_the_same_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls(2031, 1, 1, tzinfo=tz)

    today = catalogues.for_python("zh_CN")
    monkeypatch.setattr("babel.messages.catalog.datetime.datetime", Later)
    assert catalogues.for_python("zh_CN") == today


@pytest.fixture
def chinese() -> Iterator[None]:
    before = words._catalogue, words._language
    words.use("zh-CN", catalogues.for_python("zh_CN"))
    yield
    words._catalogue, words._language = before


@pytest.mark.parametrize("folder", catalogues.languages())
def test_every_word_is_translated_with_its_placeholders(folder: str) -> None:
    assert catalogues.problems(folder) == [], "run: python3 build.py words"


def test_a_word_is_said_in_the_language_chosen(chinese: None) -> None:
    assert words.language() == "zh-CN"
    assert words._("Learning rate") == "学习率"
    assert words._("Run {number}", number=3) == "训练 3"
    assert words.ngettext("{figure} epoch", "{figure} epochs", 1.5, figure="1.5").strip() == "1.5 轮"
    assert words.pgettext("race", "against") == "对手"
    assert words.pgettext("pixels", "against") == "反对"
    assert words._("what no catalogue knows") == "what no catalogue knows"
    assert words._("") == words._(None) == ""


def test_english_needs_no_catalogue() -> None:
    assert words.ngettext("{n} drawing", "{n} drawings", 1) == "1 drawing"
    assert words.ngettext("{n} drawing", "{n} drawings", 2) == "2 drawings"


def test_an_error_of_nncore_is_plain_english_and_can_be_said_in_another_language(chinese: None) -> None:
    error = ValueError(Text("{name}: there is no such setting", name="speed"))
    assert str(error) == "speed: there is no such setting"
    assert words._(str(error)) == "speed: 没有这个设置"
    said = words._("Your code, {error}", error=error)
    assert said == "你的代码，speed: 没有这个设置", "an error among the values is translated too"


def test_text_is_the_string_it_says() -> None:
    text = Text("{n} of {name!r}", n=2, name="a")
    assert text == "2 of 'a'"
    assert str(ValueError(text)) == text
    assert isinstance(str(ValueError(text)), Text)


def test_a_document_keeps_its_code_and_marks() -> None:
    text = (
        "# A title {#name}\n\nSome words\nover lines.\n\n```python\nsome = code\n```\n> A quotation.\n\n- 1\n"
    )
    assert paragraphs(text) == ["A title", "Some words\nover lines.", "A quotation."]
    assert translated(text, lambda words: words) == text
    assert translated(text, str.upper) == text.replace("A title", "A TITLE").replace(
        "Some words\nover lines.", "SOME WORDS\nOVER LINES."
    ).replace("A quotation.", "A QUOTATION.")


def test_a_formula_is_a_paragraph_and_an_example_a_document() -> None:
    text = "```\ny = x  (a row)\n```\n\n````markdown\n# Title\n\n```python blank\nhalf = 1\n```\n````\n"
    assert paragraphs(text) == ["y = x  (a row)", "Title"]
    assert translated(text, str.upper) == text.replace("y = x  (a row)", "Y = X  (A ROW)").replace(
        "Title", "TITLE"
    )


def test_the_course_is_the_same_in_chinese_but_for_its_words(chinese: None) -> None:
    markdown = COURSE.read_text("utf-8")
    english, course = read_course(markdown), read_course(translated(markdown, words._))
    for ours, theirs in zip(course.exercises, english.exercises, strict=True):
        for part in ("id", "blank", "given", "solution", "checks", "after", "aside"):
            assert getattr(ours, part) == getattr(theirs, part)
        assert [mistake.code for mistake in ours.mistakes] == [mistake.code for mistake in theirs.mistakes]
        assert len(ours.hints) == len(theirs.hints)
        told = [ours.title, ours.text, *(mistake.explanation for mistake in ours.mistakes), *ours.hints[:1]]
        assert all(re.search("[\u4e00-\u9fff]", text) for text in told), ours.id


def test_an_answer_is_judged_in_chinese(chinese: None) -> None:
    neuron = read_course(translated(COURSE.read_text("utf-8"), words._)).exercise("neuron")
    assert check(neuron, neuron.solution).text == "通过了 2 项检查。"
    mean = check(neuron, "def neuron(x, w):\n    return np.mean(x * w)")
    assert mean.text.startswith("这里要的是和")
    half = check(neuron, "def neuron(x, w):\n    return 0.5 * np.sum(x * w)")
    assert half.text == "只有一个像素 0.8、权重 0.5 时：得到 0.2，应为 0.4：所有数都是应有值的 0.5 倍。"
    endless = check(neuron, "def neuron(x, w):\n    return y")
    named = "只有一个像素 0.8、权重 0.5 时：第 2 行：NameError: name 'y' is not defined。拼写对吗？"
    assert endless.text.startswith(named)


def test_a_wrong_gradient_is_told_in_chinese(chinese: None) -> None:
    text = (
        "class Square(Module):\n is_activation = True\n def forward(self, x):\n  self.x = x\n  return x * x\n"
    )
    text += " def backward_input(self, grad_output):\n  return -2 * grad_output * self.x\n"
    (found,) = custom.check(custom.Program(text).run(), Recipe(hidden=(16,)))
    assert words._(found.text) == "backward：对输入的梯度与有限差分不符，相差 -1 倍（符号错了）"


CIRCLES = Recipe(dataset="circles")


def test_classes_are_named_in_chinese(chinese: None) -> None:
    async def load() -> Library:
        library, arrived = Library(Hub()), asyncio.Event()
        library.fetch(CIRCLES, arrived.set, arrived.set)
        await asyncio.wait_for(arrived.wait(), 60)
        return library

    train, test = asyncio.run(load())[CIRCLES]
    assert train.class_names == test.class_names == ("蓝色", "橙色")


def test_browsers_and_catalogue_agree_on_plural_forms() -> None:
    assert catalogues.plural_forms("zh_CN") == {"other": 0}


def test_no_sentence_bypasses_the_door() -> None:
    files = [
        path
        for name in SEEN
        for path in sorted((ROOT / "web" / name).rglob("*.py"))
        if path.name != "__main__.py"  # for programmers
    ]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in files
        for line, text in bypassing(path.read_text("utf-8"))
    ]
    assert not found, "to be put through `_` of web.words:\n" + "\n".join(found)


def test_the_search_for_what_bypasses_the_door_finds_it() -> None:
    source = 'note = "Draw a digit"\nlabel = _("Draw a digit")\nerror = f"got {n} drawings here"\n'
    assert [line for line, _ in bypassing(source)] == [1, 3]


def test_a_phrase_in_a_script_that_bypasses_the_door_is_found(tmp_path: Path) -> None:
    try:
        eslint = unpack("eslint-linter-browserify", tmp_path, "linter.mjs")
    except OutOfReachError as reason:
        pytest.skip(f"scripts were not searched: {reason}")
    script = tmp_path / "page.js"
    script.write_text(
        'one.title = "Draw a digit";\none.textContent = `${n} drawings here`;\none.title = _("Draw now");\n'
    )
    command = [compiling.node(), str(SITE / "lint.mjs"), str(eslint / "linter.mjs"), str(script)]
    found = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    assert [line.split(":")[1] for line in found if "words/door" in line] == ["1", "2"]


def bypassing(source: str) -> list[tuple[int, str]]:
    """Lines and texts of the phrases that stand outside of a call of the door."""
    tree = ast.parse(source)
    passed = {inner for node in ast.walk(tree) if _passes(node) for inner in ast.walk(node)}
    passed |= {key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys if key}
    found = []
    for node in ast.walk(tree):
        if node in passed:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "0" for part in node.values)
            passed.update(part for part in node.values if isinstance(part, ast.Constant))
        else:
            continue
        if PHRASE.search(text) and not any(re.search(pattern, text) for pattern in LEFT):
            found.append((node.lineno, text))
    return found


def _passes(node: ast.AST) -> bool:
    """Whether what stands in `node` has gone through the door, or is not meant for visitors."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in (*DOOR, *ERRORS, "Program", "warning", "exception", "TypeVar", "Literal")
    if isinstance(node, ast.keyword):
        return node.arg == "doc"  # of a component's property
    if isinstance(node, ast.Subscript):
        return True
    if isinstance(node, ast.Assert | ast.Compare):
        return True
    if isinstance(node, ast.Assign):
        return any(getattr(target, "id", "") == "__all__" for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # a docstring
