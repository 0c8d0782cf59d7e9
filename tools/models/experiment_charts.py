"""The two charts of tools/thop_vs_papi, as SVG and PNG, of its CSV. Needs matplotlib and nothing else of ours but the CSV.

    python experiment_charts.py TABLE.csv FOLDER [--png-folder FOLDER]

`thop_vs_papi`: a pair of bars a model, THOP times 2 and what was counted in f64 (f32 where there is no f64). `gap_by_cause`: of
every model and dtype the difference of the two in per cent of THOP times 2, stacked by cause; what has no reason is red.
The same table gives the same bytes of SVG.
"""

import argparse
import collections
import csv
import pathlib
import re
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.colors import same_color  # noqa: E402

# Text stays text; ids do not change from run to run.
plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "flopaudit", "font.size": 8, "font.family": "sans-serif"})

WIDTH = 9.0  # inches
PER_MODEL = 0.22
THOP_COLOR, COUNTED_COLOR = "#8da0cb", "#fc8d62"
NAMED_CAUSES = 10  # the largest over all models; the others together
OTHERWISE, BOUNDS, NOISE, REST, OTHER = (
    "counted otherwise by THOP",
    "inside stated bounds",
    "dispatch noise",
    "without a reason",
    "other causes",
)
FIXED_COLORS = {OTHERWISE: "#bbbbbb", BOUNDS: "#ffd92f", NOISE: "#666666", REST: "#e60000", OTHER: "#e5d8bd"}


def read_rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def label_of(row):
    return row["model"] + (" (scripted)" if row["file"] == "scripted" else "")


def key_of(row):
    return row["model"], row["weights"], row["file"]


def by_model(rows):
    """{model: {dtype: row}}, largest last."""
    models = collections.defaultdict(dict)
    for row in sorted(rows, key=lambda row: (int(row["thop_x2"]), key_of(row))):
        models[key_of(row)][row["dtype"]] = row
    return models


def draw_bars(rows):
    models = [found.get("f64", found.get("f32")) for found in by_model(rows).values()]
    figure, axes = plt.subplots(figsize=(WIDTH, 1.0 + 1.3 * PER_MODEL * len(models)), layout="constrained")
    places = range(len(models))
    thop = [int(row["thop_x2"]) / 1e9 for row in models]
    counted = [int(row["measured"]) / 1e9 for row in models]
    axes.barh([place - 0.2 for place in places], thop, 0.4, label="THOP × 2", color=THOP_COLOR)
    axes.barh([place + 0.2 for place in places], counted, 0.4, label="counted through PAPI", color=COUNTED_COLOR)
    for place, row in zip(places, models):
        axes.annotate(f" {row['ratio']}", (max(thop[place], counted[place]), place), va="center")
    axes.set_yticks(list(places), [f"{label_of(row)}{'' if row['dtype'] == 'f64' else ' f32'}" for row in models])
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.set_xlabel("GFLOP of one forward; behind the bars: counted / (THOP × 2)")
    axes.margins(x=0.08)
    axes.legend(loc="upper right")
    axes.set_title("FLOPs of torchvision's models in double precision: THOP × 2 against what was counted", loc="right")
    return figure


def parts_of(row):
    """{part: per cent of THOP times 2}; the parts add up to the gap."""
    whole = int(row["thop_x2"])
    causes = dict(part.rsplit("=", 1) for part in row["causes"].split("; ") if part)
    parts = {name: int(flops) for name, flops in causes.items()}
    parts[BOUNDS], parts[NOISE], parts[REST] = int(row["bounds"]), int(row["noise"]), int(row["rest"])
    parts[OTHERWISE] = int(row["measured"]) - whole - sum(parts.values())
    return {name: 100 * flops / whole for name, flops in parts.items() if flops}


def stack_order(parts_of_rows):
    sizes = collections.Counter()
    for parts in parts_of_rows:
        sizes.update({name: abs(share) for name, share in parts.items() if name not in FIXED_COLORS})
    return [OTHERWISE, *(name for name, _ in sizes.most_common(NAMED_CAUSES)), OTHER, BOUNDS, NOISE, REST]


def draw_stack(axes, rows, order, colors):
    for place, row in enumerate(rows):
        parts = collections.Counter()
        for name, share in parts_of(row).items():
            parts[name if name in order else OTHER] += share
        ends = {True: 0.0, False: 0.0}  # to the right, to the left
        for name in order:
            share = parts[name]
            if share:
                hatch = "////" if name == REST else None
                axes.barh(place, share, 0.7, left=ends[share > 0], color=colors[name], hatch=hatch)
                ends[share > 0] += share
        axes.plot(sum(parts.values()), place, marker="D", markersize=3, color="black")
        axes.annotate(f"  {row['unexplained_percent']} %", (ends[True], place), va="center", fontsize=7)
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_yticks(range(len(rows)), [label_of(row) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.use_sticky_edges = False
    axes.margins(x=0.12)
    axes.set_xlabel("per cent of THOP × 2; behind the bars: unexplained, per cent of the measured")


def draw_gap(rows):
    models = by_model(rows).values()
    columns = {dtype: [found[dtype] for found in models if dtype in found] for dtype in ("f64", "f32")}
    columns = {dtype: found for dtype, found in columns.items() if found}
    order = stack_order([parts_of(row) for row in rows])
    palette = iter([color for color in plt.get_cmap("tab20").colors if not same_color(color, "tab:red")])  # REST alone is red
    colors = {name: FIXED_COLORS.get(name) or next(palette) for name in order}
    height = 2.6 + PER_MODEL * sum(len(found) for found in columns.values())
    figure, panels = plt.subplots(len(columns), 1, figsize=(WIDTH, height), squeeze=False, layout="constrained",
                                  height_ratios=[len(found) + 2 for found in columns.values()])  # fmt: skip
    for (dtype, found), axes in zip(columns.items(), panels[:, 0]):
        draw_stack(axes, found, order, colors)
        axes.set_title(f"{dtype}: what was counted less THOP × 2, by cause; the diamond is the whole gap")
    handles = [plt.Rectangle((0, 0), 1, 1, color=colors[name], hatch="////" if name == REST else None) for name in order]
    figure.legend(handles, order, loc="outside lower center", ncols=3, fontsize=7)
    return figure


def bare_svg(text):
    """Without what names the tool and addresses that are no namespaces."""
    text = re.sub(r"<!DOCTYPE[^>]*>\n?", "", text)
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(r"[ \t]+\n", "\n", text)


def save(figure, name, folder, png_folder):
    path = folder / f"{name}.svg"
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    path.write_text(bare_svg(path.read_text()))
    figure.savefig(png_folder / f"{name}.png", dpi=110)
    plt.close(figure)
    print(path)


def main(arguments):
    parser = argparse.ArgumentParser(description="the charts of tools/thop_vs_papi")
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--png-folder", type=pathlib.Path, help="PNGs are large, and are not committed")
    options = parser.parse_args(arguments)
    rows = [row for row in read_rows(options.table) if int(row["thop_x2"]) > 0]
    if not rows:
        print(f"{options.table}: no rows to draw", file=sys.stderr)
        return 2
    for folder in (options.folder, options.png_folder or options.folder):
        folder.mkdir(parents=True, exist_ok=True)
    save(draw_bars(rows), "thop_vs_papi", options.folder, options.png_folder or options.folder)
    save(draw_gap(rows), "gap_by_cause", options.folder, options.png_folder or options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
