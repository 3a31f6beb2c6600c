"""tools/setup and tools/doctor: what they find missing, and what they would do about it.

Each test makes a PATH and a file system of its own, in which nothing is installed but what it puts
there; apt-get and sudo are fakes that write down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from bulkhead.tree import REPOSITORY

SETUP = REPOSITORY / "tools" / "setup"
SHELL_TOOLS = ("sh", "env", "id", "sed", "head", "cat", "mkdir", "touch", "chmod")


def rows() -> list[list[str]]:
    """kind, what, package of every row."""
    text = (SETUP.parent / "packages").read_text()
    return [line.split()[:3] for line in text.splitlines() if line and not line.startswith("#")]


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
    host.provide_all("run", "test", "lint", "book", "pdf")
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
    host.provide_all("run", "test", "lint", "book", "pdf", but=(what,))
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
    host.provide_all("run", "test", "lint", "book", "pdf", but=("gcc", "sparse"))
    done = host.run("--doctor")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1].endswith("--no-install-recommends gcc sparse")
    assert done.stdout.count("MISSING") == 2


def test_doctor_fails_only_for_what_matters(host: Host) -> None:
    host.provide_all("run", "test", "book", but=())
    done = host.run("--doctor")
    assert done.returncode == 0
    assert "MISSING" in done.stdout


def test_doctor_of_this_machine() -> None:
    done = subprocess.run(
        [SETUP.parent / "doctor"], capture_output=True, text=True, check=False, env=os.environ
    )
    assert "qemu-system-i386" in done.stdout
    assert "MISSING" in done.stdout or done.returncode == 0
