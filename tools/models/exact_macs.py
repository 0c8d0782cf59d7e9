"""MACs that a program really executes, counted by torch's FlopCounterMode made exact: the oracle of the zoo table.

By itself the mode is silent about fused attention on the CPU, oneDNN's RNNs and vector products. So the paths that hide
work are turned off (the attention fast path, fused SDPA, oneDNN), and what is missing is registered.
"""

import contextlib


def _product(shape):
    total = 1
    for size in shape:
        total *= size
    return total


def missing_formulas():
    import torch

    aten = torch.ops.aten

    def matrix_vector(matrix, vector, *_, **__):
        return 2 * _product(matrix)

    def added_matrix_vector(_self, matrix, vector, *_, **__):
        return 2 * _product(matrix)

    def dot(first, second, *_, **__):
        return 2 * _product(first)

    def added_batches(_self, first, second, *_, **__):
        return 2 * _product(first) * second[-1]

    return {
        aten.addbmm: added_batches,
        aten.addmv: added_matrix_vector,
        aten.dot: dot,
        aten.mv: matrix_vector,
        aten.vdot: dot,
    }


def macs_of(call):
    """The MACs of what `call` runs, and what it gives back. Half the FLOPs: a multiply whose product is accumulated."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    fast_path = torch.backends.mha.get_fastpath_enabled()
    optimize = torch._C._get_graph_executor_optimize()
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        stack.enter_context(torch.backends.mkldnn.flags(enabled=False))
        torch.backends.mha.set_fastpath_enabled(False)
        torch._C._set_graph_executor_optimize(False)  # what is written is what runs
        try:
            counter = FlopCounterMode(display=False, custom_mapping=missing_formulas())
            with counter:
                result = call()
        finally:
            torch.backends.mha.set_fastpath_enabled(fast_path)
            torch._C._set_graph_executor_optimize(optimize)
    flops = counter.get_total_flops()
    return flops // 2, result
