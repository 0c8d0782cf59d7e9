// What each old operator means in terms of today's: one graph for each row of old_operators.cc, by the name of the
// operator. The lines are those of LibTorch's own replacements, which it reports for the nodes as well.
#include "analyzer/frontend/torchscript/cleanup/old_operators.h"

namespace flopaudit::cleanup {

std::string_view old_operator_bodies() {
  return R"ir(flopaudit.ir/1
program file="" kind="scripted" method="" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "aten::div.Scalar"(%self: Tensor, %other: number) -> (Tensor) {
  %0: bool = aten::is_floating_point(%self) at "<string>":3
  %2: bool = prim::If(%0) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %1: bool = prim::isinstance[types="float"](%other)
      yield (%1)
    }
  %5: Tensor = prim::If(%2) at "<string>":3
    then() {
      %3: Tensor = aten::div.Scalar(%self, %other) at "<string>":4
      yield (%3)
    }
    else() {
      %other.1: Union[complex, int] = prim::unchecked_cast(%other)
      %4: Tensor = aten::div.Scalar_mode(%self, %other.1, "trunc") at "<string>":5
      yield (%4)
    }
  return (%5)
}

graph "aten::div.Scalar_mode"(%self: Tensor, %other: number, %rounding_mode: Optional[str]) -> (Tensor) {
  %0: Tensor = aten::div.Scalar_mode(%self, %other, %rounding_mode) at "<string>":3
  return (%0)
}

graph "aten::div.Tensor"(%self: Tensor, %other: Tensor) -> (Tensor) {
  %0: bool = aten::is_floating_point(%self) at "<string>":3
  %2: bool = prim::If(%0) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %1: bool = aten::is_floating_point(%other) at "<string>":3
      yield (%1)
    }
  %5: Tensor = prim::If(%2) at "<string>":3
    then() {
      %3: Tensor = aten::div.Tensor(%self, %other) at "<string>":4
      yield (%3)
    }
    else() {
      %4: Tensor = aten::div.Tensor_mode(%self, %other, "trunc") at "<string>":5
      yield (%4)
    }
  return (%5)
}

graph "aten::div.Tensor_mode"(%self: Tensor, %other: Tensor, %rounding_mode: Optional[str]) -> (Tensor) {
  %0: Tensor = aten::div.Tensor_mode(%self, %other, %rounding_mode) at "<string>":3
  return (%0)
}

graph "aten::div.out"(%self: Tensor, %other: Tensor, %out: Tensor) -> (Tensor) {
  %0: bool = aten::is_floating_point(%self) at "<string>":3
  %2: bool = prim::If(%0) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %1: bool = aten::is_floating_point(%other) at "<string>":3
      yield (%1)
    }
  %4: bool = prim::If(%2) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %3: bool = aten::is_floating_point(%out) at "<string>":3
      yield (%3)
    }
  %7: Tensor = prim::If(%4) at "<string>":3
    then() {
      %5: Tensor = aten::div.out(%self, %other, %out) at "<string>":4
      yield (%5)
    }
    else() {
      %6: Tensor = aten::div.out_mode(%self, %other, "trunc", %out) at "<string>":5
      yield (%6)
    }
  return (%7)
}

graph "aten::div.out_mode"(%self: Tensor, %other: Tensor, %rounding_mode: Optional[str], %out: Tensor) -> (Tensor) {
  %0: Tensor = aten::div.out_mode(%self, %other, %rounding_mode, %out) at "<string>":3
  return (%0)
}

graph "aten::div_.Scalar"(%self: Tensor, %other: number) -> (Tensor) {
  %0: bool = aten::is_floating_point(%self) at "<string>":3
  %2: bool = prim::If(%0) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %1: bool = prim::isinstance[types="float"](%other)
      yield (%1)
    }
  %5: Tensor = prim::If(%2) at "<string>":3
    then() {
      %3: Tensor = aten::div_.Scalar(%self, %other) at "<string>":4
      yield (%3)
    }
    else() {
      %other.1: Union[complex, int] = prim::unchecked_cast(%other)
      %4: Tensor = aten::div_.Scalar_mode(%self, %other.1, "trunc") at "<string>":5
      yield (%4)
    }
  return (%5)
}

graph "aten::div_.Scalar_mode"(%self: Tensor, %other: number, %rounding_mode: Optional[str]) -> (Tensor) {
  %0: Tensor = aten::div_.Scalar_mode(%self, %other, %rounding_mode) at "<string>":3
  return (%0)
}

graph "aten::div_.Tensor"(%self: Tensor, %other: Tensor) -> (Tensor) {
  %0: bool = aten::is_floating_point(%self) at "<string>":3
  %2: bool = prim::If(%0) at "<string>":3
    then() {
      yield (true)
    }
    else() {
      %1: bool = aten::is_floating_point(%other) at "<string>":3
      yield (%1)
    }
  %5: Tensor = prim::If(%2) at "<string>":3
    then() {
      %3: Tensor = aten::div_.Tensor(%self, %other) at "<string>":4
      yield (%3)
    }
    else() {
      %4: Tensor = aten::div_.Tensor_mode(%self, %other, "trunc") at "<string>":5
      yield (%4)
    }
  return (%5)
}

