"""The shared frame belongs to the two windows and to nobody else."""

FRAME, WINDOW = 0x00140000, 0x00500000


def owners(machine):
    """The user addresses below the hypervisor that lead to the frame."""
    return [
        m.virtual + FRAME - m.physical
        for m in machine.mappings()
        if m.user and m.physical <= FRAME < m.physical + m.size
    ]


def grade(grader):
    with grader.probe("") as machine:
        machine.run_to("partition_finish")
        found = {"hello": owners(machine)}
        machine.run_to("tss_load")  # the next is worker's; CR3 is it already
        found["worker"] = owners(machine)
        machine.run_to("partition_fault")
        found["hostile"] = owners(machine)
    wanted = {"hello": [WINDOW], "worker": [WINDOW], "hostile": []}
    for name, addresses in wanted.items():
        grader.judge(
            found[name] == addresses,
            f"{name} has the frame at {[hex(a) for a in addresses]}",
            str([hex(a) for a in found[name]]),
        )
