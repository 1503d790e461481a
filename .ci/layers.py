#!/usr/bin/env python3
"""Fails where a module uses one to its right: data flows one way.

The rows are those of the design. A module may use the rows before its own, and its own row. What is re-exported at the
root counts as its home module. Comments, documentation and unit tests are not looked at.
"""

import pathlib
import re
import sys

ROWS = [
    ["category", "signal", "region", "rule", "same_site", "decision", "cookie_name", "device", "regime"],
    ["policy", "answer", "facts", "deployment", "address", "host", "config_error", "origin"],
    ["wire", "stamp", "compiled", "cmp", "imports"],
    ["consent"],
    ["enforce", "record"],
    ["event", "span", "undeclared", "tally", "change", "explanation", "gate", "report", "visitor"],
    ["testing", "html", "browser", "ledger", "observe", "ui"],
    ["web"],
]
ROW_OF = {module: row for row, modules in enumerate(ROWS, 1) for module in modules}


def code(text):
    """The text without comments and without unit tests."""
    text = re.sub(r"(?m)^\s*//.*$|(?<=\s)//[^\n\"]*$", "", text)
    return re.split(r"(?m)^\s*#\[cfg\(test\)\]\s*\nmod ", text)[0]


def exports(lib):
    """Each name at the root, with the module it comes from."""
    homes = {module: module for module in re.findall(r"(?m)^\s*(?:pub )?mod (\w+);", lib)}
    for module, names in re.findall(r"pub use (\w+)(?:::\w+)*::(\{[^}]*\}|\w+);", lib):
        homes.update({name: module for name in re.findall(r"\w+", names)})
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


def check(files):
    """What points back, as lines of text. `files` maps a path below `src` to its text."""
    homes = exports(code(files["lib.rs"]))
    problems = [f"the module {module} has no row" for module in set(homes.values()) if module not in ROW_OF]
    for path, text in sorted(files.items()):
        module = pathlib.PurePath(path).parts[0].removesuffix(".rs")
        if module == "lib" or module not in ROW_OF or path.endswith("tests.rs"):
            continue
        for name in sorted(set(uses(code(text)))):
            home = homes.get(name)
            if home is None:
                problems.append(f"src/{path}: cannot tell where crate::{name} comes from")
            elif ROW_OF.get(home, 0) > ROW_OF[module]:
                problems.append(f"src/{path}: row {ROW_OF[module]} uses {name} of {home}, row {ROW_OF[home]}")
    return problems


def main():
    source = pathlib.Path(__file__).resolve().parent.parent / "src"
    files = {str(path.relative_to(source)): path.read_text() for path in source.rglob("*.rs")}
    planted = {**files, "category.rs": "use crate::{Decision, Gate};\n" + files["category.rs"]}
    if len(check(planted)) != len(check(files)) + 1:
        sys.exit("the layer check does not see a planted arrow that points back")
    problems = check(files)
    print("\n".join(problems) or f"layers: {len(files)} files, no arrow points back")
    sys.exit(bool(problems))


main()
