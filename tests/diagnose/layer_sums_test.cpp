// SPDX-License-Identifier: Apache-2.0
// Where a layer's values lie among the integers that it has.
#include "diagnose/layer_sums.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace quantbench {
namespace {

TEST_CASE("the histogram spans the integers there are, however many") {
  for (const int most : {1, 15, 63, 127, 200, 255, 65535}) {
    CAPTURE(most);
    const QParams qparams{.scale = 1, .zero_point = 0, .most = most};
    std::vector<float> values(static_cast<size_t>(most) + 1);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    LayerSums sums;
    sums.AddImage({.reference = values}, 1, &qparams);
    const LayerErrors errors = sums.Result(&qparams);
    CHECK(errors.output_most == most);
    CHECK(errors.unused_percent == doctest::Approx(0));
    CHECK(errors.saturated_percent == doctest::Approx(0));
    const std::vector<int64_t>& bins = errors.output_histogram;
    REQUIRE(bins.size() == 64);
    CHECK(bins.front() > 0);
    // Each of the columns, or each that stands for an integer, has its share.
    const auto [least, largest] = std::ranges::minmax_element(bins);
    CHECK(*largest - *least <= 1 + most / 512);
    CHECK(std::count(bins.begin(), bins.end(), 0) == std::max(0, 63 - most));
  }
}

}  // namespace
}  // namespace quantbench
