// SPDX-License-Identifier: Apache-2.0
// Steps that stay, and what only looks like one.
#include "compare/change_points.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "dataset/random.h"

namespace quantbench {
namespace {

// A series around level(i), with normal noise of that deviation (Box and Muller).
std::vector<double> SeriesAround(const std::function<double(int)>& level, int count, double noise,
                                 uint64_t seed) {
  RandomGenerator random(seed);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) {
    const double radius = std::sqrt(-2 * std::log(random.Uniform(1e-12, 1)));
    const double normal = radius * std::cos(2 * std::numbers::pi * random.Uniform(0, 1));
    values.push_back(level(i) * (1 + noise * normal));
  }
  return values;
}

TEST_CASE("steps and no steps") {
  struct {
    std::string reason;
    int count;
    double noise;
    std::function<double(int)> level;
    std::vector<size_t> begins;  // of the steps, give or take one
  } cases[] = {
      {"a step of 5% in the middle", 30, 0.01, [](int i) { return i < 18 ? 1 : 1.05; }, {18}},
      {"a step down", 30, 0.01, [](int i) { return i < 12 ? 1 : 0.9; }, {12}},
      {"a new level of four results", 24, 0.01, [](int i) { return i < 20 ? 1 : 1.1; }, {20}},
      {"a new level of three", 24, 0.01, [](int i) { return i < 21 ? 1 : 1.1; }, {}},
      {"two steps up", 40, 0.01, [](int i) { return i < 14   ? 1
                                                    : i < 28 ? 1.1
                                                             : 1.2; }, {14, 28}},
      {"up, and back again",
       60,
       0.005,
       [](int i) { return i < 20 || i >= 40 ? 1 : 1.2; },
       {20, 40}},
      {"a single spike", 30, 0.01, [](int i) { return i == 15 ? 2 : 1; }, {}},
      {"the last one is a spike", 30, 0.01, [](int i) { return i == 29 ? 2 : 1; }, {}},
      {"three high ones in a row", 30, 0.01, [](int i) { return i / 3 == 5 ? 1.5 : 1; }, {}},
      {"a drift of 1% a result", 40, 0.005, [](int i) { return 1 + 0.01 * i; }, {}},
      {"a noisy drift", 40, 0.02, [](int i) { return 1 + 0.01 * i; }, {}},
      {"noise", 40, 0.05, [](int) { return 1; }, {}},
      {"a step too small to matter", 40, 0.0001, [](int i) { return i < 20 ? 1 : 1.01; }, {}},
      {"always the same", 40, 0, [](int) { return 1; }, {}},
      {"too few for either side", 7, 0, [](int i) { return i < 4 ? 1 : 2; }, {}},
      {"too few to tell from chance", 9, 0.01, [](int i) { return i < 5 ? 1 : 2; }, {}},
      {"one", 1, 0, [](int) { return 1; }, {}},
      {"none", 0, 0, [](int) { return 1; }, {}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      CAPTURE(seed);
      const auto steps = FindSteps(SeriesAround(one.level, one.count, one.noise, seed), 0.01);
      std::string found;
      for (const Step& step : steps)
        found += std::to_string(step.begin) + " (" + std::to_string(step.ratio) + ") ";
      CAPTURE(found);
      REQUIRE(steps.size() == one.begins.size());
      for (size_t i = 0; i < steps.size(); ++i) {
        CHECK(steps[i].begin + 1 >= one.begins[i]);
        CHECK(steps[i].begin <= one.begins[i] + 1);
        const auto at = static_cast<int>(one.begins[i]);
        CHECK(steps[i].ratio == doctest::Approx(one.level(at) / one.level(at - 1)).epsilon(0.02));
        CHECK(steps[i].p <= 0.01);
      }
    }
  }
}

TEST_CASE("alpha shared out among forty cases asks for one result more") {
  const auto level_of = [](int results) {
    return SeriesAround([&](int i) { return i < 20 ? 1 : 1.1; }, 20 + results, 0.01, 3);
  };
  CHECK(FindSteps(level_of(4), 0.01).size() == 1);
  CHECK(FindSteps(level_of(5), 0.01 / 40).size() == 1);
}

TEST_CASE("noise alone gives a step as rarely as alpha says") {
  constexpr int kSeries = 500;
  struct {
    double alpha;
    int most;  // mean plus three standard deviations of a binomial
  } cases[] = {{0.01, 11}, {0.05, 39}};
  for (const auto& one : cases) {
    int alarms = 0;
    for (uint64_t seed = 1; seed <= kSeries; ++seed) {
      const auto values = SeriesAround([](int) { return 1; }, 30, 0.1, DerivedSeed(11, seed));
      alarms += !FindSteps(values, one.alpha).empty();
    }
    CAPTURE(one.alpha);
    CHECK(alarms <= one.most);
    CHECK(alarms > 0);  // else the test would find nothing either
  }
}

TEST_CASE("the same series has the same steps, whatever its unit") {
  const auto level = [](int i) { return i < 18 ? 1.0 : 1.05; };
  std::vector<double> values = SeriesAround(level, 30, 0.01, 5);
  const std::vector<Step> steps = FindSteps(values, 0.01);
  REQUIRE(steps.size() == 1);
  for (double& value : values) value *= 1e6;
  CHECK(FindSteps(values, 0.01)[0].begin == steps[0].begin);
  CHECK(FindSteps(values, 0.01)[0].p == steps[0].p);
}

}  // namespace
}  // namespace quantbench
