// Recursive descent, a function a rule. The language has no operators but the sign of a literal: LibTorch prints every
// other one as a call.
#include "analyzer/frontend/torchscript/parser.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "analyzer/frontend/torchscript/lexer.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Kind = Expression::Kind;

class Parser {
 public:
  Parser(std::string_view source, const std::vector<Token>& tokens, std::uint64_t max_memory)
      : source_(source), tokens_(tokens), max_memory_(max_memory) {}

  Result<SourceFile> file();
  Result<Expression> lone_expression();

 private:
  // Counts how deep the rules call each other, so that hostile code cannot use up the stack.
  class Depth {
   public:
    explicit Depth(int& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    int& depth_;
  };

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  bool accept(std::string_view text) {
    if (!peek().is(text)) return false;
    take();
    return true;
  }
  bool accept(Token::Kind kind) {
    if (peek().kind != kind) return false;
    take();
    return true;
  }
  Error failure(const std::string& why) const {
    return input_error(why + " in line " + std::to_string(line_at(source_, peek().offset)));
  }
  Error unexpected() const {
    const std::string found = peek().text.empty() ? "the end of a line or block" : quoted(peek().text.substr(0, 40));
    return failure("unexpected " + found);
  }
  Result<void> expect(std::string_view text) {
    if (accept(text)) return {};
    return failure("expected '" + std::string(text) + "'");
  }
  Result<void> spend(std::uint64_t memory) {
    memory_ += memory;
    if (memory_ <= max_memory_) return {};
    return failure("there is more code than fits into " + std::to_string(max_memory_ >> 20) + " MB of syntax");
  }
  Result<std::string> word() {
    if (peek().kind != Token::Kind::name) return failure("expected a name");
    return std::string(take().text);
  }
  Result<void> end_of_statement() {
    if (accept(Token::Kind::newline) || peek().kind == Token::Kind::end) return {};
    return unexpected();
  }

  Result<ClassDefinition> class_definition();
  Result<void> class_member(ClassDefinition& definition);
  Result<FunctionDefinition> function_definition();
  Result<std::vector<Statement>> block();
  Result<Statement> statement();
  Result<Statement> simple_statement();
  Result<Statement> compound(Statement::Kind kind);

  Result<Expression> expression();
  Result<Expression> primary();
  Result<Expression> with_suffixes(Expression start);
  Result<void> call_arguments(Expression& call);
  Result<void> subscript(Expression& index);
  Result<Expression> bracketed();
  Result<Expression> number(bool negative);
  Result<Expression> complex_number(Expression real);
  Result<std::vector<Expression>> until(std::string_view close);
  // `a, b` without brackets is a tuple; a lone expression stays itself. `comma` says whether there was one.
  Result<std::vector<Expression>> expression_list(bool& comma);

