import re


def grade(grader):
    found = [(int(count), int(address, 16)) for count, address in
             re.findall(r"^(\d) \* 4 KiB at 0x([0-9a-f]{8})", grader.boot().console, re.MULTILINE)]
    if not grader.judge([count for count, _ in found] == [1, 2, 3], "three stretches are given", f"{len(found)}"):
        return
    grader.judge(all(address % 4096 == 0 and address > 0x100000 for _, address in found),
                 "each begins at a frame behind the image", " ".join(hex(address) for _, address in found))
    grader.judge(all(address + 4096 * count <= behind for (count, address), (_, behind) in zip(found, found[1:])),
                 "none reaches into the one after it")
    outcome = grader.boot()
    grader.judge("6 frames are in use." in outcome.console, "six frames are in use")
