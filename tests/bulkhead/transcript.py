"""Transcripts: what a boot printed, up to what may differ, compared with what was recorded."""

from __future__ import annotations

import difflib
import fnmatch
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .tree import Symbols

TESTS = Path(__file__).resolve().parents[1]
RULES = TESTS / "normalise.toml"
TRANSCRIPTS = TESTS / "transcripts"
LONGEST_FUNCTION = 0x10000  # bytes; what lies further behind a function's start is not in it


def _name(symbols: Symbols | None, address: int) -> str:
    name = symbols.function_at(address) if symbols else None
    if not symbols or not name or address - symbols[name] > LONGEST_FUNCTION:
        return "nothing of ours"
    return name


@dataclass(frozen=True)
class Rule:
    """Text that may differ, and what stands for it; normalise.toml explains the keys."""

    pattern: re.Pattern[str]
    replacement: str
    reason: str
    chapters: tuple[str, ...] = ("*",)
    emulators: tuple[str, ...] = ("*",)

    def applies(self, chapter: str, emulator: str) -> bool:
        return any(fnmatch.fnmatch(chapter, name) for name in self.chapters) and any(
            fnmatch.fnmatch(emulator, name) for name in self.emulators
        )

    def apply(self, text: str, symbols: Symbols | None) -> str:
        def replace(found: re.Match[str]) -> str:
            result = found.expand(self.replacement)
            for key, back in (("{function}", 1), ("{place}", 0)):
                if key in result:
                    result = result.replace(key, _name(symbols, int(found[1], 16) - back))
            return result

        return self.pattern.sub(replace, text)


def load_rules(path: Path = RULES) -> list[Rule]:
    rules = []
    for entry in tomllib.loads(path.read_text()).get("rule", []):
        rules.append(
            Rule(
                re.compile(entry["pattern"], re.MULTILINE),
                entry["replacement"],
                entry["reason"],
                tuple(entry.get("chapters", ["*"])),
                tuple(entry.get("emulators", ["*"])),
            )
        )
    return rules


def normalise(
    console: str, chapter: str, emulator: str, symbols: Symbols | None, rules: list[Rule]
) -> str:
    """The console's text with what may differ replaced, rule after rule."""
    for rule in rules:
        if rule.applies(chapter, emulator):
            console = rule.apply(console, symbols)
    return console


def by_speaker(text: str) -> str:
    """The hypervisor's lines first, then each partition's, each in the order of its own.

    How lines of different speakers mix depends on how fast the serial port is.
    """
    speakers: dict[str, list[str]] = {"": []}
    for line in text.splitlines():
        found = re.match(r"\[([^]]+)\] ", line)
        speakers.setdefault(found[1] if found else "", []).append(line)
    names = sorted(speakers)  # the hypervisor's name is empty
    return "".join(f"{line}\n" for name in names for line in speakers[name])


def transcript_path(chapter: str, name: str) -> Path:
    return TRANSCRIPTS / chapter / f"{name}.txt"


def compare(expected: str, actual: str) -> list[str] | None:
    """None where they agree; else every line, marked = matched, - missing or + unexpected."""
    if expected == actual:
        return None
    wanted, got = expected.splitlines(), actual.splitlines()
    listing = []
    matcher = difflib.SequenceMatcher(None, wanted, got, autojunk=False)
    for kind, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if kind == "equal":
            listing += [f"= {line}" for line in wanted[from_a:to_a]]
        else:
            listing += [f"- {line}" for line in wanted[from_a:to_a]]
            listing += [f"+ {line}" for line in got[from_b:to_b]]
    if wanted == got:
        listing.append("(the end differs: one has a line feed there that the other has not)")
    return listing
