// Graphs in LibTorch's text, drawn from a seed: tensors, numbers, lists and tuples; views and writes; nested If and
// Loop; constants that decide them. Constants stand where LibTorch's compiler puts them, because whether a dead loop
// stays depends on it, and our IR has no such nodes: numbers at the start, what keeps a loop going before it, all
// others where they are used.
#pragma once

#include <string>

namespace flopaudit {

// `live_loops`: every loop does something that can be seen.
std::string random_jit_graph(unsigned seed, bool live_loops);

}  // namespace flopaudit
