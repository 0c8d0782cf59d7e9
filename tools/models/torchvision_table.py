"""Every torchvision builder with published `_ops`, traced and scripted, through `flopaudit analyze`: a table of the figures.

    python torchvision_table.py PROGRAM SCRATCH_FOLDER [--only PATTERN] [--limit GMAC] [--kind KIND]... [--all-weights]
                                [--keep] [--write CSV] [--front-ends FRONT_END_DIFF]

One builder at a time: a process of its own makes the file, the program analyses it, the file goes. What is done is kept in
SCRATCH_FOLDER/rows.jsonl, and is not done again with the same program; so an interrupted run goes on where it was. At the end
the table is compared: MACs with the published `_ops` at three decimals and with the exact integer, or formula, and nothing
without a rule or a shape; with --front-ends, LibTorch's text of each file with our own reader's. `--write` puts the rows that
are done into a CSV without times, which shows in review when a number moves.

Exit status: 0 all equal but the rows with a named cause, 1 something differs, 2 wrong usage.
"""

import sys
import time

import torchvision_builders as builders
from analysis_rows import (
    FIGURES,
    KINDS,
    add_front_ends,
    analyse,
    compare_front_ends,
    in_child,
    is_good,
    run_rows,
    summarize_front_ends,
    table_parser,
    write_table,
)
from detector_formulas import at_counts, terms

FIELDS = ("builder", "weights", "file", "macs", "expected", "ops", "equal", *FIGURES[1:], "front_ends", "cause")
SECONDS = 1800


def is_equal(builder, macs):
    """What the symbols of a formula are called is the program's to choose."""
    if builder.formula:
        published = f"{at_counts(builder.formula, builder.counts) / 1e9:.3f}" == builder.ops
        return published and terms(macs) == terms(builder.formula)
    if not macs.isdigit():
        return False
    return f"{int(macs) / 1e9:.3f}" == builder.ops and (builder.macs is None or int(macs) == builder.macs)


def row_of(options, builder, kind):
    path = options.scratch / f"{builder.name}_{kind}.pt"
    began = time.monotonic()
    try:
        problem = in_child(builders.save_file, (builder, kind, path, False), SECONDS).get("problem")
        specs = builders.specs(builder) if kind == "scripted" else []  # a traced file carries its inputs
        figures = {"cause": f"no file: {problem}"} if problem else analyse(options.program, path, specs, SECONDS)
        # The table names files, not where they lay.
        figures = {k: v.replace(f"{options.scratch}/", "") if isinstance(v, str) else v for k, v in figures.items()}
        front_ends = compare_front_ends(options, path, SECONDS)
    finally:
        if not options.keep:
            path.unlink(missing_ok=True)
    equal = is_equal(builder, figures.get("macs", ""))
    if equal and builder.formula:  # in the names that are told what they are
        figures = {**figures, "macs": builder.formula, "flops": "", "cause": ""}
    return {
        "builder": builder.name,
        "weights": builder.weights,
        "file": kind,
        "expected": builder.formula if builder.macs is None else builder.macs,
        "ops": builder.ops,
        "equal": "yes" if equal else "no",
        **{name: figures.get(name, "") for name in (*FIGURES, "cause")},
        "front_ends": front_ends,
        "seconds": round(time.monotonic() - began, 2),
    }


def key_of(row):
    return row["builder"], row["weights"], row["file"]


def wanted_rows(options):
    for builder in builders.chosen(options):
        for kind in options.kind or KINDS:
            yield (builder.name, builder.weights, kind), (builder, kind)


def summarize(rows):
    for kind in KINDS:
        of_kind = [row for row in rows if row["file"] == kind]
        print(f"{kind}: {sum(is_good(row) for row in of_kind)} of {len(of_kind)} equal, with every node counted")
    others = [row for row in rows if not is_good(row)]
    for row in others:
        print(f"  {row['builder']} {row['file']}: {row['macs'] or '-'} for {row['expected'] or row['ops']}: {row['cause']}")
    return 1 if any(not row["cause"] for row in others) else 0


def parse(arguments):
    parser = table_parser("torchvision's published _ops against flopaudit", "builders")
    builders.add_choice(parser)
    add_front_ends(parser)
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    import torch  # noqa: F401  the forked makers have it

    import torchvision_without_extension  # noqa: F401

    rows = run_rows(options, list(wanted_rows(options)), key_of, row_of)
    if options.write:
        write_table(options.write, FIELDS, rows)
    equal = summarize_front_ends(rows, key_of)
    return summarize(rows) or (0 if equal else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
