"""MACs that a program really executes, counted by torch's FlopCounterMode made exact: the oracle of the zoo table.

By itself the mode is silent about fused attention on the CPU, oneDNN's RNNs and vector products. So the paths that hide
work are turned off (the attention fast path, fused SDPA, oneDNN), and what is missing is registered. A product of complex
numbers is one MAC there and four here.
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

    def attention(query, key, embed):
        batch, length, _ = query
        projected = batch * (2 * length + 2 * key[1]) * embed * embed  # of query and result, of key and value
        return 2 * (projected + 2 * batch * length * key[1] * embed)

    def fused_attention(query, key, _value, embed, *_, **__):
        return attention(query, key, embed)

    def fused_encoder_layer(source, embed, *others, **__):
        hidden = others[13][0]  # rows of the first of the two feed-forward weights
        return attention(source, source, embed) + 2 * 2 * _product(source) * hidden

    def grouped(first, second, *_, **__):
        """Rows of two dims belong to one group each; with three dims each is a batch of products."""
        inner, columns = first[-1], second[-1]
        if len(first) == 3 and len(second) == 2:  # the columns belong to groups
            return 2 * first[-2] * inner * columns
        return 2 * _product(first[:-1]) * inner * columns

    def bilinear(first, weight, second, *_, **__):
        rows, (out, width, other) = first[0], weight
        return 2 * rows * out * (width * other + other)

    def affine_grid(theta, size, *_, **__):
        return 2 * _product(theta[1:]) * size[0] * _product(size[2:])

    return {
        aten._grouped_mm: grouped,
        aten._native_multi_head_attention: fused_attention,
        aten._transformer_encoder_layer_fwd: fused_encoder_layer,
        aten._trilinear: bilinear,
        aten.addbmm: added_batches,
        aten.addmv: added_matrix_vector,
        aten.affine_grid_generator: affine_grid,
        aten.dot: dot,
        aten.mv: matrix_vector,
        aten.vdot: dot,
    }


def with_complex(formula):
    """The formula, four times as much where the result is complex."""

    def count(*args, out_val=None, **kwargs):
        flops = formula(*args, out_val=out_val, **kwargs)
        return 4 * flops if hasattr(out_val, "is_complex") and out_val.is_complex() else flops

    count._get_raw = True
    return count


def formulas():
    """The mode's own and the missing ones, as functions of the operands themselves."""
    from torch.utils.flop_counter import flop_registry, shape_wrapper

    missing = {op: shape_wrapper(formula) for op, formula in missing_formulas().items()}
    return {op: with_complex(formula) for op, formula in {**flop_registry, **missing}.items()}


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
            counter = FlopCounterMode(display=False, custom_mapping=formulas())
            with counter:
                result = call()
        finally:
            torch.backends.mha.set_fastpath_enabled(fast_path)
            torch._C._set_graph_executor_optimize(optimize)
    flops = counter.get_total_flops()
    return flops // 2, result
