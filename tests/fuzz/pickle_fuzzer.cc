// Bytes as a pickle; and the same bytes as the data.pkl of a model, which walks what the pickle holds.
#include <cstdint>

#include "analyzer/frontend/torchscript/pickle.h"
#include "tests/frontend/torchscript/archive_writer.h"
#include "tests/fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flopaudit;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto pickle = read_pickle(bytes);
  if (!pickle) {
    check_sentence(pickle.error().message);
    return 0;
  }
  ArchiveWriter writer;
  writer.add({"m/version", "3\n"});
  writer.add(
      {"m/code/__torch__.py",
       "class M(Module):\n  __parameters__ = [\"w\", ]\n  __buffers__ = []\n  w : Tensor\n  n : int\n  l : List[int]\n"
       "  t : Tuple[int, Tensor]\n  m : __torch__.M\n"
       "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return torch.add(x, self.w)\n"});
  writer.add({"m/constants.pkl", bytes});
  writer.add({"m/data/0", std::string(64, '\1')});
  writer.add({"m/constants/0", std::string(64, '\1')});
  writer.add({"m/data.pkl", bytes});
  writer.add({"m/traced_inputs.pkl", bytes});
  writer.add({"m/code/__torch__.py.debug_pkl", bytes});
  (void)read_model_bytes(writer.bytes());
  return 0;
}
