"""pytest's side: which trees are judged, and fixtures that hand them out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bulkhead.boots import load_boots
from bulkhead.host import load_host_tests
from bulkhead.probe import Probe
from bulkhead.tree import Tree, chapter_rank, select_trees

OUTCOMES = "BULKHEAD_TESTS_OUTCOMES"  # set by bulkhead/campaign.py: the file that takes each test's
RESULT = "BULKHEAD_TESTS_RESULT"  # set by tests/run: the file that takes the counts


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tree",
        action="append",
        default=[],
        metavar="CHAPTER=DIR",
        help="judge DIR as that chapter, such as ch03=/path/to/mine, and no other; repeatable",
    )


def selected(config: pytest.Config) -> dict[str, Tree]:
    try:
        return select_trees(config.getoption("--tree"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _judged(metafunc: pytest.Metafunc, trees: dict[str, Tree]) -> list[Tree]:
    """The trees that a test's markers ask for, as far as they are judged now."""
    since = metafunc.definition.get_closest_marker("since")
    exactly = [name for mark in metafunc.definition.iter_markers("chapter") for name in mark.args]
    return [
        tree
        for name, tree in trees.items()
        if (not since or chapter_rank(name) >= chapter_rank(since.args[0]))
        and (not exactly or name in exactly)
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    trees = selected(metafunc.config)
    if "boot" in metafunc.fixturenames:
        boots = load_boots(trees)
        cases = [(trees[boot.chapter], boot, name) for boot in boots for name in boot.emulators]
        metafunc.parametrize(
            ("tree", "boot", "emulator"),
            cases,
            ids=[f"{boot}-{emulator}" for _, boot, emulator in cases],
            indirect=["tree"],
        )
    elif "host_test" in metafunc.fixturenames:
        tests = load_host_tests()
        programs = [(tree, test) for test in tests for tree in trees.values() if test.judges(tree)]
        metafunc.parametrize(
            ("tree", "host_test"),
            programs,
            ids=[f"{tree}-{test}" for tree, test in programs],
            indirect=["tree"],
        )
    elif "tree" in metafunc.fixturenames:
        metafunc.parametrize("tree", _judged(metafunc, trees), ids=str, indirect=True)


def _has_no_tree(item: pytest.Item) -> bool:
    """A test of something else, or of chapters that are not judged now."""
    empty = "got empty parameter set"
    return "tree" not in getattr(item, "fixturenames", ()) or any(
        mark.kwargs.get("reason", "").startswith(empty) for mark in item.iter_markers("skip")
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --tree, only what judges those trees."""
    if not config.getoption("--tree"):
        return
    others = [item for item in items if _has_no_tree(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Tree:
    """A chapter's tree, built. A test with it runs once for each tree that its marks allow."""
    judged: Tree = request.param
    judged.ensure_built()
    return judged


@pytest.fixture
def probe(tree: Tree) -> Iterator[Callable[..., Probe]]:
    """Starts probes of `tree`: probe(args="...") returns one, ended with the test."""
    with ExitStack() as stack:

        def start(args: str = "", **options: Any) -> Probe:
            return stack.enter_context(Probe(tree, args, **options))

        yield start


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Leaves the counts where tests/run finds them."""
    path = os.environ.get(RESULT)
    if not path:
        return
    counts = {name: len(reports) for name, reports in terminalreporter.stats.items() if name}
    Path(path).write_text(json.dumps(counts))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Leaves what became of a test, and its seconds, where a campaign of bugs finds them."""
    path = os.environ.get(OUTCOMES)
    if not path or os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if report.when == "call" or (report.when == "setup" and not report.passed):
        entry = {"test": report.nodeid, "outcome": report.outcome, "seconds": report.duration}
        with Path(path).open("a") as file:
            file.write(json.dumps(entry) + "\n")
