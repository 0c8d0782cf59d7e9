#include "tests/op_oracle/mutations.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>

namespace flopaudit {
namespace {

using Kind = Type::Kind;

constexpr std::array<std::int64_t, 8> kSizes = {1, 0, 2, 3, 4, 5, 6, 8};
constexpr std::array<std::int64_t, 10> kInts = {0, 1, 2, 3, -1, -2, -3, 4, 5, 7};
constexpr std::array<double, 6> kFloats = {0.5, 0.0, 1.0, 2.0, -1.5, 2.7};
constexpr std::array kDtypes = {DType::f32,  DType::f64, DType::i64, DType::boolean, DType::f16,
                                DType::bf16, DType::i32, DType::u8,  DType::c64,     DType::i8};
constexpr std::array kStrings = {"none", "mean",  "sum",  "floor", "trunc", "constant", "reflect", "replicate",
                                 "same", "valid", "tanh", "ij",    "xy",    "left",     "bogus",   "circular"};

// Operands whose values other libraries or other devices look at, or that say nothing of shapes.
const std::set<std::string>& names_left_alone() {
  static const std::set<std::string> kNames = {"generator",     "layout",      "device",        "pin_memory",
                                               "memory_format", "benchmark",   "deterministic", "cudnn_enabled",
                                               "allow_tf32",    "non_blocking"};
  return kNames;
}

// A place that a change may apply to.
struct Site {
  Fact* fact;
  Type type;
  std::string name;
  bool optional = false;
};

void collect(Fact& fact, Type type, const std::string& name, std::vector<Site>& sites) {
  const bool optional = type.kind == Kind::optional;
  while (type.kind == Kind::optional && !type.arguments.empty()) type = Type(type.arguments[0]);
  sites.push_back({&fact, type, name, optional});
  const Type element = type.arguments.empty() ? Type::of(Kind::any) : type.arguments[0];
  if (auto* list = fact.get<ListFact>(); list != nullptr && list->elements && *list->elements) {
    for (Fact& inner : **list->elements) collect(inner, element, name, sites);
  }
  if (auto* tuple = fact.get<TupleFact>()) {
    for (Fact& inner : tuple->elements) collect(inner, Type::of(Kind::any), name, sites);
  }
}

Dims& dims_of(const Site& site) { return *site.fact->get<TensorFact>()->dims; }
bool is_tensor(const Site& site) { return site.fact->tensor() != nullptr; }
bool has_dims(const Site& site) { return is_tensor(site) && !dims_of(site).empty(); }
bool is_int(const Site& site) { return site.fact->get<IntFact>() != nullptr; }
bool is_float(const Site& site) { return site.fact->get<FloatFact>() != nullptr; }
bool is_bool(const Site& site) { return site.fact->get<BoolFact>() != nullptr; }
bool is_string(const Site& site) { return site.fact->get<StrFact>() != nullptr; }
bool is_list(const Site& site) { return site.fact->get<ListFact>() != nullptr; }
bool is_number(const Site& site) { return site.type.kind == Kind::number && (is_int(site) || is_float(site)); }
bool may_be_none(const Site& site) { return site.optional && !site.fact->is_none(); }
bool is_optional_none(const Site& site) { return site.optional && site.fact->is_none(); }

template <typename Values>
auto pick(const Values& values, unsigned index) {
  return values[index % std::size(values)];
}

void set_dim(const Site& site, const Mutation& m) {
  dims_of(site)[m.place % dims_of(site).size()] = Expr(pick(kSizes, m.value));
}
void insert_dim(const Site& site, const Mutation& m) {
  Dims& dims = dims_of(site);
  if (dims.size() < 6) dims.insert(dims.begin() + m.place % (dims.size() + 1), Dim(Expr(pick(kSizes, m.value))));
}
void remove_dim(const Site& site, const Mutation& m) {
  dims_of(site).erase(dims_of(site).begin() + m.place % dims_of(site).size());
}
void swap_dims(const Site& site, const Mutation& m) {
  Dims& dims = dims_of(site);
  std::swap(dims[m.place % dims.size()], dims[m.value % dims.size()]);
}
void drop_dims(const Site& site, const Mutation&) { dims_of(site).clear(); }
void set_dtype(const Site& site, const Mutation& m) { site.fact->get<TensorFact>()->dtype = pick(kDtypes, m.value); }

// Elements stated: zeros, ones, or counted up.
void state_elements(const Site& site, const Mutation& m) {
  TensorFact& tensor = *site.fact->get<TensorFact>();
  const auto count = element_count(*tensor.dims)->constant();
  if (!count || *count > 16 || !tensor.dtype || is_complex(*tensor.dtype)) return;
  if (!is_integral(*tensor.dtype) && !is_floating(*tensor.dtype)) return;  // quantized ones are not stated
  Elements elements;
  for (std::int64_t i = 0; i < *count; ++i) {
    const std::int64_t number = m.value % 3 == 2 ? i : m.value % 3;
    if (is_floating(*tensor.dtype)) {
      elements.emplace_back(static_cast<double>(number));
    } else {
      elements.emplace_back(Expr(*tensor.dtype == DType::boolean ? number % 2 : number));
    }
  }
  tensor.contents = std::move(elements);
}

void set_int(const Site& site, const Mutation& m) {
  if (site.name == "dtype") {
    *site.fact = Fact::integer(scalar_type_number(pick(kDtypes, m.value)));
  } else {
    *site.fact = Fact::integer(pick(kInts, m.value));
  }
}
void set_float(const Site& site, const Mutation& m) { *site.fact = Fact::floating(pick(kFloats, m.value)); }
void flip_bool(const Site& site, const Mutation&) { *site.fact = Fact::boolean(!*site.fact->get<BoolFact>()->value); }
void set_string(const Site& site, const Mutation& m) { *site.fact = Fact::string(pick(kStrings, m.value)); }

// An int for a float, a float for an int, a bool for either.
void swap_number(const Site& site, const Mutation& m) {
  if (m.value % 3 == 0) {
    *site.fact = Fact::boolean(m.place % 2 == 0);
  } else if (is_int(site)) {
    *site.fact = Fact::floating(pick(kFloats, m.value));
  } else {
    *site.fact = Fact::integer(pick(kInts, m.value));
  }
}

void resize_list(const Site& site, const Mutation& m) {
  auto& elements = **site.fact->get<ListFact>()->elements;
  if (elements.empty()) {
    const Kind kind = site.type.arguments.empty() ? Kind::any : site.type.arguments[0].kind;
    if (kind == Kind::integer) elements.push_back(Fact::integer(pick(kInts, m.value)));
  } else if (m.place % 2 == 0) {
    elements.pop_back();
  } else if (elements.size() < 6) {
    elements.push_back(elements[m.value % elements.size()].snapshot());
  }
}

void make_none(const Site& site, const Mutation&) { *site.fact = Fact::none(); }
void fill_none(const Site& site, const Mutation& m) {
  switch (site.type.kind) {
    case Kind::tensor: *site.fact = Fact::tensor(DType::f32, {Expr(pick(kSizes, m.value))}); break;
    case Kind::integer: set_int(site, m); break;
    case Kind::floating: set_float(site, m); break;
    case Kind::number: *site.fact = Fact::integer(pick(kInts, m.value)); break;
    case Kind::boolean: *site.fact = Fact::boolean(m.value % 2 == 0); break;
    case Kind::string: set_string(site, m); break;
    case Kind::list:
      if (site.type.arguments[0].kind != Kind::integer) return;
      *site.fact = Fact::list(Facts(m.place % 3 + 1, Fact::integer(pick(kInts, m.value))));
      break;
    default: break;
  }
}

// --- changes to several operands at once, so that they still fit each other ---

void replace_size(const std::vector<Site>& sites, const Mutation& m) {
  std::vector<Expr> sizes;
  for (const Site& site : sites) {
    if (!is_tensor(site)) continue;
    for (const Dim& dim : dims_of(site)) sizes.push_back(*dim);
  }
  if (sizes.empty()) return;
  const Expr old = sizes[m.site % sizes.size()];
  for (const Site& site : sites) {
    if (!is_tensor(site)) continue;
    std::replace(dims_of(site).begin(), dims_of(site).end(), Dim(old), Dim(Expr(pick(kSizes, m.value))));
  }
}

void replace_dtype(const std::vector<Site>& sites, const Mutation& m) {
  std::vector<Site> tensors;
  std::ranges::copy_if(sites, std::back_inserter(tensors), is_tensor);
  if (tensors.empty()) return;
  const auto old = tensors[m.site % tensors.size()].fact->tensor()->dtype;
  for (const Site& site : tensors) {
    if (site.fact->tensor()->dtype == old) set_dtype(site, m);
  }
}

void copy_shape(const std::vector<Site>& sites, const Mutation& m) {
  std::vector<Site> tensors;
  std::ranges::copy_if(sites, std::back_inserter(tensors), is_tensor);
  if (!tensors.empty()) dims_of(tensors[m.site % tensors.size()]) = dims_of(tensors[m.value % tensors.size()]);
}

struct LocalChange {
  bool (*applies)(const Site&);
  void (*change)(const Site&, const Mutation&);
};
constexpr LocalChange kLocal[] = {
    {has_dims, set_dim},      {is_tensor, insert_dim}, {has_dims, remove_dim},      {has_dims, swap_dims},
    {is_tensor, drop_dims},   {is_tensor, set_dtype},  {is_tensor, state_elements}, {is_int, set_int},
    {is_int, set_int},        {is_float, set_float},   {is_bool, flip_bool},        {is_string, set_string},
    {is_number, swap_number}, {is_list, resize_list},  {may_be_none, make_none},    {is_optional_none, fill_none},
};
using GlobalChange = void (*)(const std::vector<Site>&, const Mutation&);
constexpr GlobalChange kGlobal[] = {replace_size, replace_dtype, replace_size, replace_dtype, copy_shape};

void apply(const std::vector<Site>& sites, const Mutation& mutation) {
  const unsigned kind = mutation.kind % (std::size(kLocal) + std::size(kGlobal));
  if (kind >= std::size(kLocal)) return kGlobal[kind - std::size(kLocal)](sites, mutation);
  std::vector<Site> places;
  std::ranges::copy_if(sites, std::back_inserter(places), kLocal[kind].applies);
  if (!places.empty()) kLocal[kind].change(places[mutation.site % places.size()], mutation);
}

// Elements that no longer go with dims or dtype are forgotten.
void forget_stale_elements(const std::vector<Site>& sites, const std::vector<TensorFact>& before) {
  for (std::size_t i = 0; i < sites.size() && i < before.size(); ++i) {
    TensorFact* tensor = sites[i].fact->get<TensorFact>();
    if (tensor == nullptr || !tensor->contents) continue;
    if (tensor->dims != before[i].dims || tensor->dtype != before[i].dtype) tensor->contents.reset();
  }
}

std::vector<Site> sites_of(Facts& facts, const std::vector<OpArgument>& arguments) {
  std::vector<Site> sites;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const OpArgument argument = i < arguments.size() ? arguments[i] : OpArgument{"", Type::of(Kind::any)};
    if (!names_left_alone().contains(argument.name)) collect(facts[i], argument.type, argument.name, sites);
  }
  return sites;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Mutation& mutation) {
  return stream << mutation.kind << "/" << mutation.site << "/" << mutation.place << "/" << mutation.value;
}

Facts mutated(const Facts& inputs, const std::vector<OpArgument>& arguments, const std::vector<Mutation>& mutations) {
  Facts facts;
  for (const Fact& input : inputs) facts.push_back(input.snapshot());
  for (const Mutation& mutation : mutations) {
    const std::vector<Site> sites = sites_of(facts, arguments);
    std::vector<TensorFact> before;
    for (const Site& site : sites) before.push_back(is_tensor(site) ? *site.fact->tensor() : TensorFact());
    apply(sites, mutation);
    if (sites_of(facts, arguments).size() == sites.size()) forget_stale_elements(sites, before);
  }
  return facts;
}

double elements_of(const Facts& facts) {
  double all = 0;
  for (const Fact& fact : facts) {
    if (const TensorFact* tensor = fact.tensor(); tensor != nullptr && tensor->dims) {
      double elements = 1;
      for (const Dim& dim : *tensor->dims) elements *= dim && dim->constant() ? double(*dim->constant()) : 1.0;
      all += elements;
    }
    const auto* list = fact.get<ListFact>();
    if (list != nullptr && list->elements && *list->elements) all += elements_of(**list->elements);
  }
  return all;
}

}  // namespace flopaudit
