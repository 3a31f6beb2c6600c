"""Follows every link of the built book, and looks at every figure and picture for its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .places import HTML

TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
VALUE = re.compile(r'\b(id|name|href|src|alt|aria-label)="([^"]*)"')


@dataclass
class Parsed:
    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    silent: list[str] = field(default_factory=list)  # pictures and figures without words


def parse(text: str) -> Parsed:
    page = Parsed()
    labelled = 0  # depth inside a figure
    for tag, rest in TAG.findall(text):
        if tag == "/figure":
            labelled -= 1
        if not rest and tag != "figure" and tag != "svg":
            continue
        values = {key: value for key, value in VALUE.findall(rest)}
        page.ids |= {values[key] for key in ("id", "name") if values.get(key)}
        page.links |= {values[key] for key in ("href", "src") if values.get(key)}
        if tag == "figure":
            labelled += 1
            if len(values.get("aria-label", "").split()) < 4:
                page.silent.append(f"figure {values.get('aria-label')!r}")
        elif tag == "img" and "alt" not in values:
            page.silent.append(f"img {values.get('src')}")
        elif tag == "svg" and not labelled:
            page.silent.append("svg outside a figure")
    return page


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def problems() -> list[str]:
    """Links that lead nowhere, and what has no words."""
    pages = {path: parse(read(path)) for path in sorted(HTML.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        name = path.relative_to(HTML)
        wrong += [f"{name}: {what} has no alternative text" for what in page.silent]
        for link in sorted(page.links):
            reason = _leads_nowhere(path, link, pages)
            if reason:
                wrong.append(f"{name}: {link}: {reason}")
    return wrong


def _leads_nowhere(path: Path, link: str, pages: dict[Path, Parsed]) -> str:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "mailto", "javascript", "data"):
        return ""
    target = path
    if parts.path:
        target = path.parent / unquote(parts.path)
        if ".." in target.parts:
            target = target.resolve()
    if target not in pages:
        return "" if target.exists() else "no such file"
    anchor = unquote(parts.fragment)
    return "no such place in it" if anchor and anchor not in pages[target].ids else ""


def menu_problems() -> list[str]:
    """The navigation's own lists, which are scripts."""
    wrong = []
    for script in sorted(HTML.rglob("*.js")):
        if script.parent.name == "machine" or \
                script.name.startswith(("search-data", "jquery", "navtreeindex")):
            continue
        for link in set(re.findall(r'"([\w/.-]+\.html)(?:#[\w-]*)?"', read(script))):
            if not (script.parent / link).exists():
                wrong.append(f"{script.relative_to(HTML)}: {link}: no such file")
    return wrong


# Doxygen links some names to a place that it did not make: a line without a number, a heading of
# a list that is empty.
PLACED = re.compile(r'href="([\w.-]*)#([\w-]+)"')


def mend(folder: Path, ours: set[str]) -> None:
    """In pages that are Doxygen's own, a link to a place that is not there leads to the page. In
    ours it stays, and is found by problems()."""
    texts = {path.name: read(path) for path in folder.glob("*.html")}
    places = {name: set(re.findall(r'\b(?:id|name)="([^"]+)"', text))
              for name, text in texts.items()}
    for name, text in texts.items():
        if name in ours:
            continue

        def mended(match: re.Match[str], name: str = name) -> str:
            target = match[1] or name
            there = target not in places or match[2] in places[target]
            return match[0] if there else f'href="{target}"'

        after = PLACED.sub(mended, text)
        if after != text:
            (folder / name).write_text(after, encoding="utf-8")
