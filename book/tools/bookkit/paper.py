"""The book on paper: all pages in one, printed by a headless Chromium."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from . import finish
from .places import BUILD, HTML, ROOT, Unresolved

sys.path.insert(0, str(ROOT / "tests"))

from bulkhead import browser  # noqa: E402

TARGET = BUILD / "bulkhead.pdf"
ONE = BUILD / "print.html"
SHEETS = ("tabs.css", "doxygen.css", "doxygen-awesome.css", "book.css")
NUMBER = ('<div style="font: 8px sans-serif; width: 100%; text-align: center; color: #555">'
          '<span class="pageNumber"></span></div>')


def contents(text: str) -> str:
    """What stands between a page's head and its foot, without its own table of contents."""
    start = text.index('<div class="contents">')
    end = text.index("</div><!-- contents -->") + len("</div>")
    body = text[start:end]
    return re.sub(r'<div class="toc">.*?</div>\s*(?=<div class="textblock">)', "", body,
                  flags=re.DOTALL)


def inward(body: str, pages: dict[str, str]) -> str:
    """Links between pages become links within the one; to anything else they are only words."""

    def link(match: re.Match[str]) -> str:
        page, _, place = match[1].partition("#")
        if page and page not in pages:
            return match[2]
        target = place or pages[page]
        identity = re.search(r'\bid="[^"]*"', match[0])  # a term's place of birth
        return f'<a {identity[0] if identity else ""} href="#{target}">{match[2]}</a>'

    return re.sub(r'<a [^>]*?href="((?!https?:)[^"]*)"[^>]*>(.*?)</a>', link, body,
                  flags=re.DOTALL)


def one_page() -> str:
    files = [path for path in finish.page_files() if not path.name.endswith("-diff.html")]
    pages = {path.name: f"page-{path.stem}" for path in files}
    parts, list_ = [], []
    for path in files:
        text = path.read_text(encoding="utf-8")
        title = finish.title_of(text)
        head = "" if path.name == "index.html" else \
            f'<h1 class="bh-title" id="{pages[path.name]}">{title}</h1>'
        if head:
            list_.append(f'<li><a href="#{pages[path.name]}">{title}</a></li>')
        body = inward(contents(text), pages)
        parts.append(f'<section class="bh-page">{head}{body}</section>')
    cover = ('<section class="bh-cover" id="page-index"><h1>Bulkhead</h1>'
             "<p>A separation kernel, from power-on</p></section>"
             f'<section class="bh-page"><h1 class="bh-title">Contents</h1><ul>{"".join(list_)}</ul>'
             "</section>")
    sheets = "".join(f'<link rel="stylesheet" href="html/{name}"/>' for name in SHEETS)
    return ('<!DOCTYPE html><html lang="en" class="light-mode"><head><meta charset="utf-8"/>'
            f"<title>{html.escape('Bulkhead')}</title>{sheets}</head>"
            f'<body class="bh-paper">{cover}{"".join(parts[1:])}</body></html>')


def make() -> Path:
    if not browser.find():
        raise Unresolved("no chromium (tools/setup test)")
    if not (HTML / "index.html").exists():
        raise Unresolved("the book is not built yet: make book")
    text = one_page().replace("<details", "<details open")
    ONE.write_text(text, encoding="utf-8")
    try:
        with browser.Browser() as printer:
            printer.open(ONE.as_uri())
            printer.pdf(TARGET, printBackground=True, paperWidth=8.27, paperHeight=11.69,
                        marginTop=0.7, marginBottom=0.8, marginLeft=0.75, marginRight=0.75,
                        displayHeaderFooter=True, headerTemplate="<span></span>",
                        footerTemplate=NUMBER, generateDocumentOutline=True, generateTaggedPDF=True)
    finally:
        ONE.unlink(missing_ok=True)
    return TARGET
