"""Models of timm and transformers, and small ones of our own, traced and scripted, through `flopaudit analyze`, against torch's
counter made exact.

    python zoo_table.py PROGRAM SCRATCH_FOLDER ZOO_FOLDER [--only PATTERN]... [--kind KIND]... [--keep] [--write CSV]
                        [--front-ends FRONT_END_DIFF]

Four libraries: `timm` and `transformers` (zoo_models.py), `architectures`, which is whatever transformers has
(zoo_architectures.py), `modules` (zoo_modules.py). ZOO_FOLDER holds the first two (tools/zoo_table installs them). One model at a time, in a process of its own; rows that
are done with the same program are kept in SCRATCH_FOLDER/rows.jsonl. What is expected is counted by running the
TorchScript program itself under FlopCounterMode (exact_macs.py): tracing drops dead code, so a file's MACs are its own.

Exit status: 0 all equal but the rows with a named cause, 1 something differs, 2 wrong usage.
"""

import json
import os
import sys
import time
import warnings

import zoo_models
from analysis_rows import (
    FIGURES,
    KINDS,
    add_front_ends,
    analyse,
    compare_front_ends,
    in_child,
    is_good,
    is_wanted,
    run_rows,
    summarize_front_ends,
    table_parser,
    write_table,
)

FIELDS = ("library", "model", "file", "macs", "expected", "equal", *FIGURES[1:], "front_ends", "cause")
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

    return tensors_of(model), tuple(tensor_of(*spec) for spec in row.inputs)


def tensors_of(model, names=()):
    """The model with its answer's tensors alone: a trace cannot give back the library's own classes. Inputs by `names`."""
    import torch

    class Tensors(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *inputs):
            return tuple(tensors_in(self.model(**dict(zip(names, inputs))) if names else self.model(*inputs)))

    return Tensors().eval()


def architecture_model(name):
    from zoo_architectures import small_model

    model, inputs = small_model(name)
    return tensors_of(model, tuple(inputs)), tuple(inputs.values())


def own_module(name):
    from zoo_modules import MODULES

    return MODULES[name]()


MAKERS = {"timm": timm_model, "transformers": transformers_model, "architectures": architecture_model, "modules": own_module}


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


def made_once(options, library, name, kind, path):
    """With --keep a file, and what is known of it, is made once for all programs."""
    note = path.with_suffix(".json")
    if options.keep and note.is_file():
        return json.loads(note.read_text())
    made = in_child(make, (options.zoo, library, name, kind, path), SECONDS)
    if options.keep:
        note.write_text(json.dumps(made))
    return made


def row_of(options, library, name, kind):
    path = options.scratch / f"{library}_{name}_{kind}.pt"
    began = time.monotonic()
    try:
        made = made_once(options, library, name, kind, path)
        problem = made.get("problem", "")
        if "specs" in made:
            figures = analyse(options.program, path, made["specs"], SECONDS)
        else:
            figures = {"cause": f"no file: {problem}"}
        front_ends = compare_front_ends(options, path, SECONDS)
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
        "front_ends": front_ends,
        "seconds": round(time.monotonic() - began, 2),
    }


def key_of(row):
    return row["library"], row["model"], row["file"]


def names_of(library):
    if library == "timm":
        return zoo_models.TIMM
    if library == "transformers":
        return list(zoo_models.TRANSFORMERS)
    if library == "modules":
        from zoo_modules import MODULES

        return list(MODULES)
    import zoo_architectures

    return zoo_architectures.names()


def is_scriptable(library, name):
    if library != "modules":
        return library == "timm"  # transformers' Python is not TorchScript's
    from zoo_modules import SCRIPTED

    return name in SCRIPTED


def wanted_rows(options):
    for library in MAKERS:
        for name in names_of(library):
            if not is_wanted(options, f"{library}/{name}"):
                continue
            for kind in options.kind or KINDS:
                if kind == "traced" or is_scriptable(library, name):
                    key = (library, name, kind)
                    yield key, key


def is_made(row):
    return not row["cause"].startswith("no file")


def summarize(rows):
    for library in MAKERS:
        for kind in KINDS:
            of_kind = [row for row in rows if row["library"] == library and row["file"] == kind]
            made = [row for row in of_kind if is_made(row)]
            if of_kind:
                good = f"{sum(is_good(row) for row in made)} of {len(made)} equal, with every node counted"
                print(f"{library} {kind}: {good}; {len(of_kind) - len(made)} not made")
    others = [row for row in rows if is_made(row) and not is_good(row)]
    for row in others:
        print(f"  {row['library']} {row['model']} {row['file']}: {row['macs'] or '-'} for {row['expected']}: {row['cause']}")
    return 1 if any(not row["cause"] for row in others) else 0


def parse(arguments):
    parser = table_parser("models that no rule was written for, against flopaudit", "LIBRARY/NAME")
    add_front_ends(parser)
    parser.add_argument("zoo", help="a folder with timm and transformers in it")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    sys.path.append(options.zoo)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    import torch  # noqa: F401  the forked makers have it

    import torchvision_without_extension  # noqa: F401

    rows = run_rows(options, list(wanted_rows(options)), key_of, row_of)
    if options.write:
        write_table(options.write, FIELDS, [row for row in rows if is_made(row)])
    equal = summarize_front_ends(rows, key_of)
    return summarize(rows) or (0 if equal else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
