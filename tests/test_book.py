"""The book's pages: each directive resolves, and one that does not is refused with its place."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bulkhead.tree import REPOSITORY

BOOK = REPOSITORY / "book"
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


@pytest.mark.skipif(not shutil.which("doxygen"), reason="no doxygen")
def test_the_book_builds_without_a_warning() -> None:
    answer = subprocess.run(["make", "-s", "-C", BOOK], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "warning" not in answer.stderr
    assert (BOOK / "build" / "html" / "index.html").is_file()