graph "aten::div_.Tensor_mode"(%self: Tensor, %other: Tensor, %rounding_mode: Optional[str]) -> (Tensor) {
  %0: Tensor = aten::div_.Tensor_mode(%self, %other, %rounding_mode) at "<string>":3
  return (%0)
}

graph "aten::full"(%size: List[int], %fill_value: number, %dtype: Optional[int], %layout: Optional[int], %device: Optional[Device], %pin_memory: Optional[bool]) -> (Tensor) {
  %0: bool = aten::__is__(%dtype, none) at "<string>":5
  %fill_value.2: number, %dtype.2: Optional[int] = prim::If(%0) at "<string>":5
    then() {
      %fill_value.1: float = aten::Float.Scalar(%fill_value) at "<string>":6
      yield (%fill_value.1, %dtype)
    }
    else() {
      %dtype.1: int = prim::unchecked_cast(%dtype)
      yield (%fill_value, %dtype.1)
    }
  %1: Tensor = aten::full(%size, %fill_value.2, %dtype.2, %layout, %device, %pin_memory) at "<string>":7
  return (%1)
}

graph "aten::full.out"(%size: List[int], %fill_value: number, %out: Tensor) -> (Tensor) {
  %0: Tensor = aten::full.out(%size, %fill_value, %out) at "<string>":3
  return (%0)
}

graph "aten::gelu"(%self: Tensor) -> (Tensor) {
  %0: Tensor = aten::gelu(%self, "none") at "<string>":3
  return (%0)
}

graph "aten::gelu.out"(%self: Tensor, %out: Tensor) -> (Tensor) {
  %0: Tensor = aten::gelu.out(%self, "none", %out) at "<string>":3
  return (%0)
}

graph "aten::linspace"(%start: Union[number], %end: Union[number], %steps: Optional[int], %dtype: Optional[int], %layout: Optional[int], %device: Optional[Device], %pin_memory: Optional[bool]) -> (Tensor) {
  %0: bool = aten::__is__(%steps, none) at "<string>":4
  %3: Tensor = prim::If(%0) at "<string>":4
    then() {
      %1: Tensor = aten::linspace(%start, %end, 100, %dtype, %layout, %device, %pin_memory) at "<string>":5
      yield (%1)
    }
    else() {
      %steps.1: int = prim::unchecked_cast(%steps)
      %2: Tensor = aten::linspace(%start, %end, %steps.1, %dtype, %layout, %device, %pin_memory) at "<string>":6
      yield (%2)
    }
  return (%3)
}

graph "aten::linspace.out"(%start: Union[number], %end: Union[number], %steps: Optional[int], %out: Tensor) -> (Tensor) {
  %0: bool = aten::__is__(%steps, none) at "<string>":3
  %3: Tensor = prim::If(%0) at "<string>":3
    then() {
      %1: Tensor = aten::linspace.out(%start, %end, 100, %out) at "<string>":4
      yield (%1)
    }
    else() {
      %steps.1: int = prim::unchecked_cast(%steps)
      %2: Tensor = aten::linspace.out(%start, %end, %steps.1, %out) at "<string>":5
      yield (%2)
    }
  return (%3)
}

graph "aten::logspace"(%start: Union[number], %end: Union[number], %steps: Optional[int], %base: float, %dtype: Optional[int], %layout: Optional[int], %device: Optional[Device], %pin_memory: Optional[bool]) -> (Tensor) {
  %0: bool = aten::__is__(%steps, none) at "<string>":4
  %3: Tensor = prim::If(%0) at "<string>":4
    then() {
      %1: Tensor = aten::logspace(%start, %end, 100, %base, %dtype, %layout, %device, %pin_memory) at "<string>":5
      yield (%1)
    }
    else() {
      %steps.1: int = prim::unchecked_cast(%steps)
      %2: Tensor = aten::logspace(%start, %end, %steps.1, %base, %dtype, %layout, %device, %pin_memory) at "<string>":6
      yield (%2)
    }
  return (%3)
}

graph "aten::logspace.out"(%start: Union[number], %end: Union[number], %steps: Optional[int], %base: float, %out: Tensor) -> (Tensor) {
  %0: bool = aten::__is__(%steps, none) at "<string>":3
  %3: Tensor = prim::If(%0) at "<string>":3
    then() {
      %1: Tensor = aten::logspace.out(%start, %end, 100, %base, %out) at "<string>":4
      yield (%1)
    }
    else() {
      %steps.1: int = prim::unchecked_cast(%steps)
      %2: Tensor = aten::logspace.out(%start, %end, %steps.1, %base, %out) at "<string>":5
      yield (%2)
    }
  return (%3)
}
)ir";
}

}  // namespace flopaudit::cleanup
