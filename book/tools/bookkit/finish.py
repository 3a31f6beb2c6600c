"""What is done to Doxygen's HTML: each chapter's links into its own browser, search, the way."""

from __future__ import annotations

import html
import json
import re
import shutil
import xml.etree.ElementTree as xml
from html.parser import HTMLParser
from pathlib import Path

from . import links, machine, marks, pages, places, symbols
from .places import BOOK, BUILD, HTML, chapters

CODE_LINK = re.compile(r'<a class="code[^"]*" href="(?!ch\d\d/)[^"]*">([^<]*)</a>')
SCRIPTS = ("doxygen-awesome-darkmode-toggle.js", "doxygen-awesome-fragment-copy-button.js",
           "doxygen-awesome-paragraph-link.js")


def page_files() -> list[Path]:
    """The book's pages as HTML, in reading order: chapters with their answers and differences."""
    found = []
    for page in places.source_pages():
        found.append(HTML / f"{page.stem}.html")
        if re.fullmatch(r"ch\d\d", page.stem):
            found.append(HTML / f"{page.stem}-diff.html")
    return [path for path in found if path.exists()]


# Links


def relink(text: str, chapter: str) -> str:
    """Names in listings: Doxygen knows final's only. They lead into the chapter's browser, or, if
    it has no such name, nowhere."""
    names = symbols.table(chapter)

    def link(match: re.Match[str]) -> str:
        place = names.get(html.unescape(match[1]))
        return f'<a class="code" href="{chapter}/{place}">{match[1]}</a>' if place else match[1]

    # The notes that appear over names are about final's, too.
    text = re.sub(r'^<div class="ttc" .*\n', "", text, flags=re.MULTILINE)
    return CODE_LINK.sub(link, text)


def introduce(text: str) -> str:
    """Links to the glossary become the places where terms are introduced."""
    return re.sub(r'<a href="appendix-glossary.html#(term-[\w-]+)"',
                  r'<a id="\1-here" class="bh-term" href="appendix-glossary.html#\1"', text)


def way(order: list[tuple[str, str]], name: str) -> str:
    """Links to the pages before and behind."""
    at = [one for one, _title in order].index(name)
    before = order[at - 1] if at else None
    behind = order[at + 1] if at + 1 < len(order) else None
    links = [f'<a rel="prev" href="{before[0]}">← {before[1]}</a>' if before else "<span></span>",
             f'<a rel="next" href="{behind[0]}">{behind[1]} →</a>' if behind else ""]
    return f'<nav class="bh-way" aria-label="Pages">{"".join(links)}</nav>'


def title_of(text: str) -> str:
    found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    return found[1].strip() if found else ""


def finish_pages() -> None:
    files = page_files()
    main = [path for path in files if not re.search(r"ch\d\d-", path.name)]
    order = [(path.name, title_of(path.read_text(encoding="utf-8"))) for path in main]
    for path in files:
        text = path.read_text(encoding="utf-8")
        chapter = "ch01" if path.stem == "ch00" else places.page_chapter(path)  # whose code it reads
        if chapter:
            text = relink(text, chapter)
        text = marks.mark(introduce(text))
        if path in main:
            text = text.replace("</div><!-- contents -->",
                                f"</div><!-- contents -->{way(order, path.name)}", 1)
        path.write_text(text, encoding="utf-8")


# Search


class Sections(HTMLParser):
    """A page's text, cut at its headings."""

    SILENT = ("script", "style", "svg", "button", "nav")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = [["", "", ""]]  # section, anchor, text
        self._inside = self._silent = 0
        self._heading = False
        self._anchor = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "div" and "contents" in (values.get("class") or "").split():
            self._inside = 1
        elif tag == "div" and self._inside:
            self._inside += 1
        if tag in self.SILENT:
            self._silent += 1
        if self._inside and tag == "a" and "anchor" in (values.get("class") or ""):
            self._anchor = values.get("id") or ""
            if self._heading:
                self.found[-1][1] = self._anchor
        if self._inside and tag in ("h1", "h2", "h3"):
            self._heading = True
            self.found.append(["", self._anchor, ""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._inside:
            self._inside -= 1
        if tag in self.SILENT and self._silent:
            self._silent -= 1
        if tag in ("h1", "h2", "h3"):
            self._heading = False
        if self._inside:
            self.found[-1][2] += " "

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self.found[-1][0 if self._heading else 2] += data


def texts() -> list[list[str]]:
    found = []
    for path in page_files():
        if path.name.endswith("-diff.html"):
            continue
        source = path.read_text(encoding="utf-8")
        parser = Sections()
        parser.feed(source)
        for section, anchor, text in parser.found:
            words = " ".join(text.split())
            if words or section.strip():
                url = path.name + (f"#{anchor}" if anchor else "")
                found.append([html.unescape(title_of(source)), " ".join(section.split()), url,
                              words])
    return found


def names_in(tag_file: Path, where: str, prefix: str) -> list[list[str]]:
    """Functions, types, macros, constants and files of a tag file."""
    found = {}
    for compound in xml.parse(tag_file).getroot().iter("compound"):
        kind = compound.get("kind") or ""
        place = compound.findtext("filename") or ""
        place += "" if place.endswith(".html") else ".html"
        name = compound.findtext("name") or ""
        if kind in ("file", "struct", "union"):
            found.setdefault((name, kind), [name, kind, where, prefix + place])
        if kind != "file":
            continue
        for member in compound.iter("member"):
            label = member.findtext("name") or ""
            what = {"define": "macro", "enumvalue": "constant", "enumeration": "enum"}.get(
                member.get("kind") or "", member.get("kind") or "")
            anchor = f"{member.findtext('anchorfile')}#{member.findtext('anchor')}"
            if label and not label.startswith("@"):
                found.setdefault((label, what), [label, what, where, prefix + anchor])
    return list(found.values())


def names() -> list[list[str]]:
    found = names_in(BUILD / "tags" / "final.tag", "final", "")
    for chapter in chapters():
        found += names_in(symbols.TAGS / f"{chapter}.tag", chapter, f"{chapter}/")
    return found


def make_search() -> None:
    data = json.dumps({"texts": texts(), "names": names()}, ensure_ascii=False,
                      separators=(",", ":"))
    (HTML / "search-data.js").write_text(f"window.BOOK_SEARCH = {data};\n", encoding="utf-8")


def copy_scripts() -> None:
    for name in SCRIPTS:
        shutil.copyfile(pages.AWESOME / name, HTML / name)
    for name in ("book.js", "machine.js"):
        shutil.copyfile(BOOK / "theme" / name, HTML / name)
    for chapter in chapters():  # a browser that was not made again gets the sheet of today
        shutil.copyfile(BOOK / "theme" / "book.css", HTML / chapter / "book.css")


def finish() -> None:
    copy_scripts()
    links.mend(HTML, {path.name for path in page_files()})
    finish_pages()
    make_search()
    machine.make()
