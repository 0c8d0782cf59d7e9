"""Compares the conventions of flopaudit with the tools that they copy, to the integer.

    python compare.py FLOPAUDIT PEERS_FOLDER OUTPUT.csv [CASE ...]

Each peer runs in a process of its own (run_peer.py), with its folder of PEERS_FOLDER on the path. Our program reads the
same model, traced and where useful scripted. The table has a line for each peer, case and form: theirs, ours, the
difference, and its cause. Exit status 1: a difference has no cause in CAUSES, or a cause no difference.
"""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import torch

import cases
from causes import cause_of, unused_causes

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ["fvcore", "ptflops", "thop-0.1.1", "thop-2", "torch", "torchprofile"]
COLUMNS = ["peer", "model", "form", "unit", "theirs", "ours", "difference", "cause"]


def ask_peer(peer, folder, names):
    environment = {**os.environ, "PYTHONPATH": str(folder / peer)}
    command = [sys.executable, str(HERE / "run_peer.py"), peer, *names]
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(answer.stdout)


def spec(value):
    word = {torch.float32: "f32", torch.int64: "i64"}[value.dtype]
    return f"{word}[{','.join(str(dim) for dim in value.shape)}]"


def save(case, form, path):
    module, inputs = case.module(), case.inputs()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.jit.trace(module, inputs, check_trace=False) if form == "traced" else torch.jit.script(module)
    torch.jit.save(program, str(path))


def ask_ours(program, case, form):
    """{convention: (number or text, unit)}."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.pt"
        save(case, form, path)
        command = [program, "analyze", str(path), "--format", "json"]
        for peer in PEERS:
            command += ["--convention", peer]
        if form == "scripted":
            for value in case.inputs():
                command += ["--input", spec(value)]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if answer.returncode != 0:
        return {peer: ("error: " + answer.stderr.strip().splitlines()[-1], "") for peer in PEERS}
    found = json.loads(answer.stdout)["conventions"]
    return {peer: (number_or_gaps(found[peer]), found[peer]["unit"]) for peer in PEERS}


def number_or_gaps(row):
    if row["left_out"]:
        gaps = "; ".join(f"{gap['nodes']} x {gap['op']}: {gap['why']}" for gap in row["left_out"])
        return f"left out: {gaps}"
    return row["value"] if isinstance(row["value"], int) else row["value"]["expr"]


def difference(theirs, ours):
    """As text: a number, or `equal` for two that both have none."""
    if isinstance(theirs, (int, float)) and isinstance(ours, int):
        return str(ours - theirs)
    if isinstance(theirs, str) and isinstance(ours, str):
        return "no number"
    return "one has none"


def compare(program, folder, names):
    chosen = cases.find(names)
    ours = {(case.name, form): ask_ours(program, case, form) for case in chosen for form in case.forms}
    rows = []
    for peer in PEERS:
        theirs = ask_peer(peer, folder, names)
        for case in chosen:
            for form in case.forms:
                number, unit = ours[(case.name, form)][peer]
                gap = difference(theirs[case.name], number)
                cause = "" if gap in ("0", "0.0") else cause_of(peer, case.name, form)
                rows.append([peer, case.name, form, unit, theirs[case.name], number, gap, cause])
    return rows


def main(arguments):
    program, folder, output, *names = arguments
    rows = compare(program, pathlib.Path(folder), names)
    if names:
        csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *rows])
    else:
        with open(output, "w", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows])
    bare = [row for row in rows if row[6] not in ("0", "0.0") and not row[7]]
    for row in bare:
        print(f"compare: no cause for {row[0]}, {row[1]}, {row[2]}: {row[4]} and {row[5]}", file=sys.stderr)
    stale = [] if names else unused_causes(rows)
    for cause in stale:
        print(f"compare: no difference for the cause of {cause}", file=sys.stderr)
    equal = sum(row[6] in ("0", "0.0") for row in rows)
    print(f"compare: {len(rows)} numbers, {equal} equal, {len(rows) - equal - len(bare)} explained", file=sys.stderr)
    return 1 if bare or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
