"""The debuggers' side of a chapter: tours against their recordings, the `bh` commands against
readings of the test's own, and what they answer when there is nothing to read."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bulkhead import debugging, process, x86
from bulkhead.machines import make_iso
from bulkhead.probe import Probe
from bulkhead.transcript import compare
from bulkhead.tree import Tree

StartProbe = Callable[..., Probe]

SELECTORS = ("cs", "ds", "es", "fs", "gs", "ss")


# Tours


def judge(tour: debugging.Tour) -> list[str]:
    """What is wrong with a tour's session."""
    session = debugging.run_tour(tour)
    if session.status != 0:
        return [f"{tour}: {session.describe()}"]
    if not tour.recording.exists():
        return [f"{tour} has no recording; after a look: tests/debug/record {tour}"]
    listing = compare(
        debugging.normalise(tour.recording.read_text(), tour),
        debugging.normalise(session.output, tour),
    )
    if listing is None:
        return []
    head = f"{tour} differs from its recording (= as recorded, - missing, + unexpected):"
    return [head, *listing]


@pytest.mark.since("ch01")
@pytest.mark.parametrize("debugger", ["gdb", "bochs"])
def test_tour(tree: Tree, debugger: str) -> None:
    found = debugging.tours(tree, debugger)
    wrong = [line for tour in found for line in judge(tour)]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.since("ch01")
@pytest.mark.parametrize("debugger", ["gdb", "bochs"])
def test_tour_has_six_to_twelve_stops(tree: Tree, debugger: str) -> None:
    """Counted over the chapter's tour files; each stop's number is the next one."""
    found = debugging.tours(tree, debugger)
    assert found
    for tour in found:
        text = (tree.directory / tour.name).read_text()
        numbers = [int(number) for number in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), tour
        assert len(numbers) <= 12, tour
        if tour.name == f"tour.{debugger}":
            assert len(numbers) >= 6, tour


@pytest.mark.since("ch01")
@pytest.mark.parametrize("debugger", ["gdb", "bochs"])
def test_every_stop_says_what_is_true_there(tree: Tree, debugger: str) -> None:
    """Recordings move with the tools; `#?` lines hold in every version."""
    for tour in debugging.tours(tree, debugger):
        text = (tree.directory / tour.name).read_text()
        for stop in re.split(r"^(?=## \d+\. )", text, flags=re.MULTILINE)[1:]:
            assert re.search(r"^#\? \S", stop, re.MULTILINE), f"{tour}: {stop.splitlines()[0]}"


@pytest.mark.chapter("ch01")
@pytest.mark.parametrize("place, status", [("kmain", 0), ("memmap_init", 1)])
def test_what_a_stop_says_is_judged(
    tree: Tree, tmp_path: Path, place: str, status: int
) -> None:
    script = tmp_path / "tour.gdb"
    script.write_text(f'## 1. A stop.\ntbreak kmain\ncontinue\n#? $at("{place}")\nbh cr\n')
    session = debugging.run_script(tree, ["scripts/gdb", str(script)])
    assert session.status == status, session.describe()
    assert ("The tour stops at line 4" in session.output) == bool(status), session.output
    assert ("CR3 =" in session.output) == (not status), session.output
    iso = make_iso(tree, "", tree.modules())
    script = tmp_path / "tour.bochs"
    script.write_text(f'## 1. A stop.\nlb "kmain"\nc\n#? \\({place}\\+0\\)\ncreg\n')
    session = debugging.run_script(
        tree, ["scripts/bochs-debug", str(script)], BH_ISO=str(iso), TERM="dumb"
    )
    assert session.status == status, session.describe()
    assert ("`c` answers matches" in session.errors) == bool(status), session.errors


@pytest.mark.parametrize("command, wanted, true", [
    ("bh cr", "^CR0 = .*", 1), ("bh cr", "^paging", 0), ("no_such_command", ".", None),
])
@pytest.mark.chapter("ch01")
def test_answers(tree: Tree, command: str, wanted: str, true: int | None) -> None:
    """$answers, $next and $at: true, false, and an error where there is no answer."""
    words = f'print $answers("{command}", "{wanted}")'
    text = debugging.ask(tree, [("kmain", [words, 'print $at("kmain") && $next("^push")'])])
    answer, place = text["kmain", words], text["kmain", 'print $at("kmain") && $next("^push")']
    assert answer.startswith("error: ") if true is None else answer.endswith(f" = {true}\n"), answer
    assert place.endswith(" = 1\n"), place


