"""The seventh fault has to be that of an rdtsc."""

FAULTS = 7
FRAME_EIP = 56  # in struct trap_frame


def grade(grader):
    with grader.probe("") as machine:
        try:
            for _ in range(FAULTS):
                machine.run_to("trap_print_cause")
                eip = machine.read_u32(machine.argument(0) + FRAME_EIP)
                code = machine.read(eip, 2)
                machine.step()
        except AssertionError:
            grader.judge(False, "a seventh fault", "the machine ended before it")
            return
        grader.judge(code == b"\x0f\x31", "an rdtsc at the seventh fault", f"code {code.hex(' ')}")
