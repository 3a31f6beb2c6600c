"""Runs the host unit tests (host/*.c): pure parts of the hypervisor, with sanitizers."""

from __future__ import annotations

import pytest

from bulkhead import process
from bulkhead.host import HostTest, build_host_test
from bulkhead.tree import Tree

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


def test_host(tree: Tree, host_test: HostTest) -> None:
    program = build_host_test(host_test, tree)
    done = process.run([program], environment=SANITIZER_OPTIONS)
    if done.returncode != 0:
        pytest.fail(f"{done.stdout}{done.stderr}", pytrace=False)
    assert "0 failed" in done.stdout
