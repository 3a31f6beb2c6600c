"""The IDT and what hangs on it, read from outside and decoded by the Intel manual: gates, stubs,
the double fault's task, the interrupt controllers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bulkhead import x86
from bulkhead.boots import load_boots
from bulkhead.machines import Meaning
from bulkhead.probe import Probe
from bulkhead.tree import chapter_rank
from bulkhead.watch import ERROR_CODE, Watch

StartProbe = Callable[..., Probe]

KERNEL_CODE, KERNEL_DATA = 0x08, 0x10
NMI, BREAKPOINT, OVERFLOW, DOUBLE_FAULT, PAGE_FAULT, HYPERCALL = 2, 3, 4, 8, 14, 0x82
MACHINE_CHECK = 18
TIMER = 0x20
APIC_TIMER = 0xF0


def at_work(probe: StartProbe) -> Probe:
    """A machine whose start-up is over: demonstration or scheduler are about to begin."""
    machine = probe()
    machine.run_to("demo_traps" if machine.tree.chapter == "ch03" else "sched_start")
    return machine


def since(machine: Probe, chapter: str) -> bool:
    return chapter_rank(machine.tree.chapter) >= chapter_rank(chapter)


def wanted_type(machine: Probe, vector: int) -> int:
    if vector == DOUBLE_FAULT or (vector == MACHINE_CHECK and since(machine, "final")):
        return x86.TASK_GATE
    if since(machine, "ch04") or vector in (NMI, PAGE_FAULT) or vector >= 32:
        return x86.INTERRUPT_GATE
    return x86.TRAP_GATE


@pytest.mark.since("ch03")
def test_every_gate(probe: StartProbe) -> None:
    machine = at_work(probe)
    base, limit = machine.idt_register()
    assert base == machine.symbols["idt"] and base % 8 == 0
    assert limit == 256 * 8 - 1
    text = range(machine.symbols["text_start"], machine.symbols["text_end"])
    open_to_all = {BREAKPOINT, OVERFLOW} | ({HYPERCALL} if since(machine, "ch05") else set())
    for vector, gate in enumerate(machine.idt()):
        assert gate.present and gate.reserved == 0, f"vector {vector:#x}"
        assert gate.type == wanted_type(machine, vector), f"vector {vector:#x}"
        assert gate.dpl == (3 if vector in open_to_all else 0), f"vector {vector:#x}"
        if gate.type == x86.TASK_GATE:
            continue
        assert gate.selector == KERNEL_CODE, f"vector {vector:#x}"
        assert gate.offset in text, f"vector {vector:#x}"


@pytest.mark.since("ch03")
def test_every_stub_pushes_its_vector(probe: StartProbe) -> None:
    """The stub is run, not read: an error code and then the vector lie on the stack."""
    machine = at_work(probe)
    stack = machine.register("esp")
    hot = {TIMER, HYPERCALL} if since(machine, "ch06") else set()  # may have a way of their own
    for vector, gate in enumerate(machine.idt()):
        if gate.type == x86.TASK_GATE or vector in hot:
            continue
        pushed = stack - 16  # as if the CPU had pushed EFLAGS, CS, EIP and perhaps an error code
        machine.write(pushed, b"\xee" * 16)
        esp = pushed if vector in ERROR_CODE else pushed + 4
        machine.set_register("esp", esp)
        machine.set_register("eip", gate.offset)
        for _ in range(4):
            machine.step()
            if machine.register("esp") == pushed - 4:
                break
        assert machine.register("esp") == pushed - 4, f"vector {vector:#x}"
        assert machine.read_u32(pushed - 4) == vector
        assert machine.read_u32(pushed) == (0xEEEEEEEE if vector in ERROR_CODE else 0), vector


# Task state segments


@pytest.mark.since("ch03")
def test_own_task_state_segment(probe: StartProbe) -> None:
    machine = at_work(probe)
    selector = machine.task_register()
    assert selector == 0x28
    descriptor = machine.segment(selector)
    assert (descriptor.type, descriptor.code_or_data) == (x86.TSS_BUSY, False)
    assert (descriptor.dpl, descriptor.present, descriptor.granularity) == (0, True, False)
    assert descriptor.limit >= x86.TSS_SIZE - 1
    tss = machine.tss()
    assert tss["ss0"] == KERNEL_DATA
    assert tss["esp0"] == machine.symbols["boot_stack_top"]
    assert machine.io_bitmap() == b""  # no ports for anybody
    assert tss["cr3"] == machine.register("cr3")  # no task switch writes it


@pytest.mark.since("ch03")
def test_double_fault_task(probe: StartProbe) -> None:
    """The processor finds everything new: stack, segments, page directory, flags."""
    machine = at_work(probe)
    gate = machine.idt()[DOUBLE_FAULT]
    assert gate.type == x86.TASK_GATE and gate.selector & 7 == 0
    descriptor = machine.segment(gate.selector)
    assert descriptor.present and descriptor.dpl == 0 and not descriptor.code_or_data
    assert descriptor.type == x86.TSS_AVAILABLE
    assert descriptor.limit >= x86.TSS_SIZE - 1
    tss = machine.tss(gate.selector)
    assert tss["eip"] == machine.symbols["double_fault"]
    assert tss["cr3"] == machine.symbols["kernel_page_directory"] - 0xC0000000
    assert tss["eflags"] == 0x2
    assert tss["cs"] == KERNEL_CODE
    assert {tss[name] for name in ("ss", "ds", "es", "ss0")} == {KERNEL_DATA}
    assert {tss[name] for name in ("fs", "gs", "ldt")} <= {0, KERNEL_DATA}
    assert tss.io_map_base > descriptor.limit and not tss.debug_trap
    image = range(machine.symbols["text_end"], machine.symbols["image_end"])
    boot_stack = range(machine.symbols["boot_stack"], machine.symbols["boot_stack_top"] + 1)
    for name in ("esp", "esp0"):
        assert tss[name] - 1 in image and tss[name] % 4 == 0
        assert tss[name] not in boot_stack


def reported(console: str) -> dict[str, int]:
    """The registers of a panic's report; each name has to come once."""
    found = re.findall(r"\b(\w{2,6})=([0-9a-f]{4,8})\b", console.partition("PANIC: ")[2])
    assert len(found) == len(dict(found)), console
    return {name: int(value, 16) for name, value in found}


