// Graphs in LibTorch's text, drawn from a seed: tensors, numbers, lists and tuples; views and writes; nested If and
// Loop; constants that decide them. A constant that a body yields stands in the body, that which keeps a loop going
// before the loop, as LibTorch's compiler places them: where LibTorch has the node of a constant decides whether a dead
// loop stays, and our IR has no such nodes.
#pragma once

#include <string>

namespace flopaudit {

// `live_loops`: every loop does something that can be seen.
std::string random_jit_graph(unsigned seed, bool live_loops);

}  // namespace flopaudit
