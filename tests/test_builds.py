"""Builds: both compilers with no warning, a copy elsewhere, a pipe, a full disk."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkhead import process
from bulkhead.needs import need
from bulkhead.tree import REPOSITORY, Tree, copy_build

STACK_BYTES = 1024  # a function's; the CPU's one stack has 16 KiB
SOURCES = ("*.c", "*.h", "*.S")


def is_built(_directory: str, names: list[str]) -> set[str]:
    return {"build", "__pycache__"} & set(names)


@pytest.fixture
def copy(tree: Tree, tmp_path: Path) -> Path:
    """The chapter alone, not built, with no other file of the repository near it."""
    target = tmp_path / "copy"
    shutil.copytree(tree.directory, target, ignore=is_built)
    return target


@pytest.fixture
def built_copy(copy: Path, tree: Tree) -> Path:
    """The same, with what a build leaves: make finds it up to date."""
    copy_build(tree, copy / "build", copy, Path("build"))
    assert make(copy, "-s", "-j2").returncode == 0
    return copy


def make(directory: Path, *words: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    return process.run(["make", *words], cwd=directory, seconds=seconds)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_copy_builds_and_runs(copy: Path, compiler: str) -> None:
    """The chapter is self-contained, warns of nothing, runs with its console in a pipe, and leaves
    nothing behind that `make clean` would not remove."""
    need(compiler)
    before = sorted(copy.rglob("*"))
    built = make(copy, "-j2", f"CC={compiler}")
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    done = make(copy, "run", f"CC={compiler}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.replace("\r", "").endswith("Power off: success.\n")
    assert done.stderr == ""
    assert make(copy, "-s", "iso", f"CC={compiler}").returncode == 0
    assert sorted(copy.rglob("*")) != before
    assert make(copy, "clean").returncode == 0
    assert sorted(copy.rglob("*")) == before


def test_no_warnings_optimised(copy: Path) -> None:
    """-O2 looks further, and warns of more."""
    done = make(copy, "-s", "-j2", "OPTIMISE=-O2")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""




def test_second_make_builds_nothing(built_copy: Path) -> None:
    again = make(built_copy)
    assert again.returncode == 0
    assert not re.search(r"^  [A-Z]+ ", again.stdout, re.MULTILINE), again.stdout


def test_modules_list(tree: Tree) -> None:
    """One line, as QEMU's -initrd takes it, and nothing else on it."""
    text = tree.make("modules")
    assert text.endswith("\n") and text.count("\n") == 1, text
    for module in tree.modules():
        assert module.path.is_file(), module
        assert re.fullmatch(r"[\w.-]+( .*)?", module.name), module
    if tree.chapter in ("ch01", "ch02", "ch03"):
        assert tree.modules() == []


def test_help_names_the_targets(tree: Tree) -> None:
    done = make(tree.directory, "-s", "help")
    assert done.returncode == 0
    for target in ("run", "bochs", "iso", "modules", "clean"):
        assert re.search(rf"^ +{target} ", done.stdout, re.MULTILINE), target


def test_formatting(tree: Tree) -> None:
    need("clang-format")
    files = [path for pattern in ("*.c", "*.h") for path in tree.directory.rglob(pattern)]
    files = [path for path in files if "build" not in path.relative_to(tree.directory).parts]
    style = f"--style=file:{REPOSITORY / '.clang-format'}"
    done = process.run(["clang-format", "--dry-run", "-Werror", style, *files])
    assert done.returncode == 0, done.stderr


# clang-format takes a parenthesis that may be a cast for one, and its versions do not agree which.
# Written as `(uint8_t)(x & ~y)` and `MASK & in(PORT)`, all of them leave a line as it is.
DOUBTFUL_CASTS = re.compile(r"\(u?int\w*_t\) ?~|\([A-Z_0-9]+\)&")


def sources_of_tests() -> list[Path]:
    paths = [path for kind in ("*.c", "*.h") for path in (REPOSITORY / "tests").rglob(kind)]
    return [path for path in paths if path.name != "abi.h"]  # which is assembly


@pytest.mark.chapter("ch01")
def test_formatting_of_the_tests(tree: Tree) -> None:
    need("clang-format")
    done = process.run(["clang-format", "--dry-run", "-Werror", *sources_of_tests()])
    assert done.returncode == 0, done.stderr


