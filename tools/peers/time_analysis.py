"""Times whole processes in turn, and prints their medians: see tools/time_analysis, which runs this.

    python time_analysis.py ROOT BUILD [--runs N] [--peer NAME]... [MODEL ...]
"""

import argparse
import os
import pathlib
import pickle
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
SMALL, LARGE = 10_000_000, 10_000_000_000  # bytes of weights


class Run(NamedTuple):
    wall: float  # ms
    processor: float  # ms, user and system
    memory: float  # MiB, the most


def timed(command, environment):
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        sys.exit(f"time_analysis: {' '.join(map(str, command))} failed:\n{said.decode(errors='replace')[-2000:]}")
    return Run(1e3 * wall, 1e3 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024)


def medians(commands, runs):
    """{name: Run of medians}; one run of each in turn, so that what else the machine does meets all alike."""
    taken = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, (command, environment) in commands.items():
            run = timed(command, environment)
            if turn > 0:  # the first fills the caches
                taken[name].append(run)
    return {name: Run(*map(statistics.median, zip(*each))) for name, each in taken.items()}


def print_table(title, rows):
    first = next(iter(rows.values()))
    print(f"\n{title}\n{'':34}{'wall ms':>10}{'processor ms':>14}{'peak MiB':>10}{'wall ratio':>12}{'processor':>11}")
    for name, run in rows.items():
        print(
            f"{name:34}{run.wall:10.1f}{run.processor:14.1f}{run.memory:10.1f}"
            f"{run.wall / first.wall:12.2f}{run.processor / first.processor:11.2f}"
        )


def write_sparse_model(path, weight_bytes):
    """A model with one weight, a hole in the file. Its checksum is not that of zeros: who reads the weight may notice."""
    source = (
        "class M(Module):\n  __parameters__ = [\"w\", ]\n  __buffers__ = []\n  w : Tensor\n  training : bool\n"
        "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    w = self.w\n    return torch.add(x, w)\n"
    )
    elements = weight_bytes // 4
    data = weight_pickle(elements)
    records = [("m/version", b"3\n"), ("m/code/__torch__.py", source.encode()), ("m/constants.pkl", b"\x80\x02)."),
               ("m/data.pkl", data), ("m/data/0", 4 * elements)]  # fmt: skip
    directory = b""
    with open(path, "wb") as file:
        for name, content in records:
            size = content if isinstance(content, int) else len(content)
            crc = 0 if isinstance(content, int) else zlib.crc32(content)
            offset = file.tell()
            extra = struct.pack("<HHQQ", 1, 16, size, size)
            fixed = struct.pack("<HHHHHIIIHH", 45, 0, 0, 0, 0, crc, 0xFFFFFFFF, 0xFFFFFFFF, len(name), len(extra))
            file.write(struct.pack("<I", 0x04034B50) + fixed + name.encode() + extra)
            if isinstance(content, int):
                file.seek(size, os.SEEK_CUR)
            else:
                file.write(content)
            extra = struct.pack("<HHQQQ", 1, 24, size, size, offset)
            directory += struct.pack(
                "<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 0, crc, 0xFFFFFFFF, 0xFFFFFFFF, len(name),
                len(extra), 0, 0, 0, 0, 0xFFFFFFFF) + name.encode() + extra  # fmt: skip
        start = file.tell()
        file.write(directory)
        end = file.tell()
        count = len(records)
        file.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), start))
        file.write(struct.pack("<IIQI", 0x07064B50, 0, end, 1))
        file.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, 0xFFFFFFFF, 0xFFFFFFFF, 0))


def weight_pickle(elements):
    def number(value):
        return pickle.LONG1 + bytes([len(encoded := pickle.encode_long(value))]) + encoded

    def text(value):
        return pickle.BINUNICODE + struct.pack("<I", len(value)) + value.encode()

    storage = (
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(elements) + b"tQ"
    )
    tensor = (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00" + number(elements) + b"\x85K\x01\x85\x89"
        b"ccollections\nOrderedDict\n)RtR"
    )
    state = b"}(" + text("w") + tensor + text("training") + b"\x89u"
    return b"\x80\x02c__torch__\nM\n)\x81" + state + b"b."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("models", nargs="*", default=["resnet18", "swin_t"])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peer", action="append", default=[])
    options = parser.parse_args()
    flopaudit = options.build / "bin/flopaudit"
    for model in options.models or ["resnet18", "swin_t"]:
        for kind in ("scripted", "traced"):
            file = options.build / f"models/{model}_{kind}.pt"
            if not file.exists():
                print(f"time_analysis: {file.name} is not there: tools/make_models makes it", file=sys.stderr)
                continue
            commands = {
                "flopaudit analyze": ([flopaudit, "analyze", file, "--input", "f32[1,3,224,224]"], None),
                "bare torch::jit::load": ([options.build / "tests/bare_load", file], None),
            }
            for peer in dict.fromkeys(["fvcore", *options.peer]):
                commands[f"{peer}, its whole process"] = (
                    [sys.executable, HERE / "run_peer.py", peer, model],
                    {**os.environ, "PYTHONPATH": str(options.build / "peers" / peer)},
                )
            print_table(f"{file.name}, {options.runs} runs each", medians(commands, options.runs))
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        commands = {}
        for name, size in (("10 MB of weights", SMALL), ("10 GB of weights, a hole", LARGE)):
            path = pathlib.Path(folder) / f"{size}.pt"
            write_sparse_model(path, size)
            commands[name] = ([flopaudit, "analyze", path, "--input", f"f32[{size // 4}]"], None)
        print_table(f"flopaudit analyze, {options.runs} runs each", medians(commands, options.runs))


if __name__ == "__main__":
    main()
