// SPDX-License-Identifier: Apache-2.0
// Which function computes which operator: the one list of all that there are.
#include <cstddef>

#include "naive.h"
#include "quantbench/arithmetic.hpp"
#include "quantbench/plugin.hpp"

namespace quantbench::plugin {
namespace {

// An operator that Operators has no function for works like the rest: its naive one is declared
// here and named in its row, and plugins that accelerate it override Operators::Run.
struct Row {
  qb_op op;
  void (*run)(Operators& operators, const Call& call);
};
constexpr Row kRows[] = {
    {QB_CONV, [](Operators& o, const Call& call) { o.Conv(call); }},
    {QB_LINEAR, [](Operators& o, const Call& call) { o.Linear(call); }},
    {QB_ADD, [](Operators& o, const Call& call) { o.Add(call); }},
    {QB_GLOBAL_AVG_POOL, [](Operators& o, const Call& call) { o.GlobalAveragePool(call); }},
    {QB_AVG_POOL, [](Operators& o, const Call& call) { o.AveragePool(call); }},
    {QB_MAX_POOL, [](Operators& o, const Call& call) { o.MaxPool(call); }},
    {QB_CONCAT, [](Operators& o, const Call& call) { o.Concat(call); }},
    {QB_FLATTEN, [](Operators& o, const Call& call) { o.Flatten(call); }},
    {QB_ACTIVATION, [](Operators& o, const Call& call) { o.Activation(call); }},
    {QB_QUANTIZE, [](Operators& o, const Call& call) { o.Quantize(call); }},
    {QB_DEQUANTIZE, [](Operators& o, const Call& call) { o.Dequantize(call); }},
    {QB_DYNAMIC_CONV, [](Operators& o, const Call& call) { o.DynamicConv(call); }},
    {QB_DYNAMIC_LINEAR, [](Operators& o, const Call& call) { o.DynamicLinear(call); }},
    {QB_MUL, [](Operators& o, const Call& call) { o.Mul(call); }},
    {QB_CHANNEL_SHUFFLE, [](Operators& o, const Call& call) { o.ChannelShuffle(call); }},
    {QB_SLICE, [](Operators& o, const Call& call) { o.Slice(call); }},
    {QB_RESHAPE, [](Operators& o, const Call& call) { o.Reshape(call); }},
    {QB_SOFTMAX, [](Operators& o, const Call& call) { o.Softmax(call); }},
    {QB_GATHER, [](Operators& o, const Call& call) { o.Gather(call); }},
    {QB_PRELU, [](Operators& o, const Call& call) { o.PRelu(call); }},
    {QB_LRN, [](Operators& o, const Call& call) { o.Lrn(call); }},
    {QB_LOG_SOFTMAX, [](Operators& o, const Call& call) { o.LogSoftmax(call); }},
    {QB_CAP, [](Operators&, const Call& call) { reference::Cap(call); }},
};
constexpr Row kUnary{0, [](Operators& o, const Call& call) { o.Unary(call); }};

Failure Unknown(const qb_node& node, const std::string& what) {
  return {QB_UNSUPPORTED,
          std::string("node '") + node.name + "': " + what + " is not known to this plugin"};
}

const Row& RowOf(const qb_node& node) {
  if (IsUnary(node.op)) return kUnary;
  for (const Row& row : kRows) {
    if (row.op == node.op) return row;
  }
  throw Unknown(node, "operator " + std::to_string(node.op));
}

}  // namespace

Operators::~Operators() = default;

void Operators::Prepare(const qb_model&) {}

void Operators::Run(const Call& call) { RowOf(*call.node).run(*this, call); }

void RequireKnown(const qb_node& node) {
  if (node.activation < QB_NONE || node.activation > QB_RELU6)
    throw Unknown(node, "activation " + std::to_string(node.activation));
  const size_t needed = node.op == QB_LRN ? sizeof(qb_node) : offsetof(qb_node, bias);
  if (node.op >= QB_CLIP && node.struct_size < needed)
    throw Failure(QB_INVALID, std::string("node '") + node.name + "' lacks fields of its operator");
  RowOf(node);
}

}  // namespace quantbench::plugin
