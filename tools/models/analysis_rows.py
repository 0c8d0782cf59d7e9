"""What the tables of this folder share: a file made in a process of its own, analysed by the program, and the row kept.

A row is a dict. Rows that are done are JSON lines in a log, each with the hash of the program that did it, so that an
interrupted table goes on where it was, and a new program starts anew.
"""

import csv
import hashlib
import json
import multiprocessing
import pathlib
import subprocess

FIGURES = ("macs", "flops", "nodes", "no_rule", "no_shape")


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


def is_good(row):
    return row["equal"] == "yes" and row["no_rule"] == "0" and row["no_shape"] == "0"


class Log:
    """The rows that this program has done, by key; the last of each counts."""

    def __init__(self, folder, program, key):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "rows.jsonl"
        self.stamp = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
        self.rows = {}
        for line in self.path.read_text().splitlines() if self.path.is_file() else []:
            row = json.loads(line)
            if row.pop("program") == self.stamp:
                self.rows[key(row)] = row

    def add(self, row):
        with open(self.path, "a") as file:
            file.write(json.dumps({**row, "program": self.stamp}) + "\n")


def write_table(path, fields, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
