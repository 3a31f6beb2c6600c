"""Probes: the machine's tables and registers, read from outside and checked field by field.

A probe marked `since("chNN")` judges every chapter from that one on: what a layer establishes, no
later layer may lose. Places are named by the symbols that all chapters share.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bulkhead import x86
from bulkhead.machines import MEMORY, Meaning
from bulkhead.probe import Probe, words64

StartProbe = Callable[..., Probe]

KERNEL_BASE = 0xC0000000
DEVICES = 0xFF000000  # where the linear map has to end
CODE, DATA = 0xB, 0x3  # segment types: code, readable, accessed; data, writable, accessed
COM1 = 0x3F8


def up(address: int, step: int) -> int:
    return -(-address // step) * step


def trimmed(probe: StartProbe, **options: object) -> Probe:
    """A machine that has just left paging_trim(): the hypervisor's own tables are final."""
    machine = probe(**options)
    machine.run_to("paging_trim")
    machine.run_to_return()
    return machine


# The entry


@pytest.mark.since("ch01")
def test_entry_is_before_paging(probe: StartProbe) -> None:
    machine = probe()
    machine.run_to("_start")
    assert machine.register("eip") < KERNEL_BASE
    assert not machine.register("cr0") & x86.CR0_PG
    assert machine.register("eax") == 0x2BADB002


@pytest.mark.since("ch01")
def test_paging_turns_on_with_write_protection(probe: StartProbe) -> None:
    """One instruction turns paging on, on the identity map; then EIP moves to the upper part."""
    machine = probe()
    machine.run_to("paging_turns_on")
    assert not machine.register("cr0") & x86.CR0_PG
    machine.step()
    assert machine.register("eip") < KERNEL_BASE
    assert machine.register("cr0") & x86.CR0_PG and machine.register("cr0") & x86.CR0_WP
    machine.run_to("higher_half")
    assert machine.register("eip") >= KERNEL_BASE


@pytest.mark.since("ch01")
def test_first_c_function_has_a_stack(probe: StartProbe) -> None:
    """kmain's stack is inside boot_stack, its caller's frame pointer ends the backtrace."""
    machine = probe()
    machine.run_to("kmain")
    low, high = machine.symbols["boot_stack"], machine.symbols["boot_stack_top"]
    assert low < machine.register("esp") < high
    assert machine.register("ebp") == 0
    assert machine.argument(0) == 0x2BADB002
    assert not machine.register("eflags") & x86.EFLAGS_IF


# Control registers


@pytest.mark.since("ch01")
def test_control_registers(probe: StartProbe) -> None:
    """Whatever the loader left: here the caches off, and the FPU's traps on."""
    machine = probe()
    machine.run_to("_start")
    bad = x86.CR0_CD | x86.CR0_NW | x86.CR0_EM | x86.CR0_TS | x86.CR0_AM
    machine.set_register("cr0", machine.register("cr0") | bad)
    machine.run_to("paging_trim")
    cr0, cr4 = machine.register("cr0"), machine.register("cr4")
    for bit in (x86.CR0_PE, x86.CR0_WP, x86.CR0_PG, x86.CR0_NE):
        assert cr0 & bit, f"CR0={cr0:08x} lacks {bit:08x}"
    for bit in (x86.CR0_EM, x86.CR0_CD, x86.CR0_NW, x86.CR0_AM):
        assert not cr0 & bit, f"CR0={cr0:08x} has {bit:08x}"
    for bit in (x86.CR4_PSE, x86.CR4_PGE):
        assert cr4 & bit, f"CR4={cr4:08x} lacks {bit:08x}"
    assert not cr4 & x86.CR4_PAE


@pytest.mark.since("ch01")
def test_global_pages_only_behind_paging(probe: StartProbe) -> None:
    """The manual wants CR0.PG before CR4.PGE; no emulator minds (Intel SDM vol. 3A, 2.5)."""
    machine = probe()
    machine.run_to("paging_turns_on")
    machine.step()
    cr0, cr4 = machine.register("cr0"), machine.register("cr4")
    assert cr0 & x86.CR0_PG and cr4 & x86.CR4_PSE and not cr4 & x86.CR4_PGE
    machine.run_to("kmain")
    assert machine.register("cr4") & x86.CR4_PGE