  std::string_view source_;
  const std::vector<Token>& tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  std::uint64_t memory_ = 0;
  std::uint64_t max_memory_;
};

Result<SourceFile> Parser::file() {
  SourceFile file;
  while (peek().kind != Token::Kind::end) {
    if (peek().is("class")) {
      FA_ASSIGN(ClassDefinition definition, class_definition());
      file.classes.push_back(std::move(definition));
    } else if (peek().is("def")) {
      FA_ASSIGN(FunctionDefinition definition, function_definition());
      file.functions.push_back(std::move(definition));
    } else if (peek().is("import") || peek().is("op_version_set")) {  // of the oldest writers; names say it all
      while (peek().kind != Token::Kind::newline && peek().kind != Token::Kind::end) take();
      accept(Token::Kind::newline);
    } else {
      return unexpected();
    }
  }
  file.memory = memory_;
  return file;
}

Result<Expression> Parser::lone_expression() {
  FA_ASSIGN(Expression result, expression());
  accept(Token::Kind::newline);
  if (peek().kind != Token::Kind::end) return unexpected();
  return result;
}

Result<ClassDefinition> Parser::class_definition() {
  ClassDefinition definition;
  definition.offset = take().offset;
  FA_ASSIGN(definition.name, word());
  if (accept("(")) {
    FA_ASSIGN(definition.bases, until(")"));
  }
  FA_TRY(expect(":"));
  if (!accept(Token::Kind::newline) || !accept(Token::Kind::indent)) return failure("expected the body of a class");
  while (!accept(Token::Kind::dedent)) {
    if (peek().kind == Token::Kind::end) break;
    FA_TRY(class_member(definition));
  }
  return definition;
}

std::vector<std::string> texts_of(const Expression& list) {
  std::vector<std::string> texts;
  for (const Expression& element : list.children) texts.push_back(element.text);
  return texts;
}

Result<void> Parser::class_member(ClassDefinition& definition) {
  if (peek().is("def")) {
    FA_ASSIGN(FunctionDefinition method, function_definition());
    definition.methods.push_back(std::move(method));
    return {};
  }
  if (accept("pass")) return end_of_statement();
  FieldDefinition field;
  FA_TRY(spend(sizeof field));
  FA_ASSIGN(field.name, word());
  if (field.name == "__annotations__" && accept("[")) {  // `__annotations__["0"] = T`: a name that is no identifier
    FA_ASSIGN(const Expression name, expression());
    FA_TRY(expect("]"));
    FA_TRY(expect("="));
    field.name = name.text;
    FA_ASSIGN(field.annotation, expression());
    FA_TRY(end_of_statement());
    definition.fields.push_back(std::move(field));
    return {};
  }
  if (accept(":")) {
    FA_ASSIGN(field.annotation, expression());
  }
  if (accept("=")) {
    FA_ASSIGN(field.value, expression());
  }
  FA_TRY(end_of_statement());
  if (field.name == "__parameters__" && field.value) {
    definition.parameters = texts_of(*field.value);
  } else if (field.name == "__buffers__" && field.value) {
    definition.buffers = texts_of(*field.value);
  } else if (field.name != "__annotations__" && field.name != "__forward_hooks__" &&
             field.name != "__forward_pre_hooks__") {
    definition.fields.push_back(std::move(field));
  }
  return {};
}

Result<FunctionDefinition> Parser::function_definition() {
  FunctionDefinition definition;
  FA_TRY(spend(sizeof definition));
  definition.offset = take().offset;
  FA_ASSIGN(definition.name, word());
  FA_TRY(expect("("));
  while (!accept(")")) {
    ParameterDefinition parameter;
    FA_TRY(spend(sizeof parameter));
    FA_ASSIGN(parameter.name, word());
    if (accept(":")) {
      FA_ASSIGN(parameter.annotation, expression());
    }
    if (accept("=")) {
      FA_ASSIGN(parameter.default_value, expression());
    }
    definition.parameters.push_back(std::move(parameter));
    if (!accept(",") && !peek().is(")")) return unexpected();
  }
  if (accept("->")) {
    FA_ASSIGN(definition.result, expression());
  }
  FA_TRY(expect(":"));
  FA_ASSIGN(definition.body, block());
  return definition;
}

// Behind a colon: a block below, or (as for `pass`) one statement on the line.
Result<std::vector<Statement>> Parser::block() {
  std::vector<Statement> statements;
  if (!accept(Token::Kind::newline)) {
    FA_ASSIGN(Statement only, simple_statement());
    statements.push_back(std::move(only));
    return statements;
  }
  if (!accept(Token::Kind::indent)) return failure("expected a block");
  while (!accept(Token::Kind::dedent)) {
    if (peek().kind == Token::Kind::end) break;
    FA_ASSIGN(Statement next, statement());
    statements.push_back(std::move(next));
  }
  return statements;
}

Result<Statement> Parser::statement() {
  FA_TRY(spend(sizeof(Statement)));
  if (peek().is("if")) return compound(Statement::Kind::if_);
  if (peek().is("while")) return compound(Statement::Kind::while_);
  if (peek().is("for")) return compound(Statement::Kind::for_);
  if (peek().is("with")) return compound(Statement::Kind::with);
  if (peek().is("def")) {
    Statement definition;
    definition.kind = Statement::Kind::define;
    definition.offset = peek().offset;
    FA_ASSIGN(FunctionDefinition function, function_definition());
    definition.function.push_back(std::move(function));
    return definition;
  }
  return simple_statement();
}

Result<Statement> Parser::compound(Statement::Kind kind) {
  const Depth depth(depth_);
  if (depth_ > kMaxSyntaxDepth) return failure("blocks are nested too deeply");
  Statement result;
  result.kind = kind;
  result.offset = take().offset;
  bool comma = false;
  if (kind == Statement::Kind::for_) {
    FA_ASSIGN(result.targets, expression_list(comma));
    FA_TRY(expect("in"));
  }
  FA_ASSIGN(result.value, expression());
  if (kind == Statement::Kind::with && accept("as")) {
    FA_ASSIGN(result.targets, expression_list(comma));
  }
  FA_TRY(expect(":"));
  FA_ASSIGN(result.body, block());
  if (kind == Statement::Kind::if_ && accept("else")) {
    FA_TRY(expect(":"));
    FA_ASSIGN(result.orelse, block());
  }
  return result;
}

Result<Statement> Parser::simple_statement() {
  Statement result;
  result.offset = peek().offset;
  if (accept("pass")) {
    FA_TRY(end_of_statement());
    return result;
  }
  if (accept("return")) {
    result.kind = Statement::Kind::return_;
    if (peek().kind != Token::Kind::newline) {
      bool comma = false;
      const std::uint32_t offset = peek().offset;
      FA_ASSIGN(std::vector<Expression> values, expression_list(comma));
      result.value = comma ? Expression{Kind::tuple, offset, "", 0, 0, std::move(values), {}} : std::move(values.at(0));
    }
    FA_TRY(end_of_statement());
    return result;
  }
  result.kind = Statement::Kind::expression;
  if (peek().is("del") || (peek().is("delete"))) {
    take();
    result.kind = Statement::Kind::delete_;
  }
  bool comma = false;
  FA_ASSIGN(std::vector<Expression> left, expression_list(comma));
  if (accept(":")) {
    result.kind = Statement::Kind::assign;
    FA_ASSIGN(result.annotation, expression());
  }
  if (accept("=")) {
    result.kind = Statement::Kind::assign;
    result.unpacks = comma;
    bool several = false;
    const std::uint32_t offset = peek().offset;
    FA_ASSIGN(std::vector<Expression> values, expression_list(several));
    result.value = several ? Expression{Kind::tuple, offset, "", 0, 0, std::move(values), {}} : std::move(values.at(0));
  }
  if (result.kind == Statement::Kind::assign) {
    result.targets = std::move(left);
  } else {
    if (comma || left.size() != 1) return unexpected();
    result.value = std::move(left[0]);
  }
  FA_TRY(end_of_statement());
  return result;
}

Result<std::vector<Expression>> Parser::expression_list(bool& comma) {
  std::vector<Expression> expressions;
  for (;;) {
    FA_ASSIGN(Expression next, expression());
    expressions.push_back(std::move(next));
    if (!accept(",")) return expressions;
    comma = true;
    if (peek().is("=") || peek().is("in") || peek().kind == Token::Kind::newline) return expressions;
  }
}

Result<Expression> Parser::expression() {
  const Depth depth(depth_);
  if (depth_ > kMaxSyntaxDepth) return failure("expressions are nested too deeply");
  FA_TRY(spend(sizeof(Expression) + peek().text.size()));
  FA_ASSIGN(Expression start, primary());
  if (peek(1).kind == Token::Kind::imaginary) return complex_number(std::move(start));
  return with_suffixes(std::move(start));
}

Result<Expression> Parser::primary() {
  const Token& token = peek();
  Expression result;
  result.offset = token.offset;
  if (token.kind == Token::Kind::integer || token.kind == Token::Kind::floating) return number(false);
  if (token.is("-")) {
    take();
    FA_ASSIGN(result, number(true));
    result.offset = token.offset;
    return result;
  }
  if (token.kind == Token::Kind::string) {
    result.kind = Kind::string;
    Result<std::string> text = unescaped(take().text);
    if (!text) return failure(text.error().message);
    result.text = std::move(*text);
    return result;
  }
  if (token.kind == Token::Kind::symbol) return bracketed();
  if (token.kind != Token::Kind::name) return unexpected();
  take();
  if (token.text == "None") return result;
  if (token.text == "True" || token.text == "False") {
    result.kind = Kind::boolean;
    result.integer = token.text == "True" ? 1 : 0;
    return result;
  }
  result.kind = Kind::name;
  result.text = std::string(token.text);
  return result;
}

Result<Expression> Parser::number(bool negative) {
  const Token token = peek();
  Expression result;
  result.offset = token.offset;
  const char* begin = token.text.data();
  const char* end = begin + token.text.size();
  if (token.kind == Token::Kind::integer) {
    std::uint64_t magnitude = 0;
    const auto parsed = std::from_chars(begin, end, magnitude);
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (parsed.ec != std::errc() || parsed.ptr != end || magnitude > kMax + (negative ? 1 : 0)) {
      return failure("an integer has more than 64 bits");
    }
    result.kind = Kind::integer;
    result.integer = static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude);
  } else if (token.kind == Token::Kind::floating) {
    const auto parsed = std::from_chars(begin, end, result.floating);
    if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) return failure("a number cannot be read");
    if (parsed.ec == std::errc::result_out_of_range) {
      result.floating = token.text.find("e-") != std::string_view::npos ? 0 : std::numeric_limits<double>::infinity();
    }
    result.kind = Kind::floating;
    if (negative) result.floating = -result.floating;
  } else if (token.is("inf") || token.is("infinity")) {
    result.kind = Kind::floating;
    result.floating = -std::numeric_limits<double>::infinity();
  } else {
    return unexpected();
  }
  take();
  return result;
}

