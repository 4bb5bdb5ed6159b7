// SPDX-License-Identifier: Apache-2.0
// Random tensors, tensors from NumPy files, and how shapes and places in them are told.
#include "tensor/tensor.h"

#include <cmath>
#include <numbers>

#include "dataset/random.h"
#include "support/error.h"
#include "support/npy_file.h"
#include "support/number_text.h"
#include "tensor/limits.h"

namespace quantbench {

Shape IndexOf(const Shape& shape, size_t element) {
  Shape index(shape.size());
  auto rest = static_cast<int64_t>(element);
  for (size_t d = shape.size(); d-- > 0; rest /= shape[d]) index[d] = rest % shape[d];
  return index;
}

void CheckShape(const Shape& shape, const std::string& source) {
  if (shape.empty() || shape.size() > kMaxTensorDimensions) {
    throw Error(source + " has " + CountText(shape.size(), "dimension") + "; this shows 1 to " +
                std::to_string(kMaxTensorDimensions));
  }
  int64_t elements = 1;
  for (const int64_t size : shape) {
    if (size < 1) throw Error(source + " has shape " + ToString(shape) + ": it is empty");
    if (size > kMaxTensorElements / elements) {
      throw Error(source + " has shape " + ToString(shape) + ": more than the " +
                  CountText(kMaxTensorElements, "value") + " that tables show; give a part of it");
    }
    elements *= size;
  }
}

void CheckFinite(const FloatTensor& tensor, const std::string& source) {
  for (size_t i = 0; i < tensor.values.size(); ++i) {
    const float value = tensor.values[i];
    if (std::isfinite(value)) continue;
    const char* const name = std::isnan(value) ? "NaN" : "infinite";
    throw Error(source + ": the value at " + ToString(IndexOf(tensor.shape, i)) + " is " + name +
                " as a float32, which no integer stands for; replace it");
  }
}

FloatTensor RandomTensor(const Shape& shape, Distribution distribution, uint64_t seed) {
  FloatTensor tensor{.shape = shape, .values = {}};
  const int64_t elements = NumElements(shape);
  RandomGenerator random(seed);
  for (int64_t i = 0; i < elements; ++i) {
    if (distribution == Distribution::kUniform) {
      tensor.values.push_back(static_cast<float>(random.Uniform(-1, 1)));
      continue;
    }
    // Box and Muller 1958; 1 - u is never 0.
    const double radius = std::sqrt(-2 * std::log(1 - random.Uniform(0, 1)));
    const double angle = 2 * std::numbers::pi * random.Uniform(0, 1);
    tensor.values.push_back(static_cast<float>(radius * std::cos(angle)));
  }
  return tensor;
}

FloatTensor ReadTensor(const std::filesystem::path& npy) {
  const NpyFile file(npy);
  CheckShape(file.shape(), npy.string());
  FloatTensor tensor{.shape = file.shape(), .values = file.ConvertToFloats()};
  CheckFinite(tensor, npy.string());
  return tensor;
}

}  // namespace quantbench
