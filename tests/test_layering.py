"""tools/layering, on little fake chapters."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERING = ROOT / "tools" / "layering"
ROOMS = ["klib", "hw", "core", "virt", "api", "lib", "guests", "bhc", "bugs"]
ALLOWED = {
    "klib": [], "hw": ["klib"], "core": ["klib", "hw", "api"],
    "virt": ["klib", "hw", "core", "api"], "api": [], "lib": ["klib", "api"],
    "guests": ["klib", "api", "lib"], "bhc": ["klib", "core", "api"],
    "bugs": ["klib", "hw", "core", "virt"],
}


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(LAYERING), *map(str, arguments)], cwd=cwd, capture_output=True,
                          text=True, check=False, timeout=300)


def write(chapter: Path, path: str, text: str) -> None:
    (chapter / path).parent.mkdir(parents=True, exist_ok=True)
    (chapter / path).write_text(text)


def findings(root: Path) -> list[str]:
    """What layering finds in all chapters of root; the exit status must agree."""
    done = run("--root", root)
    lines = done.stdout.splitlines()
    assert lines.pop().startswith("layering: ")
    assert done.stderr == ""
    assert done.returncode == (1 if lines else 0)
    return lines


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """An empty chapter; its parent serves as the root."""
    (tmp_path / "ch03-idt").mkdir()
    return tmp_path / "ch03-idt"


@pytest.mark.parametrize("room", ROOMS)
def test_rule_table(chapter: Path, room: str) -> None:
    write(chapter, f"{room}/a.c", "".join(f'#include "{target}/b.h"\n' for target in ROOMS))
    assert findings(chapter.parent) == [
        f"ch03-idt/{room}/a.c:{line}: room {room} may not include {target}/b.h"
        for line, target in enumerate(ROOMS, start=1)
        if target != room and target not in ALLOWED[room]]


@pytest.mark.parametrize("name", ["a.c", "a.h", "a.S", "deep/er/a.c"])
def test_every_kind_of_source(chapter: Path, name: str) -> None:
    write(chapter, f"hw/{name}", '#include "virt/partition.h"\n')
    assert findings(chapter.parent) == [
        f"ch03-idt/hw/{name}:1: room hw may not include virt/partition.h"]


@pytest.mark.parametrize("name", ["a.ld", "a.py", "README"])
def test_other_files_are_not_read(chapter: Path, name: str) -> None:
    write(chapter, f"hw/{name}", '#include "virt/partition.h"\n')
    assert findings(chapter.parent) == []


def test_plain_name_is_the_same_room(chapter: Path) -> None:
    write(chapter, "klib/a.c", '#include "a.h"\n')
    assert findings(chapter.parent) == []


@pytest.mark.parametrize("line", [
    '#include "virt/p.h"', '  #  include   "virt/p.h"  ', '#include "virt/p.h" // why',
    '#include/**/"virt/p.h"', '/* x */ #include "virt/p.h"', '#include_next "virt/p.h"',
    "#include \"virt/p.h\" /* it's */"])
def test_forms_of_include(chapter: Path, line: str) -> None:
    write(chapter, "hw/a.c", f"/* one\n two */\n{line}\n")
    assert findings(chapter.parent) == [
        "ch03-idt/hw/a.c:3: room hw may not include virt/p.h"]


@pytest.mark.parametrize("text", [
    '// #include "virt/p.h"', '/*\n#include "virt/p.h"\n*/', 'char *s = "#include virt/p.h";',
    '/* "\n#include "virt/p.h"\n" */', '#includes "virt/p.h"', '/* no end\n#include "virt/p.h"'])
def test_what_is_no_include(chapter: Path, text: str) -> None:
    write(chapter, "hw/a.c", text + "\n")
    assert findings(chapter.parent) == []


def test_a_comment_sign_in_a_string_hides_nothing(chapter: Path) -> None:
    write(chapter, "hw/a.c", 'char *s = "/*"; char c = \'"\';\n#include "virt/p.h"\n')
    assert findings(chapter.parent) == ["ch03-idt/hw/a.c:2: room hw may not include virt/p.h"]


@pytest.mark.parametrize("name", ["../virt/p.h", "./a.h", "hw/../virt/p.h", "/etc/p.h",
                                  "hw//a.h", "hw/", ""])
def test_odd_paths(chapter: Path, name: str) -> None:
    write(chapter, "hw/a.c", f'#include "{name}"\n')
    assert findings(chapter.parent) == [
        f'ch03-idt/hw/a.c:1: include "{name}" as "room/file.h", from the chapter\'s directory']


def test_unknown_rooms(chapter: Path) -> None:
    write(chapter, "cellar/a.c", "int x;\n")
    write(chapter, "hw/a.c", '#include "attic/a.h"\n')
    write(chapter, "top.c", "int x;\n")
    assert findings(chapter.parent) == [
        "ch03-idt/top.c:1: lies in no room",
        "ch03-idt/cellar/a.c:1: unknown room cellar",
        "ch03-idt/hw/a.c:1: unknown room attic in include of attic/a.h"]


def test_include_of_a_macro(chapter: Path) -> None:
    write(chapter, "hw/a.c", "#define X \"virt/p.h\"\n#include X\n")
    assert findings(chapter.parent) == [
        "ch03-idt/hw/a.c:2: cannot tell what #include X names; write the file's name"]


@pytest.mark.parametrize("room", ROOMS)
def test_system_headers(chapter: Path, room: str) -> None:
    free = ["stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "stdatomic.h"]
    hosted = ["stdio.h", "string.h", "sys/types.h", "stdlib.h"]
    write(chapter, f"{room}/a.c", "".join(f"#include <{header}>\n" for header in free + hosted))
    assert findings(chapter.parent) == ([] if room == "bhc" else [
        f"ch03-idt/{room}/a.c:{line}: room {room} is freestanding and may not include <{header}>"
        for line, header in enumerate(hosted, start=len(free) + 1)])


def test_the_start_up_order_names_everyone(chapter: Path) -> None:
    write(chapter, "core/main.c", '#include "virt/p.h"\n')
    write(chapter, "core/other.c", '#include "virt/p.h"\n')
    assert findings(chapter.parent) == [
        "ch03-idt/core/other.c:1: room core may not include virt/p.h"]


def test_build_is_skipped(chapter: Path) -> None:
    write(chapter, "build/hw/a.c", '#include "virt/p.h"\n')
    write(chapter, "hw/build/a.c", '#include "virt/p.h"\n')
    assert findings(chapter.parent) == []


def test_text_in_another_encoding(chapter: Path) -> None:
    (chapter / "hw").mkdir()
    (chapter / "hw/a.c").write_bytes(b'// \xff\n#include "virt/p.h"\n')
    assert findings(chapter.parent) == ["ch03-idt/hw/a.c:2: room hw may not include virt/p.h"]


def test_all_chapters_and_only_chapters(chapter: Path) -> None:
    for name in ("ch01-boot", "ch03-idt", "final", "tests", "ch1"):
        write(chapter.parent / name, "hw/a.c", '#include "virt/p.h"\n')
    assert [line.split("/")[0] for line in findings(chapter.parent)] == [
        "ch01-boot", "ch03-idt", "final"]


def test_directories_given(chapter: Path) -> None:
    write(chapter, "hw/a.c", '#include "virt/p.h"\n')
    write(chapter.parent / "mine", "hw/a.c", '#include "core/p.h"\n')
    done = run("mine/", cwd=chapter.parent)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == ("mine/hw/a.c:1: room hw may not include core/p.h\n"
                           "layering: 1 directory, 1 finding\n")
    done = run("mine", chapter, cwd=chapter.parent)
    assert done.stdout.splitlines()[1:] == [
        f"{chapter}/hw/a.c:1: room hw may not include virt/p.h",
        "layering: 2 directories, 2 findings"]


MAKEFILE = """\
SOURCES := $(filter-out bhc/%,$(wildcard */*.c */*/*.c))
$(BUILD)/bulkhead.elf: $(SOURCES:%.c=$(BUILD)/%.o)
	@touch $@
$(BUILD)/%.o: %.c
	@mkdir -p $(@D) && gcc -I. -ffreestanding -c -o $@ $<
"""


def calls(chapter: Path, **files: str) -> list[str]:
    """What --calls finds; virt__time__a_c is virt/time/a.c."""
    write(chapter, "Makefile", MAKEFILE)
    for name, text in files.items():
        path, _, suffix = name.replace("__", "/").rpartition("_")
        write(chapter, f"{path}.{suffix}", text)
    done = run("--calls", chapter, cwd=chapter.parent)
    assert done.stderr == ""
    return [line.removeprefix(f"{chapter}/").removeprefix(f"{chapter}: ")
            for line in done.stdout.splitlines()[:-1]]


def test_floors_by_include(chapter: Path) -> None:
    write(chapter, "virt/memory/a.h", "")
    write(chapter, "virt/call/b.c", '#include "virt/memory/a.h"\n')
    write(chapter, "virt/ipc/a.h", "")
    write(chapter, "virt/ipc/b.c", '#include "virt/ipc/a.h"\n')
    assert findings(chapter.parent) == []
    write(chapter, "virt/memory/b.c", '\n#include "virt/ipc/a.h"\n')
    write(chapter, "virt/c.c", '#include "virt/memory/a.h"\n')
    write(chapter, "virt/output/c.c", '#include "virt/memory/a.h"\n')
    assert findings(chapter.parent) == [
        "ch03-idt/virt/c.c:1 includes virt/memory/a.h: virt (floor 0) may not use virt/memory (floor 1)",
        "ch03-idt/virt/memory/b.c:2 includes virt/ipc/a.h: "
        "virt/memory (floor 1) may not use virt/ipc (floor 3)",
        "ch03-idt/virt/output/c.c:1 includes virt/memory/a.h: "
        "virt/output (floor 1) may not use virt/memory (floor 1)"]


def test_a_room_without_a_floor(chapter: Path) -> None:
    write(chapter, "virt/attic/a.h", "")
    write(chapter, "virt/call/b.c", '#include "virt/attic/a.h"\n')
    assert findings(chapter.parent) == [
        "ch03-idt/virt/call/b.c:1 includes virt/attic/a.h: "
        "virt/attic has no floor: see FLOORS in tools/layering"]


def test_a_call_upwards(chapter: Path) -> None:
    assert calls(chapter, virt__call__a_c="void top(void) {}\n",
                 virt__time__b_c="void top(void);\nvoid b(void) { top(); }\n",
                 core__c_c="void b(void);\nvoid c(void) { b(); }\n") == [
        "core/c uses b of virt/time/b: room core may not use virt",
        "virt/time/b uses top of virt/call/a: virt/time (floor 5) may not use virt/call (floor 7)"]


def test_data_from_above(chapter: Path) -> None:
    assert calls(chapter, virt__time__a_c="int slots = 1;\n",
                 virt__vcpu__b_c="extern int slots;\nint b(void) { return slots; }\n") == [
        "virt/vcpu/b uses slots of virt/time/a: virt/vcpu (floor 2) may not use virt/time (floor 5)"]


def test_an_inline_function_that_calls_upwards(chapter: Path) -> None:
    """The object that shows it is somebody else's; a prototype alone is no call."""
    header = "void top(void);\n"
    inline = "static inline void low(void) { top(); }\n"
    files = {"virt__call__a_c": "void top(void) {}\n",
             "virt__call__c_c": '#include "virt/memory/b.h"\n'}
    assert calls(chapter, virt__memory__b_h=header, **files) == []
    assert calls(chapter, virt__memory__b_h=header + inline, **files)[0] == (
        "virt/memory/b.h uses top of virt/call/a: virt/memory (floor 1) may not use virt/call (floor 7)")


def test_a_circle_of_calls(chapter: Path) -> None:
    files = {"klib__a_c": "void b(void);\nvoid a(void) { b(); }\n",
             "klib__b_c": "void c(void);\nvoid b(void) { c(); }\n",
             "klib__d_c": "void a(void);\nvoid d(void) { a(); }\n"}
    assert calls(chapter, klib__c_c="void c(void) {}\n", **files) == []
    assert calls(chapter, klib__c_c="void a(void);\nvoid c(void) { a(); }\n", **files) == [
        "klib/a, klib/b, klib/c need each other:", "    klib/a uses b of klib/b",
        "    klib/b uses c of klib/c", "    klib/c uses a of klib/a"]


def test_entry_code_calls_upwards(chapter: Path) -> None:
    """hw/entry is a way in; any other file of hw/ is not."""
    assert calls(chapter, core__a_c="void trap_dispatch(void) {}\n",
                 hw__entry_c="void trap_dispatch(void);\nvoid e(void) { trap_dispatch(); }\n") == []
    assert calls(chapter, hw__other_c="void trap_dispatch(void);\nvoid o(void) { trap_dispatch(); }\n") == [
        "hw/other uses trap_dispatch of core/a: room hw may not use core"]


def test_an_exception_that_nobody_needs(tmp_path: Path) -> None:
    """A chapter in which virt/partition does not use what KNOWN lets it use."""
    chapter = tmp_path / "ch05-hypercalls"
    write(chapter, "virt/partition.c", "")
    assert ("ch05-hypercalls: virt/partition does not use virt/memory/addrspace any more: "
            "take it out of KNOWN") in findings(tmp_path)


def test_an_inline_function_of_a_header_with_a_file(chapter: Path) -> None:
    assert calls(chapter, virt__call__a_c="void top(void) {}\n", virt__memory__b_c="",
                 virt__memory__b_h="void top(void);\nstatic inline void low(void) { top(); }\n")[0] == (
        "virt/memory/b.h uses top of virt/call/a: virt/memory (floor 1) may not use virt/call (floor 7)")


def test_a_circle_in_bhc(chapter: Path) -> None:
    """bhc has names of its own: one of the hypervisor's may be the same."""
    write(chapter, "bhc/Makefile", "$(BUILD)/bhc: a.c b.c\n\t@mkdir -p $(@D) && "
          "gcc -c a.c -o $(@D)/a.o && gcc -c b.c -o $(@D)/b.o && touch $@\n")
    write(chapter, "bhc/b.c", "void b(void) {}\n")
    write(chapter, "bhc/a.c", "void b(void);\nvoid a(void) { b(); }\n")
    hypervisors = {"klib__a_c": "void a(void) {}\n"}
    assert calls(chapter, **hypervisors) == []
    write(chapter, "bhc/b.c", "void a(void);\nvoid b(void) { a(); }\n")
    assert calls(chapter, **hypervisors) == [
        "bhc/a, bhc/b need each other:", "    bhc/a uses b of bhc/b", "    bhc/b uses a of bhc/a"]


def test_what_does_not_build(chapter: Path) -> None:
    write(chapter, "Makefile", MAKEFILE)
    write(chapter, "hw/a.c", "nonsense\n")
    done = run("--calls", chapter)
    assert done.returncode == 2
    assert "does not build: " in done.stderr


def test_calls_of_the_real_chapters() -> None:
    done = run("--calls")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["nowhere"], ["--nonsense"], ["--root", "."]])
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("layering: ")
    assert done.stderr.count("\n") == 1


def test_help() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: layering")


def test_the_real_chapters() -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
