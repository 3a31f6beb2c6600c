"""boots.toml: which boots there are, and what each has to show."""

from __future__ import annotations

import fnmatch
import re
import shutil
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .machines import MACHINES, MEMORY, SECONDS, Meaning, Outcome, last_line
from .probe import Probe
from .tree import Module, Tree, chapter_rank

BOOTS = Path(__file__).resolve().parents[1] / "boots.toml"
EMULATORS = tuple(MACHINES)
ALL = "ALL"  # for modules_drop
LAST_LINES = {Meaning.SUCCESS: "Power off: success.", Meaning.PANIC: "Power off: failure."}


@dataclass(frozen=True)
class Poke:
    """What the debugger changes when the machine reaches a place."""

    at: str  # a symbol, or symbol+offset
    register: str = ""
    memory: str = ""  # a symbol, or symbol+offset
    value: int = 0
    size: int = 4  # bytes, of memory


@dataclass(frozen=True)
class Boot:
    """One boot of one chapter; see the head of boots.toml for the keys."""

    chapter: str
    name: str
    args: str = ""
    expect: Meaning = Meaning.SUCCESS
    emulators: tuple[str, ...] = EMULATORS
    transcript: bool = True
    last_line: bool = True
    by_speaker: bool = False
    contains: tuple[str, ...] = ()
    contains_qemu: tuple[str, ...] = ()
    contains_bochs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    lacks_qemu: tuple[str, ...] = ()
    lacks_bochs: tuple[str, ...] = ()
    memory: int = MEMORY
    qemu: tuple[str, ...] = ()
    bochs: tuple[str, ...] = ()
    seconds: float = SECONDS
    variables: dict[str, str] = field(default_factory=dict)
    modules_drop: tuple[str, ...] = ()
    modules_cut: dict[str, int] = field(default_factory=dict)
    modules_patch: dict[str, list[list[Any]]] = field(default_factory=dict)
    poke: tuple[Poke, ...] = ()
    grub: bool = False

    def __str__(self) -> str:
        return f"{self.chapter}-{self.name}"

    def wanted(self, emulator: str) -> tuple[str, ...]:
        return self.contains + getattr(self, f"contains_{emulator}")

    def unwanted(self, emulator: str) -> tuple[str, ...]:
        return self.lacks + getattr(self, f"lacks_{emulator}")

    def reproduce(self, tree: Tree, emulator: str) -> str:
        """The command by which a reader sees the same boot."""
        target = "run" if emulator == "qemu" else "bochs"
        words = [f"make -C {tree.directory} {target}"]
        if self.args:
            words.append(f'ARGS="{self.args}"')
        if self.memory != MEMORY:
            words.append(f"MEMORY={self.memory}")
        words += [f"{key}={value}" for key, value in self.variables.items()]
        others = [*self.qemu, *self.bochs, *self.poke, *self.modules_drop]
        changed = others or self.modules_cut or self.modules_patch
        if changed:
            words.append("  (and see boots.toml for what else differs)")
        return " ".join(words)


class BootsError(Exception):
    """boots.toml says something that we do not understand."""


def _freeze(key: str, value: Any) -> Any:
    if key == "expect":
        return Meaning(value)
    if key == "modules_drop" and value == ALL:
        return (ALL,)
    if key == "poke":
        return tuple(Poke(**entry) for entry in value)
    return tuple(value) if isinstance(value, list) else value


def _check(boot: Boot) -> Boot:
    unknown = set(boot.emulators) - set(EMULATORS)
    if unknown or not boot.emulators:
        raise BootsError(f"boots.toml: {boot}: emulators are {', '.join(EMULATORS)}")
    if boot.poke and boot.emulators != ("qemu",):
        raise BootsError(f'boots.toml: {boot}: poke needs emulators = ["qemu"]')
    if not re.fullmatch(r"[a-z0-9-]+", boot.name):
        raise BootsError(f"boots.toml: {boot}: a name has small letters, digits and hyphens")
    return boot


def _chapters_of(entry: dict[str, Any], chapters: Sequence[str]) -> list[str]:
    """`chapter = "ch01"`, or a pattern, or `since = "ch01"` for it and all behind it."""
    since, pattern = entry.pop("since", None), entry.pop("chapter", None)
    if (since is None) == (pattern is None):
        raise BootsError(f"boots.toml: {entry.get('name')}: wants either chapter or since")
    if since is not None:
        return [name for name in chapters if chapter_rank(name) >= chapter_rank(since)]
    return [name for name in chapters if fnmatch.fnmatch(name, pattern)]


