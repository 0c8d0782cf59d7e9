"""What the peers are compared on: 21 models of torchvision, and one op at a time.

A case is a name, a function that builds the module, and the shapes of its inputs. To add one: one row in MODELS or OPS.
"""

import pathlib
import sys
from typing import Callable, NamedTuple, Sequence

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "models"))

SEED = 0
IMAGE = [1, 3, 224, 224]


class Case(NamedTuple):
    name: str
    build: Callable[[], nn.Module]
    shapes: Sequence[Sequence[int]]
    forms: Sequence[str] = ("traced",)  # what is made of it for our program

    def module(self):
        torch.manual_seed(SEED)
        return self.build().eval()

    def inputs(self):
        torch.manual_seed(SEED)
        values = tuple(torch.rand(*shape) for shape in self.shapes)
        return tuple(value.long() for value in values) if self.name == "Embedding" else values


def torchvision_model(name):
    import torchvision_without_extension  # noqa: F401
    import torchvision

    builders = {**vars(torchvision.models), **vars(torchvision.models.segmentation)}
    keywords = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    if name == "lraspp_mobilenet_v3_large":
        keywords = {"weights_backbone": None}
    return builders[name](weights=None, **keywords)


class First(nn.Module):
    """The model with the first of the tensors that it returns: tracing wants no dict."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x)["out"]


def model(name, shape=None, forms=("traced", "scripted")):
    return Case(name, lambda: torchvision_model(name), [shape or IMAGE], forms)


MODELS = [
    model("alexnet"),
    model("convnext_tiny"),
    model("densenet121"),
    model("efficientnet_b0"),
    model("efficientnet_v2_s"),
    model("googlenet"),
    model("inception_v3", [1, 3, 299, 299]),
    Case("lraspp_mobilenet_v3_large", lambda: First(torchvision_model("lraspp_mobilenet_v3_large")), [IMAGE]),
    model("maxvit_t"),
    model("mnasnet1_0"),
    model("mobilenet_v2"),
    model("mobilenet_v3_large"),
    model("regnet_y_400mf"),
    model("resnet18"),
    model("resnet50"),
    model("resnext50_32x4d"),
    model("shufflenet_v2_x1_0"),
    model("squeezenet1_0"),
    model("swin_t"),
    model("swin_v2_t"),
    model("vit_b_16"),
]


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


# The call is looked up when it runs, as in a model's code: ptflops wraps functions by name.
def function(name, call, *shapes):
    return Case(name, lambda: Function(call), shapes)


class Half(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)


class SharedLinear(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(10, 10)
        self.first = Half(layer)
        self.second = Half(layer)

    def forward(self, x):
        return self.second(self.first(x))


class Recurrent(nn.Module):
    """Scripted, nn.LSTM alone has no method named forward: it has one for each kind of input."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        return self.layers(x)[0]


class SelfAttention(nn.Module):
    def __init__(self, need_weights, **keywords):
        super().__init__()
        self.need_weights = need_weights
        self.attention = nn.MultiheadAttention(16, 4, **keywords)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=self.need_weights)[0]


SMALL = [1, 4, 8, 8]
BOTH = ("traced", "scripted")

