"""The glossary: entries in book/glossary/*.toml, introduced by {{term}} in the pages."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .places import BOOK, ROOT, Unresolved, source_pages

MARK = re.compile(r"\{\{([^{}|]+)(?:\|([^{}]+))?\}\}")


@dataclass(frozen=True)
class Term:
    name: str
    text: str
    source: Path


def anchor(name: str) -> str:
    return "term-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def load() -> dict[str, Term]:
    """Every entry, by its name in small letters."""
    found: dict[str, Term] = {}
    for source in sorted((BOOK / "glossary").glob("*.toml")):
        place = source.relative_to(ROOT)
        try:
            table = tomllib.loads(source.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise Unresolved(f"{place}: {error}") from None
        for name, text in table.items():
            if name.lower() in found:
                raise Unresolved(f"{place}: {name} stands in "
                                 f"{found[name.lower()].source.name} already")
            if not isinstance(text, str) or not text.strip():
                raise Unresolved(f"{place}: {name} has no sentence")
            found[name.lower()] = Term(name, text, source)
    return found


def marks(line: str) -> list[tuple[str, str]]:
    """(words as they stand there, term) for each mark of a line, outside `code`."""
    bare = re.sub(r"`[^`]*`", "", line)
    return [(match[1], (match[2] or match[1]).strip()) for match in MARK.finditer(bare)]


def introductions() -> dict[str, tuple[Path, int]]:
    """Where each term is introduced; twice is an error."""
    found: dict[str, tuple[Path, int]] = {}
    for page in source_pages():
        fenced = False
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            if re.match(r"(~~~|```)", line):
                fenced = not fenced
            if fenced or line.startswith("@@"):
                continue
            for _words, name in marks(line):
                if name.lower() in found:
                    first, at = found[name.lower()]
                    raise Unresolved(f"{page.name}:{number}: {{{{{name}}}}} is introduced in "
                                     f"{first.name}:{at} already")
                found[name.lower()] = (page, number)
    return found


def complaints() -> list[str]:
    """Terms without an entry, and entries that nothing introduces."""
    entries, places = load(), introductions()
    wrong = [f"{page.name}:{number}: no entry for {{{{{name}}}}} in book/glossary/"
             for name, (page, number) in places.items() if name not in entries]
    wrong += [f"{term.source.relative_to(ROOT)}: {term.name} is introduced nowhere"
              for name, term in entries.items() if name not in places]
    return wrong


def replace(line: str) -> str:
    """Each mark becomes a link to the glossary; finish.py makes it the term's place of birth."""
    entries = load()

    def mark(match: re.Match[str]) -> str:
        words, name = match[1], (match[2] or match[1]).strip()
        if name.lower() not in entries:
            raise Unresolved(f"no entry for {{{{{name}}}}} in book/glossary/")
        return f'<a href="appendix-glossary.html#{anchor(name)}">{words}</a>'

    parts = re.split(r"(`[^`]*`)", line)
    return "".join(part if part.startswith("`") else MARK.sub(mark, part) for part in parts)
