// SPDX-License-Identifier: Apache-2.0
// Matching tensors with what a network expects.
#include "model/architectures/parameters.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/checkpoint/pickle.h"

namespace quantbench {
namespace {

// "[*,3,3,3]"
std::string Pattern(const Shape& expected) {
  std::string text;
  for (const int64_t extent : expected) {
    text += text.empty() ? '[' : ',';
    text += extent == kAnyExtent ? "*" : std::to_string(extent);
  }
  return text + "]";
}

bool Matches(const Shape& shape, const Shape& expected) {
  return std::ranges::equal(shape, expected, [](int64_t extent, int64_t wanted) {
    return wanted == kAnyExtent ? extent > 0 : extent == wanted;
  });
}

}  // namespace

FloatTensor Parameters::Take(const std::string& name, const Shape& expected) {
  ++wanted_;
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    problems_.push_back("missing '" + name + "' " + Pattern(expected));
    return {.shape = expected, .values = {}};
  }
  FloatTensor tensor = std::move(found->second);
  tensors_.erase(found);
  if (!Matches(tensor.shape, expected)) {
    problems_.push_back("'" + name + "' has shape " + ToString(tensor.shape) + ", expected " +
                        Pattern(expected));
    // A guess is only worth it where the file holds as many values: then the extents are sane.
    const bool is_guess = tensor.shape.size() == expected.size() && !tensor.values.empty();
    return {.shape = is_guess ? tensor.shape : expected, .values = {}};
  }
  const auto bad =
      std::ranges::find_if(tensor.values, [](float value) { return !std::isfinite(value); });
  if (bad != tensor.values.end())
    problems_.push_back("'" + name + "' is " + std::to_string(*bad) + " at element " +
                        std::to_string(bad - tensor.values.begin()) + ", expected finite numbers");
  return tensor;
}

void Parameters::DropAll(const std::string& prefix) {
  std::erase_if(tensors_, [&](const auto& item) { return item.first.starts_with(prefix); });
}

std::vector<std::string> Parameters::Problems() const {
  std::vector<std::string> problems = problems_;
  for (const auto& [name, tensor] : tensors_)
    problems.push_back("unexpected " + pickle::Quote(name) + " " + ToString(tensor.shape));
  return problems;
}

}  // namespace quantbench
