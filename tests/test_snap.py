"""tools/snap, on little ladders of fake chapters in temporary git repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SNAP = ROOT / "tools" / "snap"
ORDER = ["ch01-boot", "ch02-cpufreq", "ch03-idt", "final"]
HEAD = f"# What the ladder is.\n\norder = {ORDER}\n".replace("'", '"')

MAIN = "".join(f"line {number}\n" for number in range(1, 21))
LAYERS = HEAD + """
[ch02-cpufreq.added]
"hw/tsc.c" = "reads the counter"

[ch02-cpufreq.changed]
"core/main.c" = "starts the clock"

# Interrupts.
[ch03-idt.added]
"hw/idt.h" = "names the gates"
"hw/idt.c" = "fills the gates"

[ch03-idt.changed]
"core/main.c" = "loads the table"

[final.dropped]
"hw/tsc.c" = "the other timer does it"
"""


class Repo:
    """A git repository with a ladder of four chapters that snap check accepts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": str(root.parent / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(root.parent),  # temporary files may lie in a checkout
            "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org",
            "GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org",
        }

    def write(self, path: str, text: str | bytes, executable: bool = False) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        if executable:
            file.chmod(0o755)

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def layers(self, extra: str = "", old: str = "", new: str = "") -> None:
        assert old in LAYERS
        self.write("book/layers.toml", LAYERS.replace(old, new, 1) + extra)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(self.root), *arguments], env=self.env,
                              capture_output=True, text=True, check=True)
        return done.stdout

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "state")

    def snap(self, *arguments: str, cwd: Path | None = None,
             **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(SNAP), "--root", str(self.root), *arguments],
                              env=self.env | variables, cwd=cwd or self.root.parent,
                              input="typed by nobody\n", capture_output=True, text=True,
                              check=False, timeout=100)

    def fix(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.snap("fix", "--no-boot", *arguments)

    def findings(self) -> list[str]:
        """The findings of snap check, whose exit status must agree."""
        done = self.snap("check")
        lines = [line for line in done.stdout.splitlines()
                 if not line.startswith(("note: ", "snap check: "))]
        assert done.stderr == ""
        assert done.returncode == (1 if lines else 0)
        return lines

    def contents(self) -> dict[str, tuple[int, bytes]]:
        """Every file outside .git with its mode."""
        return {str(path.relative_to(self.root)): (path.lstat().st_mode, path.read_bytes())
                for path in self.root.rglob("*")
                if path.is_file() and ".git" not in path.relative_to(self.root).parts}

    def memory(self) -> Path:
        return self.root / ".git" / "bulkhead-snap.json"


def populate(repo: Repo) -> None:
    mains = {
        "ch01-boot": MAIN,
        "ch02-cpufreq": MAIN.replace("line 10\n", "line 10\nclock_start();\n"),
    }
    mains["ch03-idt"] = mains["ch02-cpufreq"].replace("line 15\n", "line 15\nidt_load();\n")
    mains["final"] = mains["ch03-idt"]
    for number, chapter in enumerate(ORDER, start=1):
        repo.write(f"{chapter}/core/main.c", mains[chapter])
        repo.write(f"{chapter}/klib/string.c", MAIN)
        repo.write(f"{chapter}/Makefile", "run:\n\t@echo banner\n")
        repo.write(f"{chapter}/scripts/tour.sh", "#!/bin/sh\n", executable=True)
        if number in (2, 3):
            repo.write(f"{chapter}/hw/tsc.c", "tsc\n")
        if number >= 3:
            repo.write(f"{chapter}/hw/idt.c", "idt\n")
            repo.write(f"{chapter}/hw/idt.h", "gate\n")
    repo.write(".gitignore", "build/\n*.log\n")
    repo.layers()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Repo(tmp_path_factory.mktemp("template") / "repo")
    made.root.mkdir()
    made.git("init", "-q", "-b", "main")
    populate(made)
    made.commit()
    return made.root


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Repo:
    shutil.copytree(template, tmp_path / "repo", symlinks=True)
    return Repo(tmp_path / "repo")


def assert_usage_error(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("snap")
    for word in words:
        assert word in done.stderr


# --- the command line ------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["check"], ["fix"], ["diff"], ["compare"], ["declare"]])
def test_help(repo: Repo, command: list[str]) -> None:
    done = repo.snap(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: snap")
    assert "--root" in done.stdout


@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["check", "extra"], ["fix", "ch01"], ["diff"], ["compare", "x"],
    ["declare"], ["diff", "02", "--stat", "--lines"], ["diff", "02", "--lines", "core"],
    ["fix", "ch01", "klib/string.c", "--time-limit", "soon"],
    ["diff", "02", "core", "--nonsense"], ["diff", "02", "--nonsense", "core"]])
def test_wrong_usage(repo: Repo, arguments: list[str]) -> None:
    assert_usage_error(repo.snap(*arguments))


def test_root_after_the_command(repo: Repo) -> None:
    done = subprocess.run([str(SNAP), "check", "--root", str(repo.root)], env=repo.env,
                          capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 pairs of chapters compared, 0 findings" in done.stdout


@pytest.mark.parametrize("name", ["ch02-cpufreq", "ch02-cpufreq/", "ch02", "ch2", "02", "2",
                                  "ch02-cpu"])
def test_chapter_names(repo: Repo, name: str) -> None:
    assert "core/main.c" in repo.snap("diff", name, "--stat").stdout


def test_final_by_name_and_prefix(repo: Repo) -> None:
    for name in ("final", "fin"):
        assert "hw/tsc.c" in repo.snap("diff", name, "--stat").stdout


@pytest.mark.parametrize("name, word", [("ch09", "is no chapter"), ("ch", "is ambiguous"),
                                        ("", "is no chapter"), ("boot", "is no chapter")])
def test_unknown_chapter_names(repo: Repo, name: str, word: str) -> None:
    assert_usage_error(repo.snap("diff", name), word, "ch01-boot")


def test_chapter_not_on_disk(repo: Repo) -> None:
    shutil.rmtree(repo.root / "final")
    assert_usage_error(repo.snap("diff", "final"), "final does not exist yet")
    shutil.rmtree(repo.root / "ch02-cpufreq")
    assert_usage_error(repo.snap("diff", "ch03"), "ch02-cpufreq does not exist yet")


def test_closed_pipe_is_no_crash(repo: Repo) -> None:
    repo.write("ch02-cpufreq/hw/tsc.c", "x\n" * 200_000)
    done = subprocess.run(f"'{SNAP}' --root '{repo.root}' diff 02 | head -n 1", shell=True,
                          env=repo.env, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("diff --git")
    assert done.stderr == ""


@pytest.mark.parametrize("text, words", [
    ("order = [", ["book/layers.toml"]),
    ("", ["order = [...]"]),
    ("order = 3\n", ["order = [...]"]),
    ('order = ["a", "../b"]\n', ["plain name"]),
    ('order = ["a", 5]\n', ["plain name"]),
    ('order = ["a", "a"]\n', ["twice"]),
    (HEAD + '[ch09-x.added]\n"a" = "b"\n', ["ch09-x", "order"]),
    (HEAD + '[ch01-boot.added]\n"a" = "b"\n', ["ch01-boot", "first"]),
    (HEAD + '[ch02-cpufreq.chnged]\n"a" = "b"\n', ["ch02-cpufreq.chnged"]),
    (HEAD.replace("order", "final = 1\norder"), ["final", "table"]),
    (HEAD + "[ch02-cpufreq]\nadded = 7\n", ["ch02-cpufreq.added", "file = reason"]),
    (HEAD + '[final.added]\n"a" = "b"\n"a" = "c"\n', ["book/layers.toml"]),
])
def test_malformed_layers(repo: Repo, text: str, words: list[str]) -> None:
    repo.write("book/layers.toml", text)
    assert_usage_error(repo.snap("check"), *words)


def test_layers_missing_or_not_text(repo: Repo) -> None:
    repo.write("book/layers.toml", b"\xff\xfe")
    assert_usage_error(repo.snap("check"), "UTF-8")
    (repo.root / "book/layers.toml").unlink()
    assert_usage_error(repo.snap("check"), "layers.toml", "No such file")


# --- check -----------------------------------------------------------------


def test_check_accepts_the_ladder(repo: Repo) -> None:
    assert repo.findings() == []


def test_check_undeclared_change(repo: Repo) -> None:
    repo.edit("ch03-idt/klib/string.c", "line 1\n", "other\n")
    assert repo.findings() == [
        "ch03-idt: klib/string.c: differs from ch02-cpufreq but is not declared in"
        " book/layers.toml (declare it under [ch03-idt.changed], or run tools/snap fix)",
        "final: klib/string.c: differs from ch03-idt but is not declared in"
        " book/layers.toml (declare it under [final.changed], or run tools/snap fix)"]


def test_check_undeclared_new_file(repo: Repo) -> None:
    repo.write("final/virt/ports.c", "ports\n")
    assert repo.findings() == [
        "final: virt/ports.c: is not in ch03-idt and is not declared in book/layers.toml"
        " (declare it under [final.added])"]


def test_check_undeclared_missing_file(repo: Repo) -> None:
    (repo.root / "final/klib/string.c").unlink()  # git still has it in the index
    assert repo.findings() == [
        "final: klib/string.c: is in ch03-idt, is missing here and is not declared in"
        " book/layers.toml (declare it under [final.dropped], or copy it)"]


def test_check_undeclared_hardware_header(repo: Repo) -> None:
    repo.write("final/hw/idt.h", "gates\n")
    assert repo.findings() == [
        "final: hw/idt.h: differs from ch03-idt, and headers under hw/ stay identical"
        " (run tools/snap fix)"]


def test_check_declared_hardware_header(repo: Repo) -> None:
    repo.write("final/hw/idt.h", "gates\n")
    repo.layers('[final.changed]\n"hw/idt.h" = "more gates"\n')
    assert repo.findings() == [
        "final: hw/idt.h: is declared under [final.changed], but headers under hw/ are"
        " identical from the chapter in which they first appear"]


def test_check_other_headers_may_change(repo: Repo) -> None:
    repo.write("final/hw/idt.c", "idt2\n")
    for chapter in ORDER:
        repo.write(f"{chapter}/core/clock.h", "final\n" if chapter == "final" else "clock\n")
    repo.layers('[final.changed]\n"core/clock.h" = "more"\n"hw/idt.c" = "more"\n')
    assert repo.findings() == []


@pytest.mark.parametrize("extra, finding", [
    ('[final.changed]\n"klib/string.c" = "x"\n',
     "final: klib/string.c: is declared under [final.changed] but is identical to ch03-idt's"),
    ('[final.changed]\n"klib/no.c" = "x"\n',
     "final: klib/no.c: is declared under [final.changed] but does not exist in final"),
    ('[final.added]\n"klib/string.c" = "x"\n',
     "final: klib/string.c: is declared under [final.added] but exists in ch03-idt too"),
    ('[final.added]\n"klib/no.c" = "x"\n',
     "final: klib/no.c: is declared under [final.added] but does not exist in final"),
    ('"klib/string.c" = "x"\n',
     "final: klib/string.c: is declared under [final.dropped] but still exists"),
    ('"klib/no.c" = "x"\n',
     "final: klib/no.c: is declared under [final.dropped] but was never in ch03-idt"),
])
def test_check_false_declarations(repo: Repo, extra: str, finding: str) -> None:
    repo.layers(extra)
    assert repo.findings() == [finding]


def test_check_changed_needs_a_predecessor(repo: Repo) -> None:
    repo.layers(old='"hw/idt.c" = "fills the gates"\n\n[ch03-idt.changed]\n',
                new='\n[ch03-idt.changed]\n"hw/idt.c" = "fills the gates"\n')
    assert repo.findings() == [
        "ch03-idt: hw/idt.c: is not in ch02-cpufreq and is not declared in book/layers.toml"
        " (declare it under [ch03-idt.added])",
        "ch03-idt: hw/idt.c: is declared under [ch03-idt.changed] but does not exist in"
        " ch02-cpufreq"]


@pytest.mark.parametrize("reason, ending", [
    ('""', "without a reason"), ('" \\t"', "without a reason"), ("3", "without a reason"),
    ('"TODO"', "with the reason TODO; say why"), ('" TODO: x"', "with the reason TODO; say why")])
def test_check_reasons(repo: Repo, reason: str, ending: str) -> None:
    repo.layers(old='"fills the gates"', new=reason)
    assert repo.findings() == [f"ch03-idt: hw/idt.c: is declared under [ch03-idt.added] {ending}"]


def test_check_executable_bit(repo: Repo) -> None:
    (repo.root / "final/scripts/tour.sh").chmod(0o644)
    assert repo.findings() == [
        "final: scripts/tour.sh: has another executable bit than in ch03-idt but is not declared"
        " in book/layers.toml (declare it under [final.changed], or run tools/snap fix)"]
    repo.layers('[final.changed]\n"scripts/tour.sh" = "is sourced"\n')
    assert repo.findings() == []


def test_check_other_mode_bits_do_not_count(repo: Repo) -> None:
    (repo.root / "final/scripts/tour.sh").chmod(0o700)
    (repo.root / "final/klib/string.c").chmod(0o600)
    assert repo.findings() == []


def test_check_symbolic_links(repo: Repo) -> None:
    for chapter in ORDER:
        (repo.root / chapter / "link").symlink_to("Makefile")
    assert repo.findings() == []
    (repo.root / "final/link").unlink()
    (repo.root / "final/link").symlink_to("nowhere")
    assert [line.split(" but ")[0] for line in repo.findings()] == [
        "final: link: differs from ch03-idt"]
    (repo.root / "final/link").unlink()
    shutil.copy(repo.root / "final/Makefile", repo.root / "final/link")
    assert [line.split(" but ")[0] for line in repo.findings()] == [
        "final: link: differs from ch03-idt"]


def test_check_sees_untracked_but_not_ignored(repo: Repo) -> None:
    repo.write("final/build/x.o", "object")
    repo.write("final/run.log", "log")
    assert repo.findings() == []
    repo.write("final/notes", "new")
    assert [line.split(":")[1] for line in repo.findings()] == [" notes"]


def test_check_skips_build_even_where_git_would_not(repo: Repo) -> None:
    repo.write(".gitignore", "")
    repo.write("final/build/x.o", "object")
    assert repo.findings() == []


def test_check_outside_git(repo: Repo) -> None:
    shutil.rmtree(repo.root / ".git")
    repo.write("final/build/x.o", "object")
    repo.write("final/hw/build/y.o", "object")
    assert repo.findings() == []
    repo.write("final/run.log", "nobody ignores it here")
    (repo.root / "final/folder").symlink_to("hw")
    assert [line.split(":")[1] for line in repo.findings()] == [" folder", " run.log"]


def test_check_in_a_copy_that_an_outer_repository_ignores(repo: Repo) -> None:
    outer = Repo(repo.root / "copies")
    shutil.copytree(repo.root / "ch01-boot", outer.root / "ch01-boot")
    for path in ("book", *ORDER[1:]):
        shutil.copytree(repo.root / path, outer.root / path)
    repo.write(".gitignore", "copies/\n")
    outer.write("final/new.c", "new\n")
    outer.env = repo.env
    assert_usage_error(outer.fix("ch01", "core/main.c"), "git checkout")
    assert [line.split(":")[1] for line in outer.findings()] == [" new.c"]


def test_check_in_a_git_hook(repo: Repo, tmp_path: Path) -> None:
    repo.write("final/run.log", "ignored")
    done = repo.snap("check", GIT_DIR=str(tmp_path / "elsewhere"), GIT_INDEX_FILE="none")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_notes_chapters_to_come(repo: Repo) -> None:
    shutil.rmtree(repo.root / "ch02-cpufreq")
    repo.write("ch02-cpufreq/build/left.o", "left over")
    done = repo.snap("check")
    assert done.returncode == 0
    assert done.stdout == (
        "note: ch02-cpufreq does not exist yet, skipped\n"
        "snap check: 1 pair of chapters compared, 0 findings\n")


def test_check_with_no_chapter_at_all(repo: Repo) -> None:
    for chapter in ORDER:
        shutil.rmtree(repo.root / chapter)
    assert_usage_error(repo.snap("check"), "no chapter")


def test_check_finds_chapters_outside_the_order(repo: Repo) -> None:
    repo.write("ch04-partitions/Makefile", "run:\n")
    assert repo.findings() == ["ch04-partitions: is not named in order in book/layers.toml"]


# --- fix: carrying ---------------------------------------------------------


def test_fix_copies_identical_files(repo: Repo) -> None:
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    done = repo.fix("ch01", "klib/string.c")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "ch02-cpufreq: klib/string.c: copied from ch01-boot\n"
        "ch03-idt: klib/string.c: copied from ch02-cpufreq\n"
        "final: klib/string.c: copied from ch03-idt\n")
    for chapter in ORDER:
        assert repo.read(f"{chapter}/klib/string.c") == MAIN.replace("line 3\n", "line three\n")


def test_fix_merges_into_each_layer(repo: Repo) -> None:
    before = {chapter: repo.read(f"{chapter}/core/main.c") for chapter in ORDER}
    repo.edit("ch01-boot/core/main.c", "line 3\n", "line three\n")
    done = repo.fix("01", "core/main.c")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ch02-cpufreq: core/main.c: merged with the edit of ch01-boot",
        "ch03-idt: core/main.c: merged with the edit of ch02-cpufreq",
        "final: core/main.c: copied from ch03-idt"]
    for chapter, text in before.items():
        assert repo.read(f"{chapter}/core/main.c") == text.replace("line 3\n", "line three\n")
    assert repo.findings() == []


def test_fix_starts_in_the_middle(repo: Repo) -> None:
    repo.edit("ch03-idt/core/main.c", "idt_load();", "idt_load_all();")
    assert repo.fix("ch03", "core/main.c").returncode == 0
    assert "idt_load_all();" in repo.read("final/core/main.c")
    assert repo.read("ch02-cpufreq/core/main.c").count("idt") == 0


def test_fix_takes_several_files_and_full_paths(repo: Repo) -> None:
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    repo.edit("ch01-boot/core/main.c", "line 3\n", "line three\n")
    done = repo.fix("ch01", "ch01-boot/klib/string.c", "./core/main.c")
    assert done.returncode == 0
    for path in ("klib/string.c", "core/main.c"):
        assert "line three" in repo.read(f"final/{path}")


def test_fix_chain_ends_where_the_file_was_dropped(repo: Repo) -> None:
    repo.write("ch02-cpufreq/hw/tsc.c", "better tsc\n")
    done = repo.fix("ch02", "hw/tsc.c")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ch03-idt: hw/tsc.c: copied from ch02-cpufreq",
        "final: hw/tsc.c: is not there, so the chain ends after ch03-idt"]
    assert not (repo.root / "final/hw/tsc.c").exists()


