"""Partitions: who there is, who runs, and symbols for the one you look at."""

import os

import gdb

from bh import machine
from bh.command import command, has

NEEDS = ("partitions", "boot_cpu")


def present():
    return has("partitions") and has("boot_cpu")


def _array():
    return gdb.parse_and_eval("'virt/partition.c'::partitions")


def all_partitions():
    """The partitions that partition_init() has made so far."""
    if not present() or not gdb.selected_inferior().threads() or not machine.paging_is_on():
        return []
    array = _array()
    found = []
    for i in range(array.type.range()[1] + 1):
        try:
            if not int(array[i]["config"]) or not int(array[i]["vcpu"]["directory"]):
                break
        except gdb.MemoryError:
            break
        found.append(array[i])
    return found


def name_of(partition):
    return partition["config"]["name"].string()


def names():
    return [name_of(partition) for partition in all_partitions()]


def find(name):
    for partition in all_partitions():
        if name_of(partition) == name:
            return partition
    if not all_partitions():
        raise gdb.GdbError("there is no partition yet: partition_init() has not run")
    raise gdb.GdbError(f"there is no partition '{name}', but: {', '.join(names())}")


def directory_of(name):
    return int(find(name)["vcpu"]["directory"])


def frame_of(name):
    return int(find(name)["vcpu"]["entry"]["frame"].address)


def current():
    """The partition in boot_cpu.current, or None."""
    if not all_partitions():
        return None
    vcpu = gdb.parse_and_eval("boot_cpu")["current"]
    return vcpu["partition"].dereference() if int(vcpu) else None


def current_frame():
    """Where the current partition's frame lies, if a trap of its may be in progress, or None."""
    partition = current()
    return int(partition["vcpu"]["entry"]["frame"].address) if partition is not None else None


def owner_of_frame(address):
    """The partition whose trap frame lies at an address, or None."""
    for partition in all_partitions():
        if int(partition["vcpu"]["entry"]["frame"].address) == address:
            return partition
    return None


def frame_ending_at(address):
    """Says whose frame ends just below an address."""
    for partition in all_partitions():
        if int(partition["vcpu"]["entry"]["frame"].address + 1) == address:
            return f"just behind the frame of partition {name_of(partition)}"
    return ""


def by_directory(cr3):
    """The partition whose page directory that is, or None."""
    for partition in all_partitions():
        if int(partition["vcpu"]["directory"]) == cr3 & ~0xFFF:
            return partition
    return None


def _state(partition):
    return str(partition["state"]).replace("PARTITION_", "").replace("VCPU_", "").lower()


def _optional(partition, field):
    return int(partition[field]) if field in {f.name for f in partition.type.fields()} else "-"


@command("partitions")
def show_partitions(argument):
    """bh partitions: every partition: state, starts, faults, address space, where it stands.
The arrow marks the one whose address space and TSS are loaded (boot_cpu.current)."""
    found = all_partitions()
    if not found:
        raise gdb.GdbError("there is no partition yet: partition_init() has not run")
    running = current()
    print("     name      state     starts  faults  directory   eip       memory")
    for partition in found:
        is_current = running is not None and running.address == partition.address
        frame = partition["vcpu"]["entry"]["frame"]
        eip = int(frame["eip"])
        if is_current and machine.cpl() == 3:
            eip = machine.register("eip")
        config = partition["config"]
        area = config["areas"][0]
        memory = f"{int(area['size']) >> 10} KiB at 0x{int(partition['area_base'][0]):08x}"
        print(f"  {'->' if is_current else '  '} {name_of(partition):<9} {_state(partition):<9}"
              f" {_optional(partition, 'starts'):>6}  {_optional(partition, 'faults'):>6}"
              f"  0x{int(partition['vcpu']['directory']):08x}  {eip:08x}  {memory}")


def guest_file(partition):
    """The ELF file of a partition's image: beside the hypervisor's own, in guests/."""
    image = partition["config"]["image"].string()
    main = gdb.current_progspace().filename or "build/bulkhead.elf"
    return os.path.join(os.path.dirname(main), "guests", f"{image}.elf")


def _quoted(path):
    """As one word of a GDB command, whatever is in it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def loaded_guests():
    """The partitions' object files that GDB has loaded."""
    return [
        objfile
        for objfile in gdb.objfiles()
        if objfile.filename and os.path.basename(os.path.dirname(objfile.filename)) == "guests"
    ]


@command("switch-to", completes=names)
def switch_to(argument):
    """bh switch-to PARTITION: load a partition's symbols, and drop those of the others.
All partitions are linked at the same address, so only one's symbols make sense at a time. The
machine is not touched: the partition need not run, and nothing switches to it. Then set a
breakpoint with `bh break FUNCTION`: it stops in this partition only. `bh switch-to none` drops the
symbols again."""
    wanted = None if argument == "none" else find(argument)
    path = guest_file(wanted) if wanted is not None else ""
    if wanted is not None and not os.path.exists(path):
        raise gdb.GdbError(f"{path} is not there; run make")
    for objfile in loaded_guests():
        gdb.execute(f"remove-symbol-file {_quoted(objfile.filename)}", to_string=True)
    if wanted is None:
        print("No partition's symbols are loaded now")
        return
    gdb.execute(f"add-symbol-file {_quoted(path)}", to_string=True)
    gdb.set_convenience_variable("bh_partition", argument)
    running = current()
    state = "is current" if running is not None and name_of(running) == argument else _state(wanted)
    print(f"Symbols of {argument} from {os.path.basename(path)}; the partition {state}")


class PartitionBreakpoint(gdb.Breakpoint):
    """Stops where one partition gets to an address; the others pass."""

    def __init__(self, address, partition):
        self.directory = int(partition["vcpu"]["directory"])
        super().__init__(f"*0x{address:x}")
        self.condition = f"($cr3 & 0xfffff000) == 0x{self.directory:x}"


def _place_in(objfile, where):
    """The address of a function, FILE:LINE or expression in one object file."""
    try:
        _, sals = gdb.decode_line(where)
    except gdb.error as error:
        raise gdb.GdbError(str(error)) from None
    for sal in sals or ():
        if sal.pc and (not sal.symtab or sal.symtab.objfile.filename == objfile.filename):
            return sal.pc
    raise gdb.GdbError(f"{where} is not in {os.path.basename(objfile.filename)}")


@command("break")
def partition_break(argument):
    """bh break WHERE: a breakpoint in the partition of the last `bh switch-to`, and only there.
WHERE is what `break` takes: a function, FILE:LINE, *ADDRESS. All partitions use the same
addresses, so the breakpoint has a condition: CR3 is that partition's page directory."""
    if not argument:
        raise gdb.GdbError("wants a place, such as `bh break main`")
    guests = loaded_guests()
    if not guests:
        raise gdb.GdbError("no partition's symbols are loaded: `bh switch-to NAME` first")
    name = gdb.convenience_variable("bh_partition").string()
    PartitionBreakpoint(_place_in(guests[0], argument), find(name))
