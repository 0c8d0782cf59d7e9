// oneDNN's LSTM in f32: ATen asks for each layer and direction by itself. The products with the input of all steps are
// one, those with the state one a step; kernels of their own make gates and states of them.
#include "analyzer/audit/causes/onednn_product.h"
#include "analyzer/audit/causes/recurrent_call.h"

namespace flopaudit {
namespace {

constexpr const char* kOps = "aten::lstm.input";
constexpr const char* kProbes =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 100 steps, 1 to 400 sequences, 1 to 1000 wide, "
    "1 to 1600 hidden one at a time, then drawn together; 1 to 3 layers, both directions, a batch that comes first";
constexpr CauseInfo kCauses[] = {
    {"LSTM product in lanes",
     "oneDNN multiplies by a product of its own, 8 rows of the weight and 6 columns at a time: the input of all steps "
     "at "
     "once (from 128 sequences on step by step), the state each step; one sequence is a matrix times a vector. From "
     "100 "
     "sequences on large operands are copied first, which takes 16 rows and 4 columns at a time.",
     kOps, "standard, f32, oneDNN",
     "rows of 4 gates padded to 8 (P), N columns, K wide in b parts of at most 256: P*(K*N + b*pad6(N) + (b - 1)*N) "
     "add, P*N more for the state, P*N*(K + b) mul; one column: P*K add, (P + 8)*K mul; copied (1/rows + 1/N below "
     "0.0038): lanes of rows and columns in halves, lanes*K add and mul, rows*N*(ceil(K/256) - 1) add",
     kProbes},
    {"packed LSTM weight",
     "A weight whose rows do not suit the cache is copied first, and scaled by alpha on the way: that of the input for "
     "a single step, that of the state from 16 sequences on.",
     kOps, "standard, f32, oneDNN", "4*hidden*K mul where 4*hidden is no multiple of 16, or one of 512", kProbes},
    {"LSTM gates in polynomials",
     "Gates and states are polynomials of fixed length in vectors of 4; each of the last 1 to 3 takes a whole vector. "
     "The two biases of a layer are added up first, with the multiply by alpha of every add.",
     kOps, "standard, f32, oneDNN",
     "a cell: 5 add, 3 mul; a lane: 44 add, 39 mul, 3 div; lanes = hidden/4*4 + 4*(hidden mod 4); biases: 4*hidden add "
     "and mul",
     kProbes},
};
constexpr const CauseInfo& kProduct = kCauses[0];
constexpr const CauseInfo& kPacked = kCauses[1];
constexpr const CauseInfo& kGates = kCauses[2];

constexpr std::int64_t kPackedSequences = 16;
constexpr std::int64_t kCopiedSequences = 100;  // fewer are multiplied without a copy, which takes less to set up
constexpr std::int64_t kManySequences = 128;    // the input is multiplied step by step

// What products and gates execute, and the causes of the products beside it.
class OnednnLstm {
 public:
  OnednnLstm(const RecurrentCall& call, Explanation& out) : call_(call), rows_(4 * call.hidden), out_(out) {}

  void explain(const FlopIntervals& annotated) {
    for (std::int64_t layer = 0; layer < call_.layers; ++layer) {
      for (std::int64_t direction = 0; direction < call_.directions; ++direction) explain_layer(call_.width_of(layer));
    }
    out_.add_rest(kGates, annotated, whole_);
  }

 private:
  void explain_layer(std::int64_t width) {
    const bool together = call_.batch < kManySequences;
    const std::int64_t products = together ? 1 : call_.steps;
    explain_products(products, call_.steps * call_.batch / products, width, packs() && call_.steps == 1, false);
    explain_products(call_.steps, call_.batch, call_.hidden, packs() && call_.batch >= kPackedSequences, true);
    const std::int64_t sequences = call_.steps * call_.batch, tail = call_.hidden % 4;
    const std::int64_t cells = sequences * call_.hidden, lanes = sequences * (call_.hidden - tail + 4 * tail);
    const std::int64_t biases = call_.biases ? rows_ : 0;
    add_lookup();
    add_point(whole_, FlopClass::add_f32, 5 * cells + 44 * lanes + biases);
    add_point(whole_, FlopClass::mul_f32, 3 * cells + 39 * lanes + biases);
    add_point(whole_, FlopClass::div_f32, 3 * lanes);
  }

  // Rows of whole cache lines that lie no half page apart are read as they are.
  bool packs() const { return rows_ % 16 != 0 || rows_ % 512 == 0; }

  void explain_products(std::int64_t times, std::int64_t columns, std::int64_t depth, bool packed, bool adds) {
    const bool never_copies = !packed && call_.batch < kCopiedSequences;
    const OnednnProduct product = {rows_, columns, depth, false, adds, never_copies};
    if (packed && columns > 1 && copies_operands(product))
      return out_.refuse("an LSTM of weights this large that are packed has no model");
    const OnednnCounts one = columns > 1 ? counts_of(product)
                             : packed    ? counts_of_transposed_matrix_times_vector(rows_, depth)
                                         : counts_of_matrix_times_vector(rows_, depth);
    const std::int64_t plain = rows_ * columns * depth;
    add(FlopClass::add_f32, times * one.add, times * (one.add - plain));
    add(FlopClass::mul_f32, times * one.mul, times * (one.mul - plain));
    add(FlopClass::add_f64, times * one.setup_add, times * one.setup_add);
    add(FlopClass::div_f64, times * one.setup_div, times * one.setup_div);
    // A weight that is a column, and is not packed, is no other in oneDNN's order.
    if (depth > 1 || packed) add_lookup();
    if (!packed) return;
    // For one column it is transposed, in vectors of 4 and a pair.
    const std::int64_t copied = rows_ * (columns > 1 ? depth : depth + (depth & 2));
    out_.add(kPacked, FlopClass::mul_f32, copied);
    add_point(whole_, FlopClass::mul_f32, copied);
  }

  // Each of oneDNN's primitives is looked up, in a hash map that minds its load in f64.
  void add_lookup() {
    add(FlopClass::add_f64, 8, 8);
    add(FlopClass::mul_f64, 6, 6);
    add(FlopClass::div_f64, 2, 2);
  }

  void add(FlopClass flop_class, std::int64_t count, std::int64_t delta) {
    add_point(whole_, flop_class, count);
    out_.add(kProduct, flop_class, delta);
  }

  const RecurrentCall& call_;
  const std::int64_t rows_;  // of a weight: all gates
  Explanation& out_;
  FlopIntervals whole_;
};

}  // namespace

void explain_onednn_lstm(const RecurrentCall& call, const FlopIntervals& annotated, Explanation& out) {
  OnednnLstm(call, out).explain(annotated);
}

std::span<const CauseInfo> onednn_lstm_causes() { return kCauses; }

}  // namespace flopaudit
