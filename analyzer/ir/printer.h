// The text form of a Program. print(parse(x)) == x for every x that print made; a program that passes verify() comes
// back whole, except for the words `why` inside of facts. One line a node, what passes wrote about it below:
//
//   flopaudit.ir/1
//   program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=9408 parameter_bytes=37632
//   example_inputs (f32[1,3,224,224])
//
//   object "conv1" class="__torch__.torch.nn.modules.conv.Conv2d" module {
//     "weight": Tensor {f32[64,3,7,7]} parameter path="conv1.weight"
//   }
//
//   graph "__torch__.Net.forward"(%self: __torch__.Net {object("")}, %x: Tensor {f32[1,3,224,224]}) -> (Tensor) {
//     parameter "conv1.weight": Tensor {f32[64,3,7,7]}
//     call 0 "__torch__.torch.nn.modules.conv.Conv2d.forward" on "conv1" at "net.py":12
//     n0: %s: List[int] {[2, 2]} = prim::ListConstruct(2, 2) in "conv1" at "conv.py":453 call 0
//       executed 1 work zero
//     n1: %y: Tensor {f32[1,64,112,112]} = aten::conv2d(%x, param "conv1.weight", none: Optional[Tensor], %s, ...)
//       executed 1 work known mac/f32=118013952 read=639744 written=3211264 formula "mac = ..."
//     n2: %z: Tensor = prim::If(true)
//       then() {
//         yield (%y)
//       }
//       else() {
//         yield (%x)
//       }
//     return (%z)
//   }
//
// Constants and parameters are operands in place. `{...}` behind a type is a fact. `call 3` names the innermost call;
// each call of the table at the top names the one that it happened `under`. `executed 1` stands for one case with the
// facts of the operands and results; anything else lists its cases: `executed 3 cases 2` and two lines `case 2 (...) ->
// (...)`. Counts are `3`, `<3*N + 1>` or a range `0..<N>`. `#` begins a comment.
#pragma once

#include <string>

#include "analyzer/ir/graph.h"

namespace flopaudit {

std::string print(const Program& program);

}  // namespace flopaudit
