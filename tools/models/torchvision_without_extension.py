"""torchvision beside the CPU build of torch. Every model maker imports this module before it imports torchvision.

torchvision's own extension is linked against another build of torch and does not load here. Its Python half registers
shape functions for the extension's operators while it is imported, and fails where nobody has declared them. So their
schemas are declared first; then torchvision imports and every one of its model builders works. Where the extension does
load, it declares them itself.

The list is all that torchvision/_meta_registrations.py names, and what detectors compile beside it. `declared` keeps
the library alive: its schemas are gone with it.
"""

import importlib.util
import pathlib
import warnings

import torch

ROI = "Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width"
GRAD_ROI = "Tensor grad, Tensor rois{extra}, float spatial_scale, int pooled_height, int pooled_width"
SHAPE = "int batch_size, int channels, int height, int width"
DEFORM = (
    "int stride_h, int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, "
    "int groups, int offset_groups, bool use_mask"
)

SCHEMAS = [
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    f"roi_align({ROI}, int sampling_ratio, bool aligned) -> Tensor",
    f"_roi_align_backward({GRAD_ROI.format(extra='')}, {SHAPE}, int sampling_ratio, bool aligned) -> Tensor",
    "qroi_align(Tensor input, Tensor rois, float input_scale, int input_zero_point, float rois_scale, "
    "int rois_zero_point, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, "
    "bool aligned) -> Tensor",
    f"ps_roi_align({ROI}, int sampling_ratio) -> (Tensor, Tensor)",
    f"_ps_roi_align_backward({GRAD_ROI.format(extra=', Tensor channel_mapping')}, int sampling_ratio, {SHAPE}) "
    "-> Tensor",
    f"roi_pool({ROI}) -> (Tensor, Tensor)",
    f"_roi_pool_backward({GRAD_ROI.format(extra=', Tensor argmax')}, {SHAPE}) -> Tensor",
    f"ps_roi_pool({ROI}) -> (Tensor, Tensor)",
    f"_ps_roi_pool_backward({GRAD_ROI.format(extra=', Tensor channel_mapping')}, {SHAPE}) -> Tensor",
    "box_iou_rotated(Tensor boxes1, Tensor boxes2) -> Tensor",
    f"deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, {DEFORM}) -> Tensor",
    f"_deform_conv2d_backward(Tensor grad, Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, "
    f"{DEFORM}) -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
]


def extension_loads():
    folder = pathlib.Path(importlib.util.find_spec("torchvision").submodule_search_locations[0])
    for library in folder.glob("_C*.so"):
        try:
            torch.ops.load_library(str(library))
            return True
        except OSError:
            continue
    return False


def declare():
    if extension_loads():
        return None
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    return library


declared = declare()
has_kernels = declared is None

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import torchvision  # noqa: E402,F401