@pytest.mark.chapter("ch01")
def test_a_tour_that_goes_wrong_fails(tree: Tree, tmp_path: Path) -> None:
    """It says where, ends with a status, and leaves nothing behind."""
    console = tmp_path / "console"
    script = tmp_path / "tour.gdb"
    script.write_text("## 1. Nobody has this.\nbreak no_such_function\n## 2. Not reached.\n")
    session = debugging.run_script(tree, ["scripts/gdb", str(script)], BH_CONSOLE=str(console))
    assert session.status != 0
    assert "The tour stops at line 2" in session.output and "Not reached" not in session.output
    assert not processes_with(str(console))
    script = tmp_path / "tour.bochs"
    script.write_text("## 1. Nobody has this.\nlb @no_such_function\n")
    session = debugging.run_script(tree, ["scripts/bochs-debug", str(script)], BH_ISO="unused")
    assert session.status != 0 and "no symbol no_such_function" in session.errors


def processes_with(word: str) -> list[str]:
    """Command lines that hold a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


# Interactive use


@pytest.mark.since("ch01")
def test_debug_says_what_to_type(tree: Tree, tmp_path: Path) -> None:
    """`make debug` stops at the entry with the commands loaded; commands come from a pipe here."""
    commands = tmp_path / "commands"
    commands.write_text("bh where\nhelp bh pagewalk\nkill\n")
    given = debugging.environment(tree, tmp_path) | {"BH_CONSOLE": str(tmp_path / "console")}
    done = process.run(
        ["sh", "-c", 'scripts/gdb debug < "$1"', "sh", commands],
        cwd=tree.directory,
        environment=given,
        seconds=60,
    )
    text = done.stdout
    assert "Type `help bh`" in text and "_start () at hw/boot.S" in text, text + done.stderr
    assert re.search(r"the hypervisor at CPL 0, eip 0x001000[0-9a-f]{2} _start, without paging", text)
    assert "bh pagewalk ADDRESS" in text
    assert not processes_with(str(tmp_path / "console"))


@pytest.mark.since("ch01")
def test_bochs_debug_says_what_to_type(tree: Tree, tmp_path: Path) -> None:
    iso = make_iso(tree, "", tree.modules())
    given = debugging.environment(tree, tmp_path) | {"BH_ISO": str(iso), "TERM": "dumb"}
    commands = tmp_path / "commands"
    commands.write_text('lb "kmain"\nc\nq\n')
    done = process.run(
        ["sh", "-c", 'scripts/bochs-debug debug < "$1"', "sh", commands],
        cwd=tree.directory,
        environment=given | {"DISPLAY": ""},
        seconds=60,
    )
    assert "At <bochs:1> type" in done.stdout, done.stdout + done.stderr
    assert "(kmain+0)" in done.stdout, done.stdout + done.stderr


@pytest.mark.chapter("ch01")
def test_a_tour_that_waits_ends_with_ctrl_c(tree: Tree, tmp_path: Path) -> None:
    """PAUSE=1 waits at each stop as long as the reader likes; and leaves nothing behind."""
    console = tmp_path / "console"
    given = debugging.environment(tree, tmp_path) | {"PAUSE": "1", "BH_CONSOLE": str(console)}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tree.directory)
        os.execvpe("scripts/gdb", ["scripts/gdb", "tour"], process.clean_environment(given))
    try:
        read_until(terminal, "[Enter] ")
        os.write(terminal, b"\n")
        text = read_until(terminal, "[Enter] ")
        assert "(gdb) " in text and processes_with(str(console))
        os.write(terminal, b"\x03")
        read_until(terminal, "")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
    finally:
        os.close(terminal)
    assert not processes_with(str(console))


def read_until(terminal: int, words: str) -> str:
    """What a terminal shows up to some words, or to its end."""
    text = ""
    while not (words and words in text):
        assert select.select([terminal], [], [], 30)[0], text
        try:
            text += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other side is closed
            assert not words, text
            break
    return text


# The commands' values


def up_to(probe: StartProbe, place: str) -> Probe:
    machine = probe()
    machine.run_to(place)
    return machine


LAST_OF_START = {"ch01": "demo_boot", "ch02": "demo_clock", "ch03": "demo_traps"}


def settled(tree: Tree) -> str:
    """A place at which the chapter's tables are final and its partitions made."""
    return LAST_OF_START.get(tree.chapter, "sched_start")


@pytest.mark.since("ch01")
def test_bh_tables(tree: Tree, probe: StartProbe) -> None:
    """gdt, idt, tss, cr against the probe's own decoding of the same machine's memory."""
    place = settled(tree)
    commands = ["bh gdt", "bh cr", "bh tss", "bh idt", "bh multiboot"]
    answers = debugging.ask(tree, [(f"*{place}", commands)])
    text = {command: answers[f"*{place}", command] for command in commands}
    machine = up_to(probe, place)
    check_gdt(text["bh gdt"], machine)
    check_control(text["bh cr"], machine)
    if tree.chapter in ("ch01", "ch02"):
        assert "any exception now is a triple fault" in text["bh idt"]
        assert text["bh tss"] == "error: bh tss: TR is 0: no task state segment is loaded yet\n"
    else:
        check_idt(text["bh idt"], machine)
        check_tss(text["bh tss"], machine)


