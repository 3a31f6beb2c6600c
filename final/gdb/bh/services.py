"""What partitions have to do with each other: the health monitor's log, channels, the trace."""

import gdb

from bh import hypercalls, machine, partitions, plan, tables
from bh.command import command, has

NEEDS = ("health_log_insert", "channels")


def _ready():
    if not machine.paging_is_on() or not partitions.all_partitions():
        raise gdb.GdbError("there is no partition yet: partition_init() has not run")


def _word(value, prefix):
    """An enumerator without its prefix, in small letters."""
    name = str(value).rpartition("::")[2]
    return name.removeprefix(prefix).lower() if name.startswith(prefix) else f"number {int(value)}"


def _enum(name, value, prefix):
    return _word(gdb.Value(int(value)).cast(gdb.lookup_type(f"enum {name}")), prefix)


def _who(number):
    found = [p for p in partitions.all_partitions() if int(p["id"]) == number]
    return partitions.name_of(found[0]) if found else "(hypervisor)"


def _us(ns):
    return f"{ns // 1000} us"


def _kept(ring):
    """A ring's records, oldest first."""
    records, head = ring["records"], int(ring["head"])
    size = records.type.range()[1] + 1
    return [records[i % size] for i in range(max(0, head - size), head)]


@command("health")
def health(argument):
    """bh health [COUNT]: the health monitor's log, the newest record last.
All that it still has, or COUNT of them: when, who, which event, which action; for a trap, where."""
    _ready()
    wanted = machine.parse_number(argument) if argument else None
    log = "'virt/health/log.c'::"
    written, unread = (int(gdb.parse_and_eval(log + name)) for name in ("written", "lost"))
    to_print, to_read = (int(gdb.parse_and_eval(f"{log}waiting[{i}]")) for i in range(2))
    rings = gdb.parse_and_eval(log + "rings")
    rings = [rings[i] for i in range(rings.type.range()[1] + 1)]
    unprinted = sum(int(ring["lost_to_print"]) for ring in rings)
    print(f"{written} events so far; {to_print} wait to be printed, {to_read} to be read by a system"
          f" partition; lost unprinted {unprinted}, unread {unread}")
    kept = sorted(
        ((int(r["sequence"]), r) for ring in rings for r in _kept(ring)), key=lambda pair: pair[0]
    )
    if wanted is not None:
        kept = kept[max(0, len(kept) - wanted):]
    if kept:
        print("    number       time  partition     event         action")
    for number, r in kept:
        event = _enum("bh_health_event", r["event"], "BH_HEALTH_")
        action = _enum("bh_health_action", r["action"], "BH_ACTION_")
        if event in TRAPS:
            more = f"vector {int(r['vector'])}, error 0x{int(r['error']):x}, eip" \
                   f" 0x{int(r['eip']):08x}"
            if int(r["vector"]) == 14:
                more += f", address 0x{int(r['address']):08x}"
        else:
            more = f"code {int(r['code'])}"
        print(f"  {number:8}  {_us(int(r['ns'])):>9}  {_who(int(r['partition'])):<12}  {event:<12}"
              f"  {action:<10}  {more}")


TRAPS = ("divide debug overflow illegal fpu protection stack memory alignment double state").split()


def _messages(channel):
    """The messages that are held, oldest first."""
    message, kind = channel["next_out"], channel["next_out"].type
    byte = gdb.lookup_type("char").pointer()
    for _ in range(int(channel["held"])):
        yield message.dereference()
        behind = (message.cast(byte) + int(channel["stride"])).cast(kind)
        message = channel["first"] if int(behind) == int(channel["end"]) else behind


def _text(message):
    """A message's first bytes, as they are."""
    size = min(int(message["bytes"]), 24)
    raw = machine.read((int(message.address) & 0xFFFFFFFF) + message.type.sizeof, size)
    shown = "".join(chr(b) if 32 <= b < 127 else "." for b in raw)
    return f"{raw[:12].hex(' ')}  '{shown}'"