def test_fix_chain_ends_where_a_chapter_is_to_come(repo: Repo) -> None:
    shutil.rmtree(repo.root / "ch03-idt")
    repo.commit()
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    repo.write("ch01-boot/klib/new.c", "new\n")
    assert repo.fix("ch01", "klib/string.c", "klib/new.c").returncode == 0
    assert "line three" in repo.read("ch02-cpufreq/klib/string.c")
    assert "line three" not in repo.read("final/klib/string.c")
    assert repo.read("ch02-cpufreq/klib/new.c") == "new\n"
    assert not (repo.root / "ch03-idt").exists()


def test_fix_chain_ends_where_the_file_is_missing_though_it_comes_back(repo: Repo) -> None:
    (repo.root / "ch03-idt/klib/string.c").unlink()
    repo.commit()
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    done = repo.fix("ch01", "klib/string.c")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ch02-cpufreq: klib/string.c: copied from ch01-boot",
        "ch03-idt: klib/string.c: is not there, so the chain ends after ch02-cpufreq"]
    assert repo.read("final/klib/string.c") == MAIN


def test_fix_passes_a_chapter_that_has_the_edit_already(repo: Repo) -> None:
    for chapter, target in (("ch01-boot", "a"), ("ch02-cpufreq", "b"), ("ch03-idt", "c")):
        (repo.root / chapter / "link").symlink_to(target)
    repo.commit()
    (repo.root / "ch01-boot/link").unlink()
    (repo.root / "ch01-boot/link").symlink_to("b")
    done = repo.fix("ch01", "link")
    assert (done.returncode, done.stderr) == (0, "")
    assert os.readlink(repo.root / "ch03-idt/link") == "c"


