// SPDX-License-Identifier: Apache-2.0
// Whether a backend gives the same scores again: a few images are evaluated twice, and in another
// batch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "dataset/crops.h"

namespace quantbench {

class RepeatedImages {
 public:
  // Chooses them. Only those that an evaluation in batches of `batch_size` is going to see.
  RepeatedImages(const Executable& executable, const Crops& crops, const Normalizer& normalize,
                 int batch_size);

  // What the evaluation found of an image; of others than the chosen it keeps nothing. Any thread,
  // but each image once.
  void Keep(int64_t image, std::span<const float> scores);

  // Runs the chosen images again: in the same batches, and where the batch isn't part of the
  // arithmetic (all but dynamic models), all of them as one batch of another size. Throws Error
  // where an exact backend gives other bits; floats of float models may differ by the rounding that
  // `quantbench check` allows. Otherwise what differs, in words; empty where nothing does.
  std::string Compare() const;

 private:
  std::string CompareSameBatches() const;
  std::string CompareOtherBatch() const;
  // Scores of images in one batch.
  std::vector<float> Run(const std::vector<int64_t>& images) const;
  // "image 'a.jpg' gets 0.25 for class 3 HOW, and 0.5 before"; empty where the bits are the same.
  std::string Difference(size_t chosen, std::span<const float> again, const std::string& how,
                         bool& beyond_rounding) const;

  const Executable& executable_;
  const Crops& crops_;
  const Normalizer& normalize_;
  int batch_size_;
  size_t classes_;
  std::vector<int64_t> chosen_;
  std::vector<float> scores_;  // [chosen, classes]
};

}  // namespace quantbench