@command("ports")
def ports(argument):
    """bh ports [CHANNEL]: each channel, its ends, and what it holds; of one, each message.
CHANNEL is its name in the system description."""
    _ready()
    count = int(gdb.parse_and_eval("'virt/ipc/port.c'::count"))
    channels = gdb.parse_and_eval("channels")
    found = [channels[i] for i in range(count)]
    if not found:
        print("This system has no channels.")
        return
    names = [channel["config"]["name"].string() for channel in found]
    if argument and argument not in names:
        raise gdb.GdbError(f"no channel {argument}; there are {', '.join(names)}")
    for number, (name, channel) in enumerate(zip(names, found)):
        if argument and name != argument:
            continue
        config = channel["config"]
        kind = _enum("system_channel_kind", config["kind"], "CHANNEL_")
        readers = [_who(int(config["readers"][i])) for i in range(int(config["reader_count"]))]
        room = f"of {int(config['depth'])} " if kind == "queuing" else ""
        print(f"  {number:2} {name:<14} {kind:<8}  {_who(int(config['writer']))} to"
              f" {', '.join(readers)}: holds {int(channel['held'])} {room}message(s) of at most"
              f" {int(config['message_size'])} bytes")
        if argument:
            for message in _messages(channel):
                print(f"       {int(message['bytes']):4} bytes: {_text(message)}")


def _rings():
    """Name and ring: the hypervisor's own, which has all, and each partition's."""
    yield "hypervisor", gdb.parse_and_eval("'virt/output/trace.c'::hypervisor")
    rings = gdb.parse_and_eval("'virt/output/trace.c'::rings")
    for partition in partitions.all_partitions():
        yield partitions.name_of(partition), rings[int(partition["id"])]


def _since_start(tsc):
    """Records hold the TSC; in us since the clock was 0."""
    rounds = gdb.parse_and_eval("'core/clock.c'::calibration")["hz"]
    hz = int(rounds[(rounds.type.range()[1] + 1) // 2])
    return (tsc - int(gdb.parse_and_eval("clock_scale")["start"])) * 1_000_000_000 // hz


def _code(kind, code):
    """A record's code in words, where its kind has any."""
    if kind == "hypercall":
        return hypercalls.api().get(code, (f"number {code}",))[0].removeprefix("BH_").lower()
    if kind == "slot":
        return _enum("bh_trace_slot", code, "BH_TRACE_SLOT_")
    if kind == "health":
        return _enum("bh_health_event", code, "BH_HEALTH_")
    if kind == "virq":
        return plan.virq_names().get(code, str(code))
    return tables.vector_name(code) if kind == "trap" else str(code)


def _show_ring(ring, many):
    head, size = int(ring["head"]), int(ring["size"])
    many = min(many, head, size)
    if many:
        print("    number       time  partition     kind         what              values")
    for number in range(head - many, head):
        r = ring["records"][number % size]
        kind = _enum("bh_trace_kind", r["kind"], "BH_TRACE_")
        print(f"  {int(r['number']):8}  {_us(_since_start(int(r['ns']))):>9}"
              f"  {_who(int(r['partition'])):<12}  {kind:<11}  {_code(kind, int(r['code'])):<16}"
              f"  0x{int(r['a']):x}, 0x{int(r['b']):x}")


def _ring_names():
    return ["hypervisor", *partitions.names()]


@command("trace", completes=_ring_names)
def trace(argument):
    """bh trace [PARTITION [COUNT]]: the trace's rings, or the last records of one.
COUNT is 20 where it is not said. PARTITION may be `hypervisor`, whose ring has what all do."""
    _ready()
    if not has("trace_kinds"):
        raise gdb.GdbError("this program keeps no trace: it has no trace_kinds")
    words = argument.split()
    many = machine.parse_number(words[1]) if words[1:] else 20
    rings = dict(_rings())
    if words and words[0] not in rings:
        raise gdb.GdbError(f"no ring {words[0]}; there are {', '.join(rings)}")
    for name, ring in rings.items():
        if words and name != words[0]:
            continue
        mask = int(ring["mask"])
        kinds = [_enum("bh_trace_kind", n, "BH_TRACE_") for n in range(32) if mask >> n & 1]
        print(f"  {name:<12} {int(ring['head'])} records so far, the last {int(ring['size'])} are kept,"
              f" {int(ring['lost'])} lost unread; records {', '.join(kinds) or 'nothing'}")
    if words:
        _show_ring(rings[words[0]], many)
