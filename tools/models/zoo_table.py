"""Models of timm and transformers, traced and scripted, through `flopaudit analyze`, against torch's counter made exact.

    python zoo_table.py PROGRAM SCRATCH_FOLDER ZOO_FOLDER [--only PATTERN]... [--kind KIND]... [--write CSV]

ZOO_FOLDER holds timm and transformers (tools/zoo_table installs them). One model at a time, in a process of its own; rows that
are done with the same program are kept in SCRATCH_FOLDER/rows.jsonl. What is expected is counted by running the
TorchScript program itself under FlopCounterMode (exact_macs.py): tracing drops dead code, so a file's MACs are its own.

Exit status: 0 all equal but the rows with a named cause, 1 something differs, 2 wrong usage.
"""

import argparse
import fnmatch
import pathlib
import sys
import time
import warnings

import zoo_models
from analysis_rows import FIGURES, Log, analyse, in_child, is_good, write_table

KINDS = ("traced", "scripted")
FIELDS = ("library", "model", "file", "macs", "expected", "equal", *FIGURES[1:], "cause")
SECONDS = 600


def tensor_of(kind, *dims):
    import torch

    if kind == "ids":
        return torch.randint(3, 30, dims)
    if kind == "mask":
        return torch.ones(dims, dtype=torch.int64)
    return torch.rand(dims)


def tensors_in(value):
    import torch

    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for element in value for tensor in tensors_in(element)]
    return []


def timm_model(name):
    import timm
    import torch

    model = timm.create_model(name, pretrained=False).eval()
    size = getattr(model, "pretrained_cfg", {}).get("input_size", (3, 224, 224))
    return model, (torch.rand(1, *size),)


def transformers_model(name):
    import torch
    import transformers

    row = zoo_models.TRANSFORMERS[name]
    model_class = getattr(transformers, row.model)
    model = model_class(model_class.config_class(**row.config)).eval()
    if name == "whisper-encoder":
        model = model.encoder

    class Tensors(torch.nn.Module):
        """The answer's tensors: a trace cannot give back the library's own classes."""

        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *inputs):
            return tuple(tensors_in(self.model(*inputs)))

    return Tensors().eval(), tuple(tensor_of(*spec) for spec in row.inputs)


MAKERS = {"timm": timm_model, "transformers": transformers_model}


def make(zoo, library, name, kind, path, answers):
    """Puts the inputs and the MACs that the program executes."""
    sys.path.append(str(zoo))
    warnings.simplefilter("ignore")
    import torch
    from exact_macs import macs_of

    torch.manual_seed(0)
    module, inputs = MAKERS[library](name)
    module.requires_grad_(False)
    with torch.no_grad():
        if kind == "traced":
            program = torch.jit.trace(module, inputs, strict=False, check_trace=False)
        else:
            program = torch.jit.script(module)
    torch.jit.save(program, str(path))
    specs = [f"{'f32' if tensor.is_floating_point() else 'i64'}{list(tensor.shape)}" for tensor in inputs]
    answers.put({"specs": [spec.replace(" ", "") for spec in specs]})
    answers.put({"expected": macs_of(lambda: program(*inputs))[0]})


def row_of(options, library, name, kind):
    path = pathlib.Path(options.scratch) / f"{library}_{name}_{kind}.pt"
    began = time.monotonic()
    try:
        made = in_child(make, (options.zoo, library, name, kind, path), SECONDS)
        problem = made.get("problem", "")
        if "specs" in made:
            figures = analyse(options.program, path, made["specs"], SECONDS)
        else:
            figures = {"cause": f"no file: {problem}"}
    finally:
        if not options.keep:
            path.unlink(missing_ok=True)
    if problem and not figures["cause"]:
        figures["cause"] = f"torch does not count it: {problem}"
    expected = made.get("expected", "")
    return {
        "library": library,
        "model": name,
        "file": kind,
        "expected": expected,
        "equal": "yes" if expected != "" and figures.get("macs") == str(expected) else "no",
        **{field: figures.get(field, "") for field in (*FIGURES, "cause")},
        "seconds": round(time.monotonic() - began, 2),
    }


def key_of(row):
    return row["library"], row["model"], row["file"]


def wanted_rows(options):
    names = [("timm", name) for name in zoo_models.TIMM] + [("transformers", name) for name in zoo_models.TRANSFORMERS]
    for library, name in names:
        if not any(fnmatch.fnmatch(f"{library}/{name}", pattern) for pattern in options.only or ["*"]):
            continue
        for kind in options.kind or KINDS:
            if library == "timm" or kind == "traced":  # transformers' Python is not TorchScript's
                yield library, name, kind


def run_table(options):
    sys.path.append(options.zoo)
    import torch  # noqa: F401  the forked makers have it

    import torchvision_without_extension  # noqa: F401

    log = Log(pathlib.Path(options.scratch), options.program, key_of)
    wanted = list(wanted_rows(options))
    rows = []
    for number, key in enumerate(wanted, 1):
        row = log.rows.get(key)
        if row is None:
            row = row_of(options, *key)
            log.add(row)
            figure = f"{row['macs']} for {row['expected']}" if row["macs"] else row["cause"]
            print(f"[{number}/{len(wanted)}] {' '.join(key)}: {figure} {row['equal']} ({row['seconds']} s)", flush=True)
        rows.append(row)
    return rows


def summarize(rows):
    for library in MAKERS:
        for kind in KINDS:
            of_kind = [row for row in rows if row["library"] == library and row["file"] == kind]
            made = [row for row in of_kind if not row["cause"].startswith("no file")]
            if of_kind:
                good = f"{sum(is_good(row) for row in made)} of {len(made)} equal, with every node counted"
                print(f"{library} {kind}: {good}; {len(of_kind) - len(made)} not made")
    others = [row for row in rows if not is_good(row)]
    for row in others:
        print(f"  {row['library']} {row['model']} {row['file']}: {row['macs'] or '-'} for {row['expected']}: {row['cause']}")
    return 1 if any(not row["cause"] for row in others) else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description="timm and transformers against flopaudit")
    parser.add_argument("program", help="build/bin/flopaudit")
    parser.add_argument("scratch", help="a folder for the files of the moment and the rows that are done")
    parser.add_argument("zoo", help="a folder with timm and transformers in it")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="timm/NAME or transformers/NAME, as a shell would")
    parser.add_argument("--kind", action="append", choices=KINDS, help="traced or scripted; both unless said")
    parser.add_argument("--keep", action="store_true", help="leave the files")
    parser.add_argument("--write", metavar="CSV", help="the table, without times")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    rows = run_table(options)
    if options.write:
        write_table(options.write, FIELDS, rows)
    return summarize(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