def test_fix_new_file(repo: Repo) -> None:
    repo.write("ch02-cpufreq/lib/deep/new.sh", "#!/bin/sh\n", executable=True)
    done = repo.fix("ch02", "lib/deep/new.sh")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "ch03-idt: lib/deep/new.sh: created as in ch02-cpufreq"
    for chapter in ("ch03-idt", "final"):
        assert repo.read(f"{chapter}/lib/deep/new.sh") == "#!/bin/sh\n"
        assert os.access(repo.root / chapter / "lib/deep/new.sh", os.X_OK)
    assert not (repo.root / "ch01-boot/lib").exists()


def test_fix_new_file_stops_at_a_declared_drop(repo: Repo) -> None:
    repo.write("ch02-cpufreq/hw/pit.c", "pit\n")
    repo.layers('"hw/pit.c" = "the other timer does it"\n')
    done = repo.fix("ch02", "hw/pit.c")
    assert done.stdout.splitlines()[1] == (
        "final: hw/pit.c: is not there, so the chain ends after ch03-idt")
    assert (repo.root / "ch03-idt/hw/pit.c").exists()
    assert not (repo.root / "final/hw/pit.c").exists()


def test_fix_new_file_merges_with_another_of_that_name(repo: Repo) -> None:
    repo.write("ch02-cpufreq/new.c", "one\n")
    repo.write("ch03-idt/new.c", "two\n")
    done = repo.fix("ch02", "new.c")
    assert done.returncode == 1
    assert repo.read("ch03-idt/new.c").startswith("<<<<<<< ch03-idt/new.c\ntwo\n=======\none\n")


