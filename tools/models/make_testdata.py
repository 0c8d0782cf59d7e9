"""Makes the tiny models that are committed under testdata/models, with their MANIFEST.json.

    python make_testdata.py OUTPUT_FOLDER

Run by hand when a model is added or changed; the same torch version makes the same bytes. Each file is under 20 kB and
shows one thing that a reader of TorchScript must get right. Weights are random (seed 0). To add a model: a class, and
one row in MODELS, both last: lines, and names counted up, are part of the files.
Absolute paths of sources, which torch notes in an archive, are made short, the same on every machine; making a traced
model does it to all loaded code.
"""

import enum
import hashlib
import inspect
import json
import os
import pathlib
import pickletools
import re
import struct
import sys
import tempfile
import warnings
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import torch
from torch import nn

SEED = 0
LIMIT_BYTES = 20_000


class ConvBnRelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, kernel_size=3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(4)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class BranchUnknown(nn.Module):
    """Which convolution runs depends on the input's contents: both are possible."""

    def __init__(self):
        super().__init__()
        self.small = nn.Conv2d(3, 4, kernel_size=1)
        self.large = nn.Conv2d(3, 4, kernel_size=3, padding=1)

    def forward(self, x):
        if bool(x.sum() > 0):
            y = self.small(x)
        else:
            y = self.large(x)
        return y


class Loop(nn.Module):
    """The trip count is an input: known only when the input says so."""

    def __init__(self):
        super().__init__()
        self.step = nn.Linear(8, 8)

    def forward(self, x, n: int):
        for _ in range(n):
            x = torch.tanh(self.step(x))
        return x


class ListAppend(nn.Module):
    """As in a DenseNet: each layer sees all that came before, through a list that grows."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(2 + 3 * i, 3, kernel_size=3, padding=1) for i in range(3)])

    def forward(self, x):
        features = [x]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return torch.cat(features, 1)


class SharedWeights(nn.Module):
    """One parameter under two names, as in a language model with tied embeddings."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(6, 6, bias=False)
        self.decoder = nn.Linear(6, 6, bias=False)
        self.decoder.weight = self.encoder.weight

    def forward(self, x):
        return self.decoder(torch.relu(self.encoder(x)))


class NoForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4, 4))

    @torch.jit.export
    def encode(self, x):
        return torch.mm(x, self.weight)

    @torch.jit.export
    def decode(self, x):
        return torch.mm(x, self.weight.t())


