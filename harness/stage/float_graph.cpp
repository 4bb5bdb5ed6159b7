// SPDX-License-Identifier: Apache-2.0
// Hash first, import late: a run whose models are cached imports nothing.
#include "stage/float_graph.h"

#include <array>

#include "dataset/crops.h"
#include "model/import.h"
#include "model/passes.h"
#include "model/source_hash.h"
#include "support/error.h"
#include "support/progress.h"

namespace quantbench {
namespace {

// From two bytes, as they are normalised: black and white.
PixelValues PixelsOf(const Preprocess& preprocess) {
  const std::array<uint8_t, 6> black_and_white{0, 0, 0, 255, 255, 255};
  std::array<float, 6> planes{};
  Normalizer{preprocess}(black_and_white, planes);
  PixelValues pixels;
  for (size_t c = 0; c < 3; ++c) {
    pixels.offset[c] = planes[2 * c];
    pixels.gain[c] = (planes[2 * c + 1] - planes[2 * c]) / 255.0f;
  }
  return pixels;
}

}  // namespace

ModelSource FloatGraph::Source() const {
  ModelSource source = scenario_.model;
  source.pixels = PixelsOf(scenario_.preprocess);
  return source;
}

void FloatGraph::Key() {
  const std::filesystem::path& file = scenario_.model.file;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw Error("model.file: there is no '" + file.string() +
                "'; in a scenario, a relative path starts at its folder");
  }
  key_ = HashModel(Source());
}

std::shared_ptr<const Graph> FloatGraph::Get() {
  if (graph_ == nullptr) {
    std::string recognized;
    Graph graph = ImportModel(Source(), &recognized);
    if (!recognized.empty()) Log("model: " + recognized);
    PrepareForInference(graph);
    graph_ = std::make_shared<const Graph>(std::move(graph));
  }
  return graph_;
}

}  // namespace quantbench