def test_fix_deleted_file(repo: Repo) -> None:
    (repo.root / "ch03-idt/scripts/tour.sh").unlink()
    done = repo.fix("ch03", "scripts/tour.sh")
    assert done.returncode == 0
    assert done.stdout == "final: scripts/tour.sh: deleted as in ch03-idt\n"
    assert not (repo.root / "final/scripts").exists()
    assert (repo.root / "final/Makefile").exists()


def test_fix_deleted_file_that_a_later_layer_changed(repo: Repo) -> None:
    repo.edit("ch02-cpufreq/core/main.c", "line 19\n", "not committed yet\n")
    before = repo.read("ch02-cpufreq/core/main.c")
    (repo.root / "ch01-boot/core/main.c").unlink()
    for _attempt in range(2):
        done = repo.fix("ch01", "core/main.c")
        assert done.returncode == 1
        assert done.stdout == (
            "ch02-cpufreq: core/main.c: CANNOT BE MERGED with the edit of ch01-boot\n")
        assert done.stderr == ("snap: settle by hand ch02-cpufreq/core/main.c,"
                               " then go on with: tools/snap fix ch02 core/main.c\n")
        assert repo.read("ch02-cpufreq/core/main.c") == before
    (repo.root / "ch02-cpufreq/core/main.c").unlink()
    (repo.root / "ch03-idt/core/main.c").unlink()
    assert repo.fix("ch02", "core/main.c").returncode == 0
    assert repo.fix("ch03", "core/main.c").returncode == 0
    assert not (repo.root / "final/core").exists()


def test_fix_executable_bit(repo: Repo) -> None:
    for chapter in ORDER:
        repo.write(f"{chapter}/scripts/own.sh", f"# {chapter}\n\n\nrun\n")
    repo.commit()
    (repo.root / "ch01-boot/scripts/own.sh").chmod(0o755)
    (repo.root / "ch01-boot/scripts/tour.sh").chmod(0o644)
    assert repo.fix("ch01", "scripts/own.sh", "scripts/tour.sh").returncode == 0
    assert repo.read("final/scripts/own.sh") == "# final\n\n\nrun\n"
    assert os.access(repo.root / "final/scripts/own.sh", os.X_OK)
    assert (repo.root / "final/scripts/tour.sh").stat().st_mode & 0o111 == 0


def test_fix_keeps_a_later_layers_own_mode(repo: Repo) -> None:
    (repo.root / "ch03-idt/core/main.c").chmod(0o755)
    repo.commit()
    repo.edit("ch02-cpufreq/core/main.c", "line 3\n", "line three\n")
    assert repo.fix("ch02", "core/main.c").returncode == 0
    assert os.access(repo.root / "ch03-idt/core/main.c", os.X_OK)


def test_fix_symbolic_links(repo: Repo) -> None:
    for chapter in ORDER:
        (repo.root / chapter / "link").symlink_to("Makefile")
    (repo.root / "final/link").unlink()
    (repo.root / "final/link").symlink_to("own")
    repo.commit()
    (repo.root / "ch01-boot/link").unlink()
    (repo.root / "ch01-boot/link").symlink_to("core")
    done = repo.fix("ch01", "link")
    assert done.returncode == 1
    assert os.readlink(repo.root / "ch03-idt/link") == "core"
    assert "final: link: CANNOT BE MERGED" in done.stdout
    assert os.readlink(repo.root / "final/link") == "own"


def test_fix_replaces_a_link_by_a_file(repo: Repo) -> None:
    for chapter in ORDER:
        (repo.root / chapter / "link").symlink_to("Makefile")
    repo.commit()
    (repo.root / "ch01-boot/link").unlink()
    repo.write("ch01-boot/link", "text\n")
    assert repo.fix("ch01", "link").returncode == 0
    assert not (repo.root / "final/link").is_symlink()
    assert repo.read("final/link") == "text\n"
    assert repo.read("final/Makefile") == "run:\n\t@echo banner\n"


def test_fix_binary_files(repo: Repo) -> None:
    repo.write("ch01-boot/data.bin", b"\0one")
    repo.write("ch02-cpufreq/data.bin", b"\0two")
    repo.commit()
    repo.write("ch01-boot/data.bin", b"\0three")
    done = repo.fix("ch01", "data.bin")
    assert done.returncode == 1
    assert "ch02-cpufreq: data.bin: CANNOT BE MERGED" in done.stdout
    assert (repo.root / "ch02-cpufreq/data.bin").read_bytes() == b"\0two"


# --- fix: conflicts --------------------------------------------------------


def make_conflict(repo: Repo) -> None:
    """An edit of ch01's line 9 that meets ch03's own line 9, with a layer in final."""
    repo.edit("ch03-idt/core/main.c", "line 9\n", "ch03's line 9\n")
    repo.edit("final/core/main.c", "line 9\n", "ch03's line 9\n")
    repo.edit("final/core/main.c", "line 18\n", "line 18\nfinal_start();\n")
    repo.commit()
    repo.edit("ch01-boot/core/main.c", "line 9\n", "new line 9\n")


def resolve(repo: Repo, path: str, text: str) -> None:
    """Replace the one conflict in path by text."""
    before, rest = repo.read(path).split("<<<<<<< ")
    after = rest.split(">>>>>>> ")[1].split("\n", 1)[1]
    repo.write(path, before + text + after)


def test_fix_stops_at_the_first_conflict(repo: Repo) -> None:
    make_conflict(repo)
    done = repo.fix("ch01", "core/main.c")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "ch02-cpufreq: core/main.c: merged with the edit of ch01-boot",
        "ch03-idt: core/main.c: CONFLICT with the edit of ch02-cpufreq"]
    assert done.stderr == ("snap: resolve ch03-idt/core/main.c,"
                           " then go on with: tools/snap fix ch03 core/main.c\n")
    assert ("<<<<<<< ch03-idt/core/main.c\nch03's line 9\n=======\nnew line 9\n"
            ">>>>>>> ch02-cpufreq/core/main.c\n") in repo.read("ch03-idt/core/main.c")
    assert "idt_load();" in repo.read("ch03-idt/core/main.c")
    assert "new line 9\nline 10\nclock_start();" in repo.read("ch02-cpufreq/core/main.c")
    assert repo.git("status", "--porcelain", "final") == ""


def assert_resolved_everywhere(repo: Repo) -> None:
    assert "new line 9, ch03's way\n" in repo.read("ch03-idt/core/main.c")
    assert repo.read("final/core/main.c") == repo.read("ch03-idt/core/main.c").replace(
        "line 18\n", "line 18\nfinal_start();\n")


