"""What the tables of this folder share: the command line, a file made in a process of its own, analysed by the program, and
the row kept.

A row is a dict. Rows that are done are JSON lines in a log, each with the hash of the program that did it, so that an
interrupted table goes on where it was, and a new program starts anew.
"""

import argparse
import csv
import fnmatch
import hashlib
import json
import multiprocessing
import pathlib
import subprocess
import time

KINDS = ("traced", "scripted")
FIGURES = ("macs", "flops", "nodes", "no_rule", "no_shape")


def table_parser(description, names):
    """What every table can be asked; `names`: what --only goes by."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("program", type=pathlib.Path, help="build/bin/flopaudit")
    parser.add_argument("scratch", type=pathlib.Path, help="a folder for the files of the moment and the rows that are done")
    parser.add_argument("--only", action="append", metavar="PATTERN", help=f"{names} that match, as a shell would")
    parser.add_argument("--kind", action="append", choices=KINDS, help="traced or scripted; both unless said")
    parser.add_argument("--keep", action="store_true", help="leave the files")
    parser.add_argument("--write", metavar="CSV", help="the table, without times")
    return parser


def add_front_ends(parser):
    parser.add_argument("--front-ends", type=pathlib.Path, metavar="PROGRAM", help="front_end_diff: are both texts equal?")


def is_wanted(options, name):
    return any(fnmatch.fnmatch(name, pattern) for pattern in options.only or ["*"])


def say_macs(row):
    figure = f"{row['macs']} for {row['expected']}" if row["macs"] else row["cause"]
    return f"{figure} {row['equal']}"


def run_rows(options, wanted, key_of, row_of, say=say_macs, cost_of=lambda *_: 1, programs=None):
    """The row of each entry of `wanted`, which are keys with what else `row_of(options, *entry)` takes: a row that these programs
    have done is not done again. What is left is estimated by what each costs beside the others, `cost_of(*entry)`."""
    log = Log(options.scratch, programs or programs_of(options), key_of)
    left = sum(cost_of(*entry) for key, entry in wanted if key not in log.rows)
    began, done = time.monotonic(), 0
    rows = []
    for number, (key, entry) in enumerate(wanted, 1):
        row = log.rows.get(key)
        if row is None:
            row = row_of(options, *entry)
            log.add(row)
            done += cost_of(*entry)
            rest = (time.monotonic() - began) * (left / done - 1)
            ahead = f", {rest / 60:.0f} min left" if rest > 60 else ""
            print(f"[{number}/{len(wanted)}] {' '.join(key)}: {say(row)} ({row['seconds']} s{ahead})", flush=True)
        rows.append(row)
    return rows


def one_line(text):
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[0][:300] if lines else ""


def in_child(function, arguments, seconds):
    """What `function(*arguments, answers)` puts into `answers`, merged. It runs in a forked process: its memory, and what torch
    remembers of compiled classes, go with it."""
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_guarded, args=(function, arguments, answers))
    child.start()
    child.join(seconds)
    if child.is_alive():
        child.kill()
        child.join()
        return {"problem": f"not made in {seconds} s"}
    merged = {}
    while not answers.empty():
        merged.update(answers.get())
    if child.exitcode != 0:
        merged.setdefault("problem", f"the maker ended with status {child.exitcode}")
    return merged


def _guarded(function, arguments, answers):
    try:
        function(*arguments, answers)
    except Exception as error:  # whatever torch or a library says is the answer: the row names it
        answers.put({"problem": f"{type(error).__name__}: {one_line(str(error))}"})


def as_text(number):
    return number["expr"] if isinstance(number, dict) else str(number)


def cause_of(report):
    """Why the figures are not all known: the first gap, or the first thing that could not be decided."""
    for gap in report["gaps"]:
        return f"{gap['op']}: {gap['why']}"
    return report["diagnostics"][0] if report["diagnostics"] else ""


def analyse(program, path, specs, seconds):
    """The figures of a file and, where they are not all known, the cause."""
    command = [str(program), "analyze", str(path), "--format", "json"]
    for spec in specs:
        command += ["--input", spec]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"cause": f"no answer in {seconds} s"}
    if run.returncode != 0:
        return {"cause": one_line(run.stderr) or f"exit status {run.returncode}"}
    report = json.loads(run.stdout)
    row = {name: as_text(report["totals"][name]) for name in FIGURES}
    complete = row["macs"].isdigit() and row["no_rule"] == "0" and row["no_shape"] == "0"
    return {**row, "cause": "" if complete else cause_of(report)}


def compare_front_ends(options, path, seconds):
    """What front_end_diff says of a file: one word, or it with the first difference. Empty where nobody asked."""
    if options.front_ends is None or not path.is_file():
        return ""
    try:
        run = subprocess.run([str(options.front_ends), str(path)], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"no answer in {seconds} s"
    said = one_line(run.stdout)  # WORD: PATH, and what is to be said of it
    return said.replace(f": {path}", "") or f"exit status {run.returncode}"


def summarize_front_ends(rows, key_of):
    """Prints how the front ends compare. Whether they are equal over every file that LibTorch loads."""
    compared = [row for row in rows if row["front_ends"]]
    if not compared:
        return True
    loaded = [row for row in compared if not row["front_ends"].startswith(("only direct reads", "both refuse"))]
    others = [row for row in loaded if row["front_ends"] != "identical"]
    good = f"{len(loaded) - len(others)} of {len(loaded)} that LibTorch loads are identical"
    print(f"front ends: {good}; it refuses {len(compared) - len(loaded)}")
    for row in others:
        print(f"  {' '.join(key_of(row))}: {row['front_ends']}")
    return not others


def is_good(row):
    return row["equal"] == "yes" and row["no_rule"] == "0" and row["no_shape"] == "0"


def parts_of(program):
    """The program, and what it starts where it needs LibTorch."""
    helper = pathlib.Path(f"{program}-exec")
    return [pathlib.Path(program), *([helper] if helper.is_file() else [])]


def programs_of(options):
    return [*parts_of(options.program), *([options.front_ends] if options.front_ends else [])]


def stamp_of(parts):
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


class Log:
    """The rows that these programs have done, by key; the last of each counts. A row with a `problem` is tried again."""

    def __init__(self, folder, programs, key):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "rows.jsonl"
        self.stamp = stamp_of(programs)
        self.rows = {}
        for line in self.path.read_text().splitlines() if self.path.is_file() else []:
            row = json.loads(line)
            if row.pop("program") == self.stamp and not row.get("problem"):
                self.rows[key(row)] = row

    def add(self, row):
        with open(self.path, "a") as file:
            file.write(json.dumps({**row, "program": self.stamp}) + "\n")


def write_table(path, fields, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
