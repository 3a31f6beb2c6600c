"""The repository, its chapters, and the book's pages in reading order."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "book"
BUILD = BOOK / "build"
HTML = BUILD / "html"
MADE = BUILD / "pages"  # pages that the build writes
CODE = (".c", ".h", ".S", ".ld", ".lds")


class Unresolved(Exception):
    """A page or a file of the book says something that the tree does not."""


def chapters() -> list[str]:
    """ch01, ch02, ..."""
    return [path.name.partition("-")[0] for path in sorted(ROOT.glob("ch[0-9][0-9]-*"))]


def directory(chapter: str) -> Path:
    """ch03 → .../ch03-idt; final → .../final."""
    found = [ROOT / "final"] if chapter == "final" else sorted(ROOT.glob(f"{chapter}-*"))
    if len(found) != 1 or not re.fullmatch(r"ch\d\d|final", chapter):
        raise Unresolved(f"no chapter {chapter}")
    return found[0]


def before(chapter: str) -> str | None:
    """The chapter before, None for the first."""
    order = chapters()
    directory(chapter)
    place = len(order) if chapter == "final" else order.index(chapter)
    return order[place - 1] if place else None


def inside(name: str) -> Path:
    """A file of the repository, by its name from the root."""
    path = (ROOT / name).resolve()
    if ROOT not in path.parents or not path.is_file():
        raise Unresolved(f"no file {name}")
    return path


def page_chapter(page: Path) -> str | None:
    """ch03 for ch03.md and ch03-answers.md; none for chapter 0, which has no tree."""
    found = re.match(r"ch\d\d", page.name)
    return found[0] if found and found[0] != "ch00" else None


def _rank(name: str) -> tuple[int, int, str]:
    """preface, chapters, Part II, appendices; part2.md and appendix.md before their pages."""
    groups = ("preface", "ch", "part2", "appendix")
    place = next((i for i, group in enumerate(groups) if name.startswith(group)), len(groups))
    return place, APPENDICES.index(name) if name in APPENDICES else PART2.index(name) \
        if name in PART2 else -1 if name in groups else len(APPENDICES), name


APPENDICES = ["appendix-setup", "appendix-troubleshooting", "appendix-gdb", "appendix-bochs",
              "appendix-hypercalls", "appendix-description", "appendix-glossary",
              "appendix-bibliography"]
PART2 = ["part2-intro", "part2-vcpu", "part2-memory", "part2-interrupts", "part2-time",
         "part2-ports", "part2-health", "part2-plans", "part2-trace", "part2-description",
         "part2-performance", "part2-proved"]


def source_pages() -> list[Path]:
    """The pages that lie in book/, in reading order; index.md first."""
    pages = [page for page in BOOK.glob("*.md") if page.name not in ("README.md", "index.md")]
    return [BOOK / "index.md", *sorted(pages, key=lambda page: _rank(page.stem))]


def title(page: Path) -> tuple[str, str]:
    """The id and the title of a page: `# Title {#id}`."""
    text = page.read_text(encoding="utf-8")
    found = re.match(r"# (.+?)(?: *\{#([\w-]+)\})? *$", text, re.MULTILINE)
    if not found:
        raise Unresolved(f"{page.name} does not begin with `# Title {{#{page.stem}}}`")
    if page.name != "index.md" and found[2] != page.stem:
        raise Unresolved(f"{page.name}: the title's id is {{#{found[2]}}}, not {{#{page.stem}}}")
    return page.stem, found[1]