def test_fix_resumes_where_the_conflict_was(repo: Repo) -> None:
    make_conflict(repo)
    repo.fix("ch01", "core/main.c")
    resolve(repo, "ch03-idt/core/main.c", "new line 9, ch03's way\n")
    done = repo.fix("ch03", "core/main.c")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "final: core/main.c: merged with the edit of ch03-idt\n"
    assert_resolved_everywhere(repo)


def test_fix_resumes_also_from_the_first_chapter(repo: Repo) -> None:
    make_conflict(repo)
    repo.fix("ch01", "core/main.c")
    resolve(repo, "ch03-idt/core/main.c", "new line 9, ch03's way\n")
    done = repo.fix("ch01", "core/main.c")
    assert (done.returncode, done.stderr) == (0, "")
    assert_resolved_everywhere(repo)


def test_fix_resumes_with_an_explicit_base(repo: Repo) -> None:
    make_conflict(repo)
    repo.commit()  # the edit of ch01 alone
    done = repo.fix("ch01", "core/main.c", "--base", "HEAD~1")
    assert done.returncode == 1
    assert done.stderr.endswith(": tools/snap fix ch03 core/main.c --base HEAD~1\n")
    assert not repo.memory().exists()
    resolve(repo, "ch03-idt/core/main.c", "new line 9, ch03's way\n")
    assert repo.fix("ch03", "core/main.c", "--base", "HEAD~1").returncode == 0
    assert_resolved_everywhere(repo)


def test_fix_resumes_through_a_second_conflict(repo: Repo) -> None:
    make_conflict(repo)
    repo.edit("final/core/main.c", "ch03's line 9\n", "final's line 9\n")
    repo.git("commit", "-qm", "final has its own line 9", "final")
    assert repo.fix("ch01", "core/main.c").returncode == 1
    resolve(repo, "ch03-idt/core/main.c", "new line 9, ch03's way\n")
    done = repo.fix("ch03", "core/main.c")
    assert done.returncode == 1
    assert "<<<<<<< final/core/main.c\nfinal's line 9\n=======\nnew line 9, ch03's way\n" \
        in repo.read("final/core/main.c")
    resolve(repo, "final/core/main.c", "new line 9, final's way\n")
    assert repo.fix("final", "core/main.c").returncode == 0
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "new line 9, final's way\n" in repo.read("final/core/main.c")


@pytest.mark.parametrize("start", ["ch01", "ch03"])
def test_fix_refuses_unresolved_markers(repo: Repo, start: str) -> None:
    make_conflict(repo)
    repo.fix("ch01", "core/main.c")
    before = repo.contents()
    done = repo.fix(start, "core/main.c")
    assert done.returncode == 1
    assert "ch03-idt: core/main.c: still has conflict markers" in done.stdout
    assert "resolve ch03-idt/core/main.c" in done.stderr
    assert repo.contents() == before


def test_fix_conflict_leaves_the_other_files_alone(repo: Repo) -> None:
    make_conflict(repo)
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    done = repo.fix("ch01", "core/main.c", "klib/string.c")
    assert done.returncode == 1
    assert done.stderr == (
        "snap: resolve ch03-idt/core/main.c, then go on with: tools/snap fix ch03 core/main.c,"
        " then: tools/snap fix ch01 klib/string.c\n")
    assert repo.read("ch02-cpufreq/klib/string.c") == MAIN


def test_fix_undoing_the_conflicting_chapter_starts_it_afresh(repo: Repo) -> None:
    make_conflict(repo)
    repo.fix("ch01", "core/main.c")
    repo.git("checkout", "ch03-idt")
    assert repo.fix("ch01", "core/main.c").returncode == 1
    assert "<<<<<<< " in repo.read("ch03-idt/core/main.c")


# --- fix: again before the commit, and after it ----------------------------


def test_fix_twice_on_the_same_line(repo: Repo) -> None:
    before = {chapter: repo.read(f"{chapter}/core/main.c") for chapter in ORDER}
    for old, new in (("line 3\n", "first try\n"), ("first try\n", "second try\n")):
        repo.edit("ch01-boot/core/main.c", old, new)
        assert repo.fix("ch01", "core/main.c").returncode == 0
    for chapter, text in before.items():
        assert repo.read(f"{chapter}/core/main.c") == text.replace("line 3\n", "second try\n")


