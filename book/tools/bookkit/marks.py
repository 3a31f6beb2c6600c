"""What a step adds and takes away is marked in the listings that Doxygen has coloured."""

from __future__ import annotations

import re

HEAD = re.compile(r'<p class="bh-head" data-step="[^"]*"[^>]* data-rows="([acd\d]*)"')
LINE = '<div class="line">'


def mark(text: str) -> str:
    """The page with a class at each line that is new or gone; none where all lines are alike."""
    made, at = [], 0
    for hit in HEAD.finditer(text):
        kinds = "".join(kind * int(count) for kind, count in re.findall(r"([acd])(\d+)", hit[1]))
        if len(set(kinds)) == 1:
            continue
        for kind in kinds:
            found = text.find(LINE, max(at, hit.end()))
            if found < 0:
                break
            name = {"a": " bh-add", "d": " bh-del", "c": ""}[kind]
            made.append(text[at:found] + f'<div class="line{name}">')
            at = found + len(LINE)
    return "".join(made) + text[at:]