def check_gdt(text: str, machine: Probe) -> None:
    base, limit = machine.gdt_register()
    assert f"GDT at 0x{base:08x}" in text and f"limit 0x{limit:x}:" in text
    lines = text.splitlines()[1:]
    assert len(lines) == (limit + 1) // 8
    for index, (line, segment) in enumerate(zip(lines, machine.gdt())):
        assert line.startswith(f"  0x{index * 8:02x}  ")
        if not segment.present:
            assert "unused" in line or "null" in line
            continue
        assert f"base {segment.base:08x} limit {segment.limit:08x} DPL {segment.dpl}" in line
        users = {name.upper() for name in SELECTORS if machine.register(name) & ~7 == index * 8}
        shown = set(line.partition("<- ")[2].split()) - {"TR"}
        assert shown == (users if index else set()), line
        if segment.code_or_data:
            assert ("code" if segment.is_code else "data") in line


def check_control(text: str, machine: Probe) -> None:
    for name in ("cr0", "cr2", "cr3", "cr4", "eflags"):
        assert f"{name.upper()} = 0x{machine.register(name):08x}" in text
    shown = {int(bit) for bit in re.findall(r"bit (\d+)", text.partition("CR2")[0])}
    cr0 = machine.register("cr0")
    assert shown == {bit for bit in range(32) if cr0 >> bit & 1}


KINDS = {x86.INTERRUPT_GATE: "interrupt gate", x86.TRAP_GATE: "trap gate"}


def check_idt(text: str, machine: Probe) -> None:
    base, limit = machine.idt_register()
    assert f"IDT at 0x{base:08x}" in text and f"limit 0x{limit:x}" in text
    gates = machine.idt()
    single = {int(n, 16): line for n, line in re.findall(r"^  0x([0-9a-f]{2})  (.*)$", text, re.M)}
    assert set(range(48)) <= set(single)
    for vector, line in single.items():
        gate = gates[vector]
        assert f"DPL {gate.dpl}" in line
        if gate.type == x86.TASK_GATE:
            assert line.startswith("task gate") and f"selector 0x{gate.selector:02x}" in line
        else:
            assert line.startswith(KINDS[gate.type])
            assert f"{gate.selector:04x}:{gate.offset:08x}" in line
    covered = set(single)
    for first, last, kind in re.findall(r"^  0x(..) to 0x(..): (\w+ gate)", text, re.M):
        vectors = range(int(first, 16), int(last, 16) + 1)
        assert {KINDS[gates[vector].type] for vector in vectors} == {kind}
        covered |= set(vectors)
    assert covered == set(range(len(gates)))


def check_tss(text: str, machine: Probe) -> None:
    selector, tss = machine.task_register(), machine.tss()
    assert f"TSS 0x{selector:02x} at 0x{machine.segment(selector).base:08x}" in text
    assert f"ss0:esp0 = {tss['ss0']:04x}:{tss['esp0']:08x}" in text


@pytest.mark.since("ch01")
def test_bh_translation(tree: Tree, probe: StartProbe) -> None:
    """map and pagewalk against a walk of the tables in physical memory."""
    place = settled(tree)
    walks = ["bh pagewalk kmain", "bh pagewalk 0", "bh pagewalk 0xc0000000"]
    answers = debugging.ask(tree, [(f"*{place}", ["bh map", *walks])])
    machine = up_to(probe, place)
    mappings = x86.coalesce(machine.mappings())
    shown = re.findall(
        r"^  ([0-9a-f]{8}) to ([0-9a-f]{8}) -> ([0-9a-f]{8}) +(\d+) KiB  (.*)$",
        answers[f"*{place}", "bh map"],
        re.MULTILINE,
    )
    assert [(int(a, 16), int(b, 16) + 1, int(c, 16)) for a, b, c, _, _ in shown] == [
        (mapping.virtual, mapping.end, mapping.physical) for mapping in mappings
    ]
    for mapping, words in zip(mappings, shown):
        assert ("user and" in words[4]) == mapping.user
        assert ("write" in words[4]) == mapping.writable
        assert ("global" in words[4]) == mapping.is_global
    kmain = machine.symbols["kmain"]
    assert f"physical 0x{kmain - 0xC0000000:08x}" in answers[f"*{place}", walks[0]]
    assert "CPL 3: nothing, it is a supervisor page" in answers[f"*{place}", walks[0]]
    assert "nobody gets through" in answers[f"*{place}", walks[1]]


