// Compares the two front ends over model files:
//
//   front_end_diff [--objects] [--print] FILE...
//
// One line a file: identical, or the first line that differs, or who refuses it and why; then how many there are of
// each, and the share that is identical of those that LibTorch loads. Each file is read in processes of its own, so
// that neither memory nor a crash reaches the next. --objects leaves the functions out; --print writes both texts. Exit
// status 1 where a file that LibTorch loads is not identical.
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/frontend/front_end_texts.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

constexpr int kSeconds = 120;

// "identical", or a word for the case and what is to be said of it.
std::pair<std::string, std::string> compare(const std::string& file, CompareWhat what, bool print_both) {
  const auto oracle = in_child([&] { return libtorch_text(file, "", what); }, kSeconds);
  const auto direct =
      in_child([&] { return direct_text(file, oracle ? method_of(*oracle) : "forward", what); }, kSeconds);
  if (print_both) {
    std::cout << "===== LibTorch\n"
              << (oracle ? *oracle : oracle.error().message) << "\n===== direct\n"
              << (direct ? *direct : direct.error().message) << "\n";
  }
  if (!oracle && !direct)
    return {"both refuse", "\n  LibTorch: " + oracle.error().message + "\n  direct:   " + direct.error().message};
  if (!oracle) return {"only direct reads", oracle.error().message};
  if (!direct) return {"only LibTorch reads", direct.error().message};
  if (*oracle == *direct) return {"identical", ""};
  return {"differ", first_difference(*oracle, *direct)};
}

int run(const std::vector<std::string>& arguments) {
  CompareWhat what = CompareWhat::all;
  bool print_both = false;
  std::map<std::string, int> counts;
  for (const std::string& argument : arguments) {
    if (argument == "--objects") {
      what = CompareWhat::objects;
    } else if (argument == "--print") {
      print_both = true;
    } else {
      const auto [word, detail] = compare(argument, what, print_both);
      ++counts[word];
      std::cout << word << ": " << argument << (detail.empty() ? "" : ": ") << detail << std::endl;
    }
  }
  for (const auto& [word, count] : counts) std::cout << "# " << word << " " << count << "\n";
  const int loaded = counts["identical"] + counts["differ"] + counts["only LibTorch reads"];
  if (loaded > 0) {
    std::cout << "# " << counts["identical"] << " of " << loaded << " that LibTorch loads are identical: " << std::fixed
              << std::setprecision(2) << 100.0 * counts["identical"] / loaded << " %\n";
  }
  return counts["differ"] + counts["only LibTorch reads"] > 0 ? 1 : 0;
}

}  // namespace
}  // namespace flopaudit

int main(int count, char** values) { return flopaudit::run({values + 1, values + count}); }