@pytest.mark.since("ch03")
def test_double_fault_report(probe: StartProbe) -> None:
    """Each register as it was before the fault. CR3 too, which a task switch does not save."""
    machine = at_work(probe)
    names = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp")
    wanted = {name: 0x01234567 * (at + 1) for at, name in enumerate(names)}
    wanted |= {"esp": 0x1000, "cr3": machine.register("cr3"), "cs": KERNEL_CODE, "ss": KERNEL_DATA}
    assert wanted["cr3"] == machine.symbols["kernel_page_directory"] - 0xC0000000
    for name in (*names, "esp"):
        machine.set_register(name, wanted[name])
    machine.write(machine.register("eip"), b"\x50")  # push %eax, to where no page is
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    report = reported(outcome.console)
    assert {name: report[name] for name in wanted} == wanted


@pytest.mark.since("ch04")
def test_double_fault_while_a_partition_runs(probe: StartProbe) -> None:
    """The vCPU's frame is taken away under a partition: its next trap cannot be delivered."""
    machine = probe()
    watch = Watch(machine)
    watch.to_partition()
    watch.forget()
    tss = machine.segment(machine.task_register())
    machine.write(tss.base + 4, (0x1000).to_bytes(4, "little"))  # esp0: no page is there
    directory = machine.register("cr3")
    assert directory != machine.symbols["kernel_page_directory"] - 0xC0000000
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    assert "PANIC: #DF double fault at eip 0x0040" in outcome.console
    assert re.search(r"cs=001b ss=0023 ", outcome.console)
    assert reported(outcome.console)["cr3"] == directory


# The GDT


