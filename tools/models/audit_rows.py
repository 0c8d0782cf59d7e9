"""What the tables of audits share: a model audited by the software counter, and the figures of a report.

A report is the JSON of `flopaudit audit`, schema `flopaudit.report/1`.
"""

import collections
import json
import subprocess

GOOD = ("exact", "explained", "within", "data_dependent")
OTHER = ("unstable", "error", "not_measured")
SUMMED = ("ADD", "MUL", "DIV", "SQRT", "FMA")  # counter events of the arithmetic; a lane of FMA is two operations
NO_ENVIRONMENT = 4  # exit status of the program: nothing counts on this machine


def run_report(command):
    """The report that a command prints, and why there is none."""
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if run.returncode == NO_ENVIRONMENT:
        raise SystemExit(run.stderr.strip())
    if run.returncode not in (0, 1):
        return None, run.stderr.strip() or f"exit status {run.returncode}"
    return json.loads(run.stdout), ""


def audit(program, model, dtype, specs=(), record=None):
    """Measures a model. `specs`: its inputs, where the file carries none; `record`: where to keep what was counted."""
    command = [program, "audit", model, "--counters", "software", "--dtype", dtype, "--format", "json"]
    for spec in specs:
        command += ["--input", spec]
    return run_report(command + (["--record", record] if record else []))


def judge_again(program, record):
    """The report of what was counted before, by the present models of kernels."""
    return run_report([program, "report", record, "--format", "json"])


def percent(part, whole):
    return f"{100 * part / whole:.4f}" if whole else ""


def ends(number):
    """Low and high of an integer or a stated interval."""
    return (number["min"], number["max"]) if isinstance(number, dict) else (number, number)


def is_quiet(node):
    return node["verdict"] == "quiet"


def figures_of(report):
    """Verdicts, what of the nodes that are not quiet is good, and what is left without a reason, in per cent of the measured."""
    nodes = [node for node in report["nodes"] if not is_quiet(node)]
    verdicts = collections.Counter(node["verdict"] for node in nodes)
    totals = report["totals"]
    measured = totals["measured"] or 0
    good = [node for node in nodes if node["verdict"] in GOOD]
    quiet = sum(node["measured"] or 0 for node in report["nodes"] if is_quiet(node))
    without = collections.Counter(node["op"] for node in nodes if node["verdict"] not in GOOD)
    return {
        "nodes": len(nodes),
        "good_percent": percent(len(good), len(nodes)),
        "flops_percent": percent(sum(node["measured"] for node in good), measured - quiet),
        **{verdict: verdicts[verdict] for verdict in GOOD},
        "mismatch": verdicts["mismatch"],
        "other": sum(verdicts[verdict] for verdict in OTHER),
        "no_model": verdicts["no_model"],
        "unexplained_percent": percent(totals["unexplained"], measured),
        "bound_percent": percent(totals["bound_width"], measured),
        "value_percent": percent(totals["value_width"], measured),
        "outputs_equal": totals["outputs_equal_forward"],
        "ops_without": " ".join(f"{op}*{count}" for op, count in sorted(without.items())),
    }


def forward_percent(report):
    """How far the sum over the nodes is from one whole forward: the distances of all classes, in per cent of the forward."""
    nodes, forward = report["totals"].get("node_sum"), report["totals"].get("whole_forward")
    if not nodes or not forward:
        return ""
    distance = whole = 0
    for event in (f"{name}_{precision}" for name in SUMMED for precision in ("SP", "DP")):
        weight = 2 if event.startswith("FMA") else 1
        distance += weight * abs(nodes.get(event, 0) - forward.get(event, 0))
        whole += weight * forward.get(event, 0)
    return percent(distance, whole)


def gap_of(report):
    """Where measured less annotated comes from, in FLOPs with their signs: the parts add up to it.

    `causes`: by name, of nodes with a good verdict, an interval by its lower end; `bounds`: what is left inside of a stated
    interval or a range of values; `noise`: what is left of other good or quiet nodes; `rest`: all of nodes without a reason.
    """
    causes = collections.Counter()
    parts = {"bounds": 0, "noise": 0, "rest": 0}
    for node in report["nodes"]:
        if node["measured"] is None:
            continue
        gap = node["measured"] - node["annotated"]
        if node["verdict"] not in GOOD and not is_quiet(node):
            parts["rest"] += gap
            continue
        for cause in node["causes"]:
            causes[cause["name"]] += ends(cause["flops"])[0]
            gap -= ends(cause["flops"])[0]
        parts["bounds" if node["verdict"] in ("within", "data_dependent") else "noise"] += gap
    return {"causes": {name: flops for name, flops in sorted(causes.items()) if flops}, **parts}
