// SPDX-License-Identifier: Apache-2.0
// Which models are worth having, and which of them comes first.
#pragma once

#include <cstddef>
#include <vector>

#include "record/tuning.h"

namespace quantbench {

enum class Objective { kLatency, kSize };
inline constexpr std::string_view kObjectiveNames[] = {"latency", "size"};
constexpr std::span<const std::string_view> NamesOf(Objective) { return kObjectiveNames; }

// Times within 3% of each other, and sizes within 1%, count as equal: measured again they may well
// stand the other way round.
inline constexpr double kSameTime = 1.03, kSameSize = 1.01;

// Sets `dominated`: another model that ran is better in Top-1, time or size, and worse in none.
// What wasn't measured of one of the two counts for nothing.
void MarkDominated(std::vector<TunedModel>& models);

// Whether it is faster (or smaller), beyond what counts as equal.
bool IsCheaper(const TunedModel& model, const TunedModel& other, std::string_view objective);

// The models that keep the limit, the best one first: of those that are as fast (or small) as the
// fastest one left, the one with the highest Top-1, then the one that was tried first.
std::vector<size_t> ByPreference(const std::vector<TunedModel>& models, Objective objective);

}  // namespace quantbench
