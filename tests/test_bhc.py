"""bhc, the system compiler (final/bhc).

The descriptions in bhc/bad, bhc/odd and bhc/good carry what bhc has to say about them. A comment

    <!-- ERROR: words -->      on the line where the error has to be reported
    <!-- ERROR@-2: words -->   two lines below it
    <!-- WARNING: words -->    likewise

holds a regular expression for the message. Exactly these messages must come, and no others.

BHC_TREE names another tree to judge than the one that this file is in.
"""

import os
import random
import re
import resource
import stat
import struct
import subprocess
import time
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

import pytest

from bulkhead import blob as blobs
from bulkhead.needs import need

HERE = Path(__file__).resolve().parent
ROOT = Path(os.environ.get("BHC_TREE", HERE.parent))
SOURCE = ROOT / "final" / "bhc"
SYSTEMS = ROOT / "final" / "systems"
INPUTS = HERE / "bhc"
BAD = sorted(INPUTS.glob("bad/*.xml"))
ODD = sorted(INPUTS.glob("odd/*.xml"))
GOOD = sorted(INPUTS.glob("good/*.xml"))
SHIPPED = sorted(SYSTEMS.glob("*.xml"))
TIMEOUT = 60

OK, REFUSED, USAGE, IO = range(4)


def name_of(path):
    return path.stem


# Building. Each variant is built once in a run, also when several workers run the tests.


