// SPDX-License-Identifier: Apache-2.0
// Where the time of a run goes.
#pragma once

#include <cstdint>
#include <vector>

#include "record/field.h"

namespace quantbench {

// A piece of a run: nodes of the model that were computed as one; none: moving values between
// layouts.
struct PartTime {
  std::vector<int> nodes;
  double ms = 0;  // median over the runs
};

template <>
struct Fields<PartTime> {
  static constexpr std::tuple kAll{Field("nodes", &PartTime::nodes), Field("ms", &PartTime::ms)};
};

struct Profile {
  bool as_it_runs = false;  // pieces as the backend really runs; else nodes one by one, with taps
  int64_t runs = 0;
  double whole_ms = 0;  // median of runs with nothing but a clock around them, between the others
  std::vector<PartTime> parts;
};

template <>
struct Fields<Profile> {
  static constexpr std::tuple kAll{
      Field("as_it_runs", &Profile::as_it_runs), Field("runs", &Profile::runs),
      Field("whole_ms", &Profile::whole_ms), Field("parts", &Profile::parts)};
};

}  // namespace quantbench