@pytest.mark.since("ch01")
def test_bh_multiboot(tree: Tree, probe: StartProbe) -> None:
    answers = debugging.ask(
        tree,
        [("*_start", ["bh multiboot"]), ("*kmain", ["bh multiboot"])],
        args="some words",
    )
    machine = probe(args="some words")
    machine.run_to("_start")
    info = machine.register("ebx")
    command_line = machine.read_u32(info + 16)
    words = machine.read_physical(command_line, 200).split(b"\0")[0].decode()
    for place in ("*_start", "*kmain"):
        text = answers[place, "bh multiboot"]
        assert f"physical 0x{info:08x}" in text
        assert "command line '" in text and "some words'" in text and words.endswith("some words")
        for module in tree.modules():
            assert f" {module.name}'" in text
        assert len(re.findall("  module 0x", text)) == machine.read_u32(info + 20)
        assert len(re.findall("  memory 0x", text)) == machine.read_u32(info + 44) // 24


@pytest.mark.since("ch03")
def test_bh_pic(tree: Tree, probe: StartProbe) -> None:
    """Masks against the chips' own data ports."""
    place = settled(tree)
    answers = debugging.ask(tree, [(f"*{place}", ["bh pic"])])
    text = answers[f"*{place}", "bh pic"]
    machine = up_to(probe, place)
    masks = re.findall(r"masked +\(0x(..)\)", text)
    assert [int(mask, 16) for mask in masks] == [machine.port8(0x21), machine.port8(0xA1)]
    assert "IRQ 0 to 7 arrive at vectors 0x20 to 0x27" in text
    assert "IRQ 8 to 15 arrive at vectors 0x28 to 0x2f" in text


@pytest.mark.chapter("ch02", "ch03")
def test_bh_pit_disturbs_nothing(tree: Tree) -> None:
    """The same answer twice, and a count that was just written: the machine stands still."""
    answers = debugging.ask(tree, [("*clock_init", ["bh pit", "bh  pit", "bh   pit"])])
    first, second, third = answers.values()
    assert re.search(r"channel 2 .*mode 3", first) and "gate shut" in first
    assert first == second == third


@pytest.mark.chapter("ch02")
def test_bh_pit_shows_the_programmed_count(tree: Tree) -> None:
    """The count register holds what pit_measure() wrote: 1193 in its first call."""
    steps = ["bh until out"] * 4 + ["bh until rdtsc"]
    answers = debugging.ask(tree, [("*pit_measure", [*steps, "bh pit"])])
    assert "count 1193 (0x04a9), output low" in answers["*pit_measure", "bh pit"]


@pytest.mark.since("ch03")
def test_bh_frame(tree: Tree) -> None:
    """The trap frame's fields against the words in memory."""
    handler = "trap_dispatch" if tree.chapter == "ch03" else "guest_trap"
    first_argument = "*(unsigned *)($esp + 4)"
    raw = [f"print/x {first_argument}", f"x/19xw {first_argument}"]
    answers = debugging.ask(tree, [(f"*{handler}", ["bh frame", *raw])])
    text, address, memory = (answers[f"*{handler}", command] for command in ("bh frame", *raw))
    assert f"Trap frame at 0x{int(address.split()[-1], 16):08x}" in text
    words = [int(word, 16) for word in re.findall(r"\t0x([0-9a-f]{8})", memory)]
    assert len(words) == 19
    assert f"vector {words[12]} (0x{words[12]:x})" in text
    pushed = {"edi": 4, "esi": 5, "ebp": 6, "ebx": 8, "edx": 9, "ecx": 10, "eax": 11}
    for name, index in pushed.items():
        assert f"{name} {words[index]:08x}" in text
    assert f"returns to {words[15] & 0xFFFF:04x}:{words[14]:08x} at CPL {words[15] & 3}" in text
    assert f"eflags 0x{words[16]:08x}" in text
    if words[15] & 3:
        assert f"the stack {words[18] & 0xFFFF:04x}:{words[17]:08x}" in text


@pytest.mark.since("ch04")
def test_bh_partitions(tree: Tree, probe: StartProbe) -> None:
    """Directories and memory against the page tables that the CPU uses for each partition."""
    answers = debugging.ask(tree, [("*sched_start", ["bh partitions"])])
    rows = re.findall(
        r"^ +(\w+) +(\w+) +(\S+) +(\S+)  0x([0-9a-f]{8})  ([0-9a-f]{8})"
        r"  (\d+) KiB at 0x([0-9a-f]{8})",
        answers["*sched_start", "bh partitions"],
        re.MULTILINE,
    )
    machine = up_to(probe, "sched_start")
    assert rows
    for name, _, _, _, directory, _, size, physical in rows:
        mapped = x86.coalesce(machine.mappings(int(directory, 16)), ignore=0xFFF & ~x86.USER)
        own = next(mapping for mapping in mapped if mapping.virtual == 0x00400000)
        assert own.user and own.physical == int(physical, 16), name
        assert own.size == int(size) * 1024, name


