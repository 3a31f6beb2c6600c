"""Reads vector 2 and its task, and raises an NMI from outside."""

import re

TASK_GATE = 5
SELECTOR_NMI, SELECTOR_DOUBLE_FAULT = 0x38, 0x30
CR3, ESP = 28, 56  # offsets in a TSS (Intel SDM vol. 3A, figure 7-2)


def grade(grader):
    with grader.probe() as machine:
        machine.run_to("demo_traps")
        gate = machine.idt()[2]
        grader.judge(gate.type == TASK_GATE, "vector 2 is a task gate", f"type {gate.type:#x}")
        grader.judge(gate.selector == SELECTOR_NMI, "it selects the TSS at 0x38",
                     f"{gate.selector:#x}")
        if gate.selector == SELECTOR_NMI and gate.type == TASK_GATE:
            own, other = (machine.segment(selector).base
                          for selector in (SELECTOR_NMI, SELECTOR_DOUBLE_FAULT))
            stack, others = machine.read_u32(own + ESP), machine.read_u32(other + ESP)
            cr3 = machine.read_u32(own + CR3)
            boot = range(machine.address("boot_stack"), machine.address("boot_stack_top") + 1)
            grader.judge(stack not in boot, "its stack is not the boot stack", f"{stack:#x}")
            grader.judge(stack >= 0xC0100000 and abs(stack - others) >= 1024,
                         "nor the double fault's", f"{stack:#x}")
            grader.judge(cr3 == machine.register("cr3"), "its CR3 is the page directory",
                         f"{cr3:#x}")
        machine.set_register("esp", 0x1000)  # a stack that is none, as nothing else could bear
        machine.monitor("nmi")
        outcome = machine.finish()
    grader.consoles.append(outcome.console)
    grader.judge(bool(re.search(r"^PANIC: NMI non-maskable interrupt at eip 0xc01", outcome.console,
                                re.MULTILINE)), "an NMI with a broken stack is reported",
                 f"{outcome.meaning.value}, {outcome.console.splitlines()[-1:]}")
