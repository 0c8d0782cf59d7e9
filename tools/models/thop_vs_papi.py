"""The experiment that this project grew from: THOP times 2 against what is counted, a model of torchvision a row.

    python thop_vs_papi.py PROGRAM SCRATCH_FOLDER [--only PATTERN]... [--family NAME]... [--limit GMAC | --all] [--all-weights]
                           [--kind KIND]... [--dtype f32|f64]... [--file MODEL.pt]... [--measured] [--thop FOLDER] [--write CSV]
                           [--keep]

Every builder of classification under 20 GMAC, traced, in f64 and f32; small ones first. Each is made with random weights, its
FLOPs and our convention thop-0.1.1 are analysed, THOP itself is asked where `--thop` names a folder that it is installed in,
and `flopaudit audit` measures it with the software counter. `--file` takes files with their example inputs instead of builders.

A row is not done again by the same programs (SCRATCH_FOLDER/rows.jsonl, by their hash), so an interrupted run goes on where it
was. Where only flopaudit changed, and not what counts, the record that was kept is judged again, if the program's analysis
of the file is still the one that was measured.

Exit status: 0; 1 where a node is a mismatch, unstable or an error, or THOP's number is not ours, or a model could not be done;
2 wrong usage; 4 nothing counts here.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import time
from typing import NamedTuple, Optional

import torchvision_builders as builders
from analysis_rows import in_child, one_line, parts_of, run_rows, stamp_of, table_parser, write_table
from audit_rows import GOOD, audit, ends, figures_of, forward_percent, gap_of, judge_again, percent

FIELDS = ("model", "weights", "file", "dtype", "thop_x2", "thop_package", "flops", "expected", "measured", "ratio", "nodes",
          "quiet", *GOOD, "mismatch", "no_model", "other", "good_percent", "flops_percent", "unexplained", "unexplained_percent",
          "bound_width", "bound_percent", "value_percent", "forward_percent", "outputs_equal", "ops_without", "causes", "bounds",
          "noise", "rest")  # fmt: skip
DTYPES = ("f64", "f32")
FAMILIES = ("classification", "segmentation", "video", "detection", "optical_flow", "quantization")
CONVENTION = "thop-0.1.1"
LIMIT = 20.0  # GMAC
SECONDS = 1800
START_UP = 0.6  # what a run costs beside its model, in GMAC of f32


class Subject(NamedTuple):
    name: str
    weights: str  # of a file, the first digits of its hash
    gmac: float
    builder: Optional[builders.Builder]  # None: a file
    path: Optional[pathlib.Path]  # None: to be made

    @property
    def specs(self):
        return builders.specs(self.builder) if self.builder else []


# --- files ---


class ModelFiles:
    """The file of a subject, made once for all its rows; one at a time, for they are large."""

    def __init__(self, options):
        self.folder, self.keep = options.scratch, options.keep
        self.current, self.problem = None, ""
        self.clean()

    def clean(self):
        for path in [] if self.keep else self.folder.glob("*.pt"):
            path.unlink()
        self.current = None

    def get(self, subject, kind):
        """Its path, and why there is none."""
        if subject.path:
            return subject.path, ""
        path = self.folder / f"{subject.name}_{subject.weights}_{kind}.pt"
        if self.current != path:
            self.clean()
            part = path.with_suffix(".part")
            self.problem = in_child(builders.save_file, (subject.builder, kind, part, True), SECONDS).get("problem", "")
            self.current = path
            if not self.problem:
                part.rename(path)
        return path, self.problem


def ask_thop(folder, builder, answers):
    """For in_child: what the package says of the eager model."""
    import torch

    here = pathlib.Path(__file__).resolve().parent
    sys.path[:0] = [str(folder), str(here.parent / "peers")]
    import run_peer

    torch.set_num_threads(1)
    answers.put({"thop": run_peer.thop(builders.build(builder), builders.example_inputs(builder))})


def thop_package(options, subject, known={}):
    """FLOPs as the package counts them; nothing where it is not installed or there is no eager model."""
    if options.thop is None or subject.builder is None:
        return ""
    key = (subject.name, subject.weights)
    if key not in known:
        answers = in_child(ask_thop, (options.thop, subject.builder), SECONDS)
        known[key] = 2 * int(answers["thop"]) if "thop" in answers else answers["problem"]
    return known[key]


# --- one row ---


def analysis_of(options, path, dtype, specs, passes):
    """The analysis, with its IR as it would be measured, and why there is none."""
    command = [options.program, "analyze", path, "--dtype", dtype, "--convention", CONVENTION, "--format", "json"]
    command += ["--dump-passes", passes]
    for spec in specs:
        command += ["--input", spec]
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=SECONDS)
    if run.returncode != 0:
        return None, one_line(run.stderr)
    report = json.loads(run.stdout)
    if not isinstance(report["totals"]["flops"], int) or not isinstance(report["conventions"][CONVENTION]["value"], int):
        return None, "its FLOPs are no number"
    return report, ""


def programs_of(options):
    """flopaudit, and what counts: flopaudit-exec and the Valgrind tool."""
    return parts_of(options.program) + sorted(options.program.parent.parent.glob("lib/fpcount/*-linux"))


def measured_stamp(options, passes):
    """Of all that a record depends on: what counts, and the IR that is run."""
    last = sorted(passes.glob("*.ir"))[-1].read_bytes()
    return hashlib.sha256(stamp_of(programs_of(options)[1:]).encode() + last).hexdigest()


def record_of(options, subject, kind, dtype):
    return options.scratch / "records" / f"{subject.name}_{subject.weights}_{kind}_{dtype}.record.json"


def report_of(options, subject, kind, dtype, path, passes):
    record = record_of(options, subject, kind, dtype)
    record.parent.mkdir(exist_ok=True)
    stamp_file = record.with_suffix(".stamp")
    stamp = measured_stamp(options, passes)
    if record.is_file() and stamp_file.is_file() and stamp_file.read_text() == stamp:
        return judge_again(options.program, record)
    stamp_file.unlink(missing_ok=True)
    report, problem = audit(options.program, path, dtype, subject.specs if kind == "scripted" else [], record)
    if report is not None:
        stamp_file.write_text(stamp)
    return report, problem


def as_text(number):
    low, high = ends(number)
    return str(low) if low == high else f"{low}..{high}"


def figures(options, subject, kind, dtype):
    path, problem = options.files.get(subject, kind)
    if problem:
        return {"problem": f"no file: {problem}"}
    passes = options.scratch / "passes"
    for old in passes.glob("*.ir"):
        old.unlink()
    analysis, problem = analysis_of(options, path, dtype, subject.specs if kind == "scripted" else [], passes)
    if problem:
        return {"problem": problem}
    report, problem = report_of(options, subject, kind, dtype, path, passes)
    if problem:
        return {"problem": one_line(problem)}
    thop = 2 * analysis["conventions"][CONVENTION]["value"]
    totals, gap = report["totals"], gap_of(report)
    return {
        "thop_x2": thop,
        "thop_package": thop_package(options, subject),
        "flops": analysis["totals"]["flops"],
        "expected": as_text(totals["expected"]),
        "measured": totals["measured"],
        "ratio": f"{totals['measured'] / thop:.4f}" if thop else "",
        "quiet": totals["quiet"],
        **figures_of(report),
        "unexplained": totals["unexplained"],
        "bound_width": totals["bound_width"],
        "forward_percent": forward_percent(report),
        **gap,
        "causes": "; ".join(f"{name}={flops}" for name, flops in gap["causes"].items()),
    }


def row_of(options, subject, kind, dtype):
    began = time.monotonic()
    row = {"model": subject.name, "weights": subject.weights, "file": kind, "dtype": dtype}
    row.update(figures(options, subject, kind, dtype))
    return {**row, "seconds": round(time.monotonic() - began, 1)}


def say(row):
    if row.get("problem"):
        return row["problem"]
    return (f"measured {row['measured']:,} of THOP x 2 {row['thop_x2']:,} ({row['ratio']}), {row['good_percent']} % of nodes and "
            f"{row['flops_percent']} % of FLOPs good, {row['unexplained_percent']} % unexplained")  # fmt: skip


# --- all rows ---


def subjects(options):
    for path in options.file or []:
        yield Subject(path.stem, stamp_of([path])[:12], 0.0, None, path)
    if options.file:
        return
    wanted = [builder for builder in builders.chosen(options) if builder.kind in (options.family or FAMILIES[:1])]
    for builder in sorted(wanted, key=lambda builder: float(builder.ops)):
        yield Subject(builder.name, builder.weights, float(builder.ops), builder, None)


def wanted_rows(options):
    for subject in subjects(options):
        for kind in [""] if subject.path else options.kind or ["traced"]:
            for dtype in options.dtype or DTYPES:
                if options.measured and not record_of(options, subject, kind, dtype).is_file():
                    continue
                yield (subject.name, subject.weights, kind, dtype), (subject, kind, dtype)


def key_of(row):
    return row["model"], row["weights"], row["file"], row["dtype"]


def cost_of(subject, _kind, dtype):
    return START_UP + subject.gmac * (2 if dtype == "f64" else 1)


def is_found_wanting(row):
    differs = row.get("thop_package", "") not in ("", row.get("thop_x2"))
    return row.get("problem") or row["mismatch"] or row["other"] or row["outputs_equal"] is False or differs


def summarize(rows):
    done = [row for row in rows if not row.get("problem")]
    for row in rows:
        if is_found_wanting(row):
            print(f"  {' '.join(key_of(row))}: {row.get('problem') or row['ops_without'] or 'THOP says ' + str(row['thop_package'])}")
    for dtype in DTYPES:
        of_type = [row for row in done if row["dtype"] == dtype]
        if of_type:
            worst = max(of_type, key=lambda row: float(row["unexplained_percent"] or 0))
            measured = sum(row["measured"] for row in of_type)
            print(f"{dtype}: {len(of_type)} models, measured {measured / sum(row['thop_x2'] for row in of_type):.4f} of THOP x 2, "
                  f"unexplained {percent(sum(row['unexplained'] for row in of_type), measured)} % of all, at most "
                  f"{worst['unexplained_percent']} % ({worst['model']})")  # fmt: skip
    return 1 if any(is_found_wanting(row) for row in rows) else 0


def parse(arguments):
    parser = table_parser("THOP times 2 against what is counted", "builders")
    builders.add_choice(parser, LIMIT)
    parser.add_argument("--all", action="store_true", help="no limit")
    parser.add_argument("--measured", action="store_true", help="only what was measured before")
    parser.add_argument("--family", action="append", choices=FAMILIES, help="classification unless said")
    parser.add_argument("--dtype", action="append", choices=DTYPES, help="both unless said")
    parser.add_argument("--file", action="append", type=pathlib.Path, metavar="MODEL.pt", help="in place of builders")
    parser.add_argument("--thop", type=pathlib.Path, metavar="FOLDER", help="where the package thop is installed")
    options = parser.parse_args(arguments)
    if options.all:
        options.limit = None
    return options


def main(arguments):
    options = parse(arguments)
    if not options.file:
        import torch  # noqa: F401  the forked makers have it

        import torchvision_without_extension  # noqa: F401
    options.scratch.mkdir(parents=True, exist_ok=True)
    options.files = ModelFiles(options)
    rows = run_rows(options, list(wanted_rows(options)), key_of, row_of, say, cost_of, programs_of(options))
    options.files.clean()
    if options.write:
        write_table(options.write, FIELDS, [row for row in rows if not row.get("problem")])
    return summarize(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
