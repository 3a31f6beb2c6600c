"""Children: each in a process group of its own, ended by that group's id, with a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# What make and a user's shell might hand on, and what a chapter's Makefile would obey.
NOT_OURS = (
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GNUMAKEFLAGS"),
    *("ARGS", "SYSTEM", "V", "CC", "LD", "CROSS", "OPTIMISE", "EXTRA_CFLAGS", "BUILD", "ELF"),
    *("MODULES", "NAME", "QEMU", "BOCHS", "MEMORY", "TIMEOUT", "ICOUNT"),
)
TIMED_OUT = (124, 137, -signal.SIGKILL)  # what timeout(1) returns, or what it did to itself


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without what would change a build or a boot, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return {**kept, "LC_ALL": "C.UTF-8", **(more or {})}


def with_limit(command: Sequence[str], seconds: float) -> list[str]:
    """The command under timeout(1), so that it ends even if we are killed first."""
    return ["timeout", "-k", "2", f"{seconds:g}", *command]


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Ends a child and what it started. Harmless when they are gone."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


@contextmanager
def child(
    command: Sequence[str],
    *,
    seconds: float,
    cwd: Path,
    output: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Starts a command with no input; its output goes to a file. Ends it when the block ends."""
    with output.open("wb") as sink:
        process = subprocess.Popen(
            with_limit(command, seconds),
            cwd=cwd,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end_group(process)


def run(
    command: Sequence[str | Path],
    *,
    seconds: float = 120,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    **options: object,
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end with no input, and returns its output as text.

    Its own process group is ended with it, so a command that leaves children behind leaves none.
    """
    process = subprocess.Popen(
        with_limit([str(word) for word in command], seconds),
        cwd=cwd,
        env=clean_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
        **options,  # type: ignore[call-overload]
    )
    try:
        stdout, stderr = process.communicate()
    finally:
        end_group(process)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
