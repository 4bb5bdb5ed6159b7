// SPDX-License-Identifier: Apache-2.0
// How far two runs of one build may differ, by earlier ones.
#include "compare/run_spread.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace quantbench {
namespace {

using doctest::Approx;

// e^x of each.
std::vector<double> Exponentials(std::vector<double> logs) {
  for (double& one : logs) one = std::exp(one);
  return logs;
}

TEST_CASE("five runs are needed; fewer leave the floor") {
  for (const size_t runs : {0u, 1u, 4u}) {
    const RunSpread spread = SpreadOfRuns(std::vector<double>(runs, 1.0), 0.01);
    CHECK(spread.is_floor);
    CHECK(spread.ratio == kRunSpreadFloor);
    CHECK(spread.earlier_runs == static_cast<int64_t>(runs));
  }
  CHECK(!SpreadOfRuns(std::vector<double>(5, 1.0), 0.01).is_floor);
}

TEST_CASE("Student's prediction interval of the difference of two runs") {
  const std::vector<double> runs = Exponentials({0, 0.01, -0.01, 0.02, -0.02});
  // t of 4 degrees of freedom at 0.995 is 4.6041, at 0.975 2.7764; the deviation is 0.015811.
  CHECK(SpreadOfRuns(runs, 0.01).ratio == Approx(std::exp(4.6041 * std::sqrt(2) * 0.015811)));
  CHECK(SpreadOfRuns(runs, 0.05).ratio == Approx(std::exp(2.7764 * std::sqrt(2) * 0.015811)));
  CHECK(SpreadOfRuns(runs, 1).ratio == 1);
  CHECK(SpreadOfRuns(std::vector<double>(5, 2.5), 0.01).ratio == 1);
}

TEST_CASE("a build that became faster once doesn't make the machine a restless one") {
  std::vector<double> logs, steady;
  for (int i = 0; i < 24; ++i) {
    const double noise = 0.01 * (i % 3 - 1) + 0.0001 * i;
    steady.push_back(noise);
    logs.push_back(noise + (i < 12 ? 0.3 : 0));
  }
  CHECK(SpreadOfRuns(Exponentials(logs), 0.01).ratio < 1.05);
  CHECK(SpreadOfRuns(Exponentials(steady), 0.01).ratio > 1.02);
}

TEST_CASE("a single restless run does") {
  CHECK(SpreadOfRuns(Exponentials({0, 0.01, 0.3, -0.01, 0, 0.01}), 0.01).ratio > 1.5);
}

}  // namespace
}  // namespace quantbench
