// SPDX-License-Identifier: Apache-2.0
// Proofs from limits and weights, once for each model.
#include "bounds.h"

#include <algorithm>

#include "depthwise_step.h"
#include "extents.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int32_t kLargestByte = 255;

bool OnlyMoves(qb_op op) {
  return op == QB_FLATTEN || op == QB_RESHAPE || op == QB_SLICE || op == QB_CHANNEL_SHUFFLE ||
         op == QB_GATHER;
}

// Of entries [0, count) of each of the tables of 256.
int32_t LargestEntry(const qb_tensor& tables, int32_t count) {
  const auto* const entries = static_cast<const uint8_t*>(tables.data);
  int32_t largest = 0;
  for (uint64_t first = 0; first + 256 <= tables.data_bytes; first += 256)
    largest =
        std::max<int32_t>(largest, *std::max_element(entries + first, entries + first + count));
  return largest;
}

int32_t LargestOf(const qb_model& model, const qb_node& node, const std::vector<int32_t>& before) {
  const qb_tensor& y = *model.tensors[node.output];
  const int32_t x = before[static_cast<size_t>(node.inputs[0])];
  if (plugin::IsUnary(node.op) || node.op == QB_PRELU) {
    const qb_tensor& table = *model.tensors[node.inputs[node.num_inputs - 1]];
    return table.data == nullptr ? kLargestByte : LargestEntry(table, x + 1);
  }
  // What a gather takes from nowhere is zero.
  if (OnlyMoves(node.op)) return std::max(x, y.zero_points[0]);
  const plugin::OutputRange range = plugin::RangeOf(node.activation, y);
  return node.op == QB_MAX_POOL ? std::clamp(x, std::min(range.lo, range.hi), range.hi) : range.hi;
}

bool PairFits(int8_t a, int8_t b, const Room& room) {
  SignedSum pair;
  pair.Add(a);
  pair.Add(b);
  return pair.Fits(room);
}

}  // namespace

std::vector<int32_t> LargestValues(const qb_model& model) {
  std::vector<int32_t> largest(static_cast<size_t>(model.num_tensors), kLargestByte);
  for (int32_t n = 0; n < model.num_nodes; ++n) {
    const qb_node& node = *model.nodes[n];
    if (model.tensors[node.output]->dtype == QB_U8)
      largest[static_cast<size_t>(node.output)] = LargestOf(model, node, largest);
  }
  return largest;
}

bool FitsShortSums(const ConvSource& source) {
  const Room room(source.largest);
  const qb_tensor& w = source.weight;
  const auto* const weights = static_cast<const int8_t*>(w.data);
  const Extents e = ExtentsOf(source);
  if (IsDepthwise(source)) {
    const int64_t rows = w.dims[2], columns = w.dims[3];
    for (int64_t i = 0; i + columns < e.oc * e.taps; ++i) {
      const bool last_row = i / columns % rows == rows - 1;
      if (!PairFits(weights[i], last_row ? int8_t{0} : weights[i + columns], room)) return false;
    }
    return true;
  }
  for (int64_t o = 0; o < e.oc; ++o) {
    // A group of an odd number of channels may begin in the middle of a pair.
    const int64_t begin = e.GroupOf(o) * e.per_group;
    for (int64_t i = begin % 2; i + 1 < e.per_group; i += 2) {
      for (int64_t tap = 0; tap < e.taps; ++tap) {
        const int8_t* const pair = weights + (o * e.per_group + i) * e.taps + tap;
        if (!PairFits(pair[0], pair[e.taps], room)) return false;
      }
    }
  }
  return true;
}

}  // namespace quantbench::engine
