"""Small networks of our own making, one for each way of computing that no model of the other two libraries needs.

Recurrent layers, transformers of torch.nn with and without their fast path, quantized and complex networks, transforms,
solvers, scatters. Each name in MODULES is a function that gives the module and its inputs. To add one: a row, with its class in
zoo_networks.py where a function does not do; and its name in SCRIPTED where it is not a `call`.
"""

import torch
from torch import nn
from torch.nn import functional as F

import zoo_networks as networks

FLOATS = torch.rand


class Call(nn.Module):
    """A function with parameters: `function(module, *inputs)`. Traced only."""

    def __init__(self, function, **children):
        super().__init__()
        self.function = function
        for name, child in children.items():
            setattr(self, name, nn.Parameter(child) if isinstance(child, torch.Tensor) else child)

    def forward(self, *inputs):
        return self.function(self, *inputs)


def call(function, *inputs, **children):
    return lambda: (Call(function, **children), inputs)


def layer(build, *inputs):
    return lambda: (build(), inputs)


def quantized(build, *inputs):
    """Post-training quantization in eager mode: observed, then converted."""

    def make():
        torch.backends.quantized.engine = "onednn" if "onednn" in torch.backends.quantized.supported_engines else "fbgemm"
        model = torch.ao.quantization.QuantWrapper(build()).eval()
        model.qconfig = torch.ao.quantization.default_qconfig
        torch.ao.quantization.prepare(model, inplace=True)
        model(*inputs)
        return torch.ao.quantization.convert(model, inplace=True), inputs

    return make


def dynamic(build, *inputs):
    return lambda: (torch.ao.quantization.quantize_dynamic(build().eval(), {nn.Linear, nn.LSTM, nn.GRU}), inputs)


