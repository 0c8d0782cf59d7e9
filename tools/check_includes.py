"""Checks that includes point one way and that each library stays where it belongs (DESIGN: tools -> {passes, runtime} -> analyzer).

    python check_includes.py [ROOT]

Prints one line a violation and exits with 1, or prints nothing and exits with 0. A new folder is one row in MAY_INCLUDE,
a new library that must be fenced one row in LIBRARIES.
"""

import pathlib
import re
import sys

SOURCE_SUFFIXES = {".h", ".cc", ".c", ".cpp", ".hpp"}
CODE_FOLDERS = ("analyzer", "passes", "runtime", "tools", "tests")

# Which folders' headers a folder may include, besides its own. The longest matching row counts for both sides.
ANALYSIS = ["analyzer/support", "analyzer/ir", "analyzer/ops", "analyzer/conventions"]
MAY_INCLUDE = {
    "analyzer/support": [],
    "analyzer/ir": ["analyzer/support"],
    "analyzer/ops": ["analyzer/support", "analyzer/ir"],
    "analyzer/conventions": ["analyzer/support", "analyzer/ir", "analyzer/ops"],
    "analyzer/training": ANALYSIS,
    "analyzer/frontend": ["analyzer/support", "analyzer/ir", "analyzer/frontend/libtorch", "analyzer/frontend/torchscript"],
    "analyzer/frontend/libtorch": ["analyzer/support", "analyzer/ir", "analyzer/frontend"],
    "analyzer/frontend/torchscript": ["analyzer/support", "analyzer/ir", "analyzer/frontend"],
    "analyzer/frontend/gate": ["analyzer/support", "analyzer/ir", "analyzer/frontend", "analyzer/frontend/torchscript"],
    "analyzer/audit": ANALYSIS,
    "analyzer/report": ANALYSIS + ["analyzer/audit", "analyzer/training"],
    "analyzer/compare": ANALYSIS + ["analyzer/audit", "analyzer/report", "analyzer/training"],
    "passes": ANALYSIS + ["analyzer/training"],
    "runtime": ANALYSIS + ["analyzer/audit", "analyzer/frontend/gate", "runtime/fpcount"],
    "runtime/executor": ANALYSIS + ["analyzer/audit", "analyzer/frontend", "analyzer/frontend/libtorch", "runtime"],
    "runtime/fpcount": [],
    "tools": ["analyzer", "passes", "runtime"],
    "tests": ["analyzer", "passes", "runtime", "tools"],
}

# fpcount is GPL and a program of its own; this header alone is shared with it.
FPCOUNT_INTERFACE = "runtime/fpcount/requests.h"

# name, headers (others' or our own), files or folders that may include them, what is said otherwise
TORCH_FOLDERS = ["analyzer/frontend/libtorch", "runtime/executor", "tests/frontend", "tests/executor", "tests/op_oracle"]
# What flopaudit-exec links and flopaudit does not.
TORCH_HALF = r"(analyzer/frontend/libtorch|runtime/executor)/"
LIBRARIES = [
    ("LibTorch", r"(torch|ATen|c10|caffe2)/", TORCH_FOLDERS),
    ("the half with LibTorch", TORCH_HALF, ["analyzer/frontend/libtorch", "runtime/executor", "tools/dump_schemas.cc", "tests"]),
    ("PAPI", r"papi\.h$", ["runtime/papi_library.h"]),
    ("libsde", r"sde_lib\.hp?p?$", ["runtime"]),
    ("Boost.Graph", r"boost/(graph|property_map)/", ["analyzer/ir"]),
    ("spdlog", r"spdlog/", ["analyzer/support/log.cc"]),
]
TORCH, FMT = re.compile(LIBRARIES[0][1]), re.compile(r"(fmt|spdlog)/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_under(path, place):
    return path == place or path.startswith(place + "/")


def layer_of(path):
    """The longest row of MAY_INCLUDE that holds the file, or None."""
    rows = [row for row in MAY_INCLUDE if is_under(path, row)]
    return max(rows, key=len, default=None)


def read_includes(root):
    """{file: [(line, is_quoted, target)]} for all our sources, paths from the root."""
    found = {}
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SOURCE_SUFFIXES or not path.is_file():
                continue
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found[path.relative_to(root).as_posix()] = [
                (number, match.group(1) == '"', match.group(2))
                for number, match in ((n, INCLUDE.match(line)) for n, line in enumerate(lines, start=1))
                if match
            ]
    return found


def check_direction(file, line, target):
    source, layer = layer_of(file), layer_of(target)
    if source is None:
        return f"{file}:{line}: no row for this folder in MAY_INCLUDE of tools/check_includes.py"
    if layer is None:
        return None
    if is_under(target, "runtime/fpcount") and source != "runtime/fpcount" and target != FPCOUNT_INTERFACE:
        return f"{file}:{line}: includes {target}; only {FPCOUNT_INTERFACE} of runtime/fpcount is for others"
    allowed = MAY_INCLUDE[source]
    if source in ("tools", "tests"):  # these see all layers below the named ones
        legal = layer == source or any(is_under(layer, row) for row in allowed)
    else:
        legal = layer == source or layer in allowed
    return None if legal else f"{file}:{line}: {source} may not include {target}"


def check_libraries(file, line, target):
    for name, headers, places in LIBRARIES:
        if re.match(headers, target) and not any(is_under(file, place) for place in places):
            yield f"{file}:{line}: includes <{target}>; {name} is for {', '.join(places)} only"


def check_quoted(file, line, target, files, root):
    if is_under(file, "runtime/fpcount"):
        return None  # built by its own rules, with Valgrind's headers quoted
    if target in files or (root / target).is_file():
        return None
    return f'{file}:{line}: "{target}" is not a file; quoted includes are our own, from the root of the repository'


def reaches(file, wanted, includes):
    """Whether a file includes a header that matches, itself or through our own headers; the file where it does."""
    seen, todo = set(), [file]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        for _, _, target in includes.get(current, []):
            if wanted.match(target):
                return current
            if target in includes:
                todo.append(target)
    return None


def violations(root):
    includes = read_includes(root)
    for file, lines in includes.items():
        for line, quoted, target in lines:
            if quoted:
                bad = check_quoted(file, line, target, includes, root)
                if bad:
                    yield bad
                    continue
            bad = check_direction(file, line, target)
            if bad:
                yield bad
            yield from check_libraries(file, line, target)
        torch, fmt = reaches(file, TORCH, includes), reaches(file, FMT, includes)
        if torch and fmt:
            yield f"{file}: sees LibTorch (in {torch}) and fmt or spdlog (in {fmt}); LibTorch ships another fmt"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    found = sorted(set(violations(root)))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
