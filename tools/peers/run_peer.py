"""Runs one peer over cases and prints {case: number, or the error as text} as JSON.

    PYTHONPATH=build/peers/NAME python run_peer.py NAME [CASE ...]

As its users call it: the eager model in eval mode. Peers that trace do so without gradients, as the files are traced that
our program reads. To add a peer: one function here, one line in tools/compare_peers, one in PEERS of compare.py.
"""

import contextlib
import io
import json
import os
import sys
import warnings

import torch

import cases


def thop(module, inputs):
    import thop

    return thop.profile(module, inputs, verbose=False)[0]


def fvcore(module, inputs):
    import fvcore.nn

    counter = fvcore.nn.FlopCountAnalysis(module, inputs)
    counter.unsupported_ops_warnings(False)
    counter.uncalled_modules_warnings(False)
    counter.tracer_warnings("none")
    with torch.no_grad():
        return counter.total()


def torchprofile(module, inputs):
    import torchprofile

    with torch.no_grad():
        return torchprofile.profile_macs(module, inputs)


def ptflops(module, inputs):
    import torchvision_without_extension  # noqa: F401  # it imports torchvision
    import ptflops

    macs, _ = ptflops.get_model_complexity_info(
        Positional(module),
        (1,),
        as_strings=False,
        print_per_layer_stat=False,
        backend="pytorch",
        input_constructor=lambda _: {f"input{i}": value for i, value in enumerate(inputs)},
    )
    if macs is None:
        raise RuntimeError("it gives up")
    return macs


class Positional(torch.nn.Module):
    """Inputs by name, so that ptflops does not divide by the batch; by position for the module, as its hooks want them."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, **inputs):
        return self.module(*[inputs[name] for name in sorted(inputs)])


def flop_counter(module, inputs):
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    torch.backends.mha.set_fastpath_enabled(False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        module(*inputs)
    return counter.get_total_flops()


RUN = {
    "thop-0.1.1": thop,
    "thop-2": thop,
    "fvcore": fvcore,
    "torchprofile": torchprofile,
    "ptflops": ptflops,
    "torch": flop_counter,
}


def main(arguments):
    peer, names = arguments[0], arguments[1:]
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    warnings.simplefilter("ignore")
    answers = {}
    for case in cases.find(names):
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                number = RUN[peer](case.module(), case.inputs())
            answers[case.name] = int(number) if int(number) == number else float(number)
        except Exception as error:  # a peer may raise anything: the error is its answer
            answers[case.name] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        print(f"{peer}: {case.name}: {answers[case.name]}", file=sys.stderr, flush=True)
    print(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