@pytest.mark.since("ch03")
def test_gdt_holds_nothing_else(probe: StartProbe) -> None:
    """Behind the flat segments: task state segments of the hypervisor's, and no other."""
    machine = at_work(probe)
    for index, segment in enumerate(machine.gdt()[5:], 5):
        if not segment.present:
            continue
        assert not segment.code_or_data and segment.dpl == 0, f"selector {index * 8:#x}"
        assert segment.type in (x86.TSS_AVAILABLE, x86.TSS_BUSY), f"selector {index * 8:#x}"
        assert segment.base >= 0xC0000000


# The interrupt controllers


def controllers(machine: Probe) -> list[dict[str, int]]:
    """QEMU's view of both: irr, imr, isr, irq_base, ..."""
    text = machine.monitor("info pic")
    found = []
    for number in (0, 1):
        line = re.search(rf"^pic{number}: (.*)$", text, re.MULTILINE)
        assert line, text
        found.append({k: int(v, 16) for k, v in re.findall(r"(\w+)=([0-9a-f]+)", line[1])})
    return found


@pytest.mark.since("ch03")
def test_controllers_after_pic_init(probe: StartProbe) -> None:
    machine = probe()
    machine.run_past("clock_init")
    machine.run_to("pic_init")
    assert controllers(machine)[0]["irq_base"] == 0x08  # as the BIOS left it, in the exceptions
    machine.run_to_return()
    first, second = controllers(machine)
    assert (first["irq_base"], second["irq_base"]) == (0x20, 0x28)
    assert (first["imr"], second["imr"]) == (0xFF, 0xFF)
    assert first["isr"] == second["isr"] == 0
    assert first["fnm"] == second["fnm"] == 0


@pytest.mark.since("ch04")
def test_controllers_while_partitions_run(probe: StartProbe) -> None:
    """Every interrupt was ended before a partition goes on, and only the timer's is let through."""
    machine = probe()
    watch = Watch(machine)
    timer = since(machine, "ch06")
    own = since(machine, "final")  # a timer of the processor's: no line of the controllers
    seen = set()
    for _ in range(12 if timer else 3):
        watch.to_partition()
        first, second = controllers(machine)
        assert first["isr"] == second["isr"] == 0
        assert (first["imr"], second["imr"]) == (0xFE if timer and not own else 0xFF, 0xFF)
        seen.add(watch.to_hypervisor().vector)
    assert not timer or (APIC_TIMER if own else TIMER) in seen


@pytest.mark.chapter("ch03")
def test_interrupt_is_ended_once(probe: StartProbe) -> None:
    """In service while its handler has not been reached, and no more when it returns."""
    machine = probe()
    machine.run_to("demo_breakpoint")
    for _ in range(3):
        machine.run_to(machine.idt()[TIMER].offset)
        assert controllers(machine)[0]["isr"] == 1
        assert not machine.register("eflags") & x86.EFLAGS_IF
        machine.run_to("trap_return")
        assert controllers(machine)[0]["isr"] == 0


# The demonstration's words


@pytest.mark.chapter("ch03")
def test_every_fault_word_has_a_boot(probe: StartProbe) -> None:
    """What `fault=zz` lists is what boots.toml boots."""
    machine = probe(args="fault=zz")
    console = machine.finish().console
    listed = re.search(r"^fault= takes one of: (.*)$", console, re.MULTILINE)
    assert listed
    booted = {boot.args for boot in load_boots(["ch03"]) if boot.args.startswith("fault=")}
    assert booted == {f"fault={word}" for word in listed[1].split()} | {"fault=zz"}


@pytest.mark.chapter("ch03")
@pytest.mark.parametrize("word", ["de", "pf", "gp", "mf"])
def test_report_points_at_the_instruction(probe: StartProbe, word: str) -> None:
    """The report's EIP lies in the function that raises that fault, its registers are true."""
    machine = probe(args=f"fault={word}")
    machine.run_to(f"raise_{word}")
    found = None
    for _ in range(40):
        before = {name: machine.register(name) for name in ("ebx", "esi", "edi", "ebp")}
        eip = machine.register("eip")
        machine.step()
        if machine.symbols.function_at(machine.register("eip")) != f"raise_{word}":
            found = eip
            break
    assert found is not None
    console = machine.finish().console
    assert f"at eip {found:#010x}, CPL 0" in console
    for name, value in before.items():
        assert f"{name}={value:08x}" in console