# The GDT


@pytest.mark.since("ch01")
def test_gdt_lies_in_our_image(probe: StartProbe) -> None:
    """Not the loader's, whose memory will be used for something else."""
    machine = trimmed(probe)
    base, limit = machine.gdt_register()
    assert base == machine.symbols["gdt"]
    assert base % 8 == 0
    assert limit % 8 == 7


FLAT_SEGMENTS = {0x08: (CODE, 0), 0x10: (DATA, 0), 0x18: (CODE, 3), 0x20: (DATA, 3)}


@pytest.mark.since("ch01")
def test_gdt_flat_segments(probe: StartProbe) -> None:
    """The order is the one that sysenter and sysexit count on."""
    gdt = trimmed(probe).gdt()
    for selector, (type_, dpl) in FLAT_SEGMENTS.items():
        assert gdt[selector >> 3] == x86.Segment(
            base=0,
            limit=0xFFFFFFFF,
            type=type_,
            code_or_data=True,
            dpl=dpl,
            present=True,
            long_mode=False,
            default_32bit=True,
            granularity=True,
        ), f"selector {selector:#04x}"


@pytest.mark.since("ch01")
def test_gdt_null_descriptor(probe: StartProbe) -> None:
    machine = trimmed(probe)
    assert machine.read(machine.gdt_register()[0], 8) == bytes(8)


@pytest.mark.chapter("ch01", "ch02")
def test_gdt_has_nothing_else(probe: StartProbe) -> None:
    """The slots behind the flat segments are for later chapters' task state segments."""
    assert not any(segment.present for segment in trimmed(probe).gdt()[5:])


@pytest.mark.since("ch01")
def test_segment_registers(probe: StartProbe) -> None:
    machine = trimmed(probe)
    assert machine.register("cs") == 0x08
    assert {machine.register(name) for name in ("ds", "es", "ss")} == {0x10}
    assert {machine.register(name) for name in ("fs", "gs")} == {0}


# The page directory


@pytest.mark.since("ch01")
def test_page_directory_before_the_trim(probe: StartProbe) -> None:
    """The identity map's 4 MiB, and all of the linear map."""
    machine = probe()
    machine.run_to("paging_trim")
    low, linear = x86.coalesce(machine.mappings())
    assert (low.virtual, low.size, low.physical) == (0, x86.LARGE_PAGE, 0)
    assert (linear.virtual, linear.end, linear.physical) == (KERNEL_BASE, DEVICES, 0)


@pytest.mark.since("ch01")
@pytest.mark.parametrize("memory", [8, MEMORY, 2048])
def test_linear_map_covers_ram_and_no_more(probe: StartProbe, memory: int) -> None:
    """The identity map is gone, and behind the RAM nothing is mapped that could be reached."""
    machine = probe(memory=memory)
    machine.run_to("paging_trim")
    ram_end = machine.argument(0)
    machine.run_to_return()
    (linear,) = x86.coalesce(machine.mappings())
    assert (linear.virtual, linear.physical) == (KERNEL_BASE, 0)
    assert memory << 20 >= ram_end or ram_end == DEVICES - KERNEL_BASE
    assert linear.size == up(min(memory << 20, DEVICES - KERNEL_BASE), x86.LARGE_PAGE)


@pytest.mark.since("ch01")
def test_hypervisor_pages_are_supervisor_and_global(probe: StartProbe) -> None:
    machine = trimmed(probe)
    for mapping in machine.mappings():
        assert mapping.virtual >= KERNEL_BASE, mapping
        assert not mapping.user, mapping
        assert mapping.is_global and mapping.large and mapping.writable, mapping


# movl _start, %eax; movl $0x10, %eax; outl %eax, $0xf4: ends with success if the read does.
READ_LOW = "a1 {start} b8 10000000 e7 f4"


