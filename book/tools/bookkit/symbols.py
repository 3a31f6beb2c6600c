"""Names in a chapter's code browser: `@ref kmain` in a chapter's page leads there."""

from __future__ import annotations

import functools
import html
import re
import xml.etree.ElementTree as xml
from pathlib import Path

from . import coverage
from .places import BUILD, Unresolved, directory

TAGS = BUILD / "tags"
REF = re.compile(r"@ref ([\w./-]+\w)(?:\(\))?(?: \"([^\"]*)\")?")
PAGES = re.compile(r"(ch\d\d|preface|index|part2|appendix|description|hypercalls)\b")
LABEL = re.compile(r"^([A-Za-z_][\w.]*):", re.MULTILINE)


@functools.cache
def table(chapter: str) -> dict[str, str]:
    """Each name of the chapter with its place in the browser: from its tag file, and the labels
    of its assembly."""
    source = TAGS / f"{chapter}.tag"
    if not source.exists():
        return {}
    found: dict[str, str] = {}
    for compound in xml.parse(source).getroot().iter("compound"):
        kind, place = compound.get("kind"), compound.findtext("filename") or ""
        name = compound.findtext("name") or ""
        place += "" if place.endswith(".html") else ".html"
        if kind == "file":
            path = (compound.findtext("path") or "").strip("/")
            top = directory(chapter).name
            path = path.partition(top)[2].strip("/") if top in path else path
            found[f"{path}/{name}" if path else name] = place
        elif kind in ("struct", "union"):
            found.setdefault(name, place)
        for member in compound.iter("member"):
            anchor = f"{member.findtext('anchorfile')}#{member.findtext('anchor')}"
            if kind == "file":
                found.setdefault(member.findtext("name") or "", anchor)
    for name, path in coverage.files(chapter).items():
        if path.suffix == ".S" and name in found:
            page = found[name].replace(".html", "_source.html")
            text = path.read_text(encoding="utf-8", errors="replace")
            for label in LABEL.finditer(text):
                line = text.count("\n", 0, label.start()) + 1
                found[label[1]] = f"{page}#l{line:05d}"
    return found


@functools.cache
def words(chapter: str) -> frozenset[str]:
    """Every identifier and file of a chapter: what a name has to be, before there is a browser."""
    found: set[str] = set()
    for name, path in coverage.files(chapter).items():
        found.add(name)
        if path.suffix in (".c", ".h", ".S", ".ld"):
            found |= set(re.findall(r"[A-Za-z_]\w*", path.read_text(errors="replace")))
    return frozenset(found)


def anchor(chapter: str, name: str, shown: str) -> str:
    """A link to the name, or only the name where no browser was built."""
    if name not in words(chapter):
        raise Unresolved(f"@ref {name}: {directory(chapter).name} has no such name")
    place = table(chapter).get(name)
    code = f"<code>{html.escape(shown)}</code>"
    if not place:
        return code
    return f'<a class="code" href="{chapter}/{place}">{code}</a>'


def link(line: str, chapter: str | None) -> str:
    """Replaces each `@ref name` that is no page of the book."""
    if chapter is None or "@ref" not in line:
        return line

    def reference(match: re.Match[str]) -> str:
        if PAGES.match(match[1]):
            return match[0]
        return anchor(chapter, match[1], match[2] or match[1])

    parts = re.split(r"(`[^`]*`)", line)
    return "".join(part if part.startswith("`") else REF.sub(reference, part) for part in parts)


