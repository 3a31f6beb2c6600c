"""A chapter as steps: patches from the chapter before to this one, each of which boots."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from . import coverage
from .places import BOOK, Unresolved, before, directory

STEPS = BOOK / "steps"
KEYS = {"patch", "title", "line", "args", "expect", "memory"}


@dataclass(frozen=True)
class Step:
    number: int
    patch: Path
    title: str
    line: str
    args: str = ""
    expect: str = "success"
    memory: int = 64

    @property
    def command(self) -> str:
        words = f' ARGS="{self.args}"' if self.args else ""
        return f"make run{words}"


def load(chapter: str) -> list[Step]:
    source = STEPS / chapter / "steps.toml"
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unresolved(f"no {source.relative_to(BOOK.parent)}") from None
    except tomllib.TOMLDecodeError as error:
        raise Unresolved(f"{source.relative_to(BOOK.parent)}: {error}") from None
    steps = []
    for number, entry in enumerate(table.get("step", []), 1):
        place = f"{source.relative_to(BOOK.parent)}: step {number}"
        unknown, missing = set(entry) - KEYS, {"patch", "title", "line"} - set(entry)
        if unknown or missing:
            raise Unresolved(f"{place}: unknown {sorted(unknown)}, missing {sorted(missing)}")
        patch = source.parent / entry["patch"]
        if not patch.is_file():
            raise Unresolved(f"{place}: no patch {entry['patch']}")
        steps.append(Step(number, **{**entry, "patch": patch}))
    return steps


def copy_tree(chapter: str | None, target: Path) -> None:
    """The chapter's files, without what was built, in an empty directory."""
    target.mkdir(parents=True, exist_ok=True)
    for name, path in coverage.files(chapter).items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy, follow_symlinks=False)


def apply(tree: Path, patch: Path, *, reverse: bool = False) -> str | None:
    """Applies a patch exactly; what is wrong with it, or None.

    git apply knows modes, new and removed files, and refuses fuzz.
    """
    command = ["git", "apply", "-p1", "--whitespace=nowarn", *(["-R"] if reverse else []),
               str(patch.resolve())]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CEILING_DIRECTORIES":
                   str(tree.resolve().parent), "GIT_CONFIG_GLOBAL": "/dev/null"}
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False,
                          env=environment)
    if done.returncode == 0:
        return None
    return f"{patch.name} does not apply: {done.stderr.strip()}"


def begin(chapter: str, target: Path) -> None:
    """What the first step starts from."""
    copy_tree(before(chapter), target)


def differences(tree: Path, chapter: str) -> list[str]:
    """Files that are not byte for byte, and mode for mode, the chapter's."""
    wanted = coverage.files(chapter)
    own = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*")
           if path.is_file() and path.relative_to(tree).parts[0] not in coverage.SKIPPED}
    wrong = [f"{name}: missing" for name in wanted if name not in own]
    wrong += [f"{name}: not in {directory(chapter).name}" for name in own if name not in wanted]
    for name in sorted(set(own) & set(wanted)):
        if own[name].read_bytes() != wanted[name].read_bytes():
            wrong.append(f"{name}: differs")
        elif (own[name].stat().st_mode ^ wanted[name].stat().st_mode) & 0o100:
            wrong.append(f"{name}: has another executable bit")
    return wrong
