"""The cyclic plan, and virtual interrupts."""

import re

import gdb

from bh import machine, partitions
from bh.command import command

NEEDS = ("plan_init",)

PM_TIMER, PM_TIMER_HZ, PM_TIMER_BITS = 0x608, 3579545, 24
VIRQ_NAMES = re.compile(r"^#define BH_VIRQ_(\w+)\s+(\d+)\s*/\*\*< virtual interrupt:", re.M)
VIRQ_GROUPS = re.compile(r"^#define BH_VIRQ_(SIGNAL|LINE)\s+(\d+)", re.M)  # the first of several


def tsc_near(reference):
    """The TSC now, if it lies within 2 s of a value of it; None where it cannot be told.

    No debugger command shows the TSC. The ACPI timer counts the same time: with -icount a tick of
    the TSC is a nanosecond of the machine's time, and so the timer's 24 bits say how far the two
    values are apart, to 280 ns.
    """
    found = re.search(r"= 0x([0-9a-f]+)", machine.monitor(f"i /1w {PM_TIMER:#x}"))
    if not found or int(found[1], 16) >> PM_TIMER_BITS:
        return None
    now = int(found[1], 16)
    then = reference * PM_TIMER_HZ // 1_000_000_000
    apart = (now - then) & (1 << PM_TIMER_BITS) - 1
    if apart >> (PM_TIMER_BITS - 1):
        apart -= 1 << PM_TIMER_BITS
    return reference + apart * 1_000_000_000 // PM_TIMER_HZ


def _hz():
    """What the program measured: the middle one of the rounds."""
    rounds = gdb.parse_and_eval("'core/clock.c'::calibration")["hz"]
    return int(rounds[(rounds.type.range()[1] + 1) // 2])


def _us(ticks):
    return f"{ticks * 1_000_000 / _hz():.0f} us"


def _plan(cpu):
    """The plan in force: the one whose slots the CPU walks."""
    if "plan" in _fields(cpu):
        return cpu["plan"].dereference()
    return gdb.parse_and_eval("'virt/time/sched.c'::plan")


def _fields(value):
    return {field.name for field in value.type.fields()}


def _slot_start(cpu):
    if "slot_start" in _fields(cpu):
        return int(cpu["slot_start"])
    return int(cpu["slot_end"]) - int(cpu["slot"].dereference()["length"])


def vcpu_name(vcpu):
    return partitions.name_of(vcpu["partition"]) if int(vcpu) else "(nobody)"


def _cpu():
    if not machine.paging_is_on():
        raise gdb.GdbError("there is no plan yet: paging is off")
    cpu = gdb.parse_and_eval("boot_cpu")
    if not int(cpu["slot"]):
        raise gdb.GdbError("there is no plan yet: sched_start() has not run")
    return cpu


def _slot_start(cpu):
    """When the slot began, by the plan: chapter 6 keeps it, `final` the end and the length only."""
    if "slot_start" in {field.name for field in cpu.type.fields()}:
        return int(cpu["slot_start"])
    slot = cpu["slot"].dereference()
    return int(cpu["slot_end"]) - int(slot["end"] - slot["start"])


@command("plan")
def show_plan(argument):
    """bh plan: the plan in force, the slot that we are in, and how much of it is left.
The moment comes from QEMU's ACPI timer and is exact to 280 ns."""
    cpu = _cpu()
    plan = _plan(cpu)
    print(f"Plan {plan['name'].string()}, major frame {_us(int(plan['major_frame']))},"
          f" {int(cpu['frames'])} frames over")
    print("         start   duration  partition       runs   late by at most")
    for i in range(int(plan["slot_count"])):
        slot = plan["slots"][i]
        arrow = "->" if int(cpu["slot"]) == int(slot.address) else "  "
        runs = int(slot["runs"])
        late = f"{int(slot['error_max']) * 1_000_000_000 // _hz()} ns" if runs else "-"
        print(f"  {arrow} {_us(int(slot['start'])):>9}  {_us(int(slot['end'] - slot['start'])):>9}"
              f"  {vcpu_name(slot['vcpu']):<13} {runs:>6}   {late}")
    start = _slot_start(cpu)
    now = tsc_near(start)
    if now is None:
        print("  how far we are cannot be told: this machine has no ACPI timer at port 0x608")
        return
    gone, left = now - start, int(cpu["slot_end"]) - now
    if gone < 0:
        print(f"  the slot begins in {_us(-gone)}")
    elif left < 0:
        print(f"  the slot is over since {_us(-left)}: its end is being handled, or waits for us")
    else:
        print(f"  {_us(gone)} of the slot are over, {_us(left)} are left")
    current = cpu["current"]
    if int(current) and int(current) != int(cpu["slot"].dereference()["vcpu"]):
        print(f"  loaded (address space, TSS, FPU): {vcpu_name(current)}, which has no slot now")


def virq_names():
    """Names of the virtual interrupts, from api/bulkhead.h."""
    from bh import hypercalls

    text = hypercalls.api_text()
    names = {int(number): name.lower() for name, number in VIRQ_NAMES.findall(text)}
    firsts = sorted((int(number), name.lower()) for name, number in VIRQ_GROUPS.findall(text))
    for (first, name), (end, _) in zip(firsts, [*firsts[1:], (32, "")]):
        names |= {n: f"{name} {n - first}" for n in range(first, end)}
    return names


def _bits(word, names):
    found = [names.get(i, str(i)) for i in range(32) if word >> i & 1]
    return "all" if len(found) == 32 else ", ".join(found) or "none"


def _timer(name, at, ns, period):
    every = f", every {period // 1000} us" if period else ", once"
    return f"{name}: {f'at {ns} ns{every}' if at >> 63 == 0 else 'off'}"


def _timers(vcpu):
    """The timer of chapter 6, or the two of `final`; chapter 5 has none."""
    fields = {f.name for f in vcpu.type.fields()}
    if "timer_tsc" in fields:
        words = (int(vcpu[f"timer_{name}"]) for name in ("tsc", "ns", "period"))
        yield _timer("virtual timer", *words)
    for field, name in (("timer", "virtual timer"), ("execution", "execution timer")):
        if field in fields:
            words = (int(vcpu[field][name]) for name in ("at", "ns", "period"))
            yield _timer(name, *words)


@command("virq", completes=partitions.names)
def virq(argument):
    """bh virq [PARTITION]: virtual interrupts: let in or not, pending, masked, and the handler.
The three words are read from each partition's control page, as the hypervisor sees it."""
    found = partitions.all_partitions() if not argument else [partitions.find(argument)]
    if not found:
        raise gdb.GdbError("there is no partition yet: partition_init() has not run")
    names = virq_names()
    for partition in found:
        if not int(partition["control"]):
            print(f"{partitions.name_of(partition)}: no control page yet")
            continue
        page, vcpu = partition["control"], partition["vcpu"]
        handler = int(vcpu["virq_handler"])
        print(f"{partitions.name_of(partition)}: virtual interrupts"
              f" {'let in' if int(page['virq_enabled']) else 'held off'}, handler"
              f" {f'at 0x{handler:08x}' if handler else 'none'}")
        print(f"  pending (0x{int(page['virq_pending']):08x}): "
              f"{_bits(int(page['virq_pending']), names)}")
        print(f"  masked  (0x{int(page['virq_mask']):08x}): {_bits(int(page['virq_mask']), names)}")
        for line in _timers(vcpu):
            print(f"  {line}")
