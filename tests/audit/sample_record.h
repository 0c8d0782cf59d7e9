// A record made by hand, whose counts are those that the models expect: arithmetic, with a little dispatch noise.
#pragma once

#include <memory>
#include <string>

#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ir/parser.h"
#include "analyzer/support/sha256.h"

namespace flopaudit {

// n0 a linear layer, n1 an add, n2 a relu, n3 a view, n4 an op without model, n6 twice in a loop at two shapes.
inline const std::string kSampleIr = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=2048 parameter_bytes=8192

graph "M.forward"(%self: M, %x: Tensor {f32[8,64]}) -> (Tensor) {
  parameter "fc.weight": Tensor {f32[32,64]}
  n0: %y: Tensor {f32[8,32]} = aten::linear(%x, param "fc.weight", none: Optional[Tensor]) in "fc" at "nn/linear.py":12
    executed 1 work known mac/f32=16384 read=10240 written=1024 formula "mac = n*IN"
  n1: %z: Tensor {f32[8,32]} = aten::add.Tensor(%y, %y, 1) at "m.py":4
    executed 1 work known add/f32=256 read=2048 written=1024 formula "add = n"
  n2: %r: Tensor {f32[8,32]} = aten::relu(%z) at "m.py":5
    executed 1 work known compare/f32=256 read=1024 written=1024 formula "compare = n"
  n3: %v: Tensor {f32[256]} = aten::view(%r, [256]: List[int]) at "m.py":6
    executed 1 work zero
  n4: %s: Tensor {f32[8,32]} = aten::special_zeta.other_scalar(%r, 2.5) at "m.py":7
    executed 1 work known add/f32=504 div/f32=256 exp/f32=256 compare/f32=248 read=1024 written=1024 formula "a quantile"
  n5: %w: Tensor {f32[*]} = prim::Loop(2, true, %s)
    executed 1
    body(%i: int, %c: Tensor {f32[*]}) {
      n6: %d: Tensor {f32[*]} = aten::add.Tensor(%c, %c, 1) at "m.py":9
        executed 2 cases 2 work known add/f32=384 read=3072 written=1536 formula "add = n"
        case 1 (f32[8,32], f32[8,32], 1) -> (f32[8,32])
        case 1 (f32[4,32], f32[4,32], 1) -> (f32[4,32])
      yield (true, %d)
    }
  return (%w)
}
)";

inline Counts counts(std::initializer_list<std::pair<Event, std::int64_t>> lanes) {
  Counts result;
  for (const auto& [event, count] : lanes) result[event] = count;
  return result;
}

inline NodeMeasurement measured(int id, int iteration, const Counts& lanes, const std::string& output) {
  Counts noisier = lanes;
  noisier[Event::add_dp] += 3;  // another repetition, other noise
  return {id, iteration, {noisier, lanes}, {}, {output}, "", ""};
}

inline Record sample_record() {
  Record record;
  record.flopaudit_version = "0.1.0";
  record.libtorch_version = "2.13.0";
  record.libtorch_build = "a build";
  record.machine = {{"cpu", "a \"cpu\""}, {"os", "Debian 12"}};
  record.knobs = {{"OMP_NUM_THREADS", "1"}};
  record.path = "standard";
  record.counter_source = "software";
  record.counter_description = "fpcount";
  record.calibration.trusted = true;
  record.calibration.kernels = {{"mul_ymm_f32", counts({{Event::mul_sp, 8}}), counts({{Event::mul_sp, 8}})}};
  record.seed = 0xffffffffffffffffULL;
  record.repetitions = 2;
  record.model_file = "m.pt";
  record.model_sha256 = sha256_hex("model");
  record.ir = kSampleIr;
  record.ir_sha256 = sha256_hex(kSampleIr);
  const std::int64_t macs = 8 * 64 * 32;
  record.nodes = {
      // One block of the depth: 8*32 adds more; the weight times alpha: 32*64 muls more.
      measured(0, 0, counts({{Event::add_sp, macs + 8 * 32}, {Event::mul_sp, macs + 32 * 64}, {Event::cmp_dp, 4}}),
               "f32[8,32]"),
      measured(1, 0, counts({{Event::add_sp, 256}, {Event::mul_sp, 256}, {Event::cvt_fi, 1}}), "f32[8,32]"),
      measured(2, 0, counts({{Event::minmax_sp, 256}, {Event::cmp_dp, 5}}), "f32[8,32]"),
      measured(3, 0, counts({}), "f32[256]"),
      measured(4, 0, counts({{Event::add_sp, 512}, {Event::mul_sp, 256}, {Event::div_sp, 8}, {Event::add_dp, 6 * 256}}),
               "f32[8,32]"),
      measured(6, 0, counts({{Event::add_sp, 256}, {Event::mul_sp, 256}}), "f32[8,32]"),
      measured(6, 1, counts({{Event::add_sp, 128}, {Event::mul_sp, 128}}), "f32[4,32]"),
  };
  record.forward.counts = {counts({{Event::add_sp, 1}})};
  record.forward.counted_seconds = {0.5};
  record.outputs_equal_forward = true;
  return record;
}

inline std::unique_ptr<Program> program_of(const Record& record) {
  auto program = parse_program(record.ir);
  if (!program) throw std::runtime_error(program.error().message);
  return *std::move(program);
}

}  // namespace flopaudit