// `1.5-2.j`, which LibTorch prints without blanks. The real part may be `inf` or `nan`, a name.
Result<Expression> Parser::complex_number(Expression real) {
  if (real.kind == Kind::name && (real.text == "inf" || real.text == "nan")) {
    real.floating = real.text == "inf" ? std::numeric_limits<double>::infinity() : std::nan("");
    real.kind = Kind::floating;
    real.text.clear();
  }
  const bool negative = peek().is("-");
  if (real.kind != Kind::floating || (!negative && !peek().is("+"))) return unexpected();
  take();
  const std::string_view digits = take().text;
  Expression imaginary;
  imaginary.kind = Kind::floating;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size() - 1, imaginary.floating);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() - 1) {
    return failure("a complex number cannot be read");
  }
  if (negative) imaginary.floating = -imaginary.floating;
  Expression result;
  result.kind = Kind::complex;
  result.offset = real.offset;
  result.children.push_back(std::move(real));
  result.children.push_back(std::move(imaginary));
  return result;
}

// ( ... ) is a grouped expression or a tuple; [ ... ] a list; { ... } a dict.
Result<Expression> Parser::bracketed() {
  Expression result;
  result.offset = peek().offset;
  if (accept("[")) {
    result.kind = Kind::list;
    FA_ASSIGN(result.children, until("]"));
    return result;
  }
  if (accept("{")) {
    result.kind = Kind::dict;
    while (!accept("}")) {
      FA_ASSIGN(Expression key, expression());
      FA_TRY(expect(":"));
      FA_ASSIGN(Expression value, expression());
      result.children.push_back(std::move(key));
      result.children.push_back(std::move(value));
      if (!accept(",") && !peek().is("}")) return unexpected();
    }
    return result;
  }
  if (!accept("(")) return unexpected();
  bool comma = false;
  while (!accept(")")) {
    FA_ASSIGN(Expression element, expression());
    result.children.push_back(std::move(element));
    if (accept(",")) {
      comma = true;
    } else if (!peek().is(")")) {
      return unexpected();
    }
  }
  if (!comma && result.children.size() == 1) {
    // It starts behind the parenthesis, as in LibTorch: that is where its Python line is looked up.
    Expression only = std::move(result.children[0]);
    return only;
  }
  result.kind = Kind::tuple;
  return result;
}

