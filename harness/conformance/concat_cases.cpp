// SPDX-License-Identifier: Apache-2.0
// Cases of concatenations that read and are read by others: what an engine may write where it is
// wanted, and what not.
#include "conformance/cases.h"

namespace quantbench::conformance {

std::vector<Case> ConcatCases() {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, std::function<void(ModelBuilder&)> build) {
    cases.push_back(
        {.name = "concat_chain/" + name,
         .reason = "as in SqueezeNet, Inception and DenseNet, where copies can be saved",
         .build = std::move(build)});
  };
  const ConvOptions three{.channels = 32, .kernel = {3, 3}, .padding = {1, 1, 1, 1}};
  add("of_convolutions", [=](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 6, 5), {.channels = 16, .activation = QB_RELU});
    b.Output(b.Conv(b.Concat({b.Conv(x, {.channels = 48}), b.Conv(x, three)}), {.channels = 9}));
  });
  add("of_pools", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 6, 5), {.channels = 16});
    const auto pool = [&](int32_t k, int32_t p) {
      return b.MaxPool(x, {.kernel = {k, k}, .stride = {1, 1}, .padding = {p, p, p, p}});
    };
    b.Output(b.Conv(b.Concat({pool(3, 1), x, pool(5, 2)}), {.channels = 9}));
  });
  add("not_on_vectors", [](ModelBuilder& b) {
    const int32_t x = b.Input(3, 4, 6);
    const int32_t first = b.Conv(x, {.channels = 16}), last = b.Conv(x, {.channels = 16});
    b.Output(b.Concat({first, b.Conv(x, {.channels = 7}), last}));
  });
  add("of_added_values", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 4, 6), {.channels = 16});
    const int32_t y = b.Conv(x, {.channels = 16});
    b.Output(b.Concat({b.Add(x, y), b.Concat({y, x})}));
  });
  add("each_reads_all_before", [=](ModelBuilder& b) {
    std::vector<int32_t> all{b.Conv(b.Input(3, 6, 5), three)};
    for (int32_t layer = 0; layer < 3; ++layer) {
      int32_t x = layer == 0 ? all[0] : b.Concat(all);
      const auto channels = int32_t{32} * (layer + 1);
      x = b.Conv(x, {.channels = channels, .groups = channels, .activation = QB_RELU});
      all.push_back(b.Conv(x, three));
    }
    b.Output(b.Concat(all));
  });
  return cases;
}

}  // namespace quantbench::conformance
