"""Code that is wrong on purpose: book/wrong/CHAPTER/NAME.c, which the compiler has to refuse."""

from __future__ import annotations

import functools
import html
import os
import re
import subprocess
from pathlib import Path

from . import text
from .places import BOOK, Unresolved, directory

WRONG = BOOK / "wrong"


@functools.cache
def flags(chapter: str) -> tuple[str, ...]:
    """The compiler and the flags of a chapter's own Makefile."""
    rule = "include Makefile\nbook-flags:\n\t@echo $(CC) $(CFLAGS)\n"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(["make", "-s", "-C", str(directory(chapter)), "-f", "-", "book-flags"],
                          input=rule, capture_output=True, text=True, check=False, env=clean)
    if done.returncode:
        raise Unresolved(f"{chapter}: make says no flags: {done.stderr.strip()}")
    return tuple(word for word in done.stdout.split() if word not in ("-MMD", "-MP"))


@functools.cache
def refusal(name: str) -> str:
    """What the compiler says to it; an error where it says nothing."""
    path = WRONG / name
    chapter = name.partition("/")[0]
    if not path.is_file():
        raise Unresolved(f"no book/wrong/{name}")
    command = [*flags(chapter), "-Werror", "-fsyntax-only", "-fno-diagnostics-show-caret",
               str(path)]
    done = subprocess.run([word for word in command if word != "-fstack-usage"],
                          capture_output=True, text=True, check=False, cwd=directory(chapter),
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode == 0:
        raise Unresolved(f"book/wrong/{name} compiles, and should not")
    return done.stderr.replace(str(path), path.name)


def shown(words: list[str]) -> list[str]:
    """@@wrong ch03/name.c "title" says=/regex/"""
    plain, keyed = text.options(words, ("says",))
    if not 1 <= len(plain) <= 2 or "says" not in keyed:
        raise Unresolved('@@wrong ch03/name.c "title" says=/regex/')
    said = refusal(plain[0])
    line = next((one for one in said.splitlines() if text.pattern(keyed["says"]).search(one)), None)
    if line is None:
        raise Unresolved(f"the compiler does not say {keyed['says']} to {plain[0]}, but:\n{said}")
    path = WRONG / plain[0]
    title = plain[1] if len(plain) == 2 else "Wrong on purpose"
    return ["", text.head(title, f"wrong: {Path(plain[0]).name}"), "",
            *text.fence(text.read(path), path.suffix),
            *text.block(f'<p class="bh-refused">The compiler refuses: '
                        f"<code>{html.escape(re.sub(r'^[^ ]* ', '', line))}</code></p>")]