@pytest.mark.chapter("ch01")
def test_formatting_does_not_depend_on_the_version(tree: Tree) -> None:
    trees = [path for kind in ("*.c", "*.h") for path in REPOSITORY.glob(f"[cf]*/**/{kind}")]
    wrong = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for path in [*trees, *sources_of_tests()]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if DOUBTFUL_CASTS.search(line)
    ]
    assert not wrong, "\n".join(wrong)


FILE_NAMED = re.compile(r"\b((?:klib|hw|core|virt|api|lib)/[\w/]+\.[chS])\b")


def test_files_that_are_named_are_there(tree: Tree) -> None:
    """A comment that sends the reader to a file of this tree: is it still there, under that name?"""
    wrong = []
    for path in tree.directory.rglob("*"):
        name = path.relative_to(tree.directory)
        if path.suffix not in (".c", ".h", ".S") or "build" in name.parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            wrong += [f"{name}:{number}: there is no {named}" for named in FILE_NAMED.findall(line)
                      if not (tree.directory / named).exists()]
    assert not wrong, "\n".join(wrong)


def test_lines_fit(tree: Tree) -> None:
    """100 columns, no tab in C, no blank at a line's end, a line feed at a file's."""
    wrong = []
    for path in tree.directory.rglob("*"):
        name = path.relative_to(tree.directory)
        if not path.is_file() or {"build", "__pycache__"} & set(name.parts):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a data file
        if text and not text.endswith("\n"):
            wrong.append(f"{name}: no line feed at the end")
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > 100 and path.suffix in (".c", ".h", ".S", ".ld"):
                wrong.append(f"{name}:{number}: {len(line)} columns")
            if line != line.rstrip():
                wrong.append(f"{name}:{number}: blank at the end")
            if "\t" in line and path.suffix in (".c", ".h", ".S"):
                wrong.append(f"{name}:{number}: tab")
    assert not wrong, "\n".join(wrong)


def test_stack_usage(tree: Tree) -> None:
    """Every function's frame has a size that the compiler knows, and a small one. With -Os gcc pushes
    arguments and takes them off again: then what it says is the most that a frame ever is (its
    manual, -fstack-usage: "dynamic,bounded"). What has no bound is plain "dynamic"."""
    files = sorted(tree.build.rglob("*.su"))
    assert files, "no -fstack-usage"
    wrong = []
    for path in files:
        for line in path.read_text().splitlines():
            place, size, kind = line.split("\t")
            if kind not in ("static", "dynamic,bounded") or int(size) > STACK_BYTES:
                wrong.append(f"{place}: {size} bytes, {kind}")
    assert not wrong, "\n".join(wrong)


def test_elf_is_what_a_loader_wants(tree: Tree) -> None:
    """A Multiboot header in the first 8 KiB, and no writable page that can be executed."""
    image = tree.elf.read_bytes()
    assert b"\x02\xb0\xad\x1b" in image[:8192]
    done = process.run(["readelf", "-lW", tree.elf])
    flags = re.findall(r"^  LOAD .* ([R ][W ][E ]) 0x", done.stdout, re.MULTILINE)
    assert flags and "RWE" not in flags, done.stdout


def test_nothing_of_libgcc(tree: Tree) -> None:
    """No undefined symbol, and none of the compiler's own helpers."""
    done = process.run(["nm", tree.elf])
    names = [line.split()[-1] for line in done.stdout.splitlines()]
    assert not re.search(r"^ +U ", done.stdout, re.MULTILINE), done.stdout
    assert not [name for name in names if re.match(r"__u?(div|mod)[dst]i", name)]


# mkiso on a disk that has no room


def iso_environment(tree: Tree) -> dict[str, str]:
    words = " ".join(f"{module.path}={module.name}" for module in tree.modules())
    return {"ELF": str(tree.elf), "MODULES": words, "ARGS": ""}


def small_files(limit: int) -> Callable[[], None]:
    """For the child: no file above the limit, and an error instead of a signal (SIGXFSZ)."""

    def begin() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return begin


@pytest.mark.parametrize("kib", [64, 640], ids=["at-once", "in-the-image"])
def test_mkiso_without_room(tree: Tree, tmp_path: Path, kib: int) -> None:
    """The disk is full at GRUB's first file, or in the middle of the image of 850 KiB."""
    iso = tmp_path / "out.iso"
    done = process.run(
        ["scripts/mkiso", iso],
        cwd=tree.directory,
        environment=iso_environment(tree),
        preexec_fn=small_files(kib << 10),
    )
    assert done.returncode not in (0, *process.TIMED_OUT)
    assert len([line for line in done.stderr.splitlines() if "mkiso:" in line]) == 1, done.stderr
    assert list(tmp_path.iterdir()) == [], "left behind"


