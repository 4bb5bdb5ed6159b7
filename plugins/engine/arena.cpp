// SPDX-License-Identifier: Apache-2.0
// Plans an image's memory: values that aren't needed at the same time share it.
#include <algorithm>

#include "planner.h"

namespace quantbench::engine {
namespace {

// Vectors are loaded whole, so values may be read this far past their end.
constexpr int64_t kSlackBytes = 256;

size_t PlaceOf(const Plan& plan, int32_t value) {
  return plan.values[static_cast<size_t>(value)].place;
}

// A block reads and writes all the time: what it reads must live until its last step, what it
// writes from its first.
void ExtendOverBlocks(const Plan& plan, std::vector<plugin::Lifetime>& lives) {
  for (const Block& block : plan.blocks) {
    const size_t last = block.first_step + block.count - 1;
    for (size_t s = block.first_step; s <= last; ++s) {
      for (const int32_t t : plan.steps[s]->reads) {
        int32_t& end = lives[PlaceOf(plan, t)].last;
        end = std::max(end, static_cast<int32_t>(last));
      }
    }
    int32_t& begin = lives[PlaceOf(plan, plan.steps[last]->writes)].first;
    begin = std::min(begin, static_cast<int32_t>(block.first_step));
  }
}

}  // namespace

// What lies in another value's memory keeps that alive.
void PlanArena(Plan& plan) {
  std::vector<plugin::Lifetime> lives(plan.values.size());
  for (size_t s = 0; s < plan.steps.size(); ++s) {
    const auto now = static_cast<int32_t>(s);
    const Step& step = *plan.steps[s];
    if (step.writes >= 0) {
      plugin::Lifetime& life = lives[PlaceOf(plan, step.writes)];
      const Value& value = plan.values[PlaceOf(plan, step.writes)];
      const int64_t bytes = value.elements() * value.element_bytes() + kSlackBytes;
      life = {
          .first = life.first < 0 ? now : life.first, .last = now, .bytes = (bytes + 63) / 64 * 64};
      plan.tap_bytes =
          std::max(plan.tap_bytes, plan.values[static_cast<size_t>(step.writes)].dense_bytes());
    }
    for (const int32_t t : step.reads) lives[PlaceOf(plan, t)].last = now;
  }
  ExtendOverBlocks(plan, lives);
  const plugin::MemoryPlan memory = plugin::PlanLifetimes(lives);
  for (Value& value : plan.values) {
    value.offset = memory.offsets[value.place];
    if (value.first_channel > 0) value.offset += value.first_channel * value.element_bytes();
  }
  plan.image_bytes = memory.bytes_per_image;
}

}  // namespace quantbench::engine
