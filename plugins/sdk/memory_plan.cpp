// SPDX-License-Identifier: Apache-2.0
// Static memory planning: largest tensors first, each at the lowest offset free during its life.
#include <algorithm>
#include <numeric>

#include "quantbench/plugin.hpp"

namespace quantbench::plugin {
namespace {

std::vector<Lifetime> FindLives(const qb_model& model) {
  std::vector<Lifetime> lives(static_cast<size_t>(model.num_tensors));
  for (int32_t n = 0; n < model.num_nodes; ++n) {
    const qb_node& node = *model.nodes[n];
    Lifetime& written = lives[static_cast<size_t>(node.output)];
    written.first = written.last = n;
    for (int32_t i = 0; i < node.num_inputs; ++i) {
      lives[static_cast<size_t>(node.inputs[i])].last = n;
    }
  }
  for (int32_t t = 0; t < model.num_tensors; ++t) {
    const qb_tensor& tensor = *model.tensors[t];
    int64_t bytes = DtypeBytes(tensor.dtype);
    for (int32_t d = 1; d < tensor.rank; ++d) bytes *= tensor.dims[d];
    lives[static_cast<size_t>(t)].bytes = (bytes + 63) / 64 * 64;
  }
  // The host brings the memory of these.
  lives[static_cast<size_t>(model.input)].first = -1;
  lives[static_cast<size_t>(model.output)].first = -1;
  return lives;
}

}  // namespace

int64_t DtypeBytes(qb_dtype dtype) {
  if (dtype == QB_F32 || dtype == QB_I32) return 4;
  return dtype == QB_U16 ? 2 : 1;
}

MemoryPlan PlanMemory(const qb_model& model) { return PlanLifetimes(FindLives(model)); }

MemoryPlan PlanLifetimes(std::span<const Lifetime> lives) {
  std::vector<int32_t> order;
  for (int32_t t = 0; t < static_cast<int32_t>(lives.size()); ++t) {
    if (lives[static_cast<size_t>(t)].first >= 0) order.push_back(t);
  }
  const auto life = [&](int32_t t) -> const Lifetime& { return lives[static_cast<size_t>(t)]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](int32_t a, int32_t b) { return life(a).bytes > life(b).bytes; });

  MemoryPlan plan{.offsets = std::vector<int64_t>(lives.size(), -1)};
  std::vector<int32_t> placed;  // by offset
  for (const int32_t t : order) {
    int64_t offset = 0;
    for (const int32_t other : placed) {
      const bool alive_together =
          life(other).first <= life(t).last && life(t).first <= life(other).last;
      const int64_t other_offset = plan.offsets[static_cast<size_t>(other)];
      if (!alive_together) continue;
      if (other_offset >= offset + life(t).bytes) break;  // the gap before it is large enough
      offset = std::max(offset, other_offset + life(other).bytes);
    }
    plan.offsets[static_cast<size_t>(t)] = offset;
    plan.bytes_per_image = std::max(plan.bytes_per_image, offset + life(t).bytes);
    const auto by_offset = [&](int32_t a, int32_t b) {
      return plan.offsets[static_cast<size_t>(a)] < plan.offsets[static_cast<size_t>(b)];
    };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), t, by_offset), t);
  }
  return plan;
}

}  // namespace quantbench::plugin
