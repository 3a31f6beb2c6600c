"""tools/setup and tools/doctor: what they find missing, and what they would do about it.

Each test makes a PATH and a file system of its own, in which nothing is installed but what it puts
there; apt-get and sudo are fakes that write down how they were called.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bulkhead import releases
from bulkhead.tree import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "book" / "tools"))

from bookkit import console  # noqa: E402
from bookkit.places import source_pages  # noqa: E402

SETUP = REPOSITORY / "tools" / "setup"
ON_DEBIAN = SETUP.parent / "on-debian"
# What every Debian has, bare as it may be, and a shell's own words.
ESSENTIAL = {
    *("cat", "cd", "chmod", "cmp", "cp", "diff", "echo", "for", "grep", "head", "kill", "ls", "mkdir"),
    *("mv", "printf", "rm", "sed", "tail", "timeout", "test", "tr", "true", "wc"),
}
BINUTILS = {"readelf", "objdump", "nm", "addr2line", "size"}  # come with ld
SHELL_TOOLS = ("sh", "env", "id", "sed", "head", "cat", "mkdir", "touch", "chmod")


def rows() -> list[list[str]]:
    """kind, what, package of every row."""
    text = (SETUP.parent / "packages").read_text()
    return [line.split()[:3] for line in text.splitlines() if line and not line.startswith("#")]


KINDS = tuple(dict.fromkeys(row[0] for row in rows()))


class Host:
    """A machine of its own for tools/setup."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands = root / "commands"
        self.log = root / "log"
        self.commands.mkdir()
        for name in SHELL_TOOLS:
            (self.commands / name).symlink_to(shutil.which(name) or f"/bin/{name}")
        self.command("pkg-config", '[ -e "$SYSROOT/pc-${2}" ]', wanted=False)
        self.python = self.command("fake-python", "exit 1")

    def command(self, name: str, script: str = "exit 0", *, wanted: bool = True) -> Path:
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755 if wanted else 0o644)
        return path

    def provide(self, what: str) -> None:
        if what.startswith("/"):
            path = self.root / what.replace("*", "any").lstrip("/")
        elif what.startswith("py:"):
            path = self.root / f"usr/lib/python3/dist-packages/{what[3:]}/__init__.py"
        elif what.startswith("pc:"):
            path = self.root / f"pc-{what[3:]}"
        elif what == "pkg-config":
            (self.commands / what).chmod(0o755)
            return
        else:
            self.command(what)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def provide_all(self, *kinds: str, but: tuple[str, ...] = ()) -> None:
        for kind, what, _ in rows():
            if kind in kinds and what not in but:
                self.provide(what)

    def add_apt(self, *, installs: tuple[str, ...] = (), fails: bool = False) -> None:
        """A fake apt-get, whose installation may provide commands."""
        script = f'echo "apt-get $* ($DEBIAN_FRONTEND)" >> {self.log}\n'
        for name in installs:
            path = self.commands / name
            script += f'[ "$2" != update ] && echo "#!/bin/sh" > {path} && chmod 755 {path}\n'
        self.command("apt-get", script + f"exit {100 if fails else 0}")

    def not_root(self) -> None:
        (self.commands / "id").unlink()
        self.command("id", "echo 1000")

    def as_root(self) -> None:
        (self.commands / "id").unlink()
        self.command("id", "echo 0")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.commands),
            "SYSROOT": str(self.root),
            "PYTHON": str(self.python),
        }
        return subprocess.run(
            [SETUP, *words], env=environment, capture_output=True, text=True, timeout=30,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

    def called(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def host(tmp_path: Path) -> Host:
    machine = Host(tmp_path)
    machine.as_root()
    return machine


def test_nothing_missing_is_silent_and_quick(host: Host) -> None:
    host.provide_all(*KINDS)
    host.run("all")  # warm
    started = time.monotonic()
    done = host.run("all")
    seconds = time.monotonic() - started
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert seconds < 1  # 0.03 s on an idle machine


def test_run_needs_neither_bochs_nor_pytest(host: Host) -> None:
    host.provide_all("run")
    assert host.run("run").returncode == 0
    done = host.run("--dry-run", "test")
    assert "bochs" in done.stdout and "python3-pytest" in done.stdout


@pytest.mark.parametrize(("kind", "what", "package"), rows(), ids=[row[1] for row in rows()])
def test_each_row_is_missed(host: Host, kind: str, what: str, package: str) -> None:
    host.provide_all(*KINDS, but=(what,))
    done = host.run("--dry-run", "all")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    wanted = [package] if what != "pkg-config" else [package, "libxml2-dev"]
    assert lines[-1] == "Would install: " + " ".join(wanted)
    assert any(f"{what}: {package} (" in line for line in lines)


def test_dry_run_installs_nothing(host: Host) -> None:
    host.add_apt()
    done = host.run("--dry-run", "run")
    assert "Would install: make gcc libc6-dev" in done.stdout
    assert host.called() == ""


def test_installs_as_root(host: Host) -> None:
    host.provide_all("run", but=("qemu-system-i386",))
    host.add_apt(installs=("qemu-system-i386",))
    done = host.run("run")
    assert done.returncode == 0, done.stderr
    assert "qemu-system-i386: qemu-system-x86 (" in done.stdout
    assert host.called().splitlines() == [
        "apt-get -q update (noninteractive)",
        "apt-get -q -y install --no-install-recommends qemu-system-x86 (noninteractive)",
    ]


def test_installs_with_sudo(host: Host) -> None:
    host.not_root()
    host.provide_all("run", but=("gcc",))
    host.add_apt(installs=("gcc",))
    host.command("sudo", f'echo sudo >> {host.log}; exec "$@"')
    assert host.run("run").returncode == 0
    assert host.called().splitlines()[::2] == ["sudo", "sudo"]


def test_neither_root_nor_sudo(host: Host) -> None:
    host.not_root()
    host.provide_all("run", but=("gcc",))
    host.add_apt()
    done = host.run("run")
    assert done.returncode != 0
    assert "apt-get install --no-install-recommends gcc" in done.stderr
    assert host.called() == ""


def test_another_system(host: Host) -> None:
    host.provide_all("run", but=("gcc", "make"))
    done = host.run("run")
    assert done.returncode != 0
    assert "not Debian" in done.stderr and "make gcc" in done.stderr


def test_apt_fails(host: Host) -> None:
    host.provide_all("run", but=("gcc",))
    host.add_apt(fails=True)
    done = host.run("run")
    assert done.returncode != 0
    assert "could not install: gcc" in done.stderr


def test_apt_installs_the_wrong_thing(host: Host) -> None:
    """It said that all is well, but the command is still not there."""
    host.provide_all("run", but=("gcc",))
    host.add_apt()
    done = host.run("run")
    assert done.returncode != 0
    assert "still missing" in done.stderr and "gcc" in done.stderr


@pytest.mark.parametrize("words", [("nonsense",), ("run", "test"), ("--unknown",)])
def test_wrong_words(host: Host, words: tuple[str, ...]) -> None:
    done = host.run(*words)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_help(host: Host) -> None:
    done = host.run("--help")
    assert done.returncode == 0
    assert "usage: tools/setup" in done.stdout and "SYSROOT" in done.stdout


def test_works_from_anywhere(tmp_path: Path) -> None:
    done = subprocess.run(
        [SETUP, "--dry-run", "run"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_doctor_names_what_is_missing(host: Host) -> None:
    host.provide_all(*KINDS, but=("gcc", "sparse"))
    done = host.run("--doctor")
    assert done.returncode != 0
    assert "--no-install-recommends gcc sparse\n" in done.stdout
    assert done.stdout.count("MISSING") == 2


def test_doctor_fails_only_for_what_matters(host: Host) -> None:
    host.provide_all("run", "test")
    done = host.run("--doctor")
    assert done.returncode == 0
    assert "MISSING" in done.stdout


def test_doctor_of_this_machine() -> None:
    done = subprocess.run(
        [SETUP.parent / "doctor"], capture_output=True, text=True, check=False, env=os.environ
    )
    assert "qemu-system-i386" in done.stdout
    assert "MISSING" in done.stdout or done.returncode == 0


# What the reader is told to type


def typed() -> set[str]:
    """The first word of each command that the book or a README tells the reader to type, but for
    programs of this repository."""
    commands = [
        command
        for page in source_pages()
        for block in console.blocks(page)
        for command in block.commands
    ]
    for name in ("README.md", "CONTRIBUTING.md", "tests/README.md"):
        text = (REPOSITORY / name).read_text()
        commands += re.findall(r"^    ((?:make|tests/|tools/|cp|git|gdb|patch) ?[^`,]*)$", text, re.MULTILINE)
    parts = [part for command in commands for part in split_shell(command)]
    words = [part.split()[0] for part in parts if part.split()]
    return {word for word in words if re.fullmatch(r"[a-z][\w.+-]*", word)}


def split_shell(command: str) -> list[str]:
    """At ;, &&, || and |, outside of quotes."""
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    parts: list[list[str]] = [[]]
    for word in words:
        if set(word) <= set(";&|()"):
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]


def test_each_command_for_the_reader_has_its_package() -> None:
    provided = {what for kind, what, _ in rows() if kind in ("run", "test")}
    found = typed()
    assert {"make", "patch", "cp"} <= found and "ld" in provided
    assert found - provided - ESSENTIAL - BINUTILS == set()


def test_make_test_skips_nothing_for_want_of_a_tool() -> None:
    """Each command that a test looks for is one that `make test` installs."""
    looked_for = set()
    for path in sorted((REPOSITORY / "tests").glob("**/*.py")):
        if path.name != "test_setup.py":
            looked_for |= set(re.findall(r'(?:\bneed|which)\("([\w-]+)"\)', path.read_text()))
    provided = {what for kind, what, _ in rows() if kind in ("run", "test")}
    assert {"doxygen", "clang-format"} <= looked_for
    assert looked_for - provided - ESSENTIAL <= {"unshare"}  # util-linux, which is essential


# The releases


def test_readme_names_the_supported_versions() -> None:
    """Its table is tools/releases."""
    readme = (REPOSITORY / "README.md").read_text()
    for tool in next(iter(releases.table().values())):
        row = [columns[tool] for columns in releases.table().values()]
        assert f"| {tool} | {' | '.join(row)} |\n" in readme


@pytest.mark.parametrize(
    ("versions", "wanted"),
    [
        ({"gcc": "12.2.0", "qemu": "7.2.22", "gdb": "13.1", "bochs": "2.7"}, "debian12"),
        ({"gcc": "14.2.0", "qemu": "10.0.13", "gdb": "16.3", "bochs": "3.0"}, "debian13"),
        ({"gcc": "12.2.0", "qemu": "10.0.13", "gdb": "16.3", "bochs": "3.0"}, "debian13"),
        ({"gcc": "15.1", "qemu": "11.0", "gdb": "17.1", "bochs": "3.1"}, "debian13"),
        ({"gcc": "", "qemu": "", "gdb": "", "bochs": ""}, "debian13"),
    ],
)
def test_nearest_release(versions: dict[str, str], wanted: str) -> None:
    assert releases.nearest(versions) == wanted


def test_recordings_of_releases(tmp_path: Path) -> None:
    """The first release's is the common one; another's stands in front of it where it exists."""
    common = tmp_path / "tour.gdb.txt"
    common.touch()
    assert releases.recording(common, "debian13") == common
    own = releases.own(common, "debian13")
    assert own.name == "tour.gdb.debian13.txt" and releases.common(own) == common
    own.touch()
    assert releases.recording(common, "debian13") == own
    assert releases.recording(common, "debian12") == common == releases.common(common)


# A bare Debian


@pytest.mark.parametrize("words", [(), ("13",), ("11", "make"), ("nonsense", "make")])
def test_on_debian_wrong_words(words: tuple[str, ...]) -> None:
    done = subprocess.run([ON_DEBIAN, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "usage: tools/on-debian" in done.stderr


def test_on_debian_help() -> None:
    done = subprocess.run([ON_DEBIAN, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "usage: tools/on-debian" in done.stdout and "MIRROR" in done.stdout
    assert "#" not in done.stdout and "usage() {" not in done.stdout


def test_on_debian_without_root(tmp_path: Path) -> None:
    """Says so at once, with a status of its own, and leaves nothing behind."""
    fake = tmp_path / "id"
    fake.write_text("#!/bin/sh\necho 1000\n")
    fake.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [ON_DEBIAN, "13", "make", "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 75 and "only root" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["id"]
