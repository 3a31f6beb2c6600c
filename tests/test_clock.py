"""The clock's truth: frequencies, the PIT's arithmetic and nanoseconds, against Python's fractions
and against the machine's HPET, which the hypervisor does not know of."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from fractions import Fraction

import pytest

from bulkhead.machines import MACHINES, Meaning, Outcome
from bulkhead.probe import Probe, words64
from bulkhead.tree import Tree
from bulkhead.watch import Watch

StartProbe = Callable[..., Probe]

PIT_HZ = Fraction(315_000_000, 88 * 3)  # a third of the colour burst of 315/88 MHz
TRUE_HZ = {"qemu": 1_000_000_000, "bochs": 50_000_000}
PPM = {"qemu": Fraction(1), "bochs": Fraction(100)}
POLL_NS = {"qemu": 1_000, "bochs": 10_000}  # how late the end of a count may be seen
EMULATORS = pytest.mark.parametrize("emulator", ["qemu", "bochs"])


def boot(tree: Tree, emulator: str) -> Outcome:
    return MACHINES[emulator](tree).boot()


def one(pattern: str, console: str) -> re.Match[str]:
    found = re.search(pattern, console, re.MULTILINE)
    assert found, f"nothing matches {pattern!r} in\n{console}"
    return found


def ppm(a: int | Fraction, b: int | Fraction) -> Fraction:
    return (Fraction(a) / Fraction(b) - 1) * 1_000_000


def test_the_pits_frequency() -> None:
    """The whole number that everybody uses is right to a tenth of a millionth."""
    assert abs(ppm(1_193_182, PIT_HZ)) < Fraction(2, 10)


@EMULATORS
@pytest.mark.chapter("ch02")
def test_every_number_of_chapter_2(tree: Tree, emulator: str) -> None:
    console = boot(tree, emulator).console
    rounds = [int(hz) for hz in re.findall(r"^  (\d+) Hz", console, re.MULTILINE)]
    median = int(one(r"^  (\d+) Hz  \(the median counts\)$", console)[1])
    assert len(rounds) == 5 and rounds == sorted(rounds) and rounds[2] == median
    assert abs(ppm(median, TRUE_HZ[emulator])) < PPM[emulator]

    tsc = one(
        r"^TSC: (\d+\.\d{3}) kHz, median of 5 rounds, spread (\d+) Hz; a tick is (\S+) ns", console
    )
    assert Fraction(tsc[1]) * 1000 == median
    assert int(tsc[2]) == rounds[-1] - rounds[0]
    assert abs(Fraction(tsc[3]) - Fraction(10**9, median)) <= Fraction(1, 2000)

    latches = re.findall(r"LATCH +(\d+): +(\d+\.\d{3}) Hz, a period of +(\d+\.\d{3}) ms$", console,
                         re.MULTILINE)
    assert [latch for latch, _, _ in latches] == ["65535", "11931"]
    for latch, hertz, milliseconds in latches:
        assert Fraction(hertz) == Fraction(1_193_182_000 // int(latch), 1000)
        assert Fraction(milliseconds) == Fraction(int(latch) * 10**6 // 1_193_182, 1000)

    textbook = one(r"LATCH 11931 times 100: (\d+) Hz, off by (-?\d+) ppm", console)
    error = ppm(int(textbook[1]), median)
    assert abs(int(textbook[2]) - error) < 1
    # 11931 is not 11931.82: what that alone makes of it, and a poll more or less.
    assert abs(error - ppm(11931, Fraction(1_193_182, 100))) < Fraction(POLL_NS[emulator], 10)

    steps = re.findall(r"PIT +(\d+) clocks = +(\d+) ns, clock +(\d+) ns, difference (-?\d+) ppm",
                       console)
    assert [int(count) for count, *_ in steps] == [1193, 11932, 23864]
    for count, by_pit, by_clock, difference in map(lambda step: map(int, step), steps):
        assert by_pit == count * 10**9 // 1_193_182
        assert 0 <= by_clock - by_pit < POLL_NS[emulator]
        assert abs(difference - ppm(by_clock, by_pit)) < 1


@EMULATORS
@pytest.mark.chapter("ch03")
def test_ticks_agree_with_the_clock(tree: Tree, emulator: str) -> None:
    console = boot(tree, emulator).console
    found = one(r"^(\d+) ticks of the PIT took (\d+) us by .*, and should take (\d+)", console)
    count, took, should = map(int, found.groups())
    assert should == count * 11932 * 10**6 // 1_193_182
    assert abs(took - should) <= 10


# Against the HPET


@pytest.mark.chapter("ch02", "final")
def test_clock_against_the_hpet(probe: StartProbe) -> None:
    """A tenth of a second by a clock of another kind: within a millionth."""
    machine = probe()
    watch = Watch(machine, "clock_init")
    machine.run_to_return()
    # A call's result has 32 bits: enough for 4 s of nanoseconds.
    first_hpet, first_clock = watch.ns(), machine.call("clock_now")
    for _ in range(2):
        assert machine.call("pit_measure", 60_000, *words64(50_000_000)) > 0
    last_hpet, last_clock = watch.ns(), machine.call("clock_now")
    passed = last_hpet - first_hpet
    assert passed > 100_000_000
    assert abs(ppm(last_clock - first_clock, passed)) < 1


def shorten_polls(machine: Probe) -> None:
    """16 million polls take QEMU 13 s; 65536 show the same. The bound lies in the code."""
    start, size = machine.address("pit_measure"), 512
    code = machine.read(start, size)
    bound = struct.pack("<I", 1 << 24)
    if code.count(bound) == 1:
        machine.write(start + code.index(bound), struct.pack("<I", 1 << 16))


@pytest.mark.chapter("ch02")
def test_a_pit_that_stops_in_the_middle(probe: StartProbe) -> None:
    """The output never rises: the wait for it has an end, and its result is 0."""
    machine = probe()
    machine.run_to("pit_measure")
    stack = machine.register("esp")
    machine.write(stack + 4, struct.pack("<3I", 64, 1_000_000, 0))  # count, and ticks to be quiet
    shorten_polls(machine)
    machine.step(80)
    # Channel 2 to mode 4: its output rises for one clock, which goes by while all is quiet.
    machine.monitor("o/b 0x43 0xb8")
    machine.run_to(machine.read_u32(stack))
    assert (machine.register("eax"), machine.register("edx")) == (0, 0)


@pytest.mark.chapter("ch02")
@pytest.mark.parametrize("part, wanted", [(50, -500_000), (150, 500_000)])
def test_a_difference_has_its_sign_above_32_bits(
    probe: StartProbe, part: int, wanted: int
) -> None:
    """A TSC of 7 GHz, made up: what pit_measure() returns is ours. The textbook's measurement gets
    half of the ticks that it should have, or half as many again."""
    short, long = 1_000_000, 168_973_792
    hz = (long - short) * 1_193_182 // 28_632
    textbook = hz // 100 * part // 100
    machine = probe()
    for ticks in (*(short, long) * 5, short, textbook):
        machine.run_to("pit_measure")
        stack = machine.register("esp")
        machine.set_register("eip", machine.read_u32(stack))
        machine.set_register("esp", stack + 4)
        machine.set_register("eax", ticks & 0xFFFFFFFF)
        machine.set_register("edx", ticks >> 32)
    overhead = short - hz * 1193 // 1_193_182
    machine.run_to("clock_print")
    found = one(r"times 100: \d+ Hz, off by (-?\d+) ppm", machine.console())
    assert abs(int(found[1]) - wanted) < abs(overhead) * 1_000_000 // (hz // 100) + 2


@pytest.mark.since("ch02")
def test_conversions_in_the_machine(probe: StartProbe) -> None:
    """clock_from_ticks() with its 64-bit argument, in the machine that has 32 bits."""
    machine = probe()
    machine.run_to("clock_init")
    machine.run_to_return()
    hz = machine.call("clock_tsc_hz")
    assert abs(ppm(hz, 10**9)) < 1
    for ticks in (0, 1, 999, 10**6, 2**32 - 1, 2**32, 3 * 10**9, 4_000_000_001):
        exact = Fraction(ticks * 10**9, hz)
        low_half = machine.call("clock_from_ticks", *words64(ticks))
        assert 0 <= (exact - low_half) % 2**32 <= 2, ticks


@pytest.mark.chapter("ch03")
def test_ticks_against_the_hpet(probe: StartProbe) -> None:
    """IRQ 0 comes each 11932 clocks of the PIT."""
    machine = probe()
    watch = Watch(machine, "demo_traps")
    machine.run_to("demo_breakpoint")
    gate = machine.idt()[0x20].offset
    times = []
    for _ in range(8):
        machine.run_to(gate)
        times.append(watch.ns())
        machine.step()
    period = Fraction(11932 * 10**9, 1_193_182)
    for earlier, later in zip(times, times[1:]):
        assert abs(later - earlier - period) < 2_000, times


# A machine whose PIT does not count


def without_pit(machine: Probe) -> None:
    """From the first measurement on: pit_measure() returns 0, as where nothing ever counts."""
    machine.run_to("pit_measure")
    stack = machine.register("esp")
    machine.set_register("eip", machine.read_u32(stack))
    machine.set_register("esp", stack + 4)
    machine.set_register("eax", 0)
    machine.set_register("edx", 0)


@pytest.mark.chapter("ch02", "ch03", "ch04", "ch05", "ch06")
def test_without_a_pit_a_chapter_says_so(tree: Tree, probe: StartProbe) -> None:
    """And ends, with what the reader can do."""
    machine = probe()
    without_pit(machine)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    assert "PANIC: PIT channel 2 does not count" in outcome.console
    assert "8254 clock gating" in outcome.console


@pytest.mark.chapter("ch02")
def test_a_dead_pit_is_not_waited_for(tree: Tree, probe: StartProbe) -> None:
    """The polls have an end. QEMU's PIT cannot be stopped, so it gets a count that is much longer
    than the one that the hypervisor believes to wait for."""
    machine = probe()
    machine.run_to("wait_quietly")
    machine.monitor("o /1b 0x42 0xff")
    machine.monitor("o /1b 0x42 0xff")
    outcome = machine.finish()
    assert "PANIC: PIT channel 2 does not count" in outcome.console, outcome.describe()


HPET_LINE = r"^The PIT does not count\. The TSC by the HPET: (\d+) Hz, to (\d+) ppm, spread (\d+) Hz\.$"


@pytest.mark.chapter("final")
def test_without_a_pit_the_hpet_is_the_reference(tree: Tree, probe: StartProbe) -> None:
    """The frequency is right to what the console says, and everything else goes on."""
    machine = probe(extra=["-machine", "pc,hpet=on"])
    without_pit(machine)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.SUCCESS, outcome.describe()
    found = one(HPET_LINE, outcome.console)
    assert abs(ppm(int(found[1]), TRUE_HZ["qemu"])) <= int(found[2]) + 1 < 20
    assert int(found[3]) < 20_000
    assert "Timer: local APIC" in outcome.console


@pytest.mark.chapter("final")
def test_without_any_reference_final_refuses(tree: Tree, probe: StartProbe) -> None:
    machine = probe(extra=["-machine", "pc,hpet=off"])
    without_pit(machine)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    assert "PANIC: nothing to measure the TSC against: the PIT does not count, there is no HPET at 0xfed00000" in outcome.console


@pytest.mark.chapter("final")
def test_without_any_timer_final_refuses(tree: Tree, probe: StartProbe) -> None:
    machine = probe(extra=["-machine", "pc,hpet=on", "-cpu", "qemu32,-apic"])
    without_pit(machine)
    outcome = machine.finish()
    assert outcome.meaning is Meaning.PANIC
    assert "PANIC: nothing can end a slot" in outcome.console
