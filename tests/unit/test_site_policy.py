"""Every page's policy allows what the build put there, and nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from web.site import csp, vendor
from web.site.archive import integrity
from web.site.paths import ROOT, SITE

PAGE = '<!doctype html><meta charset="utf-8"><script>one()</script><script src="two.js"></script>'


def rules(html: str) -> dict[str, str]:
    """The page's policy by directive."""
    content = html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return {name: value for name, _, value in (part.partition(" ") for part in content.split("; "))}


def test_inline_scripts_are_allowed_by_their_hash_alone() -> None:
    found = rules(csp.protect(PAGE, "page"))
    assert found["default-src"] == "'none'"
    assert found["script-src"] == f"'self' 'wasm-unsafe-eval' '{integrity(b'one()')}'"
    scripts = found["script-src"].split()
    assert not {"'unsafe-inline'", "'unsafe-eval'", "blob:", "data:", "*"} & set(scripts)


def test_the_policy_stands_before_what_it_governs() -> None:
    html = csp.protect(PAGE, "page")
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_every_page_of_the_site_gets_a_policy(tmp_path: Path) -> None:
    names = ("index.html", "404.html", "lessons/index.html", "api/nncore.html", "api/nncore/data.html")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PAGE, "utf-8")
    csp.protect_pages(tmp_path, ["sha256-unpacked"])
    found = {name: rules((tmp_path / name).read_text("utf-8"))["script-src"] for name in names}
    assert len(set(found.values())) == 2
    assert found["index.html"] == found["404.html"] + " 'sha256-unpacked'"


@pytest.mark.parametrize(
    "html",
    ['<meta charset="utf-8"><button onclick="go()">', '<meta charset="utf-8"><img src=x onerror=go()>'],
)
def test_an_inline_handler_stops_the_build(html: str) -> None:
    with pytest.raises(ValueError, match="which the policy forbids"):
        csp.protect(html, "page")


def test_none_of_our_own_scripts_evaluates_text() -> None:
    for path in (ROOT / "web").rglob("*.js"):
        text = path.read_text("utf-8")
        assert "new Function(" not in text, path
        assert "eval(" not in text, path


def test_panel_s_glue_is_what_the_page_replaces_it_with() -> None:
    """A Panel whose glue changed must not be met with the old replacement."""
    wheel = next(wheel for wheel in vendor.read_lock()["wheels"] if wheel["name"] == "panel")
    path = vendor.cache_dir() / "wheels" / wheel["file"]
    if not path.exists():
        pytest.skip(f"{path} is not in the cache: build the site once")
    with zipfile.ZipFile(path) as archive:
        script = archive.read("panel/dist/panel.min.js").decode()
    for line in (
        "const view = Bokeh.index.find_one_by_id(id)",
        "view: view, model: view.model_proxy, data: view.model.data, el: view.container",
        "view.container.replaceChildren(out)",
        "view.after_rendered()",
    ):
        assert line in script


def test_pages_are_listed_with_their_policy() -> None:
    assert csp.CHARSET in (SITE / "shell.html").read_text("utf-8")
    assert all(
        csp.CHARSET in Path(SITE / name).read_text("utf-8") for name in ("lesson.html", "plain_page.html")
    )


def test_no_view_uses_a_panel_object_that_evaluates_text() -> None:
    """Panel's ReactiveHTML compiles its template in the page; FlexBox is one."""
    for path in (ROOT / "web").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "pn.FlexBox(" not in text, path
        assert "ReactiveHTML)" not in text, path