@pytest.mark.chapter("ch04")
def test_breakpoint_in_a_partitions_own_function(tree: Tree) -> None:
    """hit by name, in that partition only: all three run main(), and hostile is the last."""
    session = [
        ("sched_start", ["bh switch-to hostile", "bh break main"]),
        ("partition_finish if 0", ["bh where", "bt 1", "bh partitions"]),
    ]
    answers = debugging.ask(tree, session)
    where = answers["partition_finish if 0", "bh where"]
    assert where.startswith("partition hostile at CPL 3"), where
    assert "main (starts=0" in answers["partition_finish if 0", "bt 1"]
    rows = answers["partition_finish if 0", "bh partitions"]
    assert len(re.findall("finished", rows)) == 2 and re.search(r"-> hostile +ready", rows)


@pytest.mark.since("ch05")
def test_bh_hypercalls(tree: Tree) -> None:
    """The table against the API's header, and in its order."""
    answers = debugging.ask(tree, [("*sched_start", ["bh hypercalls"])])
    shown = re.findall(r"^ +(\d+)  (BH_\w+)", answers["*sched_start", "bh hypercalls"], re.M)
    header = (tree.directory / "api" / "bulkhead.h").read_text().replace("\\\n", " ")
    listed = header.partition("#define BH_NULL")[2].partition("#define BH_HYPERCALLS")[0]
    wanted = re.findall(r"^#define (BH_\w+) +(\d+) ", "#define BH_NULL" + listed, re.M)
    assert [(name, number) for number, name in shown] == wanted


@pytest.mark.chapter("final")
def test_hypercalls_by_both_ways_are_traced(tree: Tree) -> None:
    """The library says by `int` where `sysenter` comes back to, and from then on uses that."""
    commands = ["bh hypercalls on", "tbreak partition_end", "continue"]
    flight = tree.modules({"SYSTEM": "flight"})
    answers = debugging.ask(tree, [("sched_start", commands)], modules=flight)
    text = answers["sched_start", "continue"]
    assert re.search(r"^hypercall  \w+: BH_SYSENTER\(address 0x[0-9a-f]+\) = 0$", text, re.M), text
    assert re.search(r"^hypercall  \w+: BH_VIRQ_HANDLER\(.*\) = 0$", text, re.M), text


@pytest.mark.chapter("ch06")
def test_bh_plan(tree: Tree) -> None:
    """Slots against the description; the time left shrinks, in a slot of its partition."""
    answers = debugging.ask(tree, [("*entry_return", ["bh plan", "bh virq"])])
    text = answers["*entry_return", "bh plan"]
    slots = re.findall(r"^  (->|  ) +(\d+) us +(\d+) us  (\S+)", text, re.M)
    assert [(int(a), int(b), c) for _, a, b, c in slots] == [
        (0, 2000, "control"),
        (2000, 3000, "spinner"),
        (5000, 1000, "control"),
        (6000, 2000, "flooder"),
        (8000, 2000, "(nobody)"),
    ]
    assert slots[0][0] == "->" and "major frame 10000 us" in text
    assert "control: virtual interrupts held off" in answers["*entry_return", "bh virq"]


def description(tree: Tree) -> ElementTree.Element:
    """What the tours' system is made of."""
    return ElementTree.parse(tree.directory / "systems" / "flight.xml").getroot()


@pytest.mark.chapter("final")
def test_bh_services(tree: Tree) -> None:
    """Plan and channels against the description, the log against what the hypervisor printed of it,
    the timer against the vector's gate."""
    commands = ["bh plan", "bh ports", "bh ports attitude", "bh health", "bh health 2", "bh apic"]
    commands += ["bh virq monitor", "bh ports nobody", "bh health x", "bh console", "bh idt 0xf0"]
    answers = debugging.ask(
        tree, [("plans_request", commands)], modules=tree.modules({"SYSTEM": "flight"})
    )
    text = {command: answers["plans_request", command] for command in commands}
    check_plan_of_description(text["bh plan"], description(tree).find("plans")[0])
    check_channels(text["bh ports"], text["bh ports attitude"], description(tree))
    check_health(text["bh health"], text["bh health 2"], text["bh console"])
    assert "timer: one shot, vector 0xf0" in text["bh apic"]
    assert "interrupt gate" in text["bh idt 0xf0"]
    assert re.search(r"pending \(0x[0-9a-f]{8}\): ", text["bh virq monitor"])
    names = "attitude, elevator, telemetry"
    assert text["bh ports nobody"] == f"error: bh ports: no channel nobody; there are {names}\n"
    assert text["bh health x"].startswith("error: bh health: ")


