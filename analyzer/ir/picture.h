// The picture of a graph as a plain struct: what DOT and the HTML report draw. Boxes by module and for branches and
// loops, vertices for what makes, changes or chooses tensors, and an edge for each tensor that goes from one to
// another. A picture can be collapsed to a depth of modules and narrowed to one module; both give a picture again.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

struct Picture {
  enum class Shape {
    op,
    branch,    // the header of an If
    loop,      // the header of a Loop: takes what its body yields and hands out the last
    join,      // where the branches of an If meet
    argument,  // of the method
    result,
    module,   // stands for all nodes of a module that is collapsed
    outside,  // stands for neighbours of the part that is shown
  };

  struct Vertex {
    std::string id;  // `n12`, `n3_out`, `in0`, `out0`; unique, and the same in every run
    Shape shape = Shape::op;
    std::string label;                    // before the op: the module whose one node it is; else the name
    std::string module;                   // path
    std::vector<const Node*> nodes = {};  // op, branch, loop: one; module: all of it, in program order; others: none
    const Value* value = nullptr;         // of an argument or a result
    bool not_taken = false;               // never executed
    bool undecided = false;               // an If whose condition is not known: either branch may run
  };

  struct Group {
    enum class Kind { root, module, node, region };
    using Item = std::variant<std::size_t, std::unique_ptr<Group>>;  // a vertex, by its index; a box in the box

    Kind kind = Kind::root;
    std::string id;
    std::string label;           // "0", or "layer1.0" where a box would hold nothing but another box; "then", "body"
    std::string module;          // path
    const Node* node = nullptr;  // the If or Loop, of a node and of its regions
    bool not_taken = false;
    bool undecided = false;
    std::vector<Item> items = {};  // in program order
  };

  struct Edge {
    enum class Kind {
      data,
      control,  // from a header to where its region begins
      carried,  // from the end of a loop's body back to the header
    };
    std::size_t from = 0, to = 0;  // indices of vertices
    const Value* value = nullptr;  // null: control
    std::string label = {};        // of a control edge: "then"
    Kind kind = Kind::data;
    bool not_taken = false;
  };

  std::vector<Vertex> vertices;
  std::vector<Edge> edges;
  Group root;
  std::size_t left_out = 0;  // nodes that are not drawn because they are never executed
};

// What is never executed is left out, and of an If that is decided the taken branch alone is drawn, in its place: the
// picture of a scripted model is then that of the traced one. `all` draws both.
Picture make_picture(const Graph& graph, bool all = false);

// Modules that lie deeper than `depth` in the module tree, and those at `depth` themselves, become one vertex each.
// What no module holds stays as it is. `depth` is 1 or more.
Picture collapsed(const Picture& picture, std::size_t depth);

// The nodes of one module and of those in it, with their neighbours as stubs; no vertices where the picture has no node
// of it. The part may lie in the middle of a branch or a loop.
Picture focused(const Picture& picture, const std::string& module);

// Where the condition of an If is computed, or the If itself stands; empty where no line is known.
SourceLocation condition_source(const Node& branch);
// How often the body of a loop runs in all: "3", "trips(n6)", "0..4"; empty where it is no loop or never runs.
std::string trips_text(const Node& loop);
std::size_t module_depth(const std::string& path);                      // 0 for the model itself
bool is_in_module(const std::string& path, const std::string& module);  // or is it

}  // namespace flopaudit