@pytest.mark.since("ch01")
def test_trim_forgets_old_translations(probe: StartProbe) -> None:
    """The TLB too: the page on which paging was turned on can no longer be read at its old place.

    Only the CPU can tell, since a debugger walks the tables: so it gets code that reads there.
    """
    machine = trimmed(probe)
    start = machine.symbols["_start"].to_bytes(4, "little").hex()
    machine.write(machine.register("eip"), bytes.fromhex(READ_LOW.format(start=start)))
    assert machine.finish().meaning in (Meaning.TRIPLE_FAULT, Meaning.PANIC)


# The UART


@pytest.mark.since("ch01")
def test_uart_line_is_8n1(probe: StartProbe) -> None:
    """Bochs honours the line control register; QEMU prints with any."""
    machine = probe()
    machine.run_to("paging_trim")
    assert machine.port8(COM1 + 3) == 0x03  # 8 data bits, no parity, 1 stop bit, no DLAB
    assert machine.port8(COM1 + 1) == 0x00  # no interrupts
    assert machine.port8(COM1 + 4) & 0x03 == 0x03  # DTR, RTS


# printf, in the machine that has 32 bits: how many words a conversion takes is decided there

WIDE = words64(0x123456789ABCDEF0)


CONVERSIONS: list[tuple[str, tuple[int | bytes, ...], str]] = [
    ("%llx %u", (*WIDE, 7), "123456789abcdef0 7"),
    ("%lx %u", (0xFFFFFFFF, 7), "ffffffff 7"),
    ("%zu %u", (0xFFFFFFFF, 7), "4294967295 7"),
    ("%ld %d", (-5, 7), "-5 7"),
    ("%lld %d", (*words64(-5), 7), "-5 7"),
    ("%llu", words64(2**64 - 1), "18446744073709551615"),
    ("%lld", words64(-(2**63)), "-9223372036854775808"),
    ("%d %u", (-(2**31), 2**31), "-2147483648 2147483648"),
    ("%08x|%-8x|%8X", (0xBEEF, 0xBEEF, 0xBEEF), "0000beef|beef    |    BEEF"),
    ("%p %p", (0, KERNEL_BASE), "0x00000000 0xc0000000"),
    ("%c%5s|%-5s|%.2s", (ord("a"), b"bc\0", b"de\0", b"fgh\0"), "a   bc|de   |fg"),
    ("%*d %u", (6, 42, 7), "    42 7"),
    ("%s %u", (0, 7), "(null) 7"),
]


@pytest.mark.since("ch01")
def test_printf_takes_its_arguments(probe: StartProbe) -> None:
    machine = probe()
    machine.run_to("kmain")
    buffer, size = machine.symbols["boot_stack"], 128
    for format_, arguments, expected in CONVERSIONS:
        length = machine.call("snprintf", buffer, size, format_.encode() + b"\0", *arguments)
        text, _, _ = machine.read(buffer, size).partition(b"\0")
        assert (text.decode(), length) == (expected, len(expected)), format_


# The end


@pytest.mark.since("ch01")
def test_a_probe_changes_nothing(probe: StartProbe) -> None:
    """After all that reading, the boot ends as it does without a debugger."""
    machine = trimmed(probe)
    machine.gdt()
    machine.mappings()
    machine.port8(COM1 + 3)
    assert machine.finish().meaning is Meaning.SUCCESS


@pytest.mark.chapter("ch01")
def test_panic_reports_the_registers_of_its_call(probe: StartProbe) -> None:
    """The report shows the registers as they were before panic() changed any."""
    machine = probe(args="panic")
    machine.run_to("panic")
    expected = {name: machine.register(name) for name in ("eax", "ebx", "ecx", "edx")}
    expected |= {name: machine.register(name) for name in ("esi", "edi", "ebp")}
    expected |= {"eip": machine.argument(-1)}
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    for name, value in expected.items():
        assert f"{name}={value:08x}" in outcome.console