class First(nn.Module):
    """The first of what a layer returns."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)[0]


def encoder(**options):
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32, **options), 2)


SEQUENCE, IMAGE = FLOATS(2, 5, 16), FLOATS(2, 4, 12, 12)
IDS = torch.tensor([[1, 2, 3], [4, 5, 6]])
EDGES = torch.tensor([[0, 1, 2, 3, 4, 0, 2], [1, 2, 3, 4, 0, 2, 0]])

# fmt: off
MODULES = {
    "attention": lambda: (networks.Attention(True, batch_first=True), (SEQUENCE, torch.zeros(5, 5))),
    "attention-no-weights": lambda: (networks.Attention(False, add_bias_kv=True, add_zero_attn=True), (SEQUENCE, torch.zeros(2, 2))),
    "encoder": layer(lambda: encoder(batch_first=True), SEQUENCE),
    "encoder-norm-first": layer(lambda: encoder(norm_first=True, activation="gelu"), SEQUENCE),
    "decoder": layer(lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(16, 4, 32), 2, nn.LayerNorm(16)), FLOATS(5, 2, 16), FLOATS(7, 2, 16)),
    "transformer": layer(lambda: nn.Transformer(16, 4, 1, 1, 32, batch_first=True), FLOATS(2, 5, 16), FLOATS(2, 7, 16)),
    "sdpa-causal-gqa": call(lambda m, q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True), FLOATS(2, 8, 6, 4), FLOATS(2, 2, 6, 4), FLOATS(2, 2, 6, 4)),
    "sdpa-mask": call(lambda m, q, k: F.scaled_dot_product_attention(q, k, k, attn_mask=torch.ones(6, 9).tril().bool()), FLOATS(2, 8, 6, 4), FLOATS(2, 8, 9, 4)),
    "lstm": layer(lambda: First(nn.LSTM(16, 8, 2, bidirectional=True)), SEQUENCE),
    "lstm-projected": layer(lambda: First(nn.LSTM(16, 8, proj_size=3, batch_first=True)), SEQUENCE),
    "gru": layer(lambda: First(nn.GRU(16, 8, 3, bias=False)), SEQUENCE),
    "rnn": layer(lambda: First(nn.RNN(16, 8, nonlinearity="relu", bidirectional=True)), SEQUENCE),
    "gru-unbatched": layer(lambda: First(nn.GRU(16, 8)), FLOATS(5, 16)),
    "lstm-packed": lambda: (networks.Packed(nn.LSTM(16, 8, batch_first=True)), (SEQUENCE, torch.tensor([5, 3]))),
    "cells": layer(networks.Cells, FLOATS(3, 8)),
    "unet-1d": layer(lambda: networks.UNet(1), FLOATS(2, 2, 16)),
    "unet-2d": layer(lambda: networks.UNet(2), FLOATS(2, 2, 16, 12)),
    "unet-3d": layer(lambda: networks.UNet(3), FLOATS(1, 2, 8, 8, 8)),
    "fourier-operator": layer(networks.SpectralConvolution, IMAGE),
    "state-space": layer(networks.StateSpace, FLOATS(2, 8, 20)),
    "spectrogram": layer(networks.Spectrogram, FLOATS(2, 400)),
    "complex-layers": call(lambda m, x: torch.matmul(torch.view_as_complex(x), m.w).abs(), FLOATS(3, 5, 2), w=torch.rand(5, 4, dtype=torch.cfloat)),
"spatial-transformer": layer(networks.SpatialTransformer, FLOATS(2, 3, 10, 12)),
    "graph-attention": layer(networks.GraphAttention, FLOATS(5, 6), EDGES),
    "experts": layer(networks.Experts, FLOATS(6, 8)),
    "vector-quantizer": layer(networks.VectorQuantizer, FLOATS(2, 8, 4, 4)),
    "linear-chain": layer(networks.LinearChain, FLOATS(2, 6, 5)),
    "pointnet": layer(networks.PointNet, FLOATS(2, 3, 20)),
    "recommender": layer(networks.Recommender, FLOATS(2, 4), IDS),
    "flow": layer(networks.Flow, FLOATS(4, 6)),
    "gaussian-process": layer(networks.GaussianProcess, FLOATS(4, 3)),
    "radiance-field": layer(networks.RadianceField, FLOATS(6, 10, 3), FLOATS(6, 10)),
    "capsules": layer(networks.Capsules, FLOATS(2, 12, 8)),
    "scan": layer(networks.Scan, FLOATS(2, 6, 8)),
    "activations": layer(networks.ActNet, FLOATS(3, 8)),
    "pools": layer(networks.PoolNet, IMAGE),
    "bilinear": layer(lambda: nn.Bilinear(4, 5, 6), FLOATS(3, 4), FLOATS(3, 5)),
    "cosine": layer(lambda: nn.CosineSimilarity(dim=1), FLOATS(3, 5), FLOATS(3, 5)),
    "weight-norm": layer(lambda: nn.utils.parametrizations.weight_norm(nn.Conv1d(3, 4, 3)), FLOATS(2, 3, 9)),
    "einsum-attention": call(lambda m, q, k, v: torch.einsum("bhij,bjhd->bihd", torch.einsum("bihd,bjhd->bhij", q, k).softmax(-1), v), FLOATS(2, 5, 4, 3), FLOATS(2, 7, 4, 3), FLOATS(2, 7, 4, 3)),
    "einsum-three": call(lambda m, a, b, c: torch.einsum("...ij,jk,...kl->...il", a, b, c), FLOATS(2, 3, 4), FLOATS(4, 5), FLOATS(2, 5, 6)),
    "einsum-trace": call(lambda m, a, b: torch.einsum("bii,bi->b", a, b), FLOATS(2, 4, 4), FLOATS(2, 4)),
    "tensordot": call(lambda m, a, b: torch.tensordot(a, b, dims=([1, 2], [0, 1])), FLOATS(2, 3, 4), FLOATS(3, 4, 5)),
    "chain": call(lambda m, a, b, c: torch.linalg.multi_dot([a, b, c]), FLOATS(2, 30), FLOATS(30, 3), FLOATS(3, 40)),
    "matrix-functions": call(lambda m, a: (torch.linalg.inv(a + 5 * torch.eye(4)), torch.linalg.qr(a)[1], torch.linalg.svdvals(a), torch.linalg.eigvalsh(a @ a.mT)), FLOATS(2, 4, 4)),
    "half": call(lambda m, a, b: (a.bfloat16() @ b.bfloat16()).float() + (a @ b).half(), FLOATS(3, 4), FLOATS(4, 5)),
    "quantized-convolution": quantized(lambda: nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 5)), IMAGE),
    "quantized-dynamic": dynamic(lambda: nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 4)), SEQUENCE),
    "quantized-dynamic-lstm": dynamic(lambda: First(nn.LSTM(16, 8, 2)), SEQUENCE),
}
# fmt: on

SCRIPTED = """attention encoder encoder-norm-first decoder transformer lstm lstm-projected gru rnn gru-unbatched lstm-packed cells unet-1d unet-2d
unet-3d fourier-operator state-space spectrogram spatial-transformer graph-attention experts vector-quantizer linear-chain pointnet recommender
flow gaussian-process radiance-field capsules scan activations pools bilinear cosine quantized-convolution quantized-dynamic
quantized-dynamic-lstm""".split()
