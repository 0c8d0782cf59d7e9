// The syntax tree of serialized TorchScript code. Everything that LibTorch prints is a call, a name, a literal or one
// of a few statements; nothing here knows what a name means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flopaudit {

// `offset`: the first byte of the expression in its source, by which .debug_pkl gives its Python line.
struct Expression {
  enum class Kind : std::uint8_t {
    name,       // text
    attribute,  // children[0] . text
    call,       // children[0]( children[1..] ), with `keywords` as many as arguments, "" where positional
    index,      // children[0][children[1]]
    slice,      // children[0][children[1]:children[2]], `none` where left out
    integer,    // integer
    floating,   // floating
    complex,    // children: real and imaginary part, both floating
    boolean,    // integer
    string,     // text
    none,
    list,   // children
    tuple,  // children
    dict,   // children: key, value, key, value...
  };
  Kind kind = Kind::none;
  std::uint32_t offset = 0;
  std::string text;
  std::int64_t integer = 0;
  double floating = 0;
  std::vector<Expression> children;
  std::vector<std::string> keywords;
};

struct FunctionDefinition;

struct Statement {
  enum class Kind : std::uint8_t {
    assign,      // targets (one: no tuple) [: annotation] = value; a declaration without a value has none
    expression,  // value
    return_,     // value, or none
    if_,         // value; body, orelse
    while_,      // value; body
    for_,        // targets in value; body
    with,        // value [as targets]; body
    define,      // function
    pass,
    delete_,  // value
  };
  Kind kind = Kind::pass;
  std::uint32_t offset = 0;
  bool unpacks = false;  // `a, = f()` takes a tuple apart even with one target
  std::vector<Expression> targets;
  std::optional<Expression> annotation;
  std::optional<Expression> value;
  std::vector<Statement> body, orelse;
  std::vector<FunctionDefinition> function;  // of define: one
};

struct ParameterDefinition {
  std::string name;
  std::optional<Expression> annotation;
  std::optional<Expression> default_value;
};

struct FunctionDefinition {
  std::string name;
  std::uint32_t offset = 0;
  std::vector<ParameterDefinition> parameters;
  std::optional<Expression> result;
  std::vector<Statement> body;
};

// `name : annotation [= value]`, or `name = value` of an enum, in a class body.
struct FieldDefinition {
  std::string name;
  std::optional<Expression> annotation;
  std::optional<Expression> value;
};

struct ClassDefinition {
  std::string name;
  std::uint32_t offset = 0;
  std::vector<Expression> bases;
  std::vector<FieldDefinition> fields;
  std::vector<std::string> parameters, buffers;  // `__parameters__`, `__buffers__`
  std::vector<FunctionDefinition> methods;
};

struct SourceFile {
  std::vector<ClassDefinition> classes;
  std::vector<FunctionDefinition> functions;
  std::uint64_t memory = 0;  // bytes that the tree takes, roughly
};

}  // namespace flopaudit
