"""Why a convention's number differs from the tool's: (peer, case) or (peer, case, form) -> the cause, as in README.md."""

AT = "ptflops does not wrap the operator @; a file does not tell it from torch.matmul"
ADD = "ptflops wraps torch.add, aligned left; a file does not tell it from +"
RAISES = "the tool raises; the convention leaves the node out and says so"
SIZES = "tracing multiplies sizes as tensors, which torchprofile counts; scripted they are numbers of the program"

CAUSES = {
    ("fvcore", "matmul [4,5] x [5]"): RAISES,
    ("ptflops", "@ [3,4,5] x [3,5,6]"): AT,
    ("ptflops", "swin_v2_t"): AT,
    ("ptflops", "torch.add [2,1,4] + [3,1]"): ADD,
    ("torchprofile", "maxvit_t", "scripted"): SIZES,
    ("torchprofile", "swin_t", "scripted"): SIZES,
    ("torchprofile", "swin_v2_t", "scripted"): SIZES,
    ("torchprofile", "vit_b_16"): RAISES,
}


def cause_of(peer, case, form):
    return CAUSES.get((peer, case, form)) or CAUSES.get((peer, case)) or ""


def unused_causes(rows):
    used = {(row[0], row[1], row[2]) for row in rows if row[7]} | {(row[0], row[1]) for row in rows if row[7]}
    return sorted(key for key in CAUSES if key not in used)
