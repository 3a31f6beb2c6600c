"""The judges judged: normaliser, transcripts, boots.toml, decoders, the last line of tests/run."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from bulkhead import x86
from bulkhead.boots import Boot, BootsError, complaints, damage_modules, parse_boots
from bulkhead.machines import Meaning, Outcome
from bulkhead.transcript import RULES, compare, load_rules, normalise
from bulkhead.tree import REPOSITORY, Module, chapter_rank, parse_tree

RUN = REPOSITORY / "tests" / "run"


# Transcripts


def test_compare_marks_lines() -> None:
    assert compare("a\nb\n", "a\nb\n") is None
    assert compare("a\nb\nc\n", "a\nx\nc\n") == ["= a", "- b", "+ x", "= c"]
    assert compare("a\n", "a\nb\n") == ["= a", "+ b"]
    assert compare("a\nb\n", "a\n") == ["= a", "- b"]


def test_compare_sees_the_last_line_feed() -> None:
    listing = compare("a\n", "a")
    assert listing and "line feed" in listing[-1]


def test_rules_have_reasons() -> None:
    for rule in load_rules(RULES):
        assert len(rule.reason) > 20, rule


def test_rules_by_chapter_and_emulator(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "[[rule]]\npattern = '\\d+'\nreplacement = 'N'\nreason = ''\n"
        "chapters = ['ch0[23]']\nemulators = ['qemu']\n"
    )
    loaded = load_rules(rules)
    assert normalise("12 kHz", "ch02", "qemu", None, loaded) == "N kHz"
    assert normalise("12 kHz", "ch02", "bochs", None, loaded) == "12 kHz"
    assert normalise("12 kHz", "ch04", "qemu", None, loaded) == "12 kHz"


def test_memory_map_rule_spares_the_rest() -> None:
    text = (
        "Memory map from the loader:\n"
        "  0x000000000000 to 0x00000009fbff         639 KiB  RAM\n"
        "  0x00000009fc00 to 0x00000009ffff           1 KiB  reserved\n"
        "The image\n"
    )
    wanted = "Memory map from the loader:\n<memory map>\nThe image\n"
    assert normalise(text, "ch01", "bochs", None, load_rules()) == wanted


# boots.toml


def test_since_and_patterns() -> None:
    chapters = ["ch01", "ch02", "ch03", "final"]
    boots = parse_boots("[[boot]]\nsince='ch02'\nname='a'\n", chapters)
    assert [boot.chapter for boot in boots] == ["ch02", "ch03", "final"]
    boots = parse_boots("[[boot]]\nchapter='ch0[13]'\nname='a'\n", chapters)
    assert [boot.chapter for boot in boots] == ["ch01", "ch03"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("chapter='ch01'\nname='a'\nexpects='panic'\n", "unknown"),
        ("name='a'\n", "either chapter or since"),
        ("chapter='ch01'\nname='a'\nemulators=['vmware']\n", "emulators"),
        ("chapter='ch01'\nname='../a'\n", "small letters"),
        ("chapter='ch01'\nname='a'\npoke=[{at='_start'}]\n", "poke"),
        ("chapter='ch01'\nname='a'\n[[boot]]\nchapter='ch01'\nname='a'\n", "twice"),
    ],
)
def test_wrong_boots_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(BootsError, match=complaint):
        parse_boots("[[boot]]\n" + text, ["ch01"])


def outcome(console: str, meaning: Meaning = Meaning.SUCCESS) -> Outcome:
    return Outcome("qemu", console, 33, meaning, "")


def test_complaints() -> None:
    boot = Boot("ch01", "a", contains=("^good$",), lacks_qemu=("bad",), lacks_bochs=("good",))
    assert complaints(boot, "qemu", outcome("good\nPower off: success.\n")) == []
    assert len(complaints(boot, "qemu", outcome("Power off: success.\n"))) == 1
    assert len(complaints(boot, "qemu", outcome("good\nbad\nPower off: success.\n"))) == 1
    assert len(complaints(boot, "bochs", outcome("good\nPower off: success.\n"))) == 1
    assert len(complaints(boot, "qemu", outcome("good\nPower off: failure.\n"))) == 1
    wrong = outcome("good\nPower off: success.\n", Meaning.TIME_OUT)
    assert complaints(boot, "qemu", wrong) == ["ended with time-out, wanted success"]


def test_damaged_modules(tmp_path: Path) -> None:
    modules = []
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(bytes(range(8)))
        modules.append(Module(tmp_path / name, name))
    boot = Boot(
        "ch04",
        "damaged",
        modules_drop=("a",),
        modules_cut={"b": 3},
        modules_patch={"c": [[2, "ffee"]]},
    )
    work = tmp_path / "work"
    work.mkdir()
    first, second = damage_modules(boot, modules, work)
    assert first.path.read_bytes() == bytes(range(3))
    assert second.path.read_bytes() == bytes.fromhex("0001ffee04050607")
    assert modules[1].path.read_bytes() == bytes(range(8))
    with pytest.raises(BootsError, match="no module"):
        damage_modules(Boot("ch04", "damaged", modules_drop=("z",)), modules, work)


# Decoders, with examples made by hand from the manual's figures


def test_segment_descriptor() -> None:
    segment = x86.decode_segment(bytes.fromhex("ffff0000009bcf00"))
    assert segment.is_flat and segment.is_code and segment.readable and segment.default_32bit
    assert (segment.dpl, segment.present, segment.conforming) == (0, True, False)
    tss = x86.decode_segment(bytes.fromhex("6700785634ebc012"))
    assert (tss.base, tss.limit) == (0x12345678, 0x67FFF)
    assert (tss.type, tss.dpl, tss.code_or_data) == (x86.TSS_BUSY, 3, False)
    small = x86.decode_segment(bytes.fromhex("6700785634890012"))
    assert (small.limit, small.granularity, small.type) == (0x67, False, x86.TSS_AVAILABLE)


def test_gate_descriptor() -> None:
    gate = x86.decode_gate(bytes.fromhex("7856080000ef3412"))
    assert (gate.offset, gate.selector) == (0x12345678, 8)
    assert (gate.type, gate.dpl, gate.present, gate.reserved) == (x86.TRAP_GATE, 3, True, 0)
    assert x86.decode_gate(bytes.fromhex("00003800e0850000")).reserved == 7


def test_io_bitmap() -> None:
    assert x86.allowed_ports(b"\xff\xfe\xff") == [range(8, 9)]
    assert x86.allowed_ports(b"\x0f\xf0") == [range(4, 12)]


def test_page_walk() -> None:
    """A large page, and a table whose directory entry takes rights away."""
    memory = bytearray(0x4000)

    def put(address: int, value: int) -> None:
        memory[address : address + 4] = struct.pack("<I", value)

    put(0x1000 + 4 * 768, 0x001E3)  # 4 MiB at 3 GiB
    put(0x1000 + 4 * 1, 0x2005)  # a table: user, read-only
    put(0x2000 + 4 * 2, 0x5007)
    put(0x2000 + 4 * 3, 0x6007)
    put(0x1000 + 4 * 5, 0x3007)
    put(0x3000, 0x7003)

    def read(address: int, size: int) -> bytes:
        return bytes(memory[address : address + size])

    first, second, third = x86.coalesce(x86.walk(read, 0x1018, x86.CR4_PSE))
    assert (first.virtual, first.size, first.physical) == (0x402000, 0x2000, 0x5000)
    assert first.user and not first.writable
    assert (second.virtual, second.user, second.writable) == (0x1400000, False, True)
    assert (third.virtual, third.size, third.large) == (0xC0000000, 0x400000, True)


# Trees


def test_chapters_have_an_order() -> None:
    assert chapter_rank("ch02") < chapter_rank("ch10") < chapter_rank("final")
    with pytest.raises(ValueError):
        chapter_rank("chapter1")


def test_wrong_trees_are_refused(tmp_path: Path) -> None:
    for option in ("ch01", f"ch01={tmp_path}", f"first={tmp_path}"):
        with pytest.raises(ValueError):
            parse_tree(option)


# tests/run


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUN, *words], capture_output=True, text=True, check=False, timeout=300)


def toy(tmp_path: Path, body: str) -> str:
    (tmp_path / "Makefile").write_text(body)
    return f"ch01={tmp_path}"


NO_ELF = "all:\n\t@mkdir -p $(BUILD) && touch $(BUILD)/bulkhead.elf\nhelp:\n\t@echo nothing\n"


def test_run_with_nothing_to_do(tmp_path: Path) -> None:
    done = run("--tree", toy(tmp_path, NO_ELF), "-k", "no_such_test", "-n0")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "0 passed, 0 failed"


def test_run_counts_failures(tmp_path: Path) -> None:
    done = run("--tree", toy(tmp_path, NO_ELF), "-k", "test_help_names or test_lines_fit", "-n0")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_run_counts_a_build_that_fails(tmp_path: Path) -> None:
    tree = toy(tmp_path, "all:\n\t@echo no such luck >&2; false\n")
    done = run("--tree", tree, "-k", "test_help_names", "-n0")
    assert done.returncode != 0
    assert "no such luck" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_run_refuses_a_wrong_tree(tmp_path: Path) -> None:
    done = run("--tree", f"ch01={tmp_path}")
    assert done.returncode == 2
    assert "--tree" in done.stderr


def test_run_refuses_a_wrong_record() -> None:
    done = run("--tree", f"ch01={REPOSITORY / 'ch01-boot'}", "--record", "ch01/no-such-boot")
    assert done.returncode != 0
    assert "no-such-boot" in done.stderr


def test_run_help() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "--tree" in done.stdout and "--record" in done.stdout