def test_fix_twice_with_an_unrelated_commit_between(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    repo.fix("ch01", "core/main.c")
    repo.write("README.md", "text\n")
    repo.git("add", "README.md")
    repo.git("commit", "-q", "-m", "unrelated", "README.md")
    repo.edit("ch01-boot/core/main.c", "first try\n", "second try\n")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "second try\n" in repo.read("ch02-cpufreq/core/main.c")


def test_fix_carries_an_undo(repo: Repo) -> None:
    before = repo.contents()
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    repo.fix("ch01", "core/main.c")
    repo.git("checkout", "ch01-boot")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert repo.contents() == before


def test_fix_again_after_undoing_everything(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    repo.fix("ch01", "core/main.c")
    repo.git("checkout", ".")
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "first try\n" in repo.read("final/core/main.c")


def test_fix_again_after_a_commit(repo: Repo) -> None:
    for old, new in (("line 3\n", "first try\n"), ("first try\n", "second try\n")):
        repo.edit("ch01-boot/core/main.c", old, new)
        assert repo.fix("ch01", "core/main.c").returncode == 0
        repo.commit()
    assert "second try\n" in repo.read("final/core/main.c")
    assert "clock_start();\n" in repo.read("final/core/main.c")


def test_fix_forgets_what_a_commit_overtook(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "given up\n")
    repo.fix("ch01", "core/main.c")
    repo.git("checkout", ".")
    for chapter in ORDER:
        repo.edit(f"{chapter}/core/main.c", "line 3\n", "by another way\n")
    repo.commit()
    repo.edit("ch02-cpufreq/core/main.c", "line 19\n", "its own\n")
    repo.edit("ch01-boot/core/main.c", "by another way\n", "now\n")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "now\n" in repo.read("final/core/main.c")


def test_fix_again_with_nothing_new_changes_nothing(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    repo.fix("ch01", "core/main.c")
    before = repo.contents()
    done = repo.fix("ch01", "core/main.c")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "ch02-cpufreq: core/main.c: nothing new from ch01-boot"
    assert repo.contents() == before


@pytest.mark.parametrize("damage", ["nonsense", "[1, 2]"])
def test_fix_survives_a_damaged_memory(repo: Repo, damage: str) -> None:
    repo.memory().write_text(damage)
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "first try\n" in repo.read("final/core/main.c")


def test_fix_survives_a_memory_whose_objects_are_gone(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "first try\n")
    repo.fix("ch01", "core/main.c")
    repo.git("prune", "--expire=now")
    repo.edit("ch01-boot/core/main.c", "line 19\n", "also\n")
    assert repo.fix("ch01", "core/main.c").returncode == 0
    assert "also\n" in repo.read("final/core/main.c")


def test_fix_of_a_committed_edit_needs_its_base(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "line three\n")
    repo.commit()
    assert_usage_error(repo.fix("ch01", "core/main.c"), "no edit since HEAD", "--base")
    assert repo.fix("ch01", "core/main.c", "--base", "HEAD~1").returncode == 0
    assert "line three\n" in repo.read("final/core/main.c")


def test_fix_base_means_all_chapters_base(repo: Repo) -> None:
    """A commit that changed ch01 and ch02 alone is carried on from ch02's old version."""
    for chapter in ("ch01-boot", "ch02-cpufreq"):
        repo.edit(f"{chapter}/core/main.c", "line 3\n", "line three\n")
    repo.commit()
    assert repo.fix("ch01", "core/main.c", "--base", "HEAD~1").returncode == 0
    assert "line three\n" in repo.read("final/core/main.c")


# --- fix: refusals ---------------------------------------------------------


@pytest.mark.parametrize("path, words", [
    ("core/main.c", ["no edit since HEAD"]),
    ("core/nothing.c", ["no such file"]),
    ("core", ["no such file"]),
    ("../ch02-cpufreq/core/main.c", ["relative to ch01-boot"]),
    ("/etc/passwd", ["relative to ch01-boot"]),
    (".", ["relative to ch01-boot"]),
    ("ch01-boot", ["relative to ch01-boot"]),
])
def test_fix_refuses(repo: Repo, path: str, words: list[str]) -> None:
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    before = repo.contents()
    assert_usage_error(repo.fix("ch01", "klib/string.c", path), *words)
    assert repo.contents() == before


def test_fix_needs_git_and_a_base(repo: Repo) -> None:
    assert_usage_error(repo.fix("ch01", "core/main.c", "--base", "nowhere"), "nowhere")
    shutil.rmtree(repo.root / ".git")
    assert_usage_error(repo.fix("ch01", "core/main.c"), "git checkout")
    repo.git("init", "-q")
    assert_usage_error(repo.fix("ch01", "core/main.c"), "HEAD names no commit")


# --- fix: dry run and boots ------------------------------------------------


def test_fix_dry_run(repo: Repo) -> None:
    repo.edit("ch01-boot/core/main.c", "line 3\n", "line three\n")
    before = repo.contents()
    done = repo.snap("fix", "--dry-run", "ch01", "core/main.c")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ch02-cpufreq: core/main.c: would be merged with the edit of ch01-boot",
        "ch03-idt: core/main.c: would be merged with the edit of ch02-cpufreq",
        "final: core/main.c: would be copied from ch03-idt",
        "would boot: ch01-boot ch02-cpufreq ch03-idt final"]
    assert repo.contents() == before
    assert not repo.memory().exists()


def test_fix_dry_run_of_a_conflict(repo: Repo) -> None:
    make_conflict(repo)
    before = repo.contents()
    done = repo.snap("fix", "--dry-run", "ch01", "core/main.c")
    assert done.returncode == 1
    assert "ch03-idt: core/main.c: would CONFLICT with the edit of ch02-cpufreq" in done.stdout
    assert done.stderr == "snap: would stop at ch03-idt/core/main.c\n"
    assert repo.contents() == before


def boots(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stdout.splitlines() if ": boot: " in line]


def test_fix_boots_the_chapters_touched(repo: Repo) -> None:
    repo.edit("ch02-cpufreq/hw/tsc.c", "tsc", "better tsc")
    done = repo.snap("fix", "ch02", "hw/tsc.c")
    assert done.returncode == 0
    assert boots(done) == ["ch02-cpufreq: boot: pass", "ch03-idt: boot: pass"]


def test_fix_no_boot(repo: Repo) -> None:
    repo.edit("ch02-cpufreq/hw/tsc.c", "tsc", "better tsc")
    assert boots(repo.fix("ch02", "hw/tsc.c")) == []


def test_fix_boots_only_after_the_conflict_and_then_all(repo: Repo) -> None:
    make_conflict(repo)
    assert boots(repo.snap("fix", "ch01", "core/main.c")) == []
    resolve(repo, "ch03-idt/core/main.c", "new line 9, ch03's way\n")
    done = repo.snap("fix", "ch03", "core/main.c")
    assert boots(done) == [f"{chapter}: boot: pass" for chapter in ORDER]


def test_fix_reports_a_boot_that_fails(repo: Repo) -> None:
    repo.edit("ch01-boot/klib/string.c", "line 3\n", "line three\n")
    repo.write("ch03-idt/Makefile", "run:\n\t@echo 'panic: no gate'; exit 3\n")
    done = repo.snap("fix", "ch01", "klib/string.c")
    assert done.returncode == 1
    assert boots(done) == [
        "ch01-boot: boot: pass", "ch02-cpufreq: boot: pass",
        "ch03-idt: boot: fail (make run returned 2)", "final: boot: pass"]
    assert "    panic: no gate\n" in done.stdout


def test_fix_boots_with_no_input(repo: Repo) -> None:
    repo.edit("ch03-idt/klib/string.c", "line 3\n", "line three\n")
    repo.write("final/Makefile", "run:\n\t@! read line\n")
    assert "final: boot: pass" in repo.snap("fix", "ch03", "klib/string.c").stdout


def test_fix_ends_a_boot_that_hangs(repo: Repo, tmp_path: Path) -> None:
    repo.edit("ch03-idt/klib/string.c", "line 3\n", "line three\n")
    pids = tmp_path / "pids"
    repo.write("final/Makefile", f"run:\n\t@sleep 300 & echo $$! >{pids}; echo begun; wait\n")
    started = time.monotonic()
    done = repo.snap("fix", "ch03", "klib/string.c", "--time-limit", "2")
    assert time.monotonic() - started < 60
    assert done.returncode == 1
    assert "final: boot: fail (no end after 2 s)\n    begun\n" in done.stdout
    assert ended(int(pids.read_text()))


def ended(pid: int) -> bool:
    """Whether the process is gone, or dead and not yet collected, within 5 s."""
    for _attempt in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


# --- diff ------------------------------------------------------------------


def test_diff_text(repo: Repo) -> None:
    done = repo.snap("diff", "02")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == """\
diff --git a/hw/tsc.c b/hw/tsc.c
new file mode 100644
--- /dev/null
+++ b/hw/tsc.c
@@ -0,0 +1 @@
+tsc
diff --git a/core/main.c b/core/main.c
--- a/core/main.c
+++ b/core/main.c
@@ -8,6 +8,7 @@ line 7
 line 8
 line 9
 line 10
+clock_start();
 line 11
 line 12
 line 13
"""


def names_in(diff: str) -> list[str]:
    return [line.split(" b/")[1] for line in diff.splitlines() if line.startswith("diff --git")]


def test_diff_order(repo: Repo) -> None:
    repo.write("ch03-idt/aaa.c", "undeclared\n")
    repo.layers('[ch03-idt.dropped]\n"hw/tsc.c" = "gone"\n')
    (repo.root / "ch03-idt/hw/tsc.c").unlink()
    assert names_in(repo.snap("diff", "03").stdout) == [
        "hw/idt.h", "hw/idt.c", "core/main.c", "hw/tsc.c", "aaa.c"]


def test_diff_is_a_patch(repo: Repo) -> None:
    (repo.root / "ch03-idt/scripts/tour.sh").chmod(0o644)
    (repo.root / "ch03-idt/link").symlink_to("Makefile")
    (repo.root / "ch03-idt/hw/tsc.c").unlink()
    repo.write("ch03-idt/klib/string.c", MAIN.rstrip("\n"))
    repo.write("ch03-idt/a name.c", "\xe9\n")
    copy = repo.root.parent / "copy"
    shutil.copytree(repo.root / "ch02-cpufreq", copy)
    patch = repo.snap("diff", "03").stdout
    subprocess.run(["git", "apply", "-"], input=patch, cwd=copy, env=repo.env, text=True,
                   check=True)
    done = repo.snap("compare", str(copy), "03")
    assert (done.returncode, "identical\n" in done.stdout) == (0, True)
    assert not (copy / "hw/tsc.c").exists()


def test_diff_does_not_depend_on_the_users_git(repo: Repo) -> None:
    repo.write("ch02-cpufreq/klib/string.c", "a\n\n\n\n\nb\n")
    repo.write("ch03-idt/klib/string.c", "a\n\n\n\n\nc\n")
    expected = repo.snap("diff", "03").stdout
    Path(repo.env["GIT_CONFIG_GLOBAL"]).write_text(
        "[color]\n\tui = always\n[diff]\n\tsuppressBlankEmpty = true\n\tnoprefix = true\n")
    done = repo.snap("diff", "03", GIT_DIFF_OPTS="-u1", GIT_EXTERNAL_DIFF="false")
    assert (done.stdout, done.stderr) == (expected, "")


def test_diff_of_chosen_files(repo: Repo) -> None:
    assert names_in(repo.snap("diff", "03", "hw").stdout) == ["hw/idt.h", "hw/idt.c"]
    assert names_in(repo.snap("diff", "03", "core/main.c").stdout) == ["core/main.c"]
    expected = repo.snap("diff", "--stat", "03", "core", "hw").stdout
    assert expected.endswith("3 files, +3 -0\n")
    assert repo.snap("diff", "03", "--stat", "core", "hw").stdout == expected
    assert repo.snap("diff", "03", "core", "--stat", "hw").stdout == expected
    assert_usage_error(repo.snap("diff", "03", "klib/string.c"), "has no difference there")


def test_diff_of_the_first_chapter_shows_it_whole(repo: Repo) -> None:
    assert names_in(repo.snap("diff", "01").stdout) == [
        "Makefile", "core/main.c", "klib/string.c", "scripts/tour.sh"]


def test_diff_outside_git(repo: Repo) -> None:
    expected = repo.snap("diff", "03").stdout
    shutil.rmtree(repo.root / ".git")
    assert repo.snap("diff", "03").stdout == expected


def test_diff_stat(repo: Repo) -> None:
    repo.edit("final/klib/string.c", "line 3\nline 4\n", "++other\n")
    assert repo.snap("diff", "final", "--stat").stdout == (
        "hw/tsc.c           +0     -1  dropped\n"
        "klib/string.c      +1     -2  changed\n"
        "2 files, +1 -3\n")
    assert repo.snap("diff", "03", "hw/idt.h", "--stat").stdout == (
        "hw/idt.h      +1     -0  added\n"
        "1 file, +1 -0\n")


COMMENTED = r'''
/* A comment
   of two lines. */
#include "hw/io.h"          // counts

// does not count
int a; /* counts */ int b;
/* x */ /* y */
char *s = "/* not a comment"; int c;
char q = '"'; /* counts
*/ int d;
char t = '\''; // "
char *u = "counts"
    "counts"
    "counts";
'''


def test_diff_lines(repo: Repo) -> None:
    for chapter in ORDER:
        (repo.root / chapter / "klib/string.c").unlink()
    repo.write("ch02-cpufreq/core/main.c", "int main;\n\n// nothing\n")
    repo.write("ch03-idt/core/main.c", COMMENTED)
    repo.write("ch03-idt/hw/entry.S", "#include \"x.h\"\n# a comment\n  # another\n\n"
                                      "entry: pusha // all\n/* eax\n   ebx */\n#define A 1\n")
    repo.write("ch03-idt/guests/hello/main.c", "x;\n")
    repo.write("ch03-idt/hw/layout.ld", "ld\n")
    repo.write("ch03-idt/bhc/main.c", "x;\ny;\n")
    repo.write("ch03-idt/top.h", "x;\n")
    (repo.root / "ch03-idt/hw/alias.c").symlink_to("idt.c")
    assert repo.snap("diff", "03", "--lines").stdout == """\
room        lines   delta   ch03-idt
hw              6      +5
core            9      +8
guests          1      +1
(top)           1      +1
bhc             2      +2
total          19     +17
"""


def test_diff_lines_of_the_first_chapter(repo: Repo) -> None:
    assert repo.snap("diff", "01", "--lines").stdout == """\
room        lines   delta   ch01-boot
klib           20     +20
core           20     +20
total          40     +40
"""


# --- compare ---------------------------------------------------------------


@pytest.fixture
def mine(repo: Repo, tmp_path: Path) -> Path:
    copy = tmp_path / "mine"
    shutil.copytree(repo.root / "ch03-idt", copy, symlinks=True)
    return copy


def test_compare_identical(repo: Repo, mine: Path) -> None:
    done = repo.snap("compare", str(mine), "03")
    assert done.returncode == 0
    assert done.stdout == f"verdict: {mine} has all of ch03-idt, identical\n"


def test_compare_different_missing_and_extra(repo: Repo, mine: Path) -> None:
    (mine / "Makefile").unlink()
    (mine / "scripts/tour.sh").unlink()
    (mine / "core/main.c").write_text(repo.read("ch03-idt/core/main.c").replace(
        "idt_load();\n", "  idt_lod();\n"))
    (mine / "notes.txt").write_text("mine\n")
    (mine / "build").mkdir()
    (mine / "build/x.o").write_text("object")
    done = repo.snap("compare", str(mine), "03")
    assert done.returncode == 1
    assert done.stdout == f"""\
Makefile: missing
core/main.c:17: different
    yours:      idt_lod();
    ch03-idt: idt_load();
notes.txt: extra, not in ch03-idt
scripts/tour.sh: missing
verdict: {mine} DIFFERS from ch03-idt, first at Makefile (1 different, 2 missing, 1 extra)
"""


def test_compare_names_the_line_in_the_verdict(repo: Repo, mine: Path) -> None:
    (mine / "hw/idt.h").write_text("gote\n")
    (mine / "klib/string.c").write_text("later\n")
    done = repo.snap("compare", str(mine), "03")
    assert done.stdout.splitlines()[-1] == (
        f"verdict: {mine} DIFFERS from ch03-idt, first at hw/idt.h:1"
        " (2 different, 0 missing, 0 extra)")


def test_compare_extra_files_do_no_harm(repo: Repo, mine: Path) -> None:
    (mine / "notes.txt").write_text("mine\n")
    done = repo.snap("compare", str(mine), "03")
    assert done.returncode == 0
    assert done.stdout == (f"notes.txt: extra, not in ch03-idt\n"
                           f"verdict: {mine} has all of ch03-idt, identical, and has 1 file"
                           " more\n")


@pytest.mark.parametrize("text, yours, theirs", [
    (b"gate", "'gate'", "'gate\\n'"),
    (b"gate \n", "'gate \\n'", "'gate\\n'"),
    (b"gate\r\n", "'gate\\r\\n'", "'gate\\n'"),
    (b"", "(the file ends before this line)", "gate"),
    (b"g\xff\n", "g\ufffd", "gate"),
])
def test_compare_shows_what_tells_lines_apart(repo: Repo, mine: Path, text: bytes, yours: str,
                                              theirs: str) -> None:
    (mine / "hw/idt.h").write_bytes(text)
    done = repo.snap("compare", str(mine), "03")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:3] == [
        "hw/idt.h:1: different", f"    yours:    {yours}", f"    ch03-idt: {theirs}"]


def test_compare_kinds_of_files(repo: Repo, mine: Path) -> None:
    (mine / "scripts/tour.sh").chmod(0o644)
    (mine / "hw/idt.c").unlink()
    (mine / "hw/idt.c").symlink_to("tsc.c")
    (mine / "hw/tsc.c").write_bytes(b"\0")
    done = repo.snap("compare", str(mine), "03")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:-1] == [
        "hw/idt.c: different kind of file",
        "    yours:    symbolic link to tsc.c",
        "    ch03-idt: not executable",
        "hw/tsc.c: different, and not text",
        "scripts/tour.sh: different kind of file",
        "    yours:    not executable",
        "    ch03-idt: executable"]