OPS = [
    Case("Conv2d 4-6 k3 s2 p1 bias", lambda: nn.Conv2d(4, 6, 3, 2, 1), [SMALL], BOTH),
    Case("Conv2d groups dilation", lambda: nn.Conv2d(4, 6, 3, dilation=2, groups=2), [[2, 4, 9, 8]], BOTH),
    Case("Conv2d unbatched", lambda: nn.Conv2d(4, 6, 3), [[4, 8, 8]], BOTH),
    Case("Conv2d padding same", lambda: nn.Conv2d(4, 6, 3, padding="same"), [SMALL], BOTH),
    Case("Conv1d", lambda: nn.Conv1d(4, 6, 3), [[2, 4, 9]], BOTH),
    Case("Conv3d", lambda: nn.Conv3d(4, 6, 3), [[1, 4, 5, 6, 7]], BOTH),
    Case("ConvTranspose2d 4-6 k3 s2 bias", lambda: nn.ConvTranspose2d(4, 6, 3, 2), [SMALL], BOTH),
    Case("ConvTranspose2d groups", lambda: nn.ConvTranspose2d(4, 6, 3, 2, groups=2, bias=False), [SMALL], BOTH),
    Case("ConvTranspose1d 4-4", lambda: nn.ConvTranspose1d(4, 4, 3, 2), [[2, 4, 7]], BOTH),
    Case("Linear 10-5 bias", lambda: nn.Linear(10, 5), [[7, 10]], BOTH),
    Case("Linear 3-D", lambda: nn.Linear(10, 5, bias=False), [[2, 7, 10]], BOTH),
    Case("Linear shared by two modules", SharedLinear, [[1, 10]], BOTH),
    Case("Bilinear", lambda: nn.Bilinear(4, 5, 6), [[3, 4], [3, 5]], BOTH),
    function("matmul [4,5] x [3,5,6]", lambda a, b: torch.matmul(a, b), [4, 5], [3, 5, 6]),
    function("@ [3,4,5] x [3,5,6]", lambda a, b: a @ b, [3, 4, 5], [3, 5, 6]),
    function("matmul [4,5] x [5]", lambda a, b: torch.matmul(a, b), [4, 5], [5]),
    function("bmm", lambda a, b: torch.bmm(a, b), [3, 4, 5], [3, 5, 6]),
    function("mm", lambda a, b: torch.mm(a, b), [4, 5], [5, 6]),
    function("addmm", lambda c, a, b: torch.addmm(c, a, b), [4, 6], [4, 5], [5, 6]),
    function("baddbmm", lambda c, a, b: torch.baddbmm(c, a, b), [3, 4, 6], [3, 4, 5], [3, 5, 6]),
    function("einsum bij,bjk->bik", lambda a, b: torch.einsum("bij,bjk->bik", a, b), [3, 4, 5], [3, 5, 6]),
    function("einsum i,j->ij", lambda a, b: torch.einsum("i,j->ij", a, b), [4], [5]),
    function("einsum ...ij,...jk", lambda a, b: torch.einsum("...ij,...jk->...ik", a, b), [2, 3, 4, 5], [2, 3, 5, 6]),
    function("F.linear", lambda x, w, b: F.linear(x, w, b), [7, 10], [5, 10], [5]),
    function("F.conv2d", lambda x, w: F.conv2d(x, w), SMALL, [6, 4, 3, 3]),
    function("x + x", lambda x: x + x, [4, 5]),
    function("torch.add [2,1,4] + [3,1]", lambda a, b: torch.add(a, b), [2, 1, 4], [3, 1]),
    function("x * x", lambda x: x * x, [4, 5]),
    function("mean", lambda x: x.mean(-1), [4, 5]),
    function("F.relu", lambda x: F.relu(x), [4, 5]),
    function("F.softmax", lambda x: F.softmax(x, -1), [4, 5]),
    function("F.interpolate bilinear 2", lambda x: F.interpolate(x, scale_factor=2.0, mode="bilinear"), SMALL),
    function("F.grid_sample", lambda x, g: F.grid_sample(x, g, align_corners=False), SMALL, [1, 3, 3, 2]),
    function(
        "scaled_dot_product_attention",
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        [2, 4, 5, 8],
        [2, 4, 6, 8],
        [2, 4, 6, 8],
    ),
    Case("BatchNorm2d 72", lambda: nn.BatchNorm2d(2), [[1, 2, 6, 6]], BOTH),
    Case("BatchNorm1d no affine", lambda: nn.BatchNorm1d(4, affine=False), [[3, 4]], BOTH),
    Case("LayerNorm 12", lambda: nn.LayerNorm(4), [[3, 4]], BOTH),
    Case("GroupNorm", lambda: nn.GroupNorm(2, 4), [SMALL], BOTH),
    Case("InstanceNorm2d", lambda: nn.InstanceNorm2d(4), [SMALL], BOTH),
    Case("InstanceNorm2d affine", lambda: nn.InstanceNorm2d(4, affine=True), [SMALL], BOTH),
    Case("RMSNorm", lambda: nn.RMSNorm(8), [SMALL], BOTH),
    Case("Softmax 4x5", lambda: nn.Softmax(dim=-1), [[4, 5]], BOTH),
    Case("LogSoftmax", lambda: nn.LogSoftmax(dim=0), [[4, 5]], BOTH),
    Case("Softmin", lambda: nn.Softmin(dim=1), [[4, 5]], BOTH),
    Case("Softmax2d", nn.Softmax2d, [SMALL], BOTH),
    Case("ReLU", nn.ReLU, [SMALL], BOTH),
    Case("ReLU6", nn.ReLU6, [SMALL], BOTH),
    Case("GELU", nn.GELU, [SMALL], BOTH),
    Case("SiLU", nn.SiLU, [SMALL], BOTH),
    Case("ELU", nn.ELU, [SMALL], BOTH),
    Case("PReLU", nn.PReLU, [SMALL], BOTH),
    Case("LeakyReLU", nn.LeakyReLU, [SMALL], BOTH),
    Case("Sigmoid", nn.Sigmoid, [SMALL], BOTH),
    Case("AvgPool2d k2", lambda: nn.AvgPool2d(2), [SMALL], BOTH),
    Case("AvgPool2d ceil padding", lambda: nn.AvgPool2d(3, 2, 1, True, False), [SMALL], BOTH),
    Case("AvgPool1d", lambda: nn.AvgPool1d(3, 2, 1), [[2, 3, 9]], BOTH),
    Case("AvgPool3d", lambda: nn.AvgPool3d(2), [[1, 2, 4, 6, 6]], BOTH),
    Case("MaxPool2d k2", lambda: nn.MaxPool2d(2), [SMALL], BOTH),
    Case("AdaptiveAvgPool2d 8-3", lambda: nn.AdaptiveAvgPool2d(3), [SMALL], BOTH),
    Case("AdaptiveAvgPool1d 7-2", lambda: nn.AdaptiveAvgPool1d(2), [[2, 3, 7]], BOTH),
    Case("AdaptiveMaxPool2d", lambda: nn.AdaptiveMaxPool2d(2), [SMALL], BOTH),
    Case("Upsample nearest", lambda: nn.Upsample(scale_factor=2, mode="nearest"), [SMALL], BOTH),
    Case("Upsample bilinear", lambda: nn.Upsample(scale_factor=2, mode="bilinear"), [SMALL], BOTH),
    Case("Upsample bicubic", lambda: nn.Upsample(scale_factor=2, mode="bicubic"), [SMALL], BOTH),
    Case("Upsample size", lambda: nn.Upsample(size=(5, 9), mode="bilinear"), [[2, 4, 8, 8]], BOTH),
    Case("Upsample trilinear", lambda: nn.Upsample(scale_factor=2, mode="trilinear"), [[1, 2, 3, 4, 5]], BOTH),
    Case("LSTM 10-20", lambda: Recurrent(nn.LSTM(10, 20)), [[5, 3, 10]], BOTH),
    Case("LSTM 10-20 two layers both ways", lambda: Recurrent(nn.LSTM(10, 20, 2, bidirectional=True)), [[5, 3, 10]], BOTH),
    Case("LSTM projection", lambda: Recurrent(nn.LSTM(10, 20, 2, proj_size=7, batch_first=True)), [[3, 5, 10]], BOTH),
    Case("LSTM no bias", lambda: Recurrent(nn.LSTM(10, 20, bias=False)), [[5, 3, 10]], BOTH),
    Case("GRU 10-20", lambda: Recurrent(nn.GRU(10, 20)), [[5, 3, 10]], BOTH),
    Case("RNN 10-20", lambda: Recurrent(nn.RNN(10, 20, 2)), [[5, 3, 10]], BOTH),
    Case("LSTMCell", lambda: nn.LSTMCell(10, 20), [[3, 10]], BOTH),
    Case("GRUCell", lambda: nn.GRUCell(10, 20), [[3, 10]], BOTH),
    Case("RNNCell", lambda: nn.RNNCell(10, 20), [[3, 10]], BOTH),
    Case("MultiheadAttention e16 h4", lambda: nn.MultiheadAttention(16, 4), [[5, 2, 16]] * 3),
    Case("MultiheadAttention no weights", lambda: SelfAttention(False), [[5, 2, 16]]),
    Case("MultiheadAttention fused", lambda: SelfAttention(True, batch_first=True), [[2, 5, 16]]),
    Case(
        "MultiheadAttention kdim",
        lambda: nn.MultiheadAttention(16, 4, kdim=6, vdim=8),
        [[5, 2, 16], [7, 2, 6], [7, 2, 8]],
    ),
    Case("MultiheadAttention bias_k", lambda: SelfAttention(False, add_bias_kv=True), [[5, 2, 16]]),
    Case("TransformerEncoderLayer", lambda: nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), [[2, 5, 16]]),
    Case("Embedding", lambda: nn.Sequential(nn.Embedding(100, 8)), [[3, 4]]),
]


def find(names):
    cases = [*MODELS, *OPS]
    unknown = sorted(set(names) - {case.name for case in cases})
    if unknown:
        raise SystemExit(f"cases: nothing is named {unknown[0]!r}")
    return [case for case in cases if not names or case.name in names]
