#!/usr/bin/env python3
"""Fails where a room uses one to its right, or where rooms use each other in a circle.

A room is a folder of `src`; the rows are those of `DESIGN.md`. A room may use the rows before its own, and its own row.
A name that is re-exported at the root counts as its home. Comments, documentation and unit tests are not looked at.
"""

import pathlib
import re
import sys

ROWS = [
    ["terms", "regime"],
    ["policy"],
    ["wire", "cmp", "compiled"],
    ["consent"],
    ["enforce", "record"],
    ["gate"],
    ["testing", "html", "browser", "ledger", "observe", "ui"],
    ["web"],
]
ROW_OF = {room: row for row, rooms in enumerate(ROWS, 1) for room in rooms}


def code(text):
    """The text without comments and without unit tests."""
    text = re.sub(r"(?m)^\s*//.*$|(?<=\s)//[^\n\"]*$", "", text)
    return re.split(r"(?m)^\s*#\[cfg\(test\)\]\s*\nmod ", text)[0]


def exports(lib):
    """Each name at the root, with the room it comes from."""
    homes = {room: room for room in re.findall(r"(?m)^\s*(?:pub )?mod (\w+);", lib)}
    for room, names in re.findall(r"pub use (?:crate::)?(\w+)(?:::\w+)*::(\{[^}]*\}|\w+);", lib):
        homes.update({name: room for name in re.findall(r"\w+", names)})
    return homes


def uses(text):
    """Each first name after `crate::`, also inside a braced list."""
    for start in (match.end() for match in re.finditer(r"\bcrate::", text)):
        if text[start] != "{":
            yield re.match(r"\w+", text[start:]).group()
            continue
        depth, expects_name = 0, False
        for token in re.findall(r"\w+|[{},]|::", text[start:]):
            if token == "{":
                depth, expects_name = depth + 1, depth == 0
            elif token == "}":
                depth -= 1
                if depth == 0:
                    break
            elif token == ",":
                expects_name = depth == 1
            elif expects_name:
                yield token
                expects_name = False


def circles(arrows):
    """Each circle of rooms, as text. `arrows` maps a room to the rooms that it uses."""
    found, done = [], set()

    def walk(room, path):
        if room in path:
            found.append("a circle of rooms: " + " -> ".join(path[path.index(room) :] + [room]))
        elif room not in done:
            for other in sorted(arrows.get(room, ())):
                walk(other, path + [room])
            done.add(room)

    for room in sorted(arrows):
        walk(room, [])
    return found


def check(files):
    """What points back or goes in a circle, as lines of text. `files` maps a path below `src` to its text."""
    homes = exports(code(files["lib.rs"]))
    problems = [f"the room {room} has no row" for room in sorted(set(homes.values())) if room not in ROW_OF]
    arrows = {}
    for path, text in sorted(files.items()):
        room = pathlib.PurePath(path).parts[0].removesuffix(".rs")
        if room not in ROW_OF or path.endswith("tests.rs") or "/tests/" in path:
            continue
        for name in sorted(set(uses(code(text)))):
            home = homes.get(name)
            if home is None:
                problems.append(f"src/{path}: cannot tell where crate::{name} comes from")
                continue
            if ROW_OF.get(home, 0) > ROW_OF[room]:
                problems.append(f"src/{path}: row {ROW_OF[room]} uses {name} of {home}, row {ROW_OF[home]}")
            elif home != room:
                arrows.setdefault(room, set()).add(home)
    return problems + circles(arrows)


def sees(files, planted):
    """Whether the check finds more where `planted` (a path, and a line for its head) is added."""
    path, line = planted
    return len(check({**files, path: line + "\n" + files[path]})) > len(check(files))


def main():
    source = pathlib.Path(__file__).resolve().parent.parent / "src"
    files = {str(path.relative_to(source)): path.read_text() for path in source.rglob("*.rs")}
    if not sees(files, ("terms/category.rs", "use crate::{Decision, Gate};")):
        sys.exit("the layer check does not see a planted arrow that points back")
    if not sees(files, ("wire/mod.rs", "use crate::compiled::Compiled;")):
        sys.exit("the layer check does not see a planted circle of rooms")
    problems = check(files)
    print("\n".join(problems) or f"layers: {len(files)} files, no arrow points back, no circle of rooms")
    sys.exit(bool(problems))


main()