def check_plan_of_description(text: str, plan: ElementTree.Element) -> None:
    rows = re.findall(r"^  (->|  ) +(\d+) us +(\d+) us  (\S+) +(\d+)", text, re.M)
    described = [
        (slot.get("partition"), slot.get("start"), slot.get("duration")) for slot in plan
    ]
    assert [(name, f"{int(a) // 1000}ms", f"{int(b) // 1000}ms") for _, a, b, name, _ in rows
            if name != "(nobody)"] == described
    assert [name for arrow, _, _, name, _ in rows if arrow == "->"] == ["monitor"]
    assert f"Plan {plan.get('name')}, major frame 40000 us" in text


def check_channels(text: str, one: str, system: ElementTree.Element) -> None:
    rows = re.findall(
        r"^ +\d+ (\S+) +(\w+) +(\w+) to (.+): holds (\d+) .*most (\d+) b", text, re.M
    )
    channels = [
        (
            *(channel.get(key) for key in ("name", "kind", "partition")),
            ", ".join(reader.get("partition", "") for reader in channel.findall("reader")),
            channel.get("message-bytes"),
        )
        for channel in system.iter("channel")
    ]
    assert [(*row[:4], row[5]) for row in rows] == channels
    held = next(int(row[4]) for row in rows if row[0] == "attitude")
    assert len(re.findall(r"^ +24 bytes: [0-9a-f]{2} ", one, re.M)) == held == 1
    assert one.splitlines()[0] in text and "telemetry" not in one


def check_health(text: str, two: str, console: str) -> None:
    """Each fault that was printed is a record: vector and eip, in order."""
    faults = re.findall(r"\(vector (\d+)\) at eip 0x([0-9a-f]{8})", console)
    records = re.findall(r"vector (\d+), error 0x[0-9a-f]+, eip 0x([0-9a-f]{8})", text)
    assert faults and records[: len(faults)] == faults
    assert len(records) - len(faults) <= 1  # one may wait to be printed
    assert re.search(r"^ +\d+ +\d+ us  faulty +memory +warm_reset +vector 14", text, re.M)
    count = len(re.findall(r"^ +\d+ +\d+ us  ", text, re.M))
    assert text.startswith(f"{count} events so far; ")
    assert re.findall(r"^ +\d+ +\d+ us .*$", text, re.M)[-2:] == re.findall(
        r"^ +\d+ +\d+ us .*$", two, re.M
    )


@pytest.mark.chapter("final")
def test_bh_trace(tree: Tree) -> None:
    """The hypervisor's ring while it records all: each hypercall by its name, in the order of time,
    and the faults that the console tells of. Without a trace in the program, a line says so."""
    commands = ["bh trace", "bh trace hypervisor 4000", "bh trace nobody", "bh trace hypervisor x"]
    answers = debugging.ask(
        tree,
        [("plans_request", [*commands, "bh console"])],
        args="trace",
        modules=tree.modules({"SYSTEM": "flight"}),
    )
    text = {command: answers["plans_request", command] for command in commands}
    if "trace_kinds" not in tree.symbols:
        assert text["bh trace"].startswith("error: bh trace: this program keeps no trace")
        return
    rows = re.findall(r"^ +(\d+) +(\d+) us  (\S+) +(\w+) +(\S.*?) +0x", text[commands[1]], re.M)
    times = [int(time) for _, time, *_ in rows]
    assert len(rows) > 500 and times == sorted(times)
    assert [int(row[0]) for row in rows] == list(range(int(rows[0][0]), int(rows[-1][0]) + 1))
    found = {row[3:] for row in rows}
    assert {("hypercall", "port_write"), ("hypercall", "health_read"), ("slot", "begins")} <= found
    told = re.findall(r"\(vector (\d+)\) at eip", answers["plans_request", "bh console"])
    charged = [row for row in rows if row[3] == "health" and row[2] == "faulty"]
    assert len(charged) >= len(told) > 3
    assert re.search(r"^  hypervisor +\d+ records so far", text["bh trace"], re.M)
    assert text["bh trace nobody"].startswith("error: bh trace: no ring nobody; there are hypervisor")
    assert text["bh trace hypervisor x"].startswith("error: bh trace: ")


# Nothing to read


def commands_of(tree: Tree) -> list[str]:
    """The `bh` commands that a chapter has, by its own help."""
    words = ["-ex", "source gdb/setup.gdb", "-ex", f"file {tree.elf}"]
    words += ["-ex", "source gdb/bulkhead.py", "-ex", "help bh"]
    text = process.run(["gdb", "-nx", "-batch", *words], cwd=tree.directory, seconds=60).stdout
    return sorted(set(re.findall(r"^bh ([a-z-]+) -- ", text, re.MULTILINE)))


