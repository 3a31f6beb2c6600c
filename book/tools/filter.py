#!/usr/bin/python3
"""Doxygen's input filter: puts listings, recordings, figures and tables into a page at build time.

usage: book/tools/filter.py PAGE               prints the page
       book/tools/filter.py --check PAGE...    only says what does not resolve, with file:line

The directives are described in book/README.md.
"""
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bookkit import directives, places, terms  # noqa: E402
from bookkit.places import Unresolved  # noqa: E402


def check_page(page: Path) -> int:
    wrong = 0
    try:
        if page.parent == places.BOOK:
            places.title(page)
        for number, made in directives.expand(page):
            if isinstance(made, Unresolved):
                print(f"{page}:{number}: warning: {made}", file=sys.stderr)
                wrong += 1
    except Unresolved as error:
        print(f"{page}:1: warning: {error}", file=sys.stderr)
        wrong += 1
    return wrong


def check_book() -> int:
    """What no page alone can tell: terms and their entries."""
    try:
        wrong = terms.complaints()
    except Unresolved as error:
        wrong = [str(error)]
    for line in wrong:
        print(f"warning: {line}", file=sys.stderr)
    return len(wrong)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--check"]:
        pages = [path for name in arguments[1:] if (path := Path(name).resolve()).name != "README.md"]
        wrong = sum(check_page(page) for page in pages)
        if any(page.parent == places.BOOK for page in pages):
            wrong += check_book()
        return 1 if wrong else 0
    status = 0
    for name in arguments:
        for number, made in directives.expand(Path(name).resolve()):
            if isinstance(made, Unresolved):
                print(f"{name}:{number}: warning: {made}", file=sys.stderr)
                status = 1
            else:
                print(made)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
