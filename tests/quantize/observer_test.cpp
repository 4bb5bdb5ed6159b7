// SPDX-License-Identifier: Apache-2.0
// What observers share, what they refuse, and what doesn't depend on batches.
#include "quantize/observer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "quantize/per_channel_observer.h"
#include "support/error.h"

namespace quantbench {
namespace {

std::vector<float> SomeValues(size_t count) {
  std::vector<float> values;
  uint32_t state = 12345;
  for (size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    values.push_back(static_cast<float>(state >> 8) / static_cast<float>(1 << 22) - 1.3f);
  }
  return values;
}

TEST_CASE("every observer gives qparams for every dtype and scheme") {
  const std::vector<float> values = SomeValues(5000);
  for (const std::string_view name : ObserverNames()) {
    for (const char* options :
         {"", "+dtype=qint8", "+scheme=symmetric", "+dtype=qint8+scheme=symmetric", "+reduce_range",
          "+dtype=qint8+reduce_range"}) {
      const ObserverSpec spec = ParseObserverSpec(std::string(name) + options);
      CAPTURE(ToString(spec));
      Observer observer(spec);
      observer.Observe(values);
      observer.Observe({});  // changes nothing
      const QParams qparams = observer.ComputeQParams();
      const IntegerRange integers = IntegersOf(spec.dtype);
      CHECK(qparams.scale > 0.005f);
      CHECK(qparams.scale < 0.1f);
      CHECK(qparams.zero_point >= integers.min);
      CHECK(qparams.zero_point <= integers.max);
    }
  }
}

TEST_CASE("observers that differ in how integers are used share a statistic") {
  const struct {
    std::string reason, spec, name;
  } cases[] = {
      {"a range", "minmax", "range"},
      {"integers, scheme, eps and dtype don't matter",
       "minmax+dtype=qint8+scheme=symmetric+eps=0.01+reduce_range", "range"},
      {"the constant does", "moving_average_minmax",
       "moving_average_range+averaging_constant=0.01"},
      {"another constant", "moving_average_minmax+averaging_constant=0.5",
       "moving_average_range+averaging_constant=0.5"},
      {"one histogram", "histogram+reduce_range", "histogram+bins=2048"},
      {"for four observers: percentile", "percentile+percentile=99", "histogram+bins=2048"},
      {"entropy", "entropy", "histogram+bins=2048"},
      {"mse", "mse", "histogram+bins=2048"},
      {"but not for other bins", "mse+bins=300", "histogram+bins=300"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(StatisticName(ParseObserverSpec(one.spec)) == one.name);
  }
}

TEST_CASE("what depends on values alone doesn't see batches, their order or threads") {
  const std::vector<float> values = SomeValues(300'000);
  std::vector<float> shuffled = values;
  std::reverse(shuffled.begin(), shuffled.end());
  for (const char* name : {"minmax", "percentile", "entropy", "mse"}) {
    CAPTURE(name);
    const ObserverSpec spec = ParseObserverSpec(name);
    Observer whole(spec);
    whole.Observe(values);
    Observer parts(spec);
    for (size_t begin = 0; begin < shuffled.size(); begin += 70'000) {
      parts.Observe(
          std::span(shuffled).subspan(begin, std::min<size_t>(70'000, shuffled.size() - begin)));
    }
    CHECK(whole.ComputeQParams() == parts.ComputeQParams());
  }
}

TEST_CASE("statistics are the same to the bit for any number of threads") {
  const std::vector<float> first = SomeValues(200'000);
  const std::vector<float> second = SomeValues(410'000);  // wider than none, other counts
  std::vector<std::vector<QParams>> results;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    std::vector<QParams>& qparams = results.emplace_back();
    for (const std::string_view name : ObserverNames()) {
      const ObserverSpec spec = ParseObserverSpec(name);
      Statistic statistic = MakeStatistic(spec);
      for (const auto& batch : {first, second})
        Observe(statistic, batch, *FiniteRange(batch, pool), pool);
      qparams.push_back(ComputeQParams(statistic, spec, "x"));
    }
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("a range in lanes is the range") {
  // Lengths around the lanes' number and the chunk's; the extreme and the bad value at each place
  for (const size_t count : {size_t{1}, size_t{15}, size_t{16}, size_t{17}, size_t{33}}) {
    for (size_t at = 0; at < count; ++at) {
      std::vector<float> values(count, 1.0f);
      values[at] = -3.0f;
      CHECK(FiniteRange(values) == Range{.min = -3.0f, .max = count == 1 ? -3.0f : 1.0f});
      values[at] = std::numeric_limits<float>::quiet_NaN();
      CHECK_FALSE(FiniteRange(values));
      values[at] = -std::numeric_limits<float>::infinity();
      CHECK_FALSE(FiniteRange(values));
    }
  }
  ThreadPool pool(2);
  std::vector<float> values(3 * kChunkValues + 5, 0.5f);
  values.back() = 7.0f;
  CHECK(FiniteRange(values, pool) == Range{.min = 0.5f, .max = 7.0f});
  CHECK(FiniteRange(std::vector<float>{}, pool) == Range{});
  CHECK_FALSE(FiniteRange(std::vector<float>{-3e38f, 3e38f}));
}

TEST_CASE("observers refuse what has no range") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::string_view name : ObserverNames()) {
    CAPTURE(name);
    Observer observer(ParseObserverSpec(name), "conv1");
    CHECK_THROWS_WITH_AS(observer.ComputeQParams(),
                         doctest::Contains("tensor 'conv1': no value was observed"), Error);
    CHECK_THROWS_WITH_AS(observer.Observe(std::vector<float>{1, nan}),
                         doctest::Contains("tensor 'conv1' holds NaN"), Error);
  }
  CHECK_THROWS_WITH_AS(Observer({.name = "minimax"}),
                       doctest::Contains("'minimax'; there are: minmax"), Error);
}

TEST_CASE("per-channel observers refuse what they can't watch") {
  const FloatTensor tensor{.shape = {2, 2}, .values = {1, 2, 3, 4}};
  CHECK_THROWS_WITH_AS(PerChannelObserver(ParseObserverSpec("mse"), 0, "w"),
                       doctest::Contains("'mse' can't watch channels of tensor 'w'"), Error);
  CHECK_THROWS_WITH_AS(PerChannelObserver({}, 2, "w").Observe(tensor),
                       doctest::Contains("tensor 'w' of shape [2,2] has no channel axis 2"), Error);
  CHECK_THROWS_WITH_AS(PerChannelObserver({}, 0, "w").ComputeQParams(),
                       doctest::Contains("tensor 'w': no value was observed"), Error);
  PerChannelObserver observer({}, 0, "w");
  observer.Observe(tensor);
  CHECK_THROWS_WITH_AS(observer.Observe({.shape = {3, 1}, .values = {1, 2, 3}}),
                       doctest::Contains("had 2 channels in earlier batches and has 3 now"), Error);
  CHECK_THROWS_WITH_AS(
      observer.Observe({.shape = {2, 1}, .values = {1, std::numeric_limits<float>::infinity()}}),
      doctest::Contains("tensor 'w' channel 1 holds NaN"), Error);
}

TEST_CASE("histograms survive ranges of every size") {
  // Each batch far wider than the one before: counts so far fall into one bin.
  for (const float last : {1e-30f, 1.0f, 1e10f, 1e37f}) {
    for (const float first : {1e-44f, 1e-38f, 1e-10f, 1e9f}) {
      for (const char* name : {"histogram", "percentile", "entropy", "mse"}) {
        CAPTURE(first);
        CAPTURE(last);
        CAPTURE(name);
        Observer observer(ParseObserverSpec(name));
        for (const float size : {first, last}) {
          observer.Observe(std::vector<float>{-size, 0.0f, 0.5f * size, size});
          observer.Observe(std::vector<float>(4, size));
        }
        const QParams qparams = observer.ComputeQParams();
        CHECK(qparams.scale > 0.0f);
        CHECK(qparams.scale <= std::max(2.0f * std::max(first, last) / 255.0f, 0x1p-23f) * 1.01f);
      }
    }
  }
}

}  // namespace
}  // namespace quantbench