class TrainingSaved(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(self.bn(x))


class TupleInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(5, 3)

    def forward(self, pair: Tuple[torch.Tensor, torch.Tensor], scale: float):
        first, second = pair
        return self.linear(first) + scale * self.linear(second)


class ListInput(nn.Module):
    def forward(self, parts: List[torch.Tensor]):
        total = parts[0]
        for i in range(1, len(parts)):
            total = total + parts[i]
        return total


class Quantized(nn.Module):
    """Its layer keeps weight, bias and geometry in an object of LibTorch's own classes."""

    def __init__(self):
        super().__init__()
        self.conv = torch.ao.nn.quantized.Conv2d(3, 4, 3, stride=2, padding=1)
        self.conv.set_weight_bias(torch.quantize_per_tensor(torch.rand(4, 3, 3, 3), 0.01, 0, torch.qint8), torch.rand(4))

    def forward(self, x):
        return torch.dequantize(self.conv(torch.quantize_per_tensor(x, 0.1, 64, torch.quint8)))


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Pair(NamedTuple):
    first: torch.Tensor
    second: int


class Classes(nn.Module):
    """Enums, named tuples, optional arguments, an interface's method, fork and wait, a context manager."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.ReLU()})
        self.register_buffer("count", torch.zeros(1, dtype=torch.long))

    def scale(self, color: Color) -> int:
        return 2 if color == Color.RED else color.value

    def beside(self, x: torch.Tensor, times: int, bias: float = 0.5) -> torch.Tensor:
        return x * times + bias

    def forward(self, x, extra: Optional[torch.Tensor] = None) -> Tuple[torch.Tensor, Pair]:
        color = Color.RED
        if x.size(0) > 3:
            color = Color.BLUE
        for layer in self.layers.values():
            x = layer(x)
        if extra is not None:
            x = x + extra
        future = torch.jit.fork(self.beside, x, 2)
        with torch.no_grad():
            self.count += 1
        y = torch.jit.wait(future)
        largest, where = torch.max(y, 0)
        rest = (x, largest, where)[1:]
        return rest[0] + rest[1], Pair(x, self.scale(color))


class Containers(nn.Module):
    """Dicts, lists of tuples, Any with isinstance, Union, while with break, texts."""

    def forward(self, x: Any, pairs: List[Tuple[int, float]], table: Dict[int, List[torch.Tensor]]) -> Dict[str, Any]:
        out: Dict[str, Any] = {}
        if isinstance(x, torch.Tensor):
            out["tensor"] = x * 2
        elif isinstance(x, int):
            out["int"] = x + 1
        elif isinstance(x, (str, float)):
            out["text"] = str(x)
        total = 0.0
        for number, factor in pairs:
            total += number * factor
        out["total"] = total
        last: Optional[int] = None
        for key, values in table.items():
            if key > 3:
                continue
            if len(values) == 0:
                break
            last = key if last is None else last + key
            out[f"key {key}"] = torch.stack(values)
        assert last is not None, "no key"
        size: Union[int, str] = last
        if last > 2:
            size = "large"
        if isinstance(size, int):
            total += size
        steps = 0
        while total < 10.0:
            total *= 2.0
            steps += 1
            if steps > 5:
                break
        out["text"] = "abc".upper() + "%d" % steps
        return out


class Complex(nn.Module):
    """Complex numbers in the code."""

    def forward(self, x):
        return x * (0.5 - 2j) + torch.fft.fft(x) * 1j


@torch.jit.script
class Cloud:
    def __init__(self, points: torch.Tensor, scale: int):
        self.points = points
        self.scale = scale

    def scaled(self) -> torch.Tensor:
        return self.points * self.scale


class ObjectInputs(nn.Module):
    """An instance of a class, which the program writes to, and a named tuple."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 4)

    def forward(self, cloud: Cloud, pair: Pair):
        cloud.scale = cloud.scale + pair.second
        return self.linear(cloud.scaled()) + pair.first


class OpenLists(nn.Module):
    """Lists as long as the input: appended to in a loop, mapped, extended, sliced, joined."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 4)
        self.back = nn.Linear(4, 4, bias=False)
        self.head = nn.Linear(4, 4)

    def forward(self, x):
        h = torch.zeros([x.size(1), 4])
        outputs: List[torch.Tensor] = []
        for t in range(x.size(0)):
            h = torch.tanh(self.inner(x[t]) + self.back(h))
            outputs.append(h)
        tokens = [self.head(output) for output in outputs]
        tokens.extend(outputs[1:])
        return torch.stack(outputs), torch.cat(tokens, 0)


def pass_through(h: torch.Tensor, _: torch.Tensor):
    return h


class UnusedArguments(nn.Module):
    """Arguments called `_`, of a function and of the method: the archive numbers them, and no name is left."""

    def forward(self, x, _: Optional[torch.Tensor] = None):
        return torch.relu(pass_through(x, x))


TWO = torch.tensor(2.0, dtype=torch.float64)


class NumberConstants(nn.Module):
    """A 0-dim constant of a trace is a number to the ops of the loaded program: the result is f32, where the trace had f64."""

    def forward(self, x):
        return (x > 0.5) * TWO


class UnionInput(nn.Module):
    """An argument of several types, told apart by isinstance."""

    def forward(self, x: Union[torch.Tensor, Dict[str, torch.Tensor]]):
        if torch.jit.isinstance(x, Dict[str, torch.Tensor]):
            return torch.cat(list(x.values()), 0)
        elif isinstance(x, torch.Tensor):
            return torch.relu(x)
        return torch.zeros([1])


class Order(enum.Enum):
    ROWS = "rows"
    COLUMNS = "columns"


class Members(nn.Module):
    """A branch on the member of an enum that an attribute is; the other branch would fail."""

    def __init__(self):
        super().__init__()
        self.order = Order.COLUMNS

    def forward(self, x):
        if self.order == Order.ROWS:
            x = x.reshape(-1, 7)
        if self.order.name == "COLUMNS":
            x = x.t()
        return x * 2.0


class Model(NamedTuple):
    file: str
    build: Callable[[], nn.Module]
    kind: str  # "scripted", "traced", "state_dict"
    inputs: Sequence[str]  # a SPEC for each --input that its forward takes
    training: bool = False


MODELS = [
    Model("branch_unknown_scripted.pt", BranchUnknown, "scripted", ["f32[1,3,8,8]"]),
    Model("conv_bn_relu_scripted.pt", ConvBnRelu, "scripted", ["f32[1,3,8,8]"]),
    Model("linear_scripted.pt", lambda: nn.Linear(8, 4), "scripted", ["f32[2,8]"]),
    Model("list_append_scripted.pt", ListAppend, "scripted", ["f32[1,2,6,6]"]),
    Model("list_input_scripted.pt", ListInput, "scripted", ["[f32[2,3],f32[2,3]]"]),
    Model("loop_scripted.pt", Loop, "scripted", ["f32[2,8]", "3"]),
    Model("no_forward_scripted.pt", NoForward, "scripted", []),
    Model("quantized_scripted.pt", Quantized, "scripted", ["f32[1,3,8,8]"]),
    Model("shared_weights_scripted.pt", SharedWeights, "scripted", ["f32[2,6]"]),
    Model("state_dict.pt", ConvBnRelu, "state_dict", []),
    Model("training_saved_scripted.pt", TrainingSaved, "scripted", ["f32[2,4]"], training=True),
    Model("tuple_input_scripted.pt", TupleInput, "scripted", ["(f32[2,5],f32[2,5])", "0.5"]),
    Model("conv_bn_relu_traced.pt", ConvBnRelu, "traced", ["f32[1,3,8,8]"]),
    Model("classes_scripted.pt", Classes, "scripted", ["f32[2,4]"]),
    Model("complex_scripted.pt", Complex, "scripted", ["f32[8]"]),
    Model("containers_scripted.pt", Containers, "scripted", ["f32[3]", "[(1,0.5),(2,1.5)]", "{1: [f32[2],f32[2]]}"]),
    Model("object_inputs_scripted.pt", ObjectInputs, "scripted", ['{"points":f32[5,3],"scale":2}', "(f32[5,4],1)"]),
    Model("open_lists_scripted.pt", OpenLists, "scripted", ["f32[6,2,8]"]),
    Model("unused_arguments_scripted.pt", UnusedArguments, "scripted", ["f32[3]"]),
    Model("number_constants_traced.pt", NumberConstants, "traced", ["f32[3]"]),
    Model("union_input_scripted.pt", UnionInput, "scripted", ['{"a": f32[2,3], "b": f32[4,3]}']),
    Model("members_scripted.pt", Members, "scripted", ["f32[2,3]"]),
]


def shape_of(spec):
    return [int(dim) for dim in re.fullmatch(r"f32\[([\d,]*)\]", spec).group(1).split(",")]


def short_path(text):
    """The path of a Python file without its folders, from the package on where it is an installed one's."""
    if not re.fullmatch(r"/\S*\.py", text):
        return text
    return text.split("/site-packages/")[-1] if "/site-packages/" in text else text.rsplit("/", 1)[1]


def shorten_paths_of_loaded_code():
    """Traced code holds call stacks as text with offsets into it, so there the paths must be short from the start."""
    for name, module in list(sys.modules.items()):
        if name != "__main__" and not name.startswith(("torch.nn", "torch.jit", "torch.utils")):
            continue
        classes = [value for value in vars(module).values() if isinstance(value, type)]
        for value in [value for owner in [module, *classes] for value in vars(owner).values()]:
            function = inspect.unwrap(value) if callable(value) else value
            for found in (value, function):
                if inspect.isfunction(found):
                    code = found.__code__
                    found.__code__ = code.replace(co_filename=short_path(code.co_filename))


def without_machine_paths(pickled):
    """A pickle with its strings that are paths of Python files made short. BINUNICODE is `X`, a 32-bit length, the text."""
    out, at = b"", 0
    for opcode, text, position in pickletools.genops(pickled):
        if opcode.name != "BINUNICODE":
            continue
        short = short_path(text)
        if short != text:
            end = position + 5 + len(text.encode())
            out += pickled[at:position] + b"X" + struct.pack("<I", len(short.encode())) + short.encode()
            at = end
    return out + pickled[at:]


def copy_without_machine_paths(source, target):
    reader = torch._C.PyTorchFileReader(str(source))
    writer = torch._C.PyTorchFileWriter(str(target))
    for name in reader.get_all_records():
        if name == "version" or name.startswith(".data/"):
            continue  # the writer adds its own
        record = reader.get_record(name)
        if name.endswith(".debug_pkl"):
            record = without_machine_paths(record)
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()


def make(model, folder):
    torch.manual_seed(SEED)
    module = model.build().train(model.training)
    path = folder / model.file
    if model.kind == "state_dict":
        torch.save(module.state_dict(), path)
        return
    with tempfile.TemporaryDirectory() as scratch, torch.no_grad():
        plain = pathlib.Path(scratch) / model.file
        if model.kind == "traced":
            shorten_paths_of_loaded_code()
            program = torch.jit.trace(module, tuple(torch.rand(shape_of(spec)) for spec in model.inputs))
        else:
            program = torch.jit.script(module)
        torch.jit.save(program, str(plain))
        copy_without_machine_paths(plain, path)


def main(arguments):
    if len(arguments) != 1:
        print("make_testdata: which folder? (make_testdata.py OUTPUT_FOLDER)", file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "script": "tools/models/make_testdata.py",
        "seed": SEED,
        "torch": torch.__version__.split("+")[0],
        "models": [],
    }
    for model in MODELS:
        make(model, folder)
        content = (folder / model.file).read_bytes()
        if len(content) >= LIMIT_BYTES:
            print(f"make_testdata: {model.file} has {len(content)} bytes; the limit is {LIMIT_BYTES}", file=sys.stderr)
            return 1
        digest = hashlib.sha256(content).hexdigest()
        manifest["models"].append(
            {"file": model.file, "kind": model.kind, "inputs": list(model.inputs), "sha256": digest}
        )
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    # torch walks over sets of names while it scripts, and notes this script's path while it traces: neither may depend on
    # the run. Hence a fixed hash seed, and this script run under its bare name.
    if os.environ.get("PYTHONHASHSEED") != "0":
        folders = [str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:]]
        script = pathlib.Path(__file__).resolve()
        os.chdir(script.parent)
        again = f"__file__ = {script.name!r}; exec(compile(open(__file__).read(), __file__, 'exec'))"
        os.execve(sys.executable, [sys.executable, "-c", again, *folders], {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main(sys.argv[1:]))
