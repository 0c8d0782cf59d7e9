"""Writes TorchScript archives whose code is drawn at random, for the differential test of the front ends.

    python random_archives.py OUTPUT_FOLDER FIRST LAST
    build/tests/front_end_diff OUTPUT_FOLDER/*.pt

One file a seed from FIRST up to, not with, LAST; a seed makes the same code on every machine. The code is in the form
that TorchScript is saved in: in-place operators, views, old operators, tuples, lists, optional values, nested If and Loop,
dead code, constants that decide conditions, forks. Versions of the archive take turns. To draw more: a row in
EXPRESSIONS.
"""

import io
import pathlib
import random
import re
import sys
import zipfile

import torch

VERSIONS = (3, 10, 4, 8)
MAX_DEPTH = 4

# What a statement assigns, and its type; `{int}` is a value of that type.
EXPRESSIONS = (
    ("Tensor", "torch.relu({Tensor})"),
    ("Tensor", "torch.add({Tensor}, {Tensor})"),
    ("Tensor", "torch.add({Tensor}, {int})"),
    ("Tensor", "torch.div({Tensor}, {Tensor})"),
    ("Tensor", "torch.div({Tensor}, {int})"),
    ("Tensor", "torch.true_divide({Tensor}, {float})"),
    ("Tensor", "torch.inverse({Tensor})"),
    ("Tensor", "torch.gelu({Tensor})"),
    ("Tensor", "torch.full({List[int]}, {float})"),
    ("Tensor", "torch.full({List[int]}, {int}, dtype={int})"),
    ("Tensor", "torch.linspace({int}, {float}, {int})"),
    ("Tensor", "torch.relu_({Tensor})"),
    ("Tensor", "torch.add_({Tensor}, {Tensor})"),
    ("Tensor", "torch.t({Tensor})"),
    ("Tensor", "torch.cat([{Tensor}, {Tensor}], {int})"),
    ("Tensor", "({Tuple[Tensor, int]})[0]"),
    ("int", "({Tuple[Tensor, int]})[1]"),
    ("int", "torch.add({int}, {int})"),
    ("int", "torch.mul({int}, {int})"),
    ("int", "torch.size({Tensor}, {int})"),
    ("int", "torch.dim({Tensor})"),
    ("int", "torch.len({List[int]})"),
    ("int", "int({float})"),
    ("int", "({List[int]})[{int}]"),
    ("bool", "torch.lt({int}, {int})"),
    ("bool", "torch.eq({int}, {int})"),
    ("bool", "torch.eq({str}, {str})"),
    ("bool", "torch.__not__({bool})"),
    ("bool", "torch.__and__({bool}, {bool})"),
    ("bool", "torch.__is__({Tensor}, None)"),
    ("bool", "torch.__isnot__({Optional[int]}, None)"),
    ("bool", "bool({int})"),
    ("float", "torch.mul({float}, {float})"),
    ("float", "float({int})"),
    ("float", "torch.div({int}, {int})"),
    ("str", "torch.add({str}, {str})"),
    ("List[int]", "[{int}, {int}]"),
    ("List[int]", "torch.append({List[int]}, {int})"),
    ("List[int]", "torch.size({Tensor})"),
    ("Tuple[Tensor, int]", "({Tensor}, {int})"),
    ("Optional[int]", "annotate(Optional[int], {int})"),
    ("Optional[int]", "annotate(Optional[int], None)"),
    ("Tensor", "ops.prim.NumToTensor({int})"),
    (None, "print({Tensor})"),
)
LITERALS = {
    "int": ("1", "2", "0", "-3"),
    "float": ("0.5", "2."),
    "bool": ("True", "False"),
    "str": ('"a"', '"cpu"'),
}
# Where there is neither a variable nor a literal.
MADE = {
    "List[int]": "[{int}, {int}]",
    "Tuple[Tensor, int]": "({Tensor}, {int})",
    "Optional[int]": "annotate(Optional[int], {int})",
}
ARGUMENTS = {
    "x": "Tensor", "y": "Tensor", "n": "int", "c": "bool", "f": "float",
    "l": "List[int]", "t": "Tuple[Tensor, int]", "o": "Optional[int]",
}
RESULTS = ("Tensor", "int", "Tuple[Tensor, int]")
TYPES = ("Tensor", "int", "bool", "float", "str", "List[int]", "Tuple[Tensor, int]")