Result<std::vector<Expression>> Parser::until(std::string_view close) {
  std::vector<Expression> expressions;
  while (!accept(close)) {
    FA_ASSIGN(Expression next, expression());
    expressions.push_back(std::move(next));
    if (!accept(",") && !peek().is(close)) return unexpected();
  }
  return expressions;
}

// x.name, x(...), x[...], any number of them.
Result<Expression> Parser::with_suffixes(Expression start) {
  int suffixes = 0;
  for (;;) {
    Expression next;
    next.offset = start.offset;
    if (accept(".")) {
      next.kind = Kind::attribute;
      FA_ASSIGN(next.text, word());
    } else if (accept("(")) {
      next.kind = Kind::call;
    } else if (accept("[")) {
      next.kind = Kind::index;
    } else {
      return start;
    }
    // Each suffix is a level of the tree, which others walk recursively.
    if (++suffixes + depth_ > kMaxSyntaxDepth) return failure("expressions are nested too deeply");
    FA_TRY(spend(sizeof next));
    next.children.push_back(std::move(start));
    if (next.kind == Kind::call) FA_TRY(call_arguments(next));
    if (next.kind == Kind::index) FA_TRY(subscript(next));
    start = std::move(next);
  }
}

Result<void> Parser::call_arguments(Expression& call) {
  while (!accept(")")) {
    std::string keyword;
    if (peek().kind == Token::Kind::name && peek(1).is("=")) {
      keyword = std::string(take().text);
      take();
    }
    FA_ASSIGN(Expression argument, expression());
    call.children.push_back(std::move(argument));
    call.keywords.push_back(std::move(keyword));
    if (!accept(",") && !peek().is(")")) return unexpected();
  }
  return {};
}

// x[i], x[a:b], and the types Tuple[A, B] and Tuple[()].
Result<void> Parser::subscript(Expression& index) {
  const auto bound = [&]() -> Result<Expression> {
    if (peek().is(":") || peek().is("]")) return Expression{};
    return expression();
  };
  FA_ASSIGN(Expression first, bound());
  index.children.push_back(std::move(first));
  if (accept(":")) {
    index.kind = Kind::slice;
    FA_ASSIGN(Expression last, bound());
    index.children.push_back(std::move(last));
    return expect("]");
  }
  while (accept(",")) {
    if (peek().is("]")) break;
    FA_ASSIGN(Expression next, expression());
    index.children.push_back(std::move(next));
  }
  return expect("]");
}

}  // namespace

Result<SourceFile> parse_source(std::string_view source, std::uint64_t max_memory) {
  FA_ASSIGN(const std::vector<Token> tokens, tokens_of(source));
  return Parser(source, tokens, max_memory).file();
}

Result<Expression> parse_expression(std::string_view source) {
  FA_ASSIGN(const std::vector<Token> tokens, tokens_of(source));
  return Parser(source, tokens, kMaxSyntaxMemory).lone_expression();
}

}  // namespace flopaudit
