// SPDX-License-Identifier: Apache-2.0
// Images as a network reads them, wherever they come from.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "dataset/crops.h"
#include "support/thread_pool.h"

namespace quantbench {

// Crops, normalised when they are read, or numbers that are a network's input already. A view: what
// it is made of must outlive it.
class InputImages {
 public:
  InputImages(const Crops& crops, const Normalizer& normalize)
      : source_(NormalizedCrops{.crops = crops, .normalize = normalize}) {}
  // [count, elements] of the network's input.
  InputImages(std::span<const float> values, int64_t elements)
      : source_(Numbers{.values = values, .elements = elements}) {}

  int64_t count() const;
  // Images first, first + 1, ... as the first `count` images of a network's input [n,3,h,w],
  // starting anew behind the last one.
  void Read(int64_t first, int64_t count, std::span<float> input, const ThreadPool& pool) const;
  // Takes a crop's pixels out of this process's memory until they are read again.
  void Forget(int64_t image) const;

 private:
  struct NormalizedCrops {
    const Crops& crops;
    const Normalizer& normalize;
  };
  struct Numbers {
    std::span<const float> values;
    int64_t elements;  // of an image
  };
  std::variant<NormalizedCrops, Numbers> source_;
};

}  // namespace quantbench