def parse_boots(text: str, chapters: Iterable[str]) -> list[Boot]:
    known = {item.name for item in fields(Boot)}
    boots: list[Boot] = []
    names = list(chapters)
    for entry in tomllib.loads(text).get("boot", []):
        for chapter in _chapters_of(entry, names):
            unknown = set(entry) - known
            if unknown:
                raise BootsError(f"boots.toml: {entry.get('name')}: unknown {sorted(unknown)}")
            values = {key: _freeze(key, value) for key, value in entry.items()}
            boots.append(_check(Boot(chapter=chapter, **values)))
    doubles = [str(boot) for i, boot in enumerate(boots) if str(boot) in map(str, boots[:i])]
    if doubles:
        raise BootsError(f"boots.toml: {doubles[0]} is there twice")
    return boots


def load_boots(chapters: Iterable[str]) -> list[Boot]:
    """The boots of these chapters."""
    return parse_boots(BOOTS.read_text(), chapters)


def damage_modules(boot: Boot, modules: Sequence[Module], work: Path) -> list[Module]:
    """The modules as the boot wants them: left out, cut short, or with bytes overwritten."""
    if boot.modules_drop == (ALL,):
        return []
    named = {*boot.modules_drop, *boot.modules_cut, *boot.modules_patch}
    missing = named - {module.name for module in modules}
    if missing:
        raise BootsError(f"boots.toml: {boot}: no module {sorted(missing)}")
    kept = []
    for module in modules:
        if module.name in boot.modules_drop:
            continue
        if module.name in named:
            copy = work / module.name
            shutil.copyfile(module.path, copy)
            _damage(copy, boot, module.name)
            module = Module(copy, module.name)
        kept.append(module)
    return kept


def _damage(path: Path, boot: Boot, name: str) -> None:
    data = bytearray(path.read_bytes())
    for offset, digits in boot.modules_patch.get(name, []):
        replacement = bytes.fromhex(digits)
        data[offset : offset + len(replacement)] = replacement
    path.write_bytes(data[: boot.modules_cut.get(name, len(data))])


def perform(boot: Boot, tree: Tree, emulator: str, work: Path) -> Outcome:
    """Boots it. `work` takes damaged copies of modules."""
    modules = damage_modules(boot, tree.modules(boot.variables), work)
    extra = boot.qemu if emulator == "qemu" else boot.bochs
    if boot.poke:
        return _perform_poked(boot, tree, modules)
    through = {"grub": boot.grub} if emulator == "bochs" else {}
    return MACHINES[emulator](tree).boot(
        boot.args, modules, memory=boot.memory, extra=extra, seconds=boot.seconds, **through
    )


def _perform_poked(boot: Boot, tree: Tree, modules: Sequence[Module]) -> Outcome:
    with Probe(
        tree, boot.args, modules, memory=boot.memory, extra=boot.qemu, seconds=boot.seconds
    ) as probe:
        for poke in boot.poke:
            probe.run_to(poke.at)
            if poke.register:
                probe.set_register(poke.register, poke.value)
            if poke.memory:
                probe.write(poke.memory, poke.value.to_bytes(poke.size, "little"))
        return probe.finish()


def complaints(boot: Boot, emulator: str, outcome: Outcome) -> list[str]:
    """What is wrong with an outcome, apart from its transcript."""
    wrong = []
    if outcome.meaning is not boot.expect:
        wrong.append(f"ended with {outcome.meaning.value}, wanted {boot.expect.value}")
    wanted_line = LAST_LINES.get(boot.expect)
    if boot.last_line and wanted_line and last_line(outcome.console) != wanted_line:
        wrong.append(f"the last line is {last_line(outcome.console)!r}, wanted {wanted_line!r}")
    for pattern in boot.wanted(emulator):
        if not re.search(pattern, outcome.console, re.MULTILINE):
            wrong.append(f"nothing matches {pattern!r}")
    for pattern in boot.unwanted(emulator):
        found = re.search(pattern, outcome.console, re.MULTILINE)
        if found:
            wrong.append(f"{pattern!r} should not be there: {found[0]!r}")
    return wrong
