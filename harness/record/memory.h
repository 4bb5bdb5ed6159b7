// SPDX-License-Identifier: Apache-2.0
// What a case takes of the memory of the process that measures its latency.
#pragma once

#include <algorithm>
#include <optional>

#include "record/field.h"

namespace quantbench {

// In MB of 1e6 bytes; nothing where it can't be told: without isolation the process holds more than
// the case, an emulator's memory isn't the program's, and there may be no /proc. Private memory is
// what no file backs: heap, stacks, pages that were written to. Mapped memory is what files back:
// the program, libraries, the model and the crops as the cache has them.
struct Memory {
  std::optional<double> peak_private_mb;
  std::optional<double> peak_mapped_mb;
  // What private memory grew by while the model was prepared: packed weights. A backend that reads
  // weights where the model's file is mapped has none here.
  std::optional<double> weights_mb;
  // From there to the end of the first run: activations, and what else a batch takes on so many
  // threads. The batch itself and its scores are the host's and don't count.
  std::optional<double> activations_mb;
};

template <>
struct Fields<Memory> {
  static constexpr std::tuple kAll{
      Field("peak_private_mb", &Memory::peak_private_mb,
            {.column = 39,
             .decimals = 3,
             .best = Best::kLowest,
             .shown_decimals = 1,
             .page = {.place = 181,
                      .title = "Peak MB",
                      .hint = "most private memory of the process that is timed, 1e6 bytes"}}),
      Field("peak_mapped_mb", &Memory::peak_mapped_mb, {.column = 40, .decimals = 3}),
      Field("weights_mb", &Memory::weights_mb,
            {.column = 41,
             .decimals = 3,
             .best = Best::kLowest,
             .shown_decimals = 1,
             .page = {.place = 182,
                      .title = "Weights MB",
                      .hint = "private memory that preparing the model took"}}),
      Field("activations_mb", &Memory::activations_mb,
            {.column = 42,
             .decimals = 3,
             .best = Best::kLowest,
             .shown_decimals = 1,
             .page = {.place = 183,
                      .title = "Activations MB",
                      .hint = "private memory that the first run of a batch took on top"}})};
};

// The most of several processes.
inline void AddMemory(Memory& most, const Memory& one) {
  ForEachField<Memory>([&](const auto& field, const auto&) {
    auto& figure = most.*field.member;
    figure = std::max(figure, one.*field.member);  // nothing is less than any value
  });
}

}  // namespace quantbench