class Method:
    """The text of a method `forward`, drawn from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.count = 0

    def text(self, class_name):
        arguments = "".join(f", {name}: {kind}" for name, kind in ARGUMENTS.items())
        self.lines.append(f"  def forward(self: {class_name}{arguments}) -> Tuple[{', '.join(RESULTS)}]:")
        scope = dict(ARGUMENTS)
        self.block(scope, 2, self.random.randint(6, 14))
        self.line(2, f"return ({', '.join(self.value(scope, kind) for kind in RESULTS)})")
        return "\n".join(self.lines) + "\n"

    def line(self, depth, text):
        self.lines.append("  " * depth + text)

    def fresh(self):
        self.count += 1
        return f"_{self.count}"

    def value(self, scope, kind):
        names = [name for name, its in scope.items() if its == kind]
        if kind in LITERALS and (not names or self.random.random() < 0.3):
            return self.random.choice(LITERALS[kind])
        if not names:
            return self.filled(scope, MADE[kind])
        return self.random.choice(names[-6:])  # rather a late one

    def filled(self, scope, template):
        return re.sub(r"\{([^}]*)\}", lambda hole: self.value(scope, hole.group(1)), template)

    def block(self, scope, depth, statements):
        """Draws statements; `pass` is the caller's where none was drawn."""
        before = len(self.lines)
        for _ in range(statements):
            kind = self.random.random()
            nested = depth < MAX_DEPTH + 2
            if kind < 0.12 and nested:
                self.branches(scope, depth)
            elif kind < 0.20 and nested:
                self.loop(scope, depth)
            elif kind < 0.23 and depth == 2:  # LibTorch lets a branch define no second function of one name
                self.fork(scope, depth)
            elif kind < 0.30:
                first, second = self.fresh(), self.fresh()
                self.line(depth, f"{first}, {second}, = {self.value(scope, 'Tuple[Tensor, int]')}")
                scope.update({first: "Tensor", second: "int"})
            else:
                self.statement(scope, depth)
        return len(self.lines) > before

    def statement(self, scope, depth):
        kind, template = self.random.choice(EXPRESSIONS)
        expression = self.filled(scope, template)
        if kind is None:
            self.line(depth, expression)
            return
        name = self.fresh()
        self.line(depth, f"{name} = {expression}")
        scope[name] = kind

    def branches(self, scope, depth):
        results = {self.fresh(): self.random.choice(TYPES) for _ in range(self.random.randint(0, 2))}
        self.line(depth, f"if {self.value(scope, 'bool')}:")
        for branch in range(2):
            inner = dict(scope)
            if branch == 1:
                self.line(depth, "else:")
            drawn = self.block(inner, depth + 1, self.random.randint(0, 3))
            for name, kind in results.items():
                self.line(depth + 1, f"{name} = {self.value(inner, kind)}")
            if not drawn and not results:
                self.line(depth + 1, "pass")
        scope.update(results)

    def loop(self, scope, depth):
        own = [name for name in scope if name.startswith("_") and scope[name] in TYPES][-8:]
        carried = [name for name in own if self.random.random() < 0.3][:2]
        inner = dict(scope)
        condition = None
        if self.random.random() < 0.7:
            index = self.fresh()
            self.line(depth, f"for {index} in range({self.value(scope, 'int')}):")
            inner[index] = "int"
        else:
            condition = self.fresh()
            self.line(depth, f"{condition} = {self.value(scope, 'bool')}")
            self.line(depth, f"while {condition}:")
            scope[condition] = inner[condition] = "bool"
        drawn = self.block(inner, depth + 1, self.random.randint(0, 4))
        for name in carried:
            self.line(depth + 1, f"{name} = {self.value(inner, scope[name])}")
        if condition is not None:
            self.line(depth + 1, f"{condition} = {self.filled(inner, 'torch.lt({int}, {int})')}")
        if not drawn and not carried and condition is None:
            self.line(depth + 1, "pass")

    def fork(self, scope, depth):
        inner = dict(scope)
        self.line(depth, "def __forked_function():")
        for _ in range(self.random.randint(0, 3)):
            self.statement(inner, depth + 1)
        self.line(depth + 1, f"return torch.relu({self.value(inner, 'Tensor')})")
        future, result = self.fresh(), self.fresh()
        self.line(depth, f"{future} = fork(__forked_function)")
        if self.random.random() < 0.8:
            self.line(depth, f"{result} = torch.wait({future})")
            scope[result] = "Tensor"


class Net(torch.nn.Module):
    def forward(self, x):
        return x


def template():
    """The records of an archive of an empty module, without its code's lines."""
    saved = io.BytesIO()
    torch.jit.save(torch.jit.script(Net()), saved)
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith(".debug_pkl")}


def write_archive(path, records, seed):
    version = VERSIONS[seed % len(VERSIONS)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in records.items():
            if name.endswith("code/__torch__.py"):
                fields = content.decode().split("  def ")[0]
                content = (fields + Method(seed).text("__torch__.Net")).encode()
            elif name.endswith("/version"):
                content = f"{version}\n".encode()
            archive.writestr(name, content)


def main(folder, first, last):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = template()
    for seed in range(first, last):
        write_archive(folder / f"random_{seed}.pt", records, seed)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
