// SPDX-License-Identifier: Apache-2.0
// One batch on the float operators of the host.
#include "quantize/same_scores.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/abi_model.h"
#include "backend/backend.h"

namespace quantbench {
namespace {

std::vector<float> ScoresOf(const Graph& graph, const std::vector<float>& input, int images,
                            const ThreadPool& pool) {
  const AbiModel model(graph);
  const Backend backend = Backend::BuiltInFloat();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  std::vector<float> scores(static_cast<size_t>(executable.output_elements() * images));
  executable.CreateContext(images, pool.threads()).Run(images, input.data(), scores.data(), pool);
  return scores;
}

}  // namespace

ScoreAgreement CompareScores(const Graph& before, const Graph& after, const InputImages& images,
                             int most, ThreadPool& pool) {
  const auto count = static_cast<int>(std::min<int64_t>(most, images.count()));
  const int64_t elements = NumElements(before.values[static_cast<size_t>(before.input)].shape);
  std::vector<float> input(static_cast<size_t>(elements * count));
  images.Read(0, count, input, pool);
  const std::vector<float> a = ScoresOf(before, input, count, pool);
  const std::vector<float> b = ScoresOf(after, input, count, pool);
  ScoreAgreement agreement{.images = count};
  const auto classes = static_cast<std::ptrdiff_t>(a.size()) / count;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto first_a = a.begin() + i * classes, first_b = b.begin() + i * classes;
    const auto best_a = std::max_element(first_a, first_a + classes) - first_a;
    const auto best_b = std::max_element(first_b, first_b + classes) - first_b;
    if (best_a == best_b) ++agreement.same_class;
  }
  double largest = 0, difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(double{a[i]}));
    difference = std::max(difference, std::abs(double{a[i]} - double{b[i]}));
  }
  agreement.largest_difference = largest == 0 ? difference : difference / largest;
  return agreement;
}

}  // namespace quantbench
