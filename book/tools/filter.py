#!/usr/bin/env python3
"""Doxygen's INPUT_FILTER: puts listings, transcripts and tables into a page at build time.

The directives, each on a line of its own, are described in book/README.md. A directive that
does not resolve stops with file:line; --check does only that, for any number of pages.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = {'.c': '{.c}', '.h': '{.c}', '.py': '{.py}'}
CODE = ('.c', '.h', '.S', '.ld', '.lds')


class Unresolved(Exception):
    """A directive that says something the tree does not."""


def inside(name):
    path = (ROOT / name).resolve()
    if ROOT not in path.parents or not path.is_file():
        raise Unresolved(f'no file {name}')
    return path


def pattern(option):
    if len(option) < 3 or option[0] != '/' or option[-1] != '/':
        raise Unresolved(f'{option} is not /regex/')
    try:
        return re.compile(option[1:-1])
    except re.error as error:
        raise Unresolved(f'{option}: {error}') from error


def cut(lines, name, options):
    """From the one line that matches from= to the first line at or after it that matches to=."""
    first, last = 0, len(lines) - 1
    if 'from' in options:
        hits = [i for i, line in enumerate(lines) if pattern(options['from']).search(line)]
        if len(hits) != 1:
            raise Unresolved(f"{name}: from={options['from']} matches {len(hits)} lines, not 1")
        first = hits[0]
    if 'to' in options:
        wanted = pattern(options['to'])
        last = next((i for i in range(first, len(lines)) if wanted.search(lines[i])), None)
        if last is None:
            raise Unresolved(f"{name}: to={options['to']} matches no line from line {first + 1}")
    return lines[first:last + 1]


def fenced(words):
    """The title (if any), then the lines, in a fence that no line of theirs can close."""
    if not words:
        raise Unresolved('which file?')
    name, title, options = words[0], '', {}
    for word in words[1:]:
        key, equals, value = word.partition('=')
        if equals and key in ('from', 'to'):
            if key in options:
                raise Unresolved(f'{key}= twice')
            options[key] = value
        elif not title:
            title = word
        else:
            raise Unresolved(f'what is {word}?')
    path = inside(name)
    lines = cut(path.read_text(errors='replace').splitlines(), name, options)
    longest = max((len(m) for line in lines for m in re.findall('~+', line)), default=0)
    fence = '~' * max(3, longest + 1)
    head = f'<b>{title}</b> (<code>{name}</code>)' if title else f'<code>{name}</code>'
    return [head, '', fence + LANGUAGE.get(path.suffix, '')] + lines + [fence, '']


def sources(directory):
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob('*')
            if p.suffix in CODE and 'build' not in p.relative_to(directory).parts}


def code_lines(text):
    """Lines that hold more than blanks and comments."""
    text = re.sub(r'/\*.*?\*/', lambda m: '\n' * m[0].count('\n'), text.decode(errors='replace'),
                  flags=re.S)
    return sum(bool(re.sub('//.*', '', line).strip()) for line in text.splitlines())


def glance(words):
    """Files and code lines of a chapter against the one before."""
    if len(words) != 1 or not re.fullmatch(r'ch\d\d', words[0]):
        raise Unresolved('@@glance takes one chapter, such as ch01')
    chapters = sorted(ROOT.glob('ch[0-9][0-9]-*'))
    here = [i for i, c in enumerate(chapters) if c.name.startswith(words[0] + '-')]
    if len(here) != 1:
        raise Unresolved(f'no chapter {words[0]}')
    now = sources(chapters[here[0]])
    before = sources(chapters[here[0] - 1]) if here[0] else {}
    new = sorted(set(now) - set(before))
    changed = sorted(n for n in now if n in before and now[n] != before[n])
    total, earlier = (sum(map(code_lines, tree.values())) for tree in (now, before))

    def names(group):
        return ', '.join(f'<code>{n}</code>' for n in group) or 'none'

    return ['| At a glance | |', '|---|---|',
            f'| Directory | <code>{chapters[here[0]].name}</code> |',
            f'| New files | {names(new)} |', f'| Changed files | {names(changed)} |',
            f'| Code lines | {total} ({total - earlier:+d}) |', '']


WORD = re.compile(r'\s*(?:"([^"]*)"|((?:from|to)=/.*?/)(?=\s|$)|(\S+))')


def split(text):
    """Words; a title stands in quotes, an option's regex ends at a slash before a blank."""
    words, at = [], 0
    text = text.rstrip()
    while at < len(text):
        hit = WORD.match(text, at)
        words.append(next(group for group in hit.groups() if group is not None))
        at = hit.end()
    if not words:
        raise Unresolved('which directive?')
    return words


def expand(page):
    """Yield (line number, line or Unresolved)."""
    for number, line in enumerate(Path(page).read_text().splitlines(), 1):
        if not line.startswith('@@'):
            yield number, line
            continue
        try:
            kind, *words = split(line[2:])
            if kind in ('listing', 'transcript'):
                made = fenced(words)
            elif kind == 'glance':
                made = glance(words)
            else:
                raise Unresolved(f'no directive @@{kind}')
            yield number, '\n'.join(made)
        except Unresolved as error:
            yield number, error


def main(arguments):
    check = arguments[:1] == ['--check']
    failed = False
    for page in arguments[1:] if check else arguments:
        for number, line in expand(page):
            if isinstance(line, Unresolved):
                print(f'{page}:{number}: warning: {line}', file=sys.stderr)
                failed = True
            elif not check:
                print(line)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