def test_compare_inside_the_repository(repo: Repo, mine: Path) -> None:
    own = repo.root / "my-own"
    shutil.copytree(mine, own)
    (own / "run.log").write_text("ignored by git")
    done = repo.snap("compare", "my-own", "03", cwd=repo.root)
    assert done.stdout == "verdict: my-own has all of ch03-idt, identical\n"


def test_compare_without_a_tree(repo: Repo) -> None:
    assert_usage_error(repo.snap("compare", "nowhere", "03"), "nowhere", "not a directory")


# --- declare ---------------------------------------------------------------


def change_ch03(repo: Repo) -> None:
    (repo.root / "ch03-idt/hw/idt.h").unlink()
    (repo.root / "ch03-idt/hw/tsc.c").unlink()
    repo.edit("ch03-idt/klib/string.c", "line 3\n", "other\n")
    repo.write("ch03-idt/hw/a.c", "a\n")


def test_declare_prints_what_is_needed(repo: Repo) -> None:
    change_ch03(repo)
    before = repo.contents()
    done = repo.snap("declare", "03")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == """\
[ch03-idt.added]
"hw/idt.c" = "fills the gates"
"hw/a.c" = "TODO"

[ch03-idt.changed]
"core/main.c" = "loads the table"
"klib/string.c" = "TODO"

[ch03-idt.dropped]
"hw/tsc.c" = "TODO"
"""
    assert repo.contents() == before


