// SPDX-License-Identifier: Apache-2.0
// Import, then the passes.
#include "quantize/float_network.h"

#include <array>

#include "dataset/crops.h"
#include "model/import.h"
#include "model/passes.h"

namespace quantbench {

// From two bytes, as they are normalised: black and white.
ModelSource WithPixels(ModelSource source, const Preprocess& preprocess) {
  const std::array<uint8_t, 6> black_and_white{0, 0, 0, 255, 255, 255};
  std::array<float, 6> planes{};
  Normalizer{preprocess}(black_and_white, planes);
  for (size_t c = 0; c < 3; ++c) {
    source.pixels.offset[c] = planes[2 * c];
    source.pixels.gain[c] = (planes[2 * c + 1] - planes[2 * c]) / 255.0f;
  }
  return source;
}

Graph LoadFloatNetwork(const ModelSource& source, std::string* recognized) {
  Graph graph = ImportModel(source, recognized);
  PrepareForInference(graph);
  return graph;
}

}  // namespace quantbench
