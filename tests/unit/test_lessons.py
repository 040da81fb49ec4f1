"""The lessons as pages: they stand, and every link in them leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web.course.__main__ import faults
from web.course.exercises import read_course
from web.share.course_link import in_course
from web.share.link import read_link
from web.site.lessons import LESSONS, add_lessons, render

TEMPLATE = "<title>{{title}}</title>{{content}}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    add_lessons(dist, mnist=True)
    return dist


def links(page: Path) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.read_text("utf-8"))]


def test_every_document_becomes_a_page(site: Path) -> None:
    assert {page.stem for page in (site / "lessons").glob("*.html")} == {
        path.stem for path in LESSONS.glob("*.md")
    }


def test_links_between_lessons_lead_to_pages(site: Path) -> None:
    for page in (site / "lessons").glob("*.html"):
        for link in links(page):
            assert "://" not in link, f"{page.name} leads off the site: {link}"
            if link.endswith(".html"):
                assert (page.parent / link).is_file(), f"{page.name} has a dead link: {link}"


def test_links_to_the_dashboard_are_understood(site: Path) -> None:
    opened = {page.stem: [link for link in links(page) if link.startswith("../#")]
              for page in (site / "lessons").glob("*.html")}  # fmt: skip
    for name in ("notebook", "learning-rate", "centring", "teachers"):
        assert opened[name], f"{name} opens nothing"
    for link in [link.removeprefix("../#") for page in opened.values() for link in page]:
        assert in_course(link) or read_link(link).problems == (), link


def test_the_example_of_an_exercise_file_is_a_course_without_faults() -> None:
    text = (LESSONS / "exercises.md").read_text("utf-8")
    example = text.split("````markdown\n")[1].split("````")[0]
    course = read_course(example)
    assert [exercise.id for exercise in course.exercises] == ["relu", "relu-slope"]
    assert faults(course) == []


def test_without_mnist_the_links_fall_back_and_the_page_says_so() -> None:
    text = "# A title\n\n[Open](../#preset=notebook&dataset=mnist)\n"
    page = render(text, TEMPLATE, mnist=False)
    assert "dataset=digits" in page
    assert "built without MNIST" in page
    assert "built without MNIST" not in render(text, TEMPLATE, mnist=True)


def test_titles_are_escaped_and_required() -> None:
    assert "<title>A &lt; B</title>" in render("# A < B\n\ntext", TEMPLATE, mnist=True)
    with pytest.raises(ValueError, match="title"):
        render("no title", TEMPLATE, mnist=True)