def test_declare_keeps_reasons_to_the_letter(repo: Repo) -> None:
    reason = 'says "hi"\\n\\\\ \u00e9\ttab'
    repo.layers(old='"fills the gates"', new=f"'''{reason}'''")
    done = repo.snap("declare", "03")
    assert tomllib.loads(done.stdout)["ch03-idt"]["added"]["hw/idt.c"] == reason


def test_declare_asks_again_for_an_empty_reason(repo: Repo) -> None:
    repo.layers(old='"fills the gates"', new='" "')
    assert '"hw/idt.c" = "TODO"\n' in repo.snap("declare", "03").stdout


def test_declare_without_any_difference(repo: Repo) -> None:
    shutil.rmtree(repo.root / "final")
    shutil.copytree(repo.root / "ch03-idt", repo.root / "final")
    assert repo.snap("declare", "final").stdout == "# final is identical to its predecessor\n"
    assert repo.snap("declare", "final", "--write").returncode == 0
    assert "final." not in repo.read("book/layers.toml")
    assert repo.findings() == []


def test_declare_refuses_the_first_chapter(repo: Repo) -> None:
    assert_usage_error(repo.snap("declare", "01"), "first chapter")


def test_declare_write_changes_that_chapter_alone(repo: Repo) -> None:
    change_ch03(repo)
    done = repo.snap("declare", "03", "--write")
    assert done.stdout == "book/layers.toml: wrote ch03-idt; 3 to explain\n"
    head, tail = LAYERS.split("# Interrupts.\n")
    final = tail[tail.index("[final.dropped]"):]
    assert repo.read("book/layers.toml") == (
        head + "# Interrupts.\n" + repo.snap("declare", "03").stdout + "\n" + final)


def test_declare_write_is_idempotent(repo: Repo) -> None:
    for chapter in ("02", "03", "final"):
        assert repo.snap("declare", chapter, "--write").returncode == 0
    assert repo.read("book/layers.toml") == LAYERS
    assert repo.snap("declare", "02", "03", "final", "--write").returncode == 0
    assert repo.read("book/layers.toml") == LAYERS


def test_declare_write_from_nothing_in_the_chapters_order(repo: Repo) -> None:
    repo.write("book/layers.toml", HEAD)
    for chapter in ("final", "02", "03"):
        assert repo.snap("declare", chapter, "--write").returncode == 0
    text = repo.read("book/layers.toml")
    assert text.startswith(HEAD)
    assert [line for line in text.splitlines() if line.startswith("[")] == [
        "[ch02-cpufreq.added]", "[ch02-cpufreq.changed]", "[ch03-idt.added]",
        "[ch03-idt.changed]", "[final.dropped]"]
    assert all(line.endswith("with the reason TODO; say why") for line in repo.findings())
    assert len(repo.findings()) == 6
    repo.write("book/layers.toml", text.replace("TODO", "for a reason"))
    assert repo.findings() == []


def test_declare_write_keeps_comments_of_other_chapters(repo: Repo) -> None:
    repo.layers(old='[final.dropped]\n',
                new='# ---- the end ----\n\n# All of it.\n[final.dropped]\n# why\n')
    repo.edit("ch03-idt/klib/string.c", "line 3\n", "other\n")
    assert repo.snap("declare", "03", "--write").returncode == 0
    text = repo.read("book/layers.toml")
    assert '\n\n# ---- the end ----\n\n# All of it.\n[final.dropped]\n# why\n"hw/tsc.c"' in text


def test_declare_write_keeps_the_head_when_the_first_table_goes(repo: Repo) -> None:
    repo.layers(old="[ch02-cpufreq.added]", new="# Remarks.\n\n[ch02-cpufreq.added]")
    (repo.root / "ch02-cpufreq/hw/tsc.c").unlink()
    assert repo.snap("declare", "02", "--write").returncode == 0
    assert repo.read("book/layers.toml").startswith(
        HEAD + "\n# Remarks.\n\n[ch02-cpufreq.changed]\n")


def test_declare_write_refuses_what_it_cannot_keep(repo: Repo) -> None:
    text = HEAD + '[ch02-cpufreq]\nadded = { "hw/tsc.c" = "x" }\n' \
        'changed = { "core/main.c" = "y" }\n'
    repo.write("book/layers.toml", text)
    repo.edit("ch02-cpufreq/klib/string.c", "line 3\n", "other\n")
    assert_usage_error(repo.snap("declare", "02", "--write"), "--write cannot keep")
    assert repo.read("book/layers.toml") == text


# --- the real tree ---------------------------------------------------------


def test_the_real_ladder() -> None:
    done = subprocess.run([str(SNAP), "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
