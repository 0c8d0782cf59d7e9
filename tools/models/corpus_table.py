"""Every file of a folder of real TorchScript files (FLOPAUDIT_CORPUS) through `flopaudit analyze`: status, nodes, MACs, FLOPs,
gaps and seconds of each; and how many there are of each status.

    python corpus_table.py PROGRAM FOLDER SCRATCH_FOLDER [--only PATTERN]... [--input-table TSV] [--write MARKDOWN]

Analysis runs nothing of a file and needs no LibTorch, and the table holds it to that: a copy of PROGRAM alone is asked, without
the helper that has LibTorch. Inputs are those of testdata/corpus/inputs.tsv; a file that is not there is first asked without
inputs, and then with the line that its own error message offers. A file without `forward` is asked for its methods.

Statuses: `complete` (every node counted), `depends` (every node counted, by symbols or as a range), `no shape`, `no rule` (some
nodes are not counted), `no forward`, `refused` (exit 2 or 3, with its sentence), `crash`, `time-out`.
Exit status: 0; 1 when a file crashed or took longer than 10 s.
"""

import argparse
import collections
import fnmatch
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

from analysis_rows import as_text

SECONDS = 10
INPUTS = pathlib.Path(__file__).resolve().parents[2] / "testdata" / "corpus" / "inputs.tsv"
ORDER = ("complete", "depends", "no shape", "no rule", "no forward", "refused", "crash", "time-out")


def read_inputs(path):
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {row[0]: row[1:] for row in rows}


def run(command):
    """Exit status (None: time-out), standard output, standard error."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, "", ""
    return done.returncode, done.stdout, done.stderr


def offered_options(error):
    """The --input options of the line that an error offers to copy; None: it offers none."""
    for line in error.splitlines():
        words = line.strip()
        if words.startswith("flopaudit ") and "--input" in words:
            parts = shlex.split(words)
            return [word for pair in zip(parts, parts[1:]) if pair[0] == "--input" for word in pair]
    return None


def status_of(code, report):
    if code is None:
        return "time-out"
    if code not in (0, 2, 3):
        return "crash"
    if code != 0:
        return "refused"
    totals = report["totals"]
    if totals["no_shape"]:
        return "no shape"
    if totals["no_rule"]:
        return "no rule"
    return "complete" if all(isinstance(totals[name], int) for name in ("macs", "flops")) else "depends"


def row_of(program, file, inputs):
    began = time.monotonic()
    specs = inputs.get(file.name)
    options = [word for spec in specs or [] for word in ("--input", spec)]
    command = [program, "analyze", str(file), "--format", "json"]
    code, output, error = run(command + options)
    guessed = False
    if code == 2 and specs is None and offered_options(error):
        guessed = True
        code, output, error = run(command + offered_options(error))
    status = status_of(code, json.loads(output) if code == 0 else None)
    if status == "refused" and "no method forward" in error:
        code, _, error = run([program, "methods", str(file)])
        status = "no forward" if code == 0 else status_of(code, None)
    row = {"file": file.name, "status": status, "inputs": "guessed" if guessed else "given" if specs else "none"}
    if code == 0 and output:
        report = json.loads(output)
        row.update({name: as_text(report["totals"][name]) for name in ("nodes", "macs", "flops")})
        row["gaps"] = sum(gap["nodes"] for gap in report["gaps"])
        row["why"] = "; ".join(f"{gap['op']}: {gap['why']}" for gap in report["gaps"])
    else:
        row["why"] = " / ".join(error.strip().splitlines())
    row["seconds"] = time.monotonic() - began
    return row


def as_line(row):
    figures = [str(row.get(name, "")) for name in ("nodes", "macs", "flops", "gaps")]
    short = [figure if len(figure) < 40 else figure[:37] + "..." for figure in figures]
    return f"{row['file'][:72]:<72} {row['status']:<10} {row['inputs']:<7} " + " ".join(
        f"{figure:>12}" for figure in short
    ) + f" {row['seconds']:.2f} s  {row['why'][:400] if row['status'] not in ('complete', 'depends') else ''}"


def summary(rows):
    counts = collections.Counter(row["status"] for row in rows)
    guessed = sum(row["inputs"] == "guessed" and row["status"] in ORDER[:2] for row in rows)
    slowest = max((row["seconds"] for row in rows), default=0)
    lines = ["| status | files |", "|---|---|"]
    lines += [f"| {status} | {counts[status]} |" for status in ORDER if counts[status]]
    lines += [f"| all | {len(rows)} |", ""]
    lines += [f"{guessed} of the counted ones with the inputs that the error message of `analyze` offers.", ""]
    return lines, f"slowest: {slowest:.2f} s"


def main(arguments):
    parser = argparse.ArgumentParser(description="a folder of real TorchScript files through `flopaudit analyze`")
    parser.add_argument("program", help="build/bin/flopaudit")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--only", action="append", metavar="PATTERN", help="files that match, as a shell would")
    parser.add_argument("--input-table", type=pathlib.Path, default=INPUTS, metavar="TSV")
    parser.add_argument("--write", metavar="MARKDOWN", help="the numbers of files by status; nothing of their contents")
    options = parser.parse_args(arguments)

    options.scratch.mkdir(parents=True, exist_ok=True)
    program = options.scratch / "flopaudit"
    shutil.copy2(options.program, program)
    inputs = read_inputs(options.input_table)
    rows = []
    for file in sorted(options.folder.iterdir()):
        wanted = any(fnmatch.fnmatch(file.name, pattern) for pattern in options.only or ["*"])
        if file.suffix == ".md" or not file.is_file() or not wanted:
            continue
        rows.append(row_of(str(program), file, inputs))
        print(as_line(rows[-1]), flush=True)
    table, slowest = summary(rows)
    print("\n".join(["", *table, slowest]))
    if options.write:
        head = "Written by `tools/corpus_table`: how many files of FLOPAUDIT_CORPUS `flopaudit analyze` answers in which way.\n\n"
        pathlib.Path(options.write).write_text(head + "\n".join(table))
    return 1 if any(row["status"] in ("crash", "time-out") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
