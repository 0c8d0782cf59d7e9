"""Every torchvision builder with published `_ops`, traced and scripted, through `flopaudit analyze`: a table of the figures.

    python torchvision_table.py PROGRAM SCRATCH_FOLDER [--only PATTERN] [--limit GMAC] [--kind KIND]... [--all-weights]
                                [--write CSV]

One builder at a time: a process of its own makes the file, the program analyses it, the file goes. What is done is kept in
SCRATCH_FOLDER/rows.jsonl, and is not done again with the same program; so an interrupted run goes on where it was. At the end
the table is compared: MACs with the published `_ops` at three decimals and with the exact integer, and nothing without a
rule or a shape. `--write` puts the rows that are done into a CSV without times, which shows in review when a number moves.

Exit status: 0 all equal but the rows with a named cause, 1 something differs, 2 wrong usage.
"""

import argparse
import csv
import fnmatch
import hashlib
import json
import multiprocessing
import pathlib
import subprocess
import sys
import time
import warnings

import torchvision_builders as builders

KINDS = ("traced", "scripted")
FIELDS = (
    "builder", "weights", "file", "macs", "expected", "ops", "equal", "flops", "nodes", "no_rule", "no_shape", "cause",
)  # fmt: skip
ANALYSIS_SECONDS = 900


def hash_of(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def make_in_child(builder, kind, path, errors):
    """Runs in a forked process: its memory and what torch remembers of compiled classes go with it."""
    try:
        import torch

        torch.manual_seed(0)
        torch.set_flush_denormal(True)
        warnings.simplefilter("ignore")
        module = builders.build(builder)
        torch.jit.save(builders.script_or_trace(module, builder, kind), str(path))
    except Exception as error:  # whatever torch says is the answer: the row names it
        errors.put(f"{type(error).__name__}: {one_line(str(error))}")


def one_line(text):
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[0][:300] if lines else ""


def make(builder, kind, path):
    """Nothing, or why there is no file."""
    context = multiprocessing.get_context("fork")
    errors = context.Queue()
    child = context.Process(target=make_in_child, args=(builder, kind, path, errors))
    child.start()
    child.join()
    if not errors.empty():
        return errors.get()
    return "" if child.exitcode == 0 and path.is_file() else f"the maker ended with status {child.exitcode}"


def as_text(number):
    return number["expr"] if isinstance(number, dict) else str(number)


def cause_of(report):
    """Why the figures are not all known: the first gap, or the first thing that could not be decided."""
    for gap in report["gaps"]:
        return f"{gap['op']}: {gap['why']}"
    return report["diagnostics"][0] if report["diagnostics"] else ""


def analyse(program, builder, kind, path):
    command = [str(program), "analyze", str(path), "--format", "json"]
    if kind == "scripted":
        for spec in builders.specs(builder):
            command += ["--input", spec]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=ANALYSIS_SECONDS)
    except subprocess.TimeoutExpired:
        return {"cause": f"no answer in {ANALYSIS_SECONDS} s"}
    if run.returncode != 0:
        return {"cause": one_line(run.stderr) or f"exit status {run.returncode}"}
    report = json.loads(run.stdout)
    totals = report["totals"]
    row = {name: as_text(totals[name]) for name in ("macs", "flops", "nodes", "no_rule", "no_shape")}
    complete = row["macs"].isdigit() and totals["no_rule"] == 0 and totals["no_shape"] == 0
    return {**row, "cause": "" if complete else cause_of(report)}


def is_equal(builder, figures):
    macs = figures.get("macs", "")
    if not macs.isdigit():
        return False
    return f"{int(macs) / 1e9:.3f}" == builder.ops and (builder.macs is None or int(macs) == builder.macs)


def row_of(program, builder, kind, scratch):
    path = scratch / f"{builder.name}_{kind}.pt"
    began = time.monotonic()
    try:
        problem = make(builder, kind, path)
        made = time.monotonic()
        figures = {"cause": f"no file: {problem}"} if problem else analyse(program, builder, kind, path)
    finally:
        path.unlink(missing_ok=True)
    equal = is_equal(builder, figures)
    return {
        "builder": builder.name,
        "weights": builder.weights,
        "file": kind,
        "expected": "" if builder.macs is None else builder.macs,
        "ops": builder.ops,
        "equal": "yes" if equal else "no",
        **{name: figures.get(name, "") for name in ("macs", "flops", "nodes", "no_rule", "no_shape", "cause")},
        "make_seconds": round(made - began, 2),
        "analyze_seconds": round(time.monotonic() - made, 2),
    }


def key_of(row):
    return row["builder"], row["weights"], row["file"]


def read_done(path, stamp):
    """The rows that this program has done, by key; the last of each counts."""
    done = {}
    if path.is_file():
        for line in path.read_text().splitlines():
            row = json.loads(line)
            if row.pop("program") == stamp:
                done[key_of(row)] = row
    return done


def wanted_rows(options):
    seen = set()
    for builder in builders.read_builders():
        default = builder.name not in seen
        seen.add(builder.name)
        if not default and not options.all_weights:
            continue
        if not any(fnmatch.fnmatch(builder.name, pattern) for pattern in options.only or ["*"]):
            continue
        if options.limit is not None and float(builder.ops) > options.limit:
            continue
        for kind in options.kind or KINDS:
            yield builder, kind


def run_table(options):
    import torch  # noqa: F401  the forked makers have it

    import torchvision_without_extension  # noqa: F401

    scratch = pathlib.Path(options.scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    log = scratch / "rows.jsonl"
    stamp = hash_of(options.program)
    done = read_done(log, stamp)
    wanted = list(wanted_rows(options))
    rows = []
    for number, (builder, kind) in enumerate(wanted, 1):
        row = done.get((builder.name, builder.weights, kind))
        if row is None:
            row = row_of(options.program, builder, kind, scratch)
            with open(log, "a") as file:
                file.write(json.dumps({**row, "program": stamp}) + "\n")
            figure = row["macs"] or row["cause"]
            seconds = f"{row['make_seconds']} s + {row['analyze_seconds']} s"
            print(f"[{number}/{len(wanted)}] {builder.name} {kind}: {figure} {row['equal']} ({seconds})", flush=True)
        rows.append(row)
    return rows


def write_table(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def summarize(rows):
    good = [row for row in rows if row["equal"] == "yes" and row["no_rule"] == "0" and row["no_shape"] == "0"]
    others = [row for row in rows if row not in good]
    for kind in KINDS:
        of_kind = [row for row in rows if row["file"] == kind]
        print(f"{kind}: {sum(row in good for row in of_kind)} of {len(of_kind)} equal, with every node counted")
    for row in others:
        print(f"  {row['builder']} {row['file']}: {row['macs'] or '-'} for {row['expected'] or row['ops']}: {row['cause']}")
    return 1 if any(not row["cause"] for row in others) else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description="torchvision's published _ops against flopaudit")
    parser.add_argument("program", help="build/bin/flopaudit")
    parser.add_argument("scratch", help="a folder for the files of the moment and the rows that are done")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="builders that match, as a shell would")
    parser.add_argument("--limit", type=float, metavar="GMAC", help="leave out builders with more")
    parser.add_argument("--kind", action="append", choices=KINDS, help="traced or scripted; both unless said")
    parser.add_argument("--all-weights", action="store_true", help="also the weights with another input size")
    parser.add_argument("--write", metavar="CSV", help="the table, without times")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    rows = run_table(options)
    if options.write:
        write_table(options.write, rows)
    return summarize(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
