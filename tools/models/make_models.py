"""Makes the models of the tests and the demo: build/models/<name>_traced.pt and <name>_scripted.pt.

    python make_models.py OUTPUT_FOLDER [NAME ...]

Weights are random (seed 0), models are in eval mode. A model's stamp file beside it holds a hash of these scripts with
the versions of torch and torchvision: a file whose stamp fits is not made again, one whose stamp differs is. Quiet when there
is nothing to do. To add a model: one row in MODELS, or a name in TABLE.
"""

import functools
import hashlib
import importlib.metadata
import pathlib
import sys
import warnings
from typing import NamedTuple, Sequence

SEED = 0
BOTH = ("traced", "scripted")
IMAGE = (1, 3, 224, 224)


class Model(NamedTuple):
    name: str  # the builder in torchvision.models, and the stem of the files
    input_shape: Sequence[int]
    kinds: Sequence[str]  # what is made of it


# Disk is limited by the weights: each file is 4 bytes a parameter. VGG keeps 500 MB in its classifier, which every
# depth shares, so the depth with the least and only one of them with batch_norm.
MODELS = [
    Model("resnet18", IMAGE, BOTH),
    Model("resnet50", IMAGE, BOTH),
    Model("vgg11", IMAGE, ("scripted",)),
    Model("vgg11_bn", IMAGE, ("traced",)),
    Model("densenet121", IMAGE, BOTH),
    Model("mobilenet_v2", IMAGE, BOTH),
    Model("mobilenet_v3_small", IMAGE, BOTH),
    Model("mobilenet_v3_large", IMAGE, BOTH),
    Model("efficientnet_b0", IMAGE, BOTH),
    Model("efficientnet_v2_s", IMAGE, BOTH),
    Model("squeezenet1_0", IMAGE, BOTH),
    Model("squeezenet1_1", IMAGE, BOTH),
]

# Builders of testdata/torchvision/builders.csv, made as their published weights want them: the small ones of each family, for
# the table of figures that the tests hold.
TABLE = [
    "googlenet",
    "lraspp_mobilenet_v3_large",
    "mnasnet0_5",
    "quantized_mobilenet_v2",
    "quantized_shufflenet_v2_x0_5",
    "regnet_x_400mf",
    "regnet_y_400mf",
    "s3d",
    "shufflenet_v2_x0_5",
    "swin_t",
]


def key():
    """What a model file depends on, apart from its own row: these scripts and the two packages."""
    digest = hashlib.sha256()
    here = pathlib.Path(__file__).resolve().parent
    for script in ("make_models.py", "torchvision_builders.py", "torchvision_without_extension.py"):
        digest.update((here / script).read_bytes())
    for package in ("torch", "torchvision"):
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    return digest.hexdigest()


def is_current(path, stamp):
    stamp_path = path.with_suffix(".stamp")
    return path.is_file() and stamp_path.is_file() and stamp_path.read_text() == stamp


def build(model):
    import torch

    import torchvision_without_extension  # noqa: F401
    import torchvision

    torch.manual_seed(SEED)
    module = getattr(torchvision.models, model.name)(weights=None)
    return module.eval()


def make(model, kind):
    import torch

    module = build(model)
    torch.manual_seed(SEED)
    with torch.no_grad():
        if kind == "traced":
            return torch.jit.trace(module, torch.rand(*model.input_shape))
        return torch.jit.script(module)


def make_of_table(name, kind):
    import torch
    import torchvision_builders

    torch.manual_seed(SEED)
    builder = torchvision_builders.default_builder(name)
    return torchvision_builders.script_or_trace(torchvision_builders.build(builder), builder, kind)


def save(program, path):
    """A file appears whole or not at all: another session may be reading the folder."""
    import torch

    partial = path.with_suffix(".partial")
    torch.jit.save(program, str(partial))
    partial.rename(path)


def main(arguments):
    if not arguments:
        print("make_models: which folder? (make_models.py OUTPUT_FOLDER [NAME ...])", file=sys.stderr)
        return 2
    folder, names = pathlib.Path(arguments[0]), arguments[1:]
    unknown = sorted(set(names) - {model.name for model in MODELS} - set(TABLE))
    if unknown:
        print(f"make_models: no model named {unknown[0]} in {pathlib.Path(__file__).name}", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    stamp = key()
    wanted = [(model.name, kind, functools.partial(make, model, kind)) for model in MODELS for kind in model.kinds]
    wanted += [(name, kind, functools.partial(make_of_table, name, kind)) for name in TABLE for kind in BOTH]
    for name, kind, program in wanted:
        path = folder / f"{name}_{kind}.pt"
        if (names and name not in names) or is_current(path, stamp):
            continue
        print(f"make_models: {path.name}", file=sys.stderr, flush=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            save(program(), path)
        path.with_suffix(".stamp").write_text(stamp)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