def test_mkiso_into_a_place_that_is_not_there(tree: Tree, tmp_path: Path) -> None:
    done = process.run(
        ["scripts/mkiso", tmp_path / "none" / "out.iso"],
        cwd=tree.directory,
        environment=iso_environment(tree),
    )
    assert done.returncode != 0
    assert "mkiso:" in done.stderr


def test_mkiso_without_the_elf(tree: Tree, tmp_path: Path) -> None:
    done = process.run(
        ["scripts/mkiso", tmp_path / "out.iso"],
        cwd=tree.directory,
        environment={**iso_environment(tree), "ELF": str(tmp_path / "none.elf")},
    )
    assert done.returncode != 0
    assert "none.elf" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_mkiso_keeps_the_old_image(tree: Tree, tmp_path: Path) -> None:
    """A failure leaves what was there."""
    iso = tmp_path / "out.iso"
    iso.write_text("old")
    environment = {**iso_environment(tree), "ELF": str(tmp_path / "none.elf")}
    done = process.run(["scripts/mkiso", iso], cwd=tree.directory, environment=environment)
    assert done.returncode != 0
    assert iso.read_text() == "old"


# How `make run` ends


@pytest.mark.chapter("ch01")
def test_run_fails_with_a_panic(built_copy: Path) -> None:
    """A panic's status is not 0, and the addresses of its backtrace are explained."""
    done = make(built_copy, "run", "ARGS=panic")
    assert done.returncode != 0
    place = r"^  0x[0-9a-f]{8}  \w+ at \w+\.c:\d+$"
    assert re.search(place, done.stdout, re.MULTILINE), done.stdout


@pytest.mark.since("ch01")
def test_run_without_qemu(built_copy: Path) -> None:
    """What is missing is named, with the package."""
    done = make(built_copy, "run", "QEMU=no-such-qemu")
    assert done.returncode != 0
    assert "no-such-qemu not found" in done.stderr and "qemu-system-x86" in done.stderr


def test_run_ends_a_boot_that_hangs(built_copy: Path) -> None:
    """TIMEOUT=: one message, and the status of the chapter's conventions behind make's."""
    qemu = built_copy / "hangs"
    qemu.write_text("#!/bin/sh\nexec sleep 1000\n")
    qemu.chmod(0o755)
    done = make(built_copy, "run", f"QEMU={qemu}", "TIMEOUT=1", seconds=60)
    assert done.returncode not in (0, *process.TIMED_OUT)
    assert "still running after 1 s" in done.stderr


def test_ends_with_a_closed_pipe(built_copy: Path) -> None:
    """`make run | head -n 1` ends."""
    done = process.run(["sh", "-c", "make -s run TIMEOUT=60 | head -n 1"], cwd=built_copy)
    assert done.returncode == 0
    assert "Bulkhead" in done.stdout


# Where the tree lies, and what is typed at make

ODD = "a b:c$d;e'f#g%h\"i=j(k)&l\\m*n,o"


@pytest.mark.chapter("ch01", "final")
@pytest.mark.parametrize("target", ["run", "bochs", "tour", "bochs-tour"])
def test_a_directory_of_any_name(tree: Tree, tmp_path: Path, target: str) -> None:
    copy = tmp_path / ODD / "tree"
    shutil.copytree(tree.directory, copy, ignore=is_built)
    done = make(copy, "-j2", target)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.chapter("ch01", "final")
@pytest.mark.parametrize("flags", ["CFLAGS=-O3", "ASFLAGS=-DNOTHING", "LDFLAGS=--no-warn-mismatch"])
def test_flags_of_the_command_line_come_behind_ours(copy: Path, flags: str) -> None:
    """And do not drop what the build lives on: everything builds and runs."""
    done = make(copy, "-j2", "run", flags)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = make(copy, "-j2", "-B", "V=1", "build/klib/string.o", flags).stdout
    if flags.startswith("CFLAGS"):
        assert re.search(r" -O1 .* -O3 ", shown) and "-ffreestanding" in shown
