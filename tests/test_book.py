"""The book's pages: what they show resolves, what they link is there, and a browser shows them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkhead import browser
from bulkhead.browser import Browser
from bulkhead.needs import missing, need
from bulkhead.tree import REPOSITORY

BOOK = REPOSITORY / "book"
sys.path.insert(0, str(BOOK / "tools"))

from bookkit import links  # noqa: E402

FILTER = BOOK / "tools" / "filter.py"


def check(*pages: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FILTER, "--check", *pages], capture_output=True, text=True, check=False)


def test_every_directive_resolves() -> None:
    pages = [page for page in sorted(BOOK.glob("*.md")) if page.name != "README.md"]
    answer = check(*pages)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("line, why", [
    ("@@listing ch01-boot/hw/nowhere.S", "no file"),
    ("@@listing ch01-boot/hw/boot.S from=/no such line/", "matches 0 lines"),
    ("@@listing ch01-boot/hw/boot.S from=/./", "not 1"),
    ("@@listing ch01-boot/hw/boot.S to=/no such line/", "matches no line"),
    ("@@listing ../etc/passwd", "no file"),
    ("@@glance ch99", "no chapter"),
    ("@@figure x", "alternative text"),
    ("@@nonsense x", "no directive"),
])
def test_a_directive_that_does_not_resolve_is_refused(tmp_path: Path, line: str, why: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{line}\n")
    answer = check(page)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{page}:3: ") and why in answer.stderr


# The book as it is built


@pytest.fixture(scope="module")
def built() -> Path:
    """The book, built."""
    need("doxygen")
    answer = subprocess.run(["make", "-s", "-C", BOOK], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "warning" not in answer.stderr
    return BOOK / "build" / "html"


def test_no_link_is_dead_and_every_figure_has_words(built: Path) -> None:
    wrong = links.problems() + links.menu_problems()
    assert not wrong, "\n".join(wrong)


def test_dead_links_and_silent_figures_are_found() -> None:
    page = links.parse('<a href="x.html#y">z</a><figure class="f" aria-label="one two three">'
                       '</figure><img src="a.png"><h1 id="there">t</h1><svg viewBox="0 0 1 1">')
    assert page.links == {"x.html#y", "a.png"} and page.ids == {"there"}
    assert len(page.silent) == 3


def test_names_in_a_chapter_lead_to_that_chapter(built: Path) -> None:
    """Neither to final, which Doxygen knows, nor to another chapter."""
    for page in sorted(built.glob("ch[0-9][0-9].html")):
        chapter = "ch01" if page.stem == "ch00" else page.stem  # chapter 0 reads chapter 1's code
        found = re.findall(r'<a class="code[^"]*" href="([^"]+)"', page.read_text())
        assert found or page.stem == "ch00", page.stem
        assert {link.partition("/")[0] for link in found} <= {chapter}
        for link in found:
            assert (built / link.partition("#")[0]).exists(), link


def test_search_knows_titles_text_and_names(built: Path) -> None:
    text = (built / "search-data.js").read_text()
    data = json.loads(text.removeprefix("window.BOOK_SEARCH = ").rstrip(";\n"))
    pages = {url.partition("#")[0] for _page, _section, url, _words in data["texts"]}
    assert {"index.html", "ch01.html", "appendix-glossary.html"} <= pages
    kmain = {where for name, _kind, where, _url in data["names"] if name == "kmain"}
    assert kmain >= {"ch01", "ch06", "final"}


# The book in a browser


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    if not browser.find():
        missing("chromium")
    with Browser() as started:
        yield started


SIZES = [(1280, 900, False), (390, 800, True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width, height, mobile", SIZES)
def test_pages_fit_and_can_be_read(
    built: Path, page: Browser, width: int, height: int, mobile: bool, scheme: str
) -> None:
    """No page is wider than the screen, and text stands out from what is behind it."""
    page.problems.clear()
    page.resize(width, height, mobile)
    page.prefer(scheme)
    for file in [built / "index.html", built / "preface.html", *sorted(built.glob("ch0[0-9].html")),
                 *sorted(built.glob("appendix-*.html")), *sorted(built.glob("part2-*.html"))]:
        page.open(file.as_uri())
        assert page.run("document.documentElement.scrollWidth") <= width, file.name
        content = "document.querySelector('#doc-content, .contents')"
        assert page.run(f"{content}.scrollWidth - {content}.clientWidth") <= 1, file.name
        assert page.run(CONTRAST) == [], (file.name, scheme)
    assert not page.problems


# Every text colour of the page's own parts against the background behind it (WCAG 2.1, 1.4.3: 4.5).
CONTRAST = r"""(() => {
    const parse = (c) => (c.match(/[\d.]+/g) || []).map(Number);
    const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                           return .2126 * r + .7152 * g + .0722 * b; };
    const behind = (e) => { for (; e; e = e.parentElement) {
        const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > .5) return c.slice(0, 3); }
        return parse(getComputedStyle(document.body).backgroundColor).slice(0, 3); };
    const bad = new Set();
    const wanted = ".contents p, .contents li, .contents td, .contents th, .contents h1, .contents h2, .contents h3, "
        + "pre.bh-pre, .bh-typed, .bh-small, figcaption, .bh-term, .bh-stars, summary, .bh-machine-note, .bh-way a";
    for (const e of document.querySelectorAll(wanted)) {
        const style = getComputedStyle(e), a = light(parse(style.color)), b = light(behind(e));
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (e.textContent.trim() && ratio < 4.5 && e.offsetParent)
            bad.add(`${e.tagName}.${e.className}: ${ratio.toFixed(2)}`);
    }
    for (const e of document.querySelectorAll(".bh-figure svg text")) {
        const a = light(parse(getComputedStyle(e).fill)), page = light(behind(e.closest("figure")));
        if ((Math.max(a, page) + .05) / (Math.min(a, page) + .05) < 3)
            bad.add(`figure text ${e.textContent.trim()}`);
    }
    return [...bad];
})()"""


def test_light_and_dark_can_be_switched(built: Path, page: Browser) -> None:
    page.resize(1280, 900)
    page.prefer("light")
    page.open((built / "ch01.html").as_uri())
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.run(colour)
    page.run("document.querySelector('doxygen-awesome-dark-mode-toggle').click()")
    assert page.run(colour) != before
    page.run("document.querySelector('doxygen-awesome-dark-mode-toggle').click()")
    assert page.run(colour) == before


def test_search_from_a_file(built: Path, page: Browser) -> None:
    """Words of the text, and a name, as a reader would type them; nothing is served."""
    page.open((built / "index.html").as_uri())
    page.run("document.getElementById('MSearchField').click()")
    page.wait("window.BOOK_SEARCH")
    type_in = """(words) => { const field = document.querySelector('#bh-results input');
        field.value = words; field.dispatchEvent(new Event('input')); 
        return [...document.querySelectorAll('#bh-results li a')].map((a) => a.getAttribute('href')); }"""
    assert page.run(f"({type_in})('identity map')")[0].startswith("ch01.html")
    assert any(link.startswith("ch01/") for link in page.run(f"({type_in})('kmain')")[:8])
    assert page.run(f"({type_in})('xyzzyplugh')") == []
    page.run(f"({type_in})('identity map')")
    page.run("document.querySelector('#bh-results li a').click()")
    page.wait("location.pathname.endsWith('ch01.html')")


@pytest.mark.parametrize("how", ["file", "http"])
def test_the_machine_in_the_page_boots(built: Path, page: Browser, how: str) -> None:
    if not (built / "machine" / "libv86.js").exists():
        missing("npm, for the machine in the page,")
    page.problems.clear()
    with browser.served(built) as address:
        start = address if how == "http" else built.as_uri() + "/"
        page.open(start + "ch01.html")
        page.wait("!document.querySelector('.bh-machine-bar').hidden")
        box = "document.querySelector('.bh-machine')"
        words = ["", "panic"] if how == "http" else [""]
        for word in words:
            page.run(f"{box}.querySelector('button[data-words=\"{word}\"]').click()")
            page.wait(f"{box}.dataset.state === 'ended'", 300)
            console = page.run(f"{box}.querySelector('.bh-live').textContent")
            assert console.startswith("Bulkhead, chapter 1: boot\n")
            assert ("PANIC: asked for on the command line" in console) == (word == "panic")
            assert console.endswith(f"Power off: {'failure' if word else 'success'}.\n")
    assert not page.problems


def test_a_machine_can_be_stopped(built: Path, page: Browser) -> None:
    if not (built / "machine" / "libv86.js").exists():
        missing("npm, for the machine in the page,")
    page.open((built / "ch01.html").as_uri())
    box = "document.querySelector('.bh-machine')"
    page.wait("!document.querySelector('.bh-machine-bar').hidden")
    page.run(f"{box}.querySelector('button[data-words]').click()")
    page.wait(f"!{box}.querySelector('.bh-stop').disabled")
    page.run(f"{box}.querySelector('.bh-stop').click()")
    page.wait(f"{box}.dataset.state === 'stopped' && {box}.querySelector('.bh-stop').disabled")


def test_a_machine_that_lacks_something_says_so(built: Path, page: Browser) -> None:
    """v86 has no task gates: chapter 3's double fault ends it, and the recording comes back."""
    if not (built / "machine" / "libv86.js").exists():
        missing("npm, for the machine in the page,")
    page.open((built / "ch03.html").as_uri())
    box = "document.querySelector('.bh-machine')"
    page.wait("!document.querySelector('.bh-machine-bar').hidden")
    page.run(f"{box}.querySelector('button[data-words=\"fault=df\"]').click()")
    page.wait(f"{box}.dataset.state === 'gave up'", 300)
    recorded = f"{box}.querySelector('pre[data-words=\"fault=df\"]')"
    assert not page.run(f"{recorded}.hidden")
    assert "double fault" in page.run(f"{recorded}.textContent")
    page.problems.clear()


def test_without_scripts_the_recording_stands_there(built: Path, page: Browser) -> None:
    page.scripts(False)
    try:
        page.open((built / "ch01.html").as_uri())
        box = "document.querySelector('.bh-machine')"
        assert page.run(f"{box}.querySelector('.bh-machine-bar').hidden")
        recorded = page.run(f"{box}.querySelector('pre:not([hidden])').textContent")
        assert "Bulkhead, chapter 1: boot" in recorded and "Power off: success." in recorded
    finally:
        page.scripts(True)


def test_the_book_on_paper(built: Path) -> None:
    """All pages, with figures as they are, and links that stay inside."""
    if not browser.find():
        missing("chromium")
    done = subprocess.run([BOOK / "tools" / "pdf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    data = (BOOK / "build" / "bulkhead.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) > 50
    from bookkit import paper

    text = paper.one_page()
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    assert len(re.findall(r'class="bh-title"', text)) >= 10
    dead = {link for link in re.findall(r'href="#([^"]+)"', text) if link not in ids}
    assert not dead
