"""The networks of zoo_modules.py: one class for each way of computing. All of them can be traced and scripted."""

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Of three inputs or of one, with a mask or without."""

    def __init__(self, need_weights: bool, **options):
        super().__init__()
        self.attention = nn.MultiheadAttention(16, 4, **options)
        self.need_weights = need_weights

    def forward(self, x, mask: torch.Tensor):
        return self.attention(x, x, x, need_weights=self.need_weights, attn_mask=mask)[0]


class Packed(nn.Module):
    """A recurrent layer over sequences of different length."""

    def __init__(self, recurrent):
        super().__init__()
        self.recurrent = recurrent

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.recurrent(packed)
        padded, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True)
        return padded


class Cells(nn.Module):
    """A decoder that calls its cells step by step."""

    def __init__(self):
        super().__init__()
        self.lstm, self.gru, self.rnn = nn.LSTMCell(8, 12), nn.GRUCell(12, 12), nn.RNNCell(12, 12, nonlinearity="relu")
        self.out = nn.Linear(12, 8)

    def forward(self, x):
        h = torch.zeros(x.size(0), 12)
        c, g, r = torch.zeros_like(h), torch.zeros_like(h), torch.zeros_like(h)
        for _ in range(4):
            h, c = self.lstm(x, (h, c))
            g = self.gru(h, g)
            r = self.rnn(g, r)
            x = self.out(r)
        return x


class UNet(nn.Module):
    def __init__(self, dims: int):
        super().__init__()
        conv = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[dims]
        transposed = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}[dims]
        norm = {1: nn.InstanceNorm1d, 2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}[dims]
        self.down = nn.Sequential(conv(2, 8, 3, padding="same"), norm(8, affine=True), nn.LeakyReLU(0.1))
        self.middle = nn.Sequential(conv(8, 16, 3, stride=2, padding=1, groups=2), nn.GroupNorm(4, 16), nn.Mish())
        self.up = transposed(16, 8, 3, stride=2, padding=1, output_padding=1)
        self.out = conv(16, 3, 1)

    def forward(self, x):
        skip = self.down(x)
        return self.out(torch.cat([skip, self.up(self.middle(skip))], dim=1))


class SpectralConvolution(nn.Module):
    """A Fourier neural operator's layer."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4, 6, 5, 5, dtype=torch.cfloat))
        self.skip = nn.Conv2d(4, 6, 1)

    def forward(self, x):
        spectrum = torch.fft.rfft2(x)
        out = torch.zeros(x.size(0), 6, x.size(2), x.size(3) // 2 + 1, dtype=torch.cfloat)
        out[:, :, :5, :5] = torch.einsum("bixy,ioxy->boxy", spectrum[:, :, :5, :5], self.weight)
        return F.gelu(torch.fft.irfft2(out, s=(x.size(2), x.size(3))) + self.skip(x))


class StateSpace(nn.Module):
    """A diagonal state space layer (S4D): its kernel from complex powers, the convolution by Fourier transforms."""

    def __init__(self):
        super().__init__()
        self.log_step, self.c = nn.Parameter(torch.rand(8)), nn.Parameter(torch.rand(8, 4, 2))
        self.log_real, self.imaginary = nn.Parameter(torch.rand(8, 4)), nn.Parameter(torch.rand(8, 4))
        self.d = nn.Parameter(torch.rand(8))

    def forward(self, u):
        length = u.size(-1)
        step, c = torch.exp(self.log_step), torch.view_as_complex(self.c)
        a = -torch.exp(self.log_real) + 1j * self.imaginary
        scaled = a * step.unsqueeze(-1)
        powers = torch.exp(scaled.unsqueeze(-1) * torch.arange(length))
        kernel = 2 * torch.einsum("hn,hnl->hl", c * (torch.exp(scaled) - 1.0) / a, powers).real
        y = torch.fft.irfft(torch.fft.rfft(u, n=2 * length) * torch.fft.rfft(kernel, n=2 * length), n=2 * length)
        return F.glu(y[..., :length] + u * self.d.unsqueeze(-1), dim=-2)


class Spectrogram(nn.Module):
    """A vocoder's front and back: mel bands, decibels, and the signal again."""

    def __init__(self):
        super().__init__()
        self.register_buffer("window", torch.hann_window(64))
        self.mel = nn.Parameter(torch.rand(33, 10))

    def forward(self, wave):
        spectrum = torch.stft(wave, 64, 16, 64, self.window, return_complex=True)
        bands = 10.0 * torch.log10(torch.clamp(spectrum.abs().pow(2).transpose(1, 2) @ self.mel, min=1e-10))
        return bands, torch.istft(spectrum * torch.exp(1j * spectrum.angle()), 64, 16, 64, self.window)


class SpatialTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = nn.Sequential(nn.AdaptiveMaxPool2d((3, 5)), nn.Flatten(), nn.Linear(3 * 15, 6), nn.Hardtanh())

    def forward(self, x):
        grid = F.affine_grid(self.theta(x).view(-1, 2, 3), list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)


class GraphAttention(nn.Module):
    """Over edges: gathers, a softmax by scattered maxima and sums, and an index_add."""

    def __init__(self):
        super().__init__()
        self.project, self.score = nn.Linear(6, 8, bias=False), nn.Parameter(torch.rand(16))

    def forward(self, nodes, edges):
        h = self.project(nodes)
        source, target = edges[0], edges[1]
        pairs = torch.cat([h[source], h[target]], dim=1)
        score = F.leaky_relu(pairs.mv(self.score), 0.2)
        most = torch.full([h.size(0)], -1e9).scatter_reduce(0, target, score, "amax")
        weight = torch.exp(score - most[target])
        total = torch.zeros(h.size(0)).scatter_add(0, target, weight)
        return torch.zeros_like(h).index_add(0, target, h[source] * (weight / total[target]).unsqueeze(1))


class Experts(nn.Module):
    """Of four experts the two best of each token, as a dense product and as a loop over them."""

    def __init__(self):
        super().__init__()
        self.gate, self.up, self.down = nn.Linear(8, 4), nn.Parameter(torch.rand(4, 8, 16)), nn.Parameter(torch.rand(4, 16, 8))

    def forward(self, x):
        weight, chosen = torch.topk(F.softmax(self.gate(x), dim=-1), 2)
        dense = torch.zeros(x.size(0), 4).scatter(1, chosen, weight)
        h = F.silu(torch.einsum("td,edf->tef", x, self.up))
        return torch.einsum("tef,efd,te->td", h, self.down, dense)


class VectorQuantizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = nn.Embedding(32, 8)

    def forward(self, x):
        flat = x.permute(0, 2, 3, 1).reshape(-1, 8)
        nearest = torch.cdist(flat, self.codes.weight).argmin(dim=1)
        one_hot = F.one_hot(nearest, 32).float()
        quantized = (one_hot @ self.codes.weight).view(x.size(0), x.size(2), x.size(3), 8)
        perplexity = torch.exp(-torch.sum(one_hot.mean(0) * torch.log(one_hot.mean(0) + 1e-10)))
        return quantized.permute(0, 3, 1, 2), perplexity


class LinearChain(nn.Module):
    """A CRF's partition function, and its best path."""

    def __init__(self):
        super().__init__()
        self.transitions = nn.Parameter(torch.rand(5, 5))

    def forward(self, emissions):
        alpha = best = emissions[:, 0]
        paths = []
        for step in range(1, emissions.size(1)):
            scores = alpha.unsqueeze(2) + self.transitions + emissions[:, step].unsqueeze(1)
            alpha = torch.logsumexp(scores, dim=1)
            best, path = (best.unsqueeze(2) + self.transitions).max(dim=1)
            best = best + emissions[:, step]
            paths.append(path)
        return alpha.logsumexp(1), torch.stack(paths)


class PointNet(nn.Module):
    """Neighbours by distance, gathered, and a shared network over each neighbourhood."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(6, 8, 1, bias=False), nn.BatchNorm2d(8), nn.PReLU(8))

    def forward(self, points):
        inner = -2 * torch.matmul(points.transpose(1, 2), points)
        square = (points**2).sum(1, keepdim=True)
        nearest = (-square - inner - square.transpose(1, 2)).topk(4, dim=-1)[1]
        index = nearest.unsqueeze(1).expand(-1, 3, -1, -1)
        near = torch.gather(points.unsqueeze(2).expand(-1, -1, points.size(2), -1), 3, index)
        middle = points.unsqueeze(3).expand_as(near)
        return self.net(torch.cat([near - middle, middle], dim=1)).amax(dim=-1)


class Recommender(nn.Module):
    def __init__(self):
        super().__init__()
        self.sparse = nn.EmbeddingBag(50, 8, mode="mean")
        self.dense, self.top = nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(9, 1)

    def forward(self, dense, ids):
        x, y = self.dense(dense), self.sparse(ids)
        stacked = torch.stack([x, y], dim=1)
        crossed = torch.bmm(stacked, stacked.transpose(1, 2))[:, 0, 1:]
        return torch.sigmoid(self.top(torch.cat([x, crossed], dim=1)))


class Flow(nn.Module):
    """A normalizing flow's step: an invertible product, its determinant, an affine coupling."""

    def __init__(self):
        super().__init__()
        self.weight, self.net = nn.Parameter(torch.eye(6) + 0.1 * torch.rand(6, 6)), nn.Linear(3, 6)

    def forward(self, x):
        y = x @ self.weight
        logdet = torch.linalg.slogdet(self.weight)[1]
        first, second = y.chunk(2, dim=1)
        shift, scale = self.net(first).chunk(2, dim=1)
        scale = torch.sigmoid(scale + 2.0)
        return torch.cat([first, (second + shift) * scale], dim=1), logdet + scale.log().sum(1)


class GaussianProcess(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen, self.values = nn.Parameter(torch.rand(10, 3)), nn.Parameter(torch.rand(10, 1))

    def forward(self, x):
        kernel = torch.exp(-0.5 * torch.cdist(self.seen, self.seen).square()) + 0.1 * torch.eye(10)
        factor = torch.linalg.cholesky(kernel)
        cross = torch.exp(-0.5 * torch.cdist(x, self.seen).square())
        mean = cross @ torch.cholesky_solve(self.values, factor)
        half = torch.linalg.solve_triangular(factor, cross.mT, upper=False)
        return mean, 1.0 - half.square().sum(0)


class RadianceField(nn.Module):
    """Positions as sines and cosines, a network, and the light along each ray."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3 * 8, 16), nn.Softplus(), nn.Linear(16, 4))
        self.register_buffer("bands", 2.0 ** torch.arange(4.0))

    def forward(self, points, deltas):
        angles = (points.unsqueeze(-1) * self.bands).flatten(-2)
        out = self.net(torch.cat([angles.sin(), angles.cos()], dim=-1))
        alpha = 1.0 - torch.exp(-F.relu(out[..., 3]) * deltas)
        kept = torch.cumprod(1.0 - alpha + 1e-10, dim=-1).roll(1, dims=-1)
        return ((alpha * kept).unsqueeze(-1) * torch.sigmoid(out[..., :3])).sum(-2)


class Capsules(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(12, 3, 4, 8))

    def forward(self, x):
        votes = torch.einsum("ncdi,bni->bncd", self.weight, x)
        logits = torch.zeros(votes.shape[:3])
        out = votes.sum(1)
        for _ in range(3):
            out = (logits.softmax(dim=2).unsqueeze(-1) * votes).sum(1)
            norm = torch.linalg.vector_norm(out, dim=-1, keepdim=True)
            out = norm / (1.0 + norm.square()) * out
            logits = logits + torch.einsum("bncd,bcd->bnc", votes, out)
        return out


class Scan(nn.Module):
    """A selective state space (Mamba), step by step."""

    def __init__(self):
        super().__init__()
        self.project, self.a = nn.Linear(8, 2 * 4 + 8), nn.Parameter(torch.rand(8, 4))
        self.conv = nn.Conv1d(8, 8, 4, groups=8, padding=3)

    def forward(self, x):
        x = F.silu(self.conv(x.transpose(1, 2))[..., : x.size(1)].transpose(1, 2))
        b, c, delta = self.project(x).split([4, 4, 8], dim=-1)
        delta = F.softplus(delta)
        state = torch.zeros(x.size(0), 8, 4)
        out = []
        for step in range(x.size(1)):
            state = torch.exp(delta[:, step].unsqueeze(-1) * -self.a) * state
            state = state + (delta[:, step] * x[:, step]).unsqueeze(-1) * b[:, step].unsqueeze(1)
            out.append(torch.einsum("bdn,bn->bd", state, c[:, step]))
        return torch.stack(out, dim=1)


class ActNet(nn.Module):
    """Every activation of torch.nn, one after another."""

    def __init__(self):
        super().__init__()
        names = """CELU ELU GELU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid Mish PReLU ReLU ReLU6 RReLU SELU
        SiLU Sigmoid Softplus Softshrink Softsign Tanh Tanhshrink""".split()
        self.layers = nn.Sequential(*[getattr(nn, name)() for name in names], nn.Threshold(0.1, 0.0), nn.GLU(1))
        self.layers.append(nn.Softmin(1))
        self.layers.append(nn.LogSoftmax(1))

    def forward(self, x):
        return self.layers(x)


class PoolNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.lp, self.fractional = nn.LPPool2d(2, 3, stride=2, ceil_mode=True), nn.FractionalMaxPool2d(2, output_size=(4, 4))
        self.pool = nn.MaxPool2d(3, 1, 1, return_indices=True)
        self.average = nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)

    def forward(self, x):
        pooled, where = self.pool(x)
        shuffled = F.pixel_unshuffle(F.pixel_shuffle(pooled + where, 2), 2)
        folded = F.fold(F.unfold(shuffled, 3, padding=1), [12, 12], 3, padding=1)
        return self.lp(folded), self.fractional(folded), self.average(F.local_response_norm(folded, 3))
