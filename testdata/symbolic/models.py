"""Where the programs of this folder come from: sizes that travel through tensors, integer arithmetic and branches.

    python models.py && flopaudit analyze sizes_traced.pt --input 'f32[N,3,H,W]' --stop-after lower > sizes_traced.ir

resnet18_traced.ir is torchvision's, lists_scripted.ir is OpenLists of tools/models/make_testdata.py. tests/passes/symbolic_test.cc says what each is given.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Sizes(nn.Module):
    """Strided, dilated and padded convolutions, ceil_mode, floor division of sizes, pixel_shuffle, uneven windows."""

    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.p = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.u = nn.Conv2d(8, 8, 3, padding=2, dilation=2)

    def forward(self, x):
        x = self.u(self.p(F.relu(self.c(x))))
        b, c, h, w = x.shape
        x = x[:, :, : h // 2 * 2, : w // 2 * 2]
        y = x.reshape(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(b, c * 4, h // 2, w // 2)
        y = F.adaptive_avg_pool2d(F.pixel_shuffle(y, 2), (3, 2))
        z = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return y.flatten(1).sum(1) + z.mean(dim=(1, 2, 3))


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(27, 16)

    def forward(self, x):
        return self.l(F.unfold(x, 3, padding=1, stride=2).transpose(1, 2)).sum(1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(32, 96)
        self.h = 4

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.q(x).chunk(3, -1)
        q = q.view(B, T, self.h, C // self.h).transpose(1, 2)
        k = k.view(B, T, self.h, C // self.h).transpose(1, 2)
        v = v.view(B, T, self.h, C // self.h).transpose(1, 2)
        a = (q @ k.transpose(-2, -1)) * (C // self.h) ** -0.5
        a = a.masked_fill(torch.ones(T, T).tril() == 0, float("-inf")).softmax(-1)
        return (a @ v).transpose(1, 2).reshape(B, T, C)


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(100, 32)
        self.t = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)

    def forward(self, i):
        return self.t(self.e(i))


class Branch(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3)
        self.b = nn.Conv2d(3, 8, 1)

    def forward(self, x):
        if x.shape[2] > 64:
            y = self.a(x)
        else:
            y = self.b(x)
        if x.shape[0] >= 1:
            y = y + 1
        return y


class Resampling(nn.Module):
    def forward(self, x):
        y = F.interpolate(x, scale_factor=0.5)
        z = F.interpolate(y, size=x.shape[-2:], mode="bilinear", align_corners=False)
        w = F.interpolate(x, scale_factor=1.5, mode="bicubic", recompute_scale_factor=True)
        return z.sum() + w.sum()


def save(module, name, example, scripted=True):
    module = module.eval()
    torch.jit.save(torch.jit.trace(module, (example,)), name + "_traced.pt")
    if scripted:
        torch.jit.save(torch.jit.script(module), name + "_scripted.pt")


if __name__ == "__main__":
    image = torch.rand(2, 3, 32, 40)
    save(Sizes(), "sizes", image)
    save(Patches(), "patches", image)
    save(Attention(), "attention", torch.rand(2, 7, 32))
    save(Transformer(), "transformer", torch.zeros(2, 7, dtype=torch.long))
    save(Branch(), "branch", image)
    save(Resampling(), "resampling", image)
