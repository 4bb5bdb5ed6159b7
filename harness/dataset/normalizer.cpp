// SPDX-License-Identifier: Apache-2.0
// Bytes to normalised floats by table.
#include <stdexcept>

#include "dataset/crops.h"

namespace quantbench {

Normalizer::Normalizer(const Preprocess& preprocess)
    : plane_(preprocess.channel_order == ChannelOrder::kBgr ? std::array<size_t, 3>{2, 1, 0}
                                                            : std::array<size_t, 3>{0, 1, 2}) {
  for (size_t channel = 0; channel < 3; ++channel) {
    for (size_t value = 0; value < 256; ++value) {
      const auto byte = static_cast<float>(value);
      const float scaled = preprocess.scale == PixelScale::kBytes ? byte : byte / 255.0f;
      table_[channel][value] = (scaled - preprocess.mean[channel]) / preprocess.std[channel];
    }
  }
}

void Normalizer::operator()(std::span<const uint8_t> pixels, std::span<float> planes) const {
  if (pixels.size() != planes.size() || pixels.size() % 3 != 0)
    throw std::logic_error("Normalizer: pixels and planes must be of one size, a multiple of 3");
  const size_t plane = pixels.size() / 3;
  for (size_t i = 0; i < plane; ++i) {
    for (size_t channel = 0; channel < 3; ++channel)
      planes[plane_[channel] * plane + i] = table_[channel][pixels[3 * i + channel]];
  }
}

void NormalizeBatch(const Crops& crops, const Normalizer& normalize, int64_t first, int64_t count,
                    std::span<float> input, const ThreadPool& pool) {
  pool.ForEach(count, [&](int64_t i, int /*worker*/) {
    const std::span<const uint8_t> pixels = crops.pixels((first + i) % crops.count());
    normalize(pixels, input.subspan(static_cast<size_t>(i) * pixels.size(), pixels.size()));
  });
}

}  // namespace quantbench
