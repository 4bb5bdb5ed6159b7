// SPDX-License-Identifier: Apache-2.0
// Crops through their normalizer, numbers as they are.
#include "dataset/input_images.h"

#include <algorithm>

namespace quantbench {

int64_t InputImages::count() const {
  if (const auto* const crops = std::get_if<NormalizedCrops>(&source_)) return crops->crops.count();
  const auto& numbers = std::get<Numbers>(source_);
  return static_cast<int64_t>(numbers.values.size()) / numbers.elements;
}

void InputImages::Read(int64_t first, int64_t count, std::span<float> input,
                       const ThreadPool& pool) const {
  if (const auto* const crops = std::get_if<NormalizedCrops>(&source_))
    return NormalizeBatch(crops->crops, crops->normalize, first, count, input, pool);
  const auto& [values, elements] = std::get<Numbers>(source_);
  const int64_t images = this->count();
  for (int64_t i = 0; i < count; ++i) {
    const auto image = values.subspan(static_cast<size_t>((first + i) % images * elements),
                                      static_cast<size_t>(elements));
    std::ranges::copy(image, input.begin() + i * elements);
  }
}

void InputImages::Forget(int64_t image) const {
  if (const auto* const crops = std::get_if<NormalizedCrops>(&source_)) crops->crops.Forget(image);
}

}  // namespace quantbench
