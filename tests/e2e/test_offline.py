"""After the first visit the site works without a network, and an update shows at the next visit with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from web.site.server import Handler, Server

# How an installation of the service worker ends.
INSTALLED_AS = """async () => {
  const {installing, waiting, active} = await navigator.serviceWorker.register("sw.js");
  const worker = installing ?? waiting ?? active;
  while (!["redundant", "activated"].includes(worker.state)) {
    await new Promise((go) => worker.addEventListener("statechange", go, {once: true}));
  }
  return worker.state;
}"""


def of_kept(do: str) -> str:
    """A script that adds up what `do` gives for each of the kept files whose address holds a text."""
    return """async (part, count = 0) => {
      const one = DO;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          if (request.url.includes(part)) count += await one(cache, request);
        }
      }
      return count;
    }""".replace("DO", do)


# Puts something else in their place.
DAMAGE = of_kept("""async (cache, request) => {
  await cache.put(request, new Response("<!doctype html>Log in"));
  return 1;
}""")
# Counts those that have not been mended.
DAMAGED = of_kept("""async (cache, request) =>
  (await (await cache.match(request)).text()).startsWith("<!doctype html>Log in")""")


def overload(server: Server) -> None:
    """From now on, also on connections that are open, it answers nothing but that it cannot answer."""
    server.RequestHandlerClass.func.do_GET = lambda handler: handler.send_error(503)


def switch_off(server: Server) -> None:
    """No more answers, neither on new connections nor on those that are open."""

    def hang_up(handler: Handler) -> None:
        handler.close_connection = True

    server.shutdown()
    server.server_close()
    server.RequestHandlerClass.func.do_GET = hang_up


def wait_until_kept(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_works_offline_and_shows_updates(
    new_context: Callable[..., BrowserContext], guard: Guard, own_copy: tuple[Path, Server, str]
) -> None:
    copy, server, url = own_copy
    guard.site_url = url
    page = boot(new_context(service_workers="allow").new_page(), url)
    wait_until_kept(page)

    shell = copy / "index.html"
    newer = shell.read_text("utf-8").replace("<title>nncore lab", "<title>newer nncore lab")
    shell.write_text(newer, "utf-8")
    boot(page, url)
    expect(page).to_have_title("newer nncore lab")

    # A host that has lost a file, or answers 503, is worth less than the copy.
    (copy / "lessons" / "teachers.html").unlink()
    page.goto(f"{url}lessons/teachers.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Links")
    overload(server)
    page.goto(f"{url}lessons/teachers.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Links")
    guard.expect("503")
    boot(page, url)

    switch_off(server)
    guard.expect("ERR_CONNECTION_REFUSED|Failed to fetch")  # what is only better when fresh
    boot(page, url)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    page.goto(f"{url}lessons/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_another_answer_is_never_kept_and_a_damaged_copy_is_repaired(
    new_context: Callable[..., BrowserContext], guard: Guard, own_copy: tuple[Path, Server, str]
) -> None:
    """A network's login page, a half-finished deployment, a bad disk."""
    copy, _, url = own_copy
    guard.site_url = url
    guard.expect("integrity|Failed to|Cannot find Bokeh|input data is corrupted")
    lesson = copy / "lessons" / "notebook.html"
    right = lesson.read_bytes()
    lesson.write_text("<!doctype html><title>Log in to this network</title>", "utf-8")
    page = boot(new_context(service_workers="allow").new_page(), url)
    assert page.evaluate(INSTALLED_AS) == "redundant"

    lesson.write_bytes(right)
    boot(page, url)
    wait_until_kept(page)
    assert page.evaluate(DAMAGE, "/lib/web-") == 1
    page.goto("about:blank")
    boot(page, url)  # which finds the damage and fetches that file alone
    assert page.evaluate(DAMAGED, "/lib/web-") == 0

    assert page.evaluate(DAMAGE, "/lib/modules-") > 0
    page.goto("about:blank")
    boot(page, url)  # which finds the damage, loads afresh and starts
    assert page.evaluate("sessionStorage.getItem('nncore-repaired')") == "yes"
    wait_until_kept(page)
    page.goto("about:blank")
    boot(page, url)

    assert page.evaluate(DAMAGE, "/lib/modules-") > 0
    page.goto("about:blank")
    page.goto(url)  # which loads afresh by itself once only
    expect(page.get_by_role("heading", name="The dashboard could not start")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Repair").click()
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    assert page.evaluate(DAMAGED, "/lib/modules-") == 0
