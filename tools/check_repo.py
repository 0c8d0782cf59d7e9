"""Checks what the tree must look like: its top level, READMEs, file sizes, and what no committed file may hold.

    python check_repo.py [ROOT]

Prints one line a violation and exits with 1, or prints nothing and exits with 0. Looks at the files that git tracks or
would track, or at all files where there is no git.
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys

TOP_LEVEL = {"CMakeLists.txt", "LICENSE", "README.md", "analyzer", "passes", "runtime", "testdata", "tests", "tools"}
# Each says what lives there, what may be touched, and how to add one more of it.
FOLDERS_WITH_README = [
    "analyzer/audit", "analyzer/compare", "analyzer/conventions", "analyzer/frontend", "analyzer/ir", "analyzer/ir/memory", "analyzer/ops", "analyzer/ops/rules", "analyzer/report", "analyzer/report/html",
    "analyzer/support", "analyzer/training", "passes", "runtime", "runtime/fpcount", "testdata", "tests", "tools",
]  # fmt: skip
README_LINES = 80
SOURCE_LINES = 600
MODEL_BYTES = 20_000

# An SVG names its namespaces by addresses.
NAMESPACE = re.compile(r'xmlns(:\w+)?="[^"]*"')

LICENSES = {"LICENSE", "runtime/fpcount/LICENSE"}
# Written in two pieces, so that this file does not match.
FORBIDDEN = [
    (re.compile(r"https?:/" r"/"), "a URL"),
    (re.compile(r"(?<![\w.])/(home|root|work)" r"/\w"), "a path of one machine"),
    (re.compile(r"\b(TO" r"DO|FIX" r"ME)\b"), "an unfinished-work mark"),
]


def committed_files(root):
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
        return sorted(name for name in listed if name and (root / name).is_file())
    names = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(name.as_posix() for name in names if name.parts[0] != "build" and "__pycache__" not in name.parts)


def check_top_level(files):
    for entry in sorted({name.split("/")[0] for name in files}):
        if entry not in TOP_LEVEL and not entry.startswith("."):
            yield f"{entry}: the top level holds only {', '.join(sorted(TOP_LEVEL))} and dotfiles"


def check_readmes(root, files):
    for folder in FOLDERS_WITH_README:
        name = f"{folder}/README.md"
        if name not in files:
            yield f"{folder}: has no README.md"
        elif len((root / name).read_text().splitlines()) > README_LINES:
            yield f"{name}: has more than {README_LINES} lines; a page is enough"


def check_models(root, files):
    """Committed models are small, and are those that the manifest beside them describes."""
    manifest_name = "testdata/models/MANIFEST.json"
    known = {}
    if manifest_name in files:
        for model in json.loads((root / manifest_name).read_text())["models"]:
            known[f"testdata/models/{model['file']}"] = model["sha256"]
    for name in files:
        if not name.endswith((".pt", ".ptl", ".pth")):
            continue
        content = (root / name).read_bytes()
        if len(content) >= MODEL_BYTES:
            yield f"{name}: has {len(content)} bytes; a committed model has under {MODEL_BYTES}"
        if known.get(name) != hashlib.sha256(content).hexdigest():
            yield f"{name}: is not what {manifest_name} says; run tools/models/make_testdata.py"
    for name in known:
        if name not in files:
            yield f"{name}: is in {manifest_name}, but not there"


def check_text(root, files):
    for name in files:
        try:
            text = (root / name).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        if "\0" in text or name in LICENSES:
            continue
        lines = text.splitlines()
        if name.endswith((".cc", ".c", ".h", ".py", ".cmake", ".js", ".mjs", ".css")) and len(lines) > SOURCE_LINES:
            yield f"{name}: has {len(lines)} lines; split a file before {SOURCE_LINES}"
        for number, line in enumerate(lines, start=1):
            said = NAMESPACE.sub("", line) if name.endswith(".svg") else line
            for pattern, what in FORBIDDEN:
                if pattern.search(said):
                    yield f"{name}:{number}: holds {what}"


def violations(root):
    files = committed_files(root)
    yield from check_top_level(files)
    yield from check_readmes(root, files)
    yield from check_models(root, files)
    yield from check_text(root, files)


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    found = list(violations(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