ARGUMENTS = {"pagewalk": "0xdeadbeef", "switch-to": "nobody", "break": "nowhere", "until": "["}
LEFT_OUT = {"tour"}


@pytest.mark.since("ch01")
def test_bh_on_garbage(tree: Tree) -> None:
    """At reset, before paging, before there is a partition: a line or an answer, no traceback."""
    names = [name for name in commands_of(tree) if name not in LEFT_OUT]
    assert {"gdt", "cr", "pagewalk", "map", "multiboot"} <= set(names)
    commands = [f"bh {name} {ARGUMENTS.get(name, '')}".strip() for name in names]
    commands += ["bh pagewalk", "bh pagewalk no_such_symbol", "bh code 1 2 3", "bh multiboot 0x10"]
    commands += ["bh tss 0xfff8", "bh idt 999999", "bh map nobody"]
    if "frame" in names:
        commands += [f"bh frame {what}" for what in ("0", "0xdeadbeef", "nobody", "boot_stack")]
    places = ["reset", "*_start", "*paging_turns_on", "*kmain"]
    answers = debugging.ask(tree, [(place, commands) for place in places])
    for (place, command), text in answers.items():
        label = f"{place}: {command}:\n{text}"
        assert "Traceback" not in text and "Python Exception" not in text, label
        if text.startswith("error:"):
            assert text.count("\n") == 1, label
            name = " ".join(command.split()[:2])
            assert text.startswith((f"error: {name}: ", "error: Undefined")), label
    reset = {command: answers["reset", command] for command in commands}
    assert reset["bh map"].startswith("error: bh map: paging is off")
    assert reset["bh gdt"].startswith("error: bh gdt: real mode")
    if "partitions" in names:
        assert answers["*kmain", "bh partitions"].startswith(
            "error: bh partitions: there is no partition yet"
        )


@pytest.mark.since("ch01")
def test_bh_without_a_machine(tree: Tree, tmp_path: Path) -> None:
    script = tmp_path / "script.gdb"
    names = commands_of(tree)
    lines = ["source gdb/setup.gdb", f"file {tree.elf}", "source gdb/bulkhead.py"]
    lines += [f"source {debugging.RECORDINGS / 'try.py'}"]
    lines += [f"try bh {name} {ARGUMENTS.get(name, '')}" for name in names if name not in LEFT_OUT]
    script.write_text("\n".join(lines) + "\n")
    done = process.run(["gdb", "-nx", "-batch", "-x", script], cwd=tree.directory, seconds=60)
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        assert line.startswith(("error: bh ", "int 0x82", "  ")), line


# When it dies


PLANTED = '    __asm__ volatile("ud2");\n'
FIRST_LINE = "    memmap_print();"


@pytest.mark.chapter("ch01")
@pytest.mark.parametrize("emulator", ["run", "bochs"])
def test_a_triple_fault_is_recognised(tree: Tree, tmp_path: Path, emulator: str) -> None:
    """ch01 has no IDT, so any exception is one."""
    copy = tmp_path / "chapter"
    shutil.copytree(tree.directory, copy, ignore=shutil.ignore_patterns("build"))
    demo = copy / "core" / "demo_boot.c"
    demo.write_text(demo.read_text().replace(FIRST_LINE, PLANTED + FIRST_LINE))
    done = process.run(["make", "-s", "-C", copy, emulator], seconds=120)
    text = done.stdout + done.stderr
    assert done.returncode != 0
    assert "a triple fault" in text, text


