// A small program with all that the text form can say.
#pragma once

#include <string>

namespace flopaudit {

inline const std::string kSampleText = R"(flopaudit.ir/1
program file="net.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=9408 parameter_bytes=37632
example_inputs (f32[1,3,224,224])

object "" class="__torch__.Net" module {
  "training": bool {false}
  "conv1": __torch__.torch.nn.modules.conv.Conv2d {object("conv1")}
}

object "conv1" class="__torch__.torch.nn.modules.conv.Conv2d" module {
  "weight": Tensor {f32[64,3,7,7]} parameter path="conv1.weight"
  "steps": Tensor {i64[] = 3} buffer path="conv1.steps"
}

graph "__torch__.Net.forward"(%self: __torch__.Net {object("")}, %x.1: Tensor {f32[1,3,224,224]}) -> (Tensor) {
  defaults (_, none)
  parameter "conv1.weight": Tensor {f32[64,3,7,7]}
  call 0 "__torch__.torch.nn.modules.conv.Conv2d.forward" on "conv1" at "net.py":12
  call 1 under 0 "__torch__.torch.nn.functional.conv2d" at "conv.py":453
  n0: %5: List[int] {[2, 2]} = prim::ListConstruct(2, 2) in "conv1" at "conv.py":453 call 0
    executed 1 work zero
  n1: %y: Tensor {f32[1,64,112,112]} = aten::conv2d(%x.1, param "conv1.weight", none: Optional[Tensor], %5) in "conv1" at "functional.py":9 call 1
    executed 1 work known mac/f32=118013952 valid/f32=115605504 read=639744 written=3211264 formula "mac = outputs*taps"
  n2: %c: bool = prim::isinstance[types="int, float"](%y)
    executed 1 cases 0 work zero
  n3: %z: Tensor {f32[1,64,112,112]} = prim::If(%c)
    executed 1
    then() {
      n4: %r: Tensor {f32[1,64,112,112]} = aten::relu_(%y)
        executed 0..1 work known compare/f32=0..<64*N>
      yield (%r)
    }
    else() {
      n5: prim::RaiseException("no")
        work not_taken
      yield (%y)
    }
  n6: %w: Tensor {f32[N,64]} = prim::Loop(3, true, %z)
    executed 1
    body(%i: int, %carried: Tensor {f32[?,64]}) {
      n7: %next: Tensor {f32[*]} = aten::mul.Tensor(%carried, %carried)
        executed 3 cases 2 work no_shape why "f32[*] has no known rank"
        case 1 (f32[1,64], f32[1,64]) -> (f32[1,64])
        case 2 (f32[2,64], f32[2,64]) -> (f32[2,64])
      yield (true, %next)
    }
  return (%w)
}

graph "helper"(%"odd name": int) -> () {
  op "strange op" "overload"(%"odd name", 1.5, "text", device("cuda:0"))
  return ()
}
)";

}  // namespace flopaudit
