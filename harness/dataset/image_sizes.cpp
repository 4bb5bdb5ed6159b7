// SPDX-License-Identifier: Apache-2.0
// Headers of all images.
#include "dataset/image_sizes.h"

#include <algorithm>

#include "dataset/image_header.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {

std::vector<int64_t> PixelsOf(const ImageIndex& index, const ThreadPool& pool) {
  constexpr int64_t kUnknown = 0;
  std::vector<int64_t> pixels(index.images.size(), kUnknown);
  pool.ForEach(static_cast<int64_t>(pixels.size()), [&](int64_t i, int) {
    const auto image = static_cast<size_t>(i);
    try {
      const MappedFile file(index.folder / index.images[image].path);
      if (const auto header = ReadImageHeader(file.bytes()))
        pixels[image] = std::max<int64_t>(header->height * header->width, kUnknown);
    } catch (const Error&) {
      // Decoding will say what is wrong with it.
    }
  });
  int64_t sum = 0, known = 0;
  for (const int64_t one : pixels) {
    sum += one;
    known += one == kUnknown ? 0 : 1;
  }
  const int64_t average = known == 0 ? 1 : std::max<int64_t>(sum / known, 1);
  std::ranges::replace(pixels, kUnknown, average);
  return pixels;
}

}  // namespace quantbench