@pytest.mark.since("ch01")
def test_a_panic_is_resolved_to_lines(tree: Tree, tmp_path: Path) -> None:
    """`make run` prints file, line and function for each address of the backtrace."""
    done = process.run(
        ["scripts/qemu"],
        cwd=tree.directory,
        environment=debugging.environment(tree, tmp_path) | {"ARGS": "panic"},
        seconds=60,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 1, text
    assert "In the source:" in text, text
    assert re.search(r"^  0x[0-9a-f]{8}  kmain at main\.c:\d+$", text, re.MULTILINE), text


# Editors


@pytest.mark.since("ch01")
def test_editors(tree: Tree, tmp_path: Path) -> None:
    """Each C and assembly source is there once for each way that it is compiled; the VS Code files
    hold no path outside the workspace, and are not written over."""
    copy = tmp_path / "chapter"
    shutil.copytree(tree.directory, copy, ignore=shutil.ignore_patterns("build", ".vscode"))
    done = process.run(["make", "-s", "-C", copy, "vscode"], seconds=120)
    assert done.returncode == 0, done.stdout + done.stderr
    entries = json.loads((copy / "compile_commands.json").read_text())
    files = {entry["file"] for entry in entries}
    assert "core/main.c" in files and "hw/boot.S" in files
    for entry in entries:
        assert (Path(entry["directory"]) / entry["file"]).exists(), entry
        assert " -c " in entry["command"] and entry["command"].split()[0].endswith(("gcc", "clang"))
    for name in ("launch.json", "tasks.json"):
        text = (copy / ".vscode" / name).read_text()
        json.loads(text)
        assert str(tmp_path) not in text and os.path.expanduser("~/") not in text
    (copy / ".vscode" / "launch.json").write_text("{}\n")
    process.run(["make", "-s", "-C", copy, "vscode"], seconds=120)
    assert (copy / ".vscode" / "launch.json").read_text() == "{}\n"


@pytest.mark.since("ch01")
def test_missing_tools_are_named(tree: Tree) -> None:
    """With the Debian package that has them."""
    for script, variable, package in (
        ("scripts/gdb", "GDB", "apt-get install gdb"),
        ("scripts/gdb", "QEMU", "apt-get install qemu-system-x86"),
        ("scripts/bochs-debug", "BOCHS", "apt-get install bochs"),
    ):
        session = debugging.run_script(tree, [script, "tour"], **{variable: "no-such-program"})
        assert session.status == 2
        assert package in session.errors, session.describe()


@pytest.mark.since("ch01")
def test_scripts_are_executable(tree: Tree) -> None:
    for name in ("gdb", "bochs-debug", "compile-commands", "vscode"):
        assert (tree.directory / "scripts" / name).stat().st_mode & stat.S_IXUSR, name


# Back in time


@pytest.mark.chapter("ch03")
def test_back_in_time(tree: Tree, tmp_path: Path) -> None:
    """`bh last-write` finds the instruction, `bh back` counts instructions, and a variable that was
    never written is said to be one. GDB's own backward commands stop at the last hit of a breakpoint
    and at the last change of what is watched. Nothing is left running."""
    script = tmp_path / "session.gdb"
    commands = ["bh last-write ticks", "x/1i $pc", "bh back 3", "stepi 3", "x/1i  $pc"]
    commands += ["bh last-write 5", "bh back 4000000000", "bh last-write"]
    commands += ["watch ticks", "reverse-continue", "x/1i   $pc", "delete", "break tick"]
    commands += ["reverse-continue", "x/1i    $pc", "stepi", "reverse-stepi", "x/1i    $pc"]
    commands += ["delete", "reverse-stepi 4000000000", "reverse-next", "rc"]
    lines = [f"source {debugging.RECORDINGS / 'try.py'}", "tbreak pic_end_spurious", "continue"]
    script.write_text("\n".join([*lines, *(f"try {command}" for command in commands)]) + "\n")
    console = tmp_path / "console"
    session = debugging.run_script(tree, ["scripts/gdb", str(script)], BH_CONSOLE=str(console))
    text = session.output
    assert session.status == 0, session.describe()
    assert re.search(r"^#0 .*tick \(\) at core/demo_traps\.c:\d+$", text, re.MULTILINE), text
    instructions = re.findall(r"^=> (0x\S+) .*$", text, re.MULTILINE)
    assert len(instructions) == 5 and instructions[0] == instructions[1], text
    write, first, again = instructions[2:]
    assert write == instructions[0] and "Watchpoint 2, " in text, text
    assert first == again == f"{tree.symbols['tick']:#x}", text
    assert re.search(r"^Breakpoint 3, \d+ instructions ago:$", text, re.MULTILINE), text
    assert re.search(r"error: the run began \d+ instructions ago", text), text
    assert "error: use reverse-stepi" in text
    assert text.count("No more history: the recorded run begins here.") == 1, text
    assert "error: bh last-write: 5 lies in no memory" in text
    assert re.search(r"error: bh back: the run began \d+ instructions ago", text)
    assert not processes_with(str(console))


@pytest.mark.chapter("ch04", "final")
def test_back_in_time_with_modules(tree: Tree) -> None:
    """The machine that is started again has the same words and boot modules."""
    commands = ["reverse-stepi", "bh where", "tbreak partition_init", "break kmain"]
    commands += ["reverse-continue", "bh multiboot"]
    answers = debugging.ask(tree, [("sched_start", commands)], args="some words", live=False)
    text = {command: answers["sched_start", command] for command in commands}
    assert "At instruction " in text["reverse-stepi"], text
    caller = "resume_first" if tree.chapter == "final" else "kmain"
    assert caller in text["bh where"]
    assert re.search(r"^Breakpoint \d+, \d+ instructions ago:$", text["reverse-continue"], re.M), text
    assert "some words'" in text["bh multiboot"]
    for module in tree.modules():
        assert f" {module.name}'" in text["bh multiboot"]
