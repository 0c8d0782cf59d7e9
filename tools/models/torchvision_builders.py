"""torchvision's model builders as TorchScript: every builder whose weights publish `_ops`, built as these weights want it.

The rows are testdata/torchvision/builders.csv: builder, kind, weights, the input that `_ops` stands for, the number of
parameters (which checks the build), the published `_ops` and the exact MACs: a number, or, of a two-stage detector, a
formula in what it finds and the counts for which `_ops` was published. The first row of a builder is its default.

No weights are downloaded. What the weights enum asks of the builder applies all the same: the number of classes, auxiliary
heads, the transformation of the input. `fill` gives random values; without it the tensors keep what memory held, made 0:
shapes and graphs do not depend on the values, and filling 600 million of them takes a minute.
"""

import contextlib
import csv
import pathlib
import sys
import warnings
from typing import NamedTuple, Optional, Sequence, Tuple
from unittest import mock

from analysis_rows import is_wanted

TABLE = pathlib.Path(__file__).resolve().parents[2] / "testdata" / "torchvision" / "builders.csv"
QUANTIZED = "quantized_"


class Builder(NamedTuple):
    name: str  # in torchvision.models; quantized_<name> is in torchvision.models.quantization
    kind: str
    weights: str
    inputs: Sequence[Tuple[int, ...]]
    parameters: int
    ops: str  # GMACs with three decimals, as published
    macs: Optional[int]  # None: depends on what it finds
    formula: str = ""  # then: 120020169216 + 14359552*proposals
    counts: str = ""  # for which `ops` holds: proposals=1000

    @property
    def is_detector(self):
        return self.kind == "detection"


def read_builders(path=TABLE):
    with open(path, newline="") as file:
        return [
            Builder(
                row["builder"],
                row["kind"],
                row["weights"],
                [tuple(int(dim) for dim in shape.split("x")) for shape in row["inputs"].split()],
                int(row["parameters"]),
                row["ops"],
                int(row["macs"]) if row["macs"].isdigit() else None,
                "" if row["macs"].isdigit() else row["macs"],
                row["counts"] or "",
            )
            for row in csv.DictReader(file)
        ]


def default_builder(name):
    return next(builder for builder in read_builders() if builder.name == name)


def add_choice(parser, limit=None):
    """Options that leave builders out; `--only` is table_parser's."""
    said = f"; {limit} unless said" if limit is not None else ""
    parser.add_argument("--limit", type=float, metavar="GMAC", default=limit, help=f"leave out builders with more{said}")
    parser.add_argument("--all-weights", action="store_true", help="also the weights with another input size")


def chosen(options):
    """The builders that the options leave, in the order of the table."""
    seen = set()
    for builder in read_builders():
        default = builder.name not in seen
        seen.add(builder.name)
        if not default and not options.all_weights:
            continue
        if is_wanted(options, builder.name) and (options.limit is None or float(builder.ops) <= options.limit):
            yield builder


def has_ops() -> bool:
    return True


@contextlib.contextmanager
def without_download(fill):
    """Builders get their weights' settings, but no state dict; without `fill`, initialisers leave zeros."""
    import torch
    from torchvision.models._api import WeightsEnum

    def zeros(tensor, *_, **__):
        with torch.no_grad():
            return tensor.zero_()

    with contextlib.ExitStack() as patches:
        patches.enter_context(mock.patch.object(WeightsEnum, "get_state_dict", lambda *_, **__: {}))
        patches.enter_context(mock.patch.object(torch.nn.Module, "load_state_dict", lambda *_, **__: None))
        # Detectors compile `_assert_has_ops`, which is false where the extension does not load.
        for module in list(sys.modules.values()):
            if module.__name__.startswith("torchvision.") and "_has_ops" in vars(module):
                patches.enter_context(mock.patch.object(module, "_has_ops", has_ops))
        if not fill:
            for name in dir(torch.nn.init):
                if name.endswith("_") and not name.startswith("_"):
                    patches.enter_context(mock.patch.object(torch.nn.init, name, zeros))
            for name in ("normal_", "uniform_"):
                patches.enter_context(mock.patch.object(torch.Tensor, name, zeros))
        yield


def build(builder, fill=False):
    """The module in eval mode; raises where its parameters are not those of the table."""
    import torchvision_without_extension  # noqa: F401  before torchvision
    import torchvision

    quantized = builder.name.startswith(QUANTIZED)
    models = torchvision.models.quantization if quantized else torchvision.models
    function = {
        "detection": torchvision.models.detection,
        "optical_flow": torchvision.models.optical_flow,
        "quantization": torchvision.models.quantization,
        "segmentation": torchvision.models.segmentation,
        "video": torchvision.models.video,
    }.get(builder.kind, models).__dict__[builder.name.removeprefix(QUANTIZED)]
    weights = torchvision.models.get_model_weights(builder.name)[builder.weights]
    options = {}
    if quantized:  # the float model with the places marked where quantization would begin and end
        weights, options = weights.meta["unquantized"], {"quantize": False}
    if builder.name == "quantized_inception_v3":
        options["aux_logits"] = True  # asked for nothing, this builder drops the head, whose parameters are published
    with without_download(fill):
        module = function(weights=weights, **options).eval()
    parameters = sum(parameter.numel() for parameter in module.parameters())
    if parameters != builder.parameters:
        raise ValueError(f"{builder.name} has {parameters} parameters, not {builder.parameters}")
    return module.requires_grad_(False)


def example_inputs(builder):
    import torch

    tensors = tuple(torch.rand(*shape) for shape in builder.inputs)
    return (list(tensors),) if builder.is_detector else tensors


def specs(builder):
    """What --input takes for a scripted file."""
    tensors = ["f32[" + ",".join(map(str, shape)) + "]" for shape in builder.inputs]
    return ["[" + ",".join(tensors) + "]", "none"] if builder.is_detector else tensors


def non_maximum_suppression(boxes, scores, iou_threshold):
    import torch
    from torchvision.ops import box_iou

    rest = torch.argsort(scores, descending=True, stable=True)
    kept = []
    while len(rest) > 0:
        kept.append(rest[0])
        rest = rest[1:][box_iou(boxes[rest[:1]], boxes[rest[1:]])[0] <= iou_threshold]
    return torch.stack(kept) if kept else torch.empty(0, dtype=torch.int64)


def pooled_zeros(image, rois, _scale, height, width, *_):
    return image.new_zeros(len(rois), image.shape[1], height, width)


def define_kernels():
    """Tracing runs a detector: where torchvision's extension does not load, its operators get plain kernels."""
    import torchvision_without_extension

    library = torchvision_without_extension.declared
    if library is None or torchvision_without_extension.has_kernels:
        return
    library.impl("nms", non_maximum_suppression, "CPU")
    library.impl("roi_align", pooled_zeros, "CPU")
    torchvision_without_extension.has_kernels = True


def script_or_trace(module, builder, kind):
    import torch

    with torch.no_grad(), without_download(fill=True):
        if kind == "scripted":
            return torch.jit.script(module)
        if builder.is_detector:
            define_kernels()
        # strict=False: segmentation and detection answer with dicts.
        return torch.jit.trace(module, example_inputs(builder), strict=False, check_trace=False)


def save_file(builder, kind, path, fill, _answers):
    """For in_child: the file of a builder. Without `fill` its weights are what memory held, made 0."""
    import torch

    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    warnings.simplefilter("ignore")
    torch.jit.save(script_or_trace(build(builder, fill), builder, kind), str(path))