def build(directory, variables):
    """Builds bhc in directory, which is made by exactly one caller; the others wait for it."""
    done, lock = directory / "done", directory / "lock"
    directory.mkdir(parents=True, exist_ok=True)
    try:
        lock.mkdir()
    except FileExistsError:
        for _ in range(TIMEOUT * 10):
            if done.exists():
                break
            time.sleep(0.1)
        assert done.exists(), "the worker that builds bhc did not finish"
    else:
        run = subprocess.run(
            ["make", "-C", SOURCE, f"BUILD={directory}/out", *variables],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        (directory / "log").write_text(run.stdout)
        done.touch()
    log = (directory / "log").read_text()
    program = directory / "out" / "bhc"
    assert program.exists(), log
    return program, log


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A directory that all workers of one run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def bhc(shared):
    return build(shared / "bhc-plain", [])[0]


SANITIZE = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"


@pytest.fixture(scope="session")
def sanitized(shared):
    return build(shared / "bhc-sanitized", [f"HOSTCFLAGS={SANITIZE}"])[0]


@pytest.fixture(scope="session")
def each(shared, sanitized):
    """tests/bhc/each.c with bhc's sanitized object files: many inputs in one process."""
    objects = [o for o in sanitized.parent.rglob("*.o") if o.stem != "main"]
    program = shared / f"each-{os.getpid()}"
    subprocess.run(
        ["cc", "-std=c11", "-D_XOPEN_SOURCE=700", "-Wall", "-Wextra", "-Werror", *SANITIZE.split(),
         "-I", SOURCE.parent, "-I", SOURCE,
         "-o", program, INPUTS / "each.c", *objects,
         "-lxml2"],
        timeout=300, check=True)
    return program


def feed(each, files):
    """@return what became of each file: description, blob or refused"""
    run = call(each, *files)
    lines = run.stdout.splitlines()
    assert run.returncode == 0, f"the last of these crashed it: {lines[-1:]}\n{run.stderr}"
    return [line.rpartition(": ")[2] for line in lines]


def call(program, *arguments, **options):
    return subprocess.run([program, *arguments], capture_output=True, text=True, errors="replace",
                          timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL, **options)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_builds_without_a_warning(compiler, shared):
    need(compiler)
    _, log = build(shared / f"bhc-{compiler}", [f"HOSTCC={compiler}"])
    assert "warning" not in log, log


def test_builds_again_only_what_changed(shared):
    directory = shared / "bhc-again"
    build(directory, [])

    def make(*arguments):
        run = subprocess.run(["make", "-C", SOURCE, f"BUILD={directory}/out", *arguments],
                             capture_output=True, text=True, timeout=300, check=True)
        return set(re.findall(r"(?:HOSTCC|HOSTLD|EMBED) .*?([^/ ]+)$", run.stdout, re.MULTILINE))

    assert make() == set()
    # -W: as if that file had just been changed. The blob's layout is the hypervisor's.
    again = make("-W", "../core/blob.h")
    assert {"blob.c", "main.c", "bhc"} <= again and not {"parse.c", "units.c", "xml.c"} & again
    assert make("-W", "system.xsd") == {"system.xsd", "schema_xsd.c", "bhc"}
    assert make("HOSTCFLAGS=-O0") > {"units.c", "main.c", "schema_xsd.c", "bhc"}
    make("HOSTCFLAGS=-O0", "clean")
    assert not (directory / "out").exists()


# Messages.


def expected_messages(path):
    """The (line, kind, pattern) that the comments in a description ask for."""
    found = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        for kind, offset, words in re.findall(r"<!-- (ERROR|WARNING)(@-\d+)?: (.*?) -->", line):
            found.append((number + int(offset[1:] or 0), kind.lower(), words))
    return sorted(found)


def messages(path, stderr):
    """What bhc said, as (line, kind, text); each line of it has to have the one form."""
    found = []
    for line in stderr.splitlines():
        match = re.fullmatch(re.escape(str(path)) + r":(\d+): (error|warning): (.+)", line)
        assert match, f"not file:line: kind: message: {line}"
        found.append((int(match[1]), match[2], match[3]))
    return found


def compare_messages(path, stderr):
    said, wanted = messages(path, stderr), expected_messages(path)
    assert [line for line, _, _ in said] == sorted(line for line, _, _ in said), stderr
    for line, kind, words in wanted:
        fitting = [m for m in said if m[:2] == (line, kind) and re.search(words, m[2])]
        assert fitting, f"line {line}: no {kind} with '{words}' in:\n{stderr}"
        said.remove(fitting[0])
    assert not said, f"not asked for: {said}"


def bad_input(program, path, directory):
    output = directory / "out.blob"
    run = call(program, path, "-o", output, "--plan-svg", directory / "p.svg",
               "--memory-svg", directory / "m.svg", "--channel-svg", directory / "c.svg")
    assert run.returncode == REFUSED, run.stderr
    assert run.stdout == ""
    assert not list(directory.iterdir()), "a refused description leaves no file"
    return run.stderr


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_refuses(bhc, path, tmp_path):
    assert expected_messages(path), "the input does not say what is wrong with it"
    compare_messages(path, bad_input(bhc, path, tmp_path))


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_says_what_to_change(bhc, path):
    for _, _, text in messages(path, call(bhc, path).stderr):
        assert re.search(r": .|, which", text) or "write" in text, text
        assert not text.endswith("."), text
        assert len(text) < 300, text


@pytest.mark.parametrize("path", ODD, ids=name_of)
def test_warns(bhc, path, tmp_path):
    assert expected_messages(path), "the input does not say what is odd about it"
    run = call(bhc, "-q", path, "-o", tmp_path / "out.blob")
    assert run.returncode == OK, run.stderr
    assert (tmp_path / "out.blob").exists()
    compare_messages(path, run.stderr)


@pytest.mark.parametrize("path", GOOD + SHIPPED, ids=name_of)
def test_accepts_without_a_word(bhc, path):
    run = call(bhc, "-q", path)
    said = [words for _, kind, words in messages(path, run.stderr)
            if not (path.stem == "14-line" and "the keyboard controller" in words)]
    assert (run.returncode, run.stdout, said) == (OK, "", [])


def test_sanitizers_find_nothing(sanitized, tmp_path):
    for path in BAD:
        compare_messages(path, bad_input(sanitized, path, tmp_path))
    for path in GOOD + ODD + SHIPPED:
        run = call(sanitized, path, "-o", tmp_path / "b", "--plan-svg", tmp_path / "p",
                   "--memory-svg", tmp_path / "m", "--channel-svg", tmp_path / "c")
        assert run.returncode == OK, run.stderr
        assert call(sanitized, "--dump", tmp_path / "b").returncode == OK


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_schema_accepts_what_bhc_accepts(path):
    need("xmllint")
    run = call("xmllint", "--noout", "--nonet", "--schema", SOURCE / "system.xsd", path)
    assert run.returncode == 0, run.stderr


# Descriptions that are easier made than written.


def description(ram='<ram base="0" size="64MiB"/>', partitions=None, plans=None):
    """One element a line, so that a line's number can be counted."""
    area = '<area name="main" size="64KiB" virtual="0x400000" rights="rw"/>'
    slot = '<slot partition="a" start="0ms" duration="8ms"/>'
    partitions = partitions or ['<partition name="a" image="a">', area, "</partition>"]
    plans = plans or ['<plan name="p" major-frame="10ms">', slot, "</plan>"]
    ram = [ram] if isinstance(ram, str) else ram
    return ["<system name=\"t\">", "<memory>", *ram, "</memory>", "<partitions>", *partitions,
            "</partitions>", "<plans>", *plans, "</plans>", "</system>", ""]


def check_limit(bhc, tmp_path, lines, marked, words):
    """bhc must name the first element that is too many; it is the line that `marked` begins."""
    path = tmp_path / "limit.xml"
    path.write_text("\n".join(lines))
    run = call(bhc, path)
    assert run.returncode == REFUSED
    assert messages(path, run.stderr) == [
        (next(i for i, line in enumerate(lines, 1) if line.startswith(marked)), "error", words)]


MAIN = '<area name="main" size="64KiB" virtual="0x400000" rights="rw"/>'


def test_too_many_partitions(bhc, tmp_path):
    many = [f'<partition name="p{i}" image="a">{MAIN}</partition>' for i in range(18)]
    plan = ['<plan name="p" major-frame="18ms">',
            *(f'<slot partition="p{i}" start="{i}ms" duration="1ms"/>' for i in range(18)),
            "</plan>"]
    check_limit(bhc, tmp_path, description(partitions=many, plans=plan), '<partition name="p16"',
                "more than 16 <partition> in a system: remove some; "
                "the limit is SYSTEM_PARTITIONS_MAX in core/system.h")


def test_too_many_areas(bhc, tmp_path):
    areas = [f'<area name="x{i}" size="4KiB" rights="r"/>' for i in range(9)]
    check_limit(bhc, tmp_path, description(
        partitions=['<partition name="a" image="a">', MAIN, *areas, "</partition>"]),
        '<area name="x7"', "more than 8 <area> in a partition: remove some; "
        "the limit is SYSTEM_AREAS_MAX in core/system.h")


def test_too_many_port_ranges(bhc, tmp_path):
    ports = [f'<io-ports first="{0x300 + i}" count="1"/>' for i in range(9)]
    check_limit(bhc, tmp_path, description(
        partitions=['<partition name="a" image="a">', MAIN, *ports, "</partition>"]),
        f'<io-ports first="{0x308}"', "more than 8 <io-ports> in a partition: remove some; "
        "the limit is SYSTEM_PORT_RANGES_MAX in core/system.h")


def test_too_many_plans(bhc, tmp_path):
    slot = '<slot partition="a" start="0ms" duration="8ms"/>'
    plans = [f'<plan name="p{i}" major-frame="10ms">{slot}</plan>' for i in range(6)]
    check_limit(bhc, tmp_path, description(plans=plans), '<plan name="p4"',
                "more than 4 <plan> in a system: remove some; "
                "the limit is SYSTEM_PLANS_MAX in core/system.h")


def test_too_many_slots(bhc, tmp_path):
    slots = [f'<slot partition="a" start="{i}ms" duration="1ms"/>' for i in range(66)]
    check_limit(bhc, tmp_path, description(
        plans=['<plan name="p" major-frame="66ms">', *slots, "</plan>"]),
        '<slot partition="a" start="64ms"', "more than 64 <slot> in a plan: remove some; "
        "the limit is SYSTEM_SLOTS_MAX in core/system.h")


def test_too_much_ram(bhc, tmp_path):
    ram = [f'<ram base="{i << 20}" size="1MiB"/>' for i in range(9)]
    check_limit(bhc, tmp_path, description(ram=ram), f'<ram base="{8 << 20}"',
                "more than 8 <ram> in <memory>: remove some; the limit is RAM_RANGES_MAX in "
                "bhc/limits.h")


def test_exactly_the_limits(bhc, tmp_path):
    path = tmp_path / "full.xml"
    partitions = []
    for p in range(16):
        areas = "".join(f'<area name="x{i}" size="4KiB" rights="r"/>' for i in range(7))
        ports = "".join(f'<io-ports first="{0x1000 + 16 * p + i}" count="1"/>' for i in range(8))
        partitions.append(f'<partition name="p{p}" image="a">{MAIN}{areas}{ports}</partition>')
    slots = "".join(f'<slot partition="p{i % 16}" start="{i}ms" duration="1ms"/>'
                    for i in range(64))
    plans = [f'<plan name="p{i}" major-frame="64ms">{slots}</plan>' for i in range(4)]
    ram = [f'<ram base="{i << 23}" size="8MiB"/>' for i in range(8)]
    path.write_text("\n".join(description(ram=ram, partitions=partitions, plans=plans)))
    run = call(bhc, "-q", path, "-o", tmp_path / "full.blob")
    assert run.returncode == OK, run.stderr
    compare_blob(path, (tmp_path / "full.blob").read_bytes())


def test_shows_twenty_errors_and_counts_the_others(bhc, tmp_path):
    path = tmp_path / "many.xml"
    areas = [f'<area name="x{i}" size="1" rights="w" virtual="q"/>' for i in range(8)]
    slots = [f'<slot partition="q" start="{i}" duration="1"/>' for i in range(64)]
    path.write_text("\n".join(description(
        partitions=['<partition name="a" image="a">', *areas, "</partition>"],
        plans=['<plan name="p" major-frame="10ms">', *slots, "</plan>"])))
    lines = call(bhc, path).stderr.splitlines()
    assert len(lines) == 21
    assert [m[0] for m in messages(path, "\n".join(lines[:20]))] == [
        7 + i // 3 for i in range(20)], "the first errors of the file, three of each area"
    assert lines[20] == f"{path}: {8 * 3 + 64 * 3 - 20} more errors are not shown"


def test_shows_twenty_warnings_and_counts_the_others(bhc, tmp_path):
    path = tmp_path / "odd.xml"
    partitions = ['<partition name="a" image="a">', MAIN, "</partition>"]
    for i in range(15):
        ports = f'<io-ports first="{0xC0 + i}" count="1"/>'
        partitions.append(f'<partition name="p{i}" image="a">{MAIN}{ports}</partition>')
    path.write_text("\n".join(description(partitions=partitions)))
    run = call(bhc, "-q", path)
    assert run.returncode == OK
    lines = run.stderr.splitlines()
    assert all(kind == "warning" for _, kind, _ in messages(path, "\n".join(lines[:20])))
    assert lines[20:] == [f"{path}: 10 more warnings are not shown"]


@pytest.mark.parametrize("content, words", [
    (b"", "the file is empty: begin with"),
    (b"\n", "not well-formed XML"),
    (b"just words\n", "not well-formed XML"),
    ("<system/>".encode("utf-16"), "save the file as UTF-8"),
    (b"<system>\0</system>", "holds a zero byte"),
    ('<?xml version="1.0" encoding="ISO-8859-1"?><system/>'.encode(), "save the file as UTF-8"),
    (b"<system name='\xff'/>", "not well-formed XML"),
    (b"<system name='x'/>" + b" " * (256 << 10), "larger than 256 KiB"),
    (b"<x>" * 80000, "not well-formed XML"),
    (b"<x " + b" ".join(b"a%d='1'" % i for i in range(20000)) + b"/>", "more than 32 attributes"),
    (b"\x7fELF\1\1\1", "not well-formed XML"),
], ids=["empty", "blank", "text", "utf-16", "zero", "latin-1", "broken-utf-8", "large", "deep",
        "wide", "elf"])
def test_refuses_what_is_no_description(bhc, content, words, tmp_path):
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    run = call(bhc, path)
    assert run.returncode == REFUSED
    assert any(words in text for _, kind, text in messages(path, run.stderr) if kind == "error")


def test_a_terminal_is_safe_from_a_file(bhc, tmp_path):
    path = tmp_path / "x.xml"
    text = "\n".join(description()).replace('"8ms"', '"8\u009b31m\u007fms"')
    path.write_text(text, encoding="utf-8")
    run = subprocess.run([bhc, path], capture_output=True, timeout=TIMEOUT, check=False)
    assert run.returncode == REFUSED
    assert b"\xc2\x9b" not in run.stderr and b"\x7f" not in run.stderr


def test_long_files_have_right_lines(bhc, tmp_path):
    """libxml2 by itself counts to 65535."""
    path = tmp_path / "long.xml"
    path.write_text("<!--" + "\n" * 70000 + "-->" + "\n".join(description()).replace("8ms", "8"))
    assert [m[0] for m in messages(path, call(bhc, path).stderr)] == [70012]


# The blob, decoded without any help from bhc.



def decode(data):
    """What a blob holds; that it holds nothing else is seen by encoding it again."""
    magic, version, size, crc = struct.unpack_from("<4I", data)
    assert data[:4] == b"BKHD" and magic == blobs.MAGIC
    assert version == 3
    assert size == len(data)
    assert crc == zlib.crc32(data[16:])
    system = blobs.decode_system(data)
    assert system.blob() == data, "bytes that no field uses are 0"
    return system


def microseconds(text):
    number, unit = re.fullmatch(r"(\d+)(\D+)", text).groups()
    ns = int(number) * {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9}[unit]
    assert ns % 1000 == 0
    return ns // 1000


def size_in_bytes(text):
    number, unit = re.fullmatch(r"(\d+)(\D+)", text).groups()
    return int(number) << {"B": 0, "KiB": 10, "MiB": 20, "GiB": 30}[unit]


def ports_of(element):
    first = int(element.get("first"), 0)
    if element.get("count"):
        return first, first + int(element.get("count")) - 1
    return first, int(element.get("last"), 0)


KINDS = ("slots traps hypercalls interrupts virtual-interrupts health plan application").split()


def number(element, name, default):
    return int(element.get(name, str(default)), 0)


def flag(element, name):
    return element.get(name, "no") == "yes"


def trace_of(element):
    words = element.get("trace", "").split()
    return sum(1 << i for i, kind in enumerate(KINDS) if kind in words or "all" in words)


def actions_of(element):
    return {on.get("event"): on.get("action") for on in element.findall("health/on")
            if on.get("action") != "usual"}


def plan_of(element, plans):
    health = element.find("health")
    return 0 if health is None else plans.index(health.get("plan", plans[0]))


def area_of(a, blocks):
    kind = blobs.SHARED_AREA if a.get("shared") else blobs.DEVICE if flag(a, "device") else blobs.RAM
    cache = a.get("cache", "uncached" if kind == blobs.DEVICE else "write-back")
    return blobs.Area(
        a.get("name"), number(a, "virtual", 0xFFFFFFFF), size_in_bytes(a.get("size")),
        number(a, "physical", 0xFFFFFFFF), {"r": 1, "rw": 3}[a.get("rights")], kind,
        ["write-back", "write-through", "uncached"].index(cache),
        blocks.index(a.get("shared")) if a.get("shared") else 0, number(a, "offset", 0))


def partition_of(p, blocks, plans):
    lines = [(number(line, "number", 0), line.get("trigger")) for line in p.findall("line")]
    return blobs.Partition(
        p.get("name"), p.get("image"), flag(p, "console"), number(p, "page-tables", 4),
        number(p, "restarts", 0), [area_of(a, blocks) for a in p.findall("area")],
        [ports_of(r) for r in p.findall("io-ports")], flag(p, "system"), flag(p, "flush-cache"),
        number(p, "spaces", 0), number(p, "background", 0), sum(1 << n for n, _ in lines),
        sum(1 << n for n, trigger in lines if trigger == "level"), trace_of(p), plan_of(p, plans),
        actions_of(p))


def channel_of(c, names):
    valid = c.get("valid")
    readers = c.findall("reader")
    return blobs.Channel(
        c.get("name"), names.index(c.get("partition")),
        [names.index(r.get("partition")) for r in readers], c.get("kind") == "queuing",
        number(c, "message-bytes", 0), number(c, "depth", 1), microseconds(valid) if valid else 0,
        c.get("port", c.get("name")), [r.get("port", c.get("name")) for r in readers])


def read_description(path):
    """What the blob of a description has to hold, read with another XML parser."""
    root = ElementTree.parse(path).getroot()
    partitions = root.findall("partitions/partition")
    names = [p.get("name") for p in partitions]
    blocks = [s.get("name") for s in root.findall("memory/shared")]
    plans = [p.get("name") for p in root.findall("plans/plan")]
    return blobs.System(
        [partition_of(p, blocks, plans) for p in partitions],
        [blobs.Plan(p.get("name"), microseconds(p.get("major-frame")),
                    [(names.index(s.get("partition")), microseconds(s.get("start")),
                      microseconds(s.get("duration"))) for s in p.findall("slot")])
         for p in root.findall("plans/plan")],
        number(root, "frames", 0),
        [channel_of(c, names) for c in root.findall("channels/channel")],
        [blobs.Shared(s.get("name"), size_in_bytes(s.get("size")),
                      number(s, "physical", 0xFFFFFFFF)) for s in root.findall("memory/shared")],
        [blobs.Signal(s.get("name"), names.index(s.get("from")), names.index(s.get("to")),
                      number(s, "virq", 0)) for s in root.findall("signals/signal")],
        trace_of(root), plan_of(root, plans), actions_of(root))


def compare_blob(path, blob):
    assert decode(blob) == read_description(path)


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_blob_says_what_the_description_says(bhc, path, tmp_path):
    output = tmp_path / "out.blob"
    assert call(bhc, "-q", path, "-o", output).returncode == OK
    compare_blob(path, output.read_bytes())


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_same_description_same_bytes(bhc, sanitized, path, tmp_path):
    for program, number in ((bhc, 1), (bhc, 2), (sanitized, 3)):
        assert call(program, "-q", path, "-o", tmp_path / f"b{number}", "--plan-svg",
                    tmp_path / f"p{number}", "--memory-svg", tmp_path / f"m{number}"
                    ).returncode == OK
    for kind in "bpm":
        assert len({(tmp_path / f"{kind}{n}").read_bytes() for n in (1, 2, 3)}) == 1


# Plans that bhc makes.


def with_demands(demands, attributes=""):
    partitions = [f'<partition name="{name}" image="x">{MAIN}</partition>'
                  for name, _, _ in demands]
    wanted = [f'<demand partition="{name}" period="{period}us" budget="{budget}us"/>'
              for name, period, budget in demands]
    return "\n".join(description(partitions=partitions,
                                 plans=[f'<plan name="p"{attributes}>', *wanted, "</plan>"]))


def check_supply(plan, demands):
    """Each demand in each of its periods, counted without any help from bhc."""
    now = 0
    for _, start, duration in plan.slots:
        assert start >= now and duration >= 100
        now = start + duration
    assert now <= plan.major_frame_us and len(plan.slots) <= 64
    for index, (name, period, budget) in enumerate(demands):
        assert plan.major_frame_us % period == 0
        for begin in range(0, plan.major_frame_us, period):
            got = sum(max(0, min(start + duration, begin + period) - max(start, begin))
                      for partition, start, duration in plan.slots if partition == index)
            assert got == budget, f"{name} from {begin}: {got} us of {budget}"


def test_makes_plans(bhc, tmp_path):
    """Random demands: whatever is accepted is met; whatever is refused asks for too much time, too
    many slots, or shorter ones than there are. Up to full use, nothing else is a reason."""
    chance, path, output = random.Random(653), tmp_path / "g.xml", tmp_path / "g.blob"
    made = split = 0
    for _ in range(300):
        demands = []
        for number in range(chance.randrange(1, 6)):
            period = chance.choice([2000, 2500, 5000, 5000, 10000, 20000])
            budget = chance.randrange(1, max(2, period // 300)) * 100
            demands.append((f"p{number}", period, budget))
        path.write_text(with_demands(demands))
        run = call(bhc, "-q", path, "-o", output)
        use = sum(budget / period for _, period, budget in demands)
        if run.returncode == REFUSED:
            assert re.search("% of the time" if use > 1.0000001 else "at most 64 slots|more than 64|"
                             "no slot may be shorter", run.stderr), (demands, run.stderr)
            continue
        assert use <= 1.0000001
        plan = decode(output.read_bytes()).plans[0]
        check_supply(plan, demands)
        made += 1
        split += len(plan.slots) > sum(plan.major_frame_us // p for _, p, _ in demands)
    assert made > 150 and split > 0, "the test has to see both kinds of plans"


def test_prints_the_plans_that_it_makes(bhc, tmp_path):
    """What -g prints goes into a description, and means the same."""
    path, output = tmp_path / "g.xml", tmp_path / "g.blob"
    path.write_text(with_demands([("a", 10000, 5000), ("b", 20000, 9950)]))
    assert call(bhc, "-q", path, "-o", output).returncode == OK
    printed = call(bhc, "--generate", path)
    assert printed.returncode == OK
    assert '<slot partition="b" start="5ms" duration="9950us"/>' in printed.stdout
    before = output.read_bytes()
    path.write_text(re.sub(r"<plans>.*</plans>", printed.stdout.strip(), path.read_text(),
                           flags=re.DOTALL))
    assert call(bhc, "-q", path, "-o", output).returncode == OK
    assert output.read_bytes() == before


def test_a_plan_may_say_its_major_frame(bhc, tmp_path):
    path, output = tmp_path / "g.xml", tmp_path / "g.blob"
    path.write_text(with_demands([("a", 10000, 5000)], ' major-frame="30ms"'))
    assert call(bhc, "-q", path, "-o", output).returncode == OK
    plan = decode(output.read_bytes()).plans[0]
    assert plan.major_frame_us == 30000 and len(plan.slots) == 3


# Reading a blob back.


@pytest.fixture
def blob(bhc, tmp_path):
    path = tmp_path / "everything.blob"
    assert call(bhc, "-q", INPUTS / "odd" / "everything.xml", "-o", path).returncode == OK
    return path


def test_dump_prints_what_the_summary_prints(bhc, blob):
    dump = call(bhc, "--dump", blob)
    assert dump.returncode == OK
    head, _, rest = dump.stdout.partition("\n\n")
    assert re.fullmatch(r"Blob version 3, \d+ bytes, CRC-32 0x[0-9A-F]{8}", head)
    summary = call(bhc, INPUTS / "odd" / "everything.xml").stdout
    assert summary.endswith(rest) and "Partition io_server" in rest


def with_crc(data):
    return data[:12] + struct.pack("<I", zlib.crc32(data[16:])) + data[16:]


@pytest.mark.parametrize("damage, words", [
    (lambda d: b"", "shorter than a blob's header"),
    (lambda d: d[:15], "shorter than a blob's header"),
    (lambda d: b"X" + d[1:], "does not begin with BKHD"),
    (lambda d: d[:4] + b"\1" + d[5:], "another version"),
    (lambda d: d[:-1], "cut short"),
    (lambda d: d + b"\0", "cut short or damaged"),
    (lambda d: d[:8] + b"\0" + d[9:], "cut short or damaged"),
    (lambda d: d[:12] + bytes([d[12] ^ 1]) + d[13:], "wrong CRC-32"),
    (lambda d: d[:5000] + bytes([d[5000] ^ 1]) + d[5001:], "wrong CRC-32"),
    (lambda d: with_crc(d[:16] + b"\xff" + d[17:]), "that the hypervisor refuses"),
    (lambda d: with_crc(d[:20] + b"\xff" * 24 + d[44:]), "that the hypervisor refuses"),
], ids=["empty", "header", "magic", "version", "short", "long", "size", "crc", "bit", "count",
        "name"])
def test_dump_refuses_a_damaged_blob(sanitized, blob, damage, words, tmp_path):
    path = tmp_path / "damaged.blob"
    path.write_bytes(damage(blob.read_bytes()))
    run = call(sanitized, "--dump", path)
    assert run.returncode == REFUSED
    assert run.stdout == ""
    assert run.stderr.startswith(f"{path}: error: ") and words in run.stderr


COUNTS = [16 + at for at in (blobs.PLANS_AT, blobs.PLANS_AT + 4 + 28, blobs.CHANNELS_AT,
                             blobs.SHARED_AT, blobs.SIGNALS_AT, blobs.TAIL_AT)]


def test_dump_survives_hostile_blobs(each, blob, tmp_path):
    """Right magic, size and CRC, anything inside: refused or printed, never a crash."""
    original, chance, paths = blob.read_bytes(), random.Random(1), []
    for number in range(400):
        data = bytearray(original)
        for _ in range(chance.randrange(1, 6)):
            at = chance.choice([16, 20, *COUNTS, chance.randrange(16, len(data) - 4)])
            data[at:at + 4] = chance.choice([bytes(4), b"\xff" * 4, chance.randbytes(4)])
        paths.append(tmp_path / f"{number}.blob")
        paths[-1].write_bytes(with_crc(bytes(data)))
    assert set(feed(each, paths)) == {"blob", "refused"}


# What is printed.


def test_summary(bhc):
    out = call(bhc, INPUTS / "odd" / "everything.xml").stdout
    for words in (
            r"^System everything$",
            r"^  0x10000000 to 0x4FFFFFFF  1 GiB$",
            r"^Partition io_server: image server, console, 3 restarts, 3 of 7 page tables used$",
            r"^  video +32 KiB  rw      0x00900000 to 0x00907FFF  0x000B8000 to 0x000BFFFF, device, w",
            r"^  frames +512 KiB  rw      not mapped +shared frame-buffer from 512 KiB, uncached$",
            r"^  system partition$", r"^  interrupt line 11, level$", r"^  3 address spaces$",
            r"^  in the background with priority 5$", r"^  trace: slots, health$",
            r"^  health: on application switch-plan to maintenance$",
            r"^  from B-2 \(port out\) to io_server \(port in\), B-3$",
            r"^Signal wake: from io_server to B-2, virtual interrupt 15$",
            r"^Shared block frame-buffer: 1 MiB, physical anywhere$",
            r"^  main +128 KiB  rw      0x00400000 to 0x0041FFFF  0x01000000 to 0x0101FFFF$",
            r"^  table +64 KiB  r       0x00800000 to 0x0080FFFF  anywhere$",
            r"^  buffer +2 MiB  rw      not mapped +0x10000000 to 0x101FFFFF$",
            r"^  I/O ports 0x2F8 to 0x2FF$",
            r"^  I/O ports 0x378 to 0x37A$",
            r"^Plan normal \(in force at the start\): major frame 20 ms, 75.0 % used, 25.0 % idle$",
            r"^Plan maintenance: major frame 1 s, 90.0 % used, 10.0 % idle$",
            r"^  2.5 ms +5 ms +B-2$",
            r"^  io_server +2 +5 ms +25.0 %  7.5 ms$",
            r"^  B-2 +1 +5 ms +25.0 %  15 ms$",
            r"^  B-2 +0 +0 ms +0.0 %  for ever$",
            r"^3 partitions, 2 plans; ends after 1000 major frames$"):
        assert re.search(words, out, re.MULTILINE), f"{words} is not in:\n{out}"


def test_images_are_named_once(bhc):
    run = call(bhc, "--images", INPUTS / "odd" / "everything.xml")
    assert (run.returncode, run.stdout) == (OK, "server\nworker\n")


def test_help_names_every_option(bhc):
    run = call(bhc, "--help")
    assert (run.returncode, run.stderr) == (OK, "")
    manual = (SOURCE / "bhc.1").read_text().replace("\\-", "-")
    for option in ("--output", "--plan-svg", "--memory-svg", "--channel-svg", "--images",
                   "--generate", "--quiet", "--dump",
                   "--help", "--version"):
        assert option in run.stdout and option in manual
    assert all(len(line) < 88 for line in run.stdout.splitlines())


def test_manual_names_the_whole_vocabulary():
    manual = (SOURCE / "bhc.1").read_text().replace("\\-", "-")
    schema = ElementTree.parse(SOURCE / "system.xsd").getroot()
    space = "{http://www.w3.org/2001/XMLSchema}"
    for kind in ("element", "attribute"):
        for node in schema.iter(space + kind):
            assert re.search(rf"\b{node.get('name')}\b", manual), f"{kind} {node.get('name')}"


def test_manual_is_good_groff():
    need("groff")
    run = call("groff", "-man", "-Tutf8", "-ww", "-z", SOURCE / "bhc.1")
    assert (run.returncode, run.stderr) == (0, "")


def test_version(bhc):
    assert call(bhc, "--version").stdout == "bhc (Bulkhead), blob version 3\n"


# The command line.


@pytest.mark.parametrize("arguments", [
    [], ["a.xml", "b.xml"], ["--wrong", "a.xml"], ["-o"], ["--dump"], ["--plan-svg"],
    ["--dump", "a.blob", "-o", "b"], ["--dump", "a.blob", "--images"], ["--dump", "a.blob", "-g"],
    ["a.xml", "-o", "x", "--channel-svg", "x"],
    ["a.xml", "-o", "x", "--plan-svg", "x"], ["a.xml", "--plan-svg", "x", "--memory-svg", "x"],
    ["-o", "a.xml", "a.xml"]])
def test_usage_errors(bhc, arguments, tmp_path):
    (tmp_path / "a.xml").write_text("\n".join(description()))
    (tmp_path / "b.xml").write_text("\n".join(description()))
    run = call(bhc, *arguments, cwd=tmp_path)
    assert run.returncode == USAGE
    assert run.stdout == "" and "bhc --help" in run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xml", "b.xml"]


def test_does_not_write_over_its_input(bhc, tmp_path):
    path, link = tmp_path / "a.xml", tmp_path / "link"
    path.write_text("\n".join(description()))
    link.symlink_to(path)
    before = path.read_bytes()
    assert call(bhc, path, "-o", link).returncode == USAGE
    assert path.read_bytes() == before


# Files: all of it or nothing.


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.xml"
    path.write_text("\n".join(description()))
    return path


def names(directory):
    return sorted(p.name for p in directory.iterdir())


def check_io_error(run, words):
    assert run.returncode == IO, (run.returncode, run.stderr)
    assert len(run.stderr.splitlines()) == 1 and run.stderr.startswith("bhc: cannot "), run.stderr
    assert words in run.stderr


def test_no_such_input(bhc, tmp_path):
    check_io_error(call(bhc, tmp_path / "none.xml"), "none.xml: No such file or directory")
    check_io_error(call(bhc, "--dump", tmp_path / "none"), "none: No such file or directory")
    check_io_error(call(bhc, tmp_path), "Is a directory")


@pytest.mark.parametrize("option", ["-o", "--plan-svg", "--memory-svg", "--channel-svg"])
def test_no_such_directory(bhc, small, option, tmp_path):
    check_io_error(call(bhc, "-q", small, option, tmp_path / "none" / "x"), "No such file")
    check_io_error(call(bhc, "-q", small, option, tmp_path), "Is a directory")
    assert names(tmp_path) == ["small.xml"]


def device(directory, name, minor):
    """A node of our own for one of the memory devices. A broken bhc that runs as root would replace
    the machine's /dev/null by a file; nobody else can."""
    if os.geteuid() != 0:
        return Path("/dev") / name
    path = directory / name
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        path.open("wb").close()
    except OSError:
        pytest.skip("no device can be made here")
    return path


@pytest.mark.parametrize("option", ["-o", "--plan-svg", "--memory-svg", "--channel-svg"])
def test_full_device(bhc, small, option, tmp_path):
    full = device(tmp_path, "full", 7)
    check_io_error(call(bhc, "-q", small, option, full), "No space left on device")
    assert full.is_char_device()


def test_a_device_stays_a_device(bhc, small, tmp_path):
    null = device(tmp_path, "null", 3)
    assert call(bhc, "-q", small, "-o", null).returncode == OK
    assert null.is_char_device()


def test_a_pipe_stays_a_pipe(bhc, small, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert call(bhc, "-q", small, "-o", pipe).returncode == OK
    data = os.read(end, 1 << 16)
    os.close(end)
    assert pipe.is_fifo()
    assert data[:4] == b"BKHD" and len(data) == struct.unpack_from("<I", data, 8)[0]


@pytest.mark.parametrize("option", ["-o", "--plan-svg", "--memory-svg", "--channel-svg"])
@pytest.mark.parametrize("old", [None, b"old"])
def test_full_disk_leaves_what_was_there(bhc, small, option, old, tmp_path):
    """A limit on the size of files stops the write in its middle, as a full disk does."""
    output = tmp_path / "out"
    if old:
        output.write_bytes(old)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    run = call(bhc, "-q", small, option, output, preexec_fn=limit)
    check_io_error(run, "File too large")
    assert names(tmp_path) == (["out"] if old else []) + ["small.xml"]
    assert not old or output.read_bytes() == old


def test_full_tmpfs(bhc, small, tmp_path):
    """A real full disk, where the tests may make one: a tiny tmpfs in a mount namespace."""
    place = tmp_path / "disk"
    place.mkdir()
    script = ('mount -t tmpfs -o size=8k none "$1" || exit 99; "$2" -q "$3" -o "$1/out"; s=$?; '
              'ls -A "$1"; exit $s')
    need("unshare")
    run = call("unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", place, bhc, small)
    if run.returncode not in (OK, IO):
        pytest.skip("no mount namespace here")
    check_io_error(run, "No space left on device")
    assert run.stdout == ""


def test_full_standard_output(bhc, small):
    with open("/dev/full", "w") as full:
        run = subprocess.run([bhc, small], stdout=full, stderr=subprocess.PIPE, text=True,
                             timeout=TIMEOUT, check=False)
    check_io_error(run, "standard output")


def test_read_only_directory(bhc, small, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    check_io_error(call(bhc, "-q", small, "-o", place / "out"), "Permission denied")


def test_new_files_have_the_usual_mode(bhc, small, tmp_path):
    for mask, mode in ((0o022, 0o644), (0o077, 0o600), (0o002, 0o664)):
        output = tmp_path / f"out{mask}"
        assert call(bhc, "-q", small, "-o", output, umask=mask).returncode == OK
        assert output.stat().st_mode & 0o777 == mode


def test_a_symbolic_link_stays_one(bhc, small, tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to("target")
    assert call(bhc, "-q", small, "-o", link).returncode == OK
    assert link.is_symlink() and target.read_bytes()[:4] == b"BKHD"


def test_replaces_at_once(bhc, small, tmp_path):
    """Somebody who has the old file open keeps it whole: it is replaced, not written over."""
    output = tmp_path / "out"
    output.write_bytes(b"old")
    with open(output, "rb") as old:
        assert call(bhc, "-q", small, "-o", output).returncode == OK
        assert old.read() == b"old"
    assert output.read_bytes()[:4] == b"BKHD"


# Drawings.

SVG = "{http://www.w3.org/2000/svg}"


def classes(node):
    return node.get("class", "").split()


def drawings(bhc, path, directory):
    plan, memory = directory / "plan.svg", directory / "memory.svg"
    assert call(bhc, "-q", path, "--plan-svg", plan, "--memory-svg", memory).returncode == OK
    return [ElementTree.parse(p).getroot() for p in (plan, memory)]


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_drawings_are_complete_and_accessible(bhc, path, tmp_path):
    for root in drawings(bhc, path, tmp_path):
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        assert len(ids) == len(set(ids))
        assert root.tag == SVG + "svg" and root.get("role") == "img"
        assert set(root.get("aria-labelledby").split()) <= set(ids)
        assert root.find(SVG + "title").text and root.find(SVG + "desc").text
        assert "prefers-color-scheme: dark" in root.find(SVG + "style").text
        width, height = float(root.get("width")), float(root.get("height"))
        for node in root.iter(SVG + "rect"):
            right = float(node.get("x", 0)) + float(node.get("width"))
            assert right <= width, ElementTree.tostring(node)
            assert float(node.get("y", 0)) + float(node.get("height")) <= height


def overlapping(texts):
    """Pairs of texts that touch, by an estimate of their width that errs on the small side."""
    boxes = []
    for node in texts:
        names_of_classes, content = classes(node), "".join(node.itertext())
        width = len(content) * (11 if "h1" in names_of_classes else 5.5)
        x, y = float(node.get("x")), float(node.get("y"))
        x -= width if "end" in names_of_classes else width / 2 if "mid" in names_of_classes else 0
        boxes.append((x, x + width, y - 8, y, content))
    return [(a[4], b[4]) for i, a in enumerate(boxes) for b in boxes[:i]
            if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]]


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_labels_do_not_overlap(bhc, path, tmp_path):
    for root in drawings(bhc, path, tmp_path):
        assert overlapping(list(root.iter(SVG + "text"))) == []


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_plan_drawing_is_to_scale(bhc, path, tmp_path):
    root, _ = drawings(bhc, path, tmp_path)
    groups = {g.get("id"): g for g in root.iter(SVG + "g")}
    wanted = read_description(path)
    assert len(groups) == len(wanted.plans)
    for plan in wanted.plans:
        group = groups["plan-" + plan.name]
        frame = next(r for r in group.iter(SVG + "rect") if "frame" in classes(r))
        left, scale = float(frame.get("x")), float(frame.get("width")) / plan.major_frame_us
        bars = [r for r in group.iter(SVG + "rect") if "slot" in classes(r)]
        assert len(bars) == len(plan.slots)
        for bar, (partition, start, duration) in zip(bars, plan.slots):
            assert f"p{partition}" in classes(bar)
            assert float(bar.get("x")) == pytest.approx(left + start * scale, abs=0.01)
            assert float(bar.get("width")) == pytest.approx(duration * scale, abs=0.01)
            name = wanted.partitions[partition].name
            assert bar.find(SVG + "title").text.startswith(f"{name}: ")
        tops = {tuple(classes(b)): b.get("y") for b in bars}
        assert len(set(tops.values())) == len(tops), "each partition has a row of its own"
        idle = sum(float(r.get("width")) for r in group.iter(SVG + "rect")
                   if "idle" in classes(r) and r.find(SVG + "title") is not None)
        busy = sum(duration for _, _, duration in plan.slots)
        assert idle == pytest.approx((plan.major_frame_us - busy) * scale, abs=0.1)


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_memory_drawing_shows_each_area_twice(bhc, path, tmp_path):
    _, root = drawings(bhc, path, tmp_path)
    wanted = read_description(path)
    columns = [g for g in root.iter(SVG + "g")]
    assert len(columns) == 1 + len(wanted.partitions)

    def areas(group):
        return [r for r in group.iter(SVG + "rect") if "area" in classes(r)]

    def texts(group):
        return ["".join(t.itertext()) for t in group.iter(SVG + "text")]

    own = [a for p in wanted.partitions for a in p.areas if a.kind != blobs.SHARED_AREA]
    assert len(areas(columns[0])) == len(own)
    for block in wanted.shared:
        assert texts(columns[0]).count(f"shared: {block.name}") == 1
    for index, partition in enumerate(wanted.partitions):
        assert len(areas(columns[index + 1])) == len(partition.areas)
        assert all(f"p{index}" in classes(r) for r in areas(columns[index + 1]))
        for area in partition.areas:
            device = ", device" if area.kind == blobs.DEVICE else ""
            shared = area.kind == blobs.SHARED_AREA
            block = f", shared: {wanted.shared[area.shared].name}" if shared else device
            assert shared or f"{partition.name} / {area.name}{device}" in texts(columns[0])
            assert (f"{area.name} ({'rw' if area.rights & 2 else 'r'}{block})"
                    in texts(columns[index + 1]))
            if area.physical != 0xFFFFFFFF:
                assert f"0x{area.physical:08X}" in texts(columns[0])
            if area.virtual != 0xFFFFFFFF:
                assert f"0x{area.virtual:08X}" in texts(columns[index + 1])


@pytest.mark.parametrize("path", GOOD + ODD + SHIPPED, ids=name_of)
def test_channel_drawing_has_each_end(bhc, path, tmp_path):
    """A wire for each end, in its partition's colour, and each port's name beside it."""
    assert call(bhc, "-q", path, "--channel-svg", tmp_path / "c.svg").returncode == OK
    root = ElementTree.parse(tmp_path / "c.svg").getroot()
    groups = {g.get("id"): g for g in root.iter(SVG + "g")}
    wanted = read_description(path)

    def check(group, ends):
        wires = [classes(w) for w in group.iter(SVG + "path") if "wire" in classes(w)]
        assert sorted(next(c for c in w if re.fullmatch(r"p\d+", c)) for w in wires) == sorted(
            f"p{partition}" for partition, _ in ends)
        shown = ["".join(t.itertext()) for t in group.iter(SVG + "text")]
        for _, port in ends:
            assert port in shown

    for c in wanted.channels:
        check(groups.pop("channel-" + c.name),
              [(c.writer, c.writer_port), *zip(c.readers, c.reader_ports)])
    for s in wanted.signals:
        check(groups.pop("signal-" + s.name), [(s.sender, s.name), (s.receiver, s.name)])
    for index, s in enumerate(wanted.shared):
        ends = {p: a.name for p, partition in enumerate(wanted.partitions)
                for a in partition.areas if a.kind == blobs.SHARED_AREA and a.shared == index}
        check(groups.pop("block-" + s.name), list(ends.items()))
    assert not groups


# Damage. bhc is a parser: whatever comes in, it ends by itself, with one of its statuses.


def mutate(text, chance):
    """One of: cut, bytes changed, a piece removed, a piece doubled, a number made extreme."""
    data, kind = bytearray(text), chance.randrange(5)
    at = chance.randrange(len(data))
    length = chance.randrange(1, 60)
    if kind == 0:
        del data[at:]
    elif kind == 1:
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif kind == 2:
        del data[at:at + length]
    elif kind == 3:
        data[at:at] = data[at:at + length]
    else:
        values = list(re.finditer(rb'"[^"\n]*"', data))
        if not values:
            return bytes(data)
        value = chance.choice(values)
        data[value.start() + 1:value.end() - 1] = chance.choice([
            b"", b"0", b"-1", b"0xFFFFFFFF", b"0xFFFFF000", b"4294967296", b"18446744073709551616",
            b"0s", b"60s", b"99999999999s", b"4294967295us", b"1GiB", b"4GiB", b"4095MiB", b"1B",
            b"0x", b"A" * 23, b"A" * 24, b"A" * 4000, "\u00b5".encode(), b"&lt;&#10;&#0;", b"%s%n"])
    return bytes(data)


def test_corpus(each):
    """What the fuzzer has found that is worth trying (tests/fuzz). each.c stops at a crash, and at a
    description that bhc accepts and the hypervisor refuses."""
    corpus = sorted((INPUTS / "corpus").iterdir())
    assert len(corpus) > 100
    assert {"description", "refused"} <= set(feed(each, corpus))


@pytest.mark.parametrize("seed", range(4))
def test_survives_damage(bhc, each, seed, tmp_path):
    chance, paths = random.Random(seed), []
    sound, broken = ([p.read_bytes() for p in kind] for kind in (GOOD + ODD + SHIPPED, BAD))
    for number in range(250):
        data = chance.choice(chance.choice([sound, sound, broken]))
        for _ in range(chance.choice([1, 1, 2, 4])):
            data = mutate(data, chance) or b"<"
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_bytes(data)
    verdicts = feed(each, paths)
    assert set(verdicts) == {"description", "refused"}
    # What was accepted in spite of the damage is judged by another reader of XML.
    accepted = [path for path, verdict in zip(paths, verdicts) if verdict == "description"]
    for path in accepted[:20]:
        assert call(bhc, "-q", path, "-o", tmp_path / "out").returncode == OK
        compare_blob(path, (tmp_path / "out").read_bytes())


def test_survives_every_truncation(each, tmp_path):
    data, paths = (INPUTS / "good" / "small.xml").read_bytes().rstrip(), []
    for length in range(len(data)):
        paths.append(tmp_path / f"{length}.xml")
        paths[-1].write_bytes(data[:length])
    assert set(feed(each, paths)) == {"refused"}


def test_truncated_file_leaves_nothing(bhc, tmp_path):
    path, data = tmp_path / "short.xml", (INPUTS / "good" / "small.xml").read_bytes()
    path.write_bytes(data[:len(data) // 2])
    run = call(bhc, path, "-o", tmp_path / "out")
    assert run.returncode == REFUSED and messages(path, run.stderr)
    assert names(tmp_path) == ["short.xml"]
