// SPDX-License-Identifier: Apache-2.0
// From the cache, or by a pass over the images.
#include "stage/layers.h"

#include <algorithm>

#include "code_version/layers.h"
#include "diagnose/layer_errors.h"
#include "record/json.h"
#include "stage/keys.h"
#include "support/error.h"
#include "support/files.h"
#include "support/freed_memory.h"
#include "support/hash.h"
#include "support/interrupt.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

std::string ChecksumOf(const std::string& key, std::string_view content) {
  return Hasher().Add("layers").Add(key).Add(content).Hex();
}

NetworkErrors ReadCachedLayers(const std::filesystem::path& file, const std::string& key) {
  const std::string text = ReadTextFile(file);
  const size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view content =
      std::string_view(text).substr(std::min(line_end + 1, text.size()));
  if (text.substr(0, line_end) != ChecksumOf(key, content))
    throw Error("'" + file.string() + "' is damaged: its checksum doesn't match");
  return FromText<NetworkErrors>(content, Strictness::kLines);
}

}  // namespace

constinit const Kind kLayers{.name = "layers",
                             .folder = "layers",
                             .prefix = "",
                             .file_types = {{".json"}},
                             .verify = [](const std::filesystem::path& file, const std::string& key,
                                          ThreadPool*) { ReadCachedLayers(file, key); }};

void LayersStage::Ask(const Recipe& recipe, int64_t most_images) {
  recipe_ = recipe;
  most_images_ = most_images;
}

// Models that are cached would have left the statistics alone, which the graph behind them needs.
void LayersStage::Key() {
  const std::vector<Recipe>& all = models_.recipes();
  std::vector<Recipe> needed{recipe_};
  std::ranges::copy_if(all, std::back_inserter(needed),
                       [&](const Recipe& one) { return models_.IsMissing(one); });
  statistics_.Need(needed);
}

const Crops& LayersStage::Images() const {
  return *(crops_.evaluation() ? crops_.evaluation() : crops_.calibration())->crops;
}

std::vector<int64_t> LayersStage::Chosen() const {
  const int64_t all = Images().count(), count = std::min(all, most_images_);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * all / count);
  return chosen;
}

// All that decides the figures. A model stands here by its content, as in predictions.
std::string LayersStage::KeyNow() const {
  Hasher hasher;
  hasher.Add("layers").Add(code_of_layers::kCodeVersion).Add(models_.HashOf(recipe_));
  hasher.Add(graph_.key()).Add(Images().key()).Add(static_cast<int64_t>(Chosen().size()));
  AddTo(hasher, network_.preprocess);
  return hasher.Hex();
}

std::string LayersStage::KindOfWork() const {
  return WorkKind({"layers", Machine(context_.jobs), graph_.key(), CropSize(network_.preprocess),
                   TextOf(recipe_.quantization())});
}

CaseState LayersStage::StateOf(const Case& one) {
  return {one.key.recipe == recipe_ ? ArtefactState::kUnknown : ArtefactState::kNotNeeded};
}

std::vector<Work> LayersStage::WorkLeft() {
  return {context_.speeds.WorkOf(KindOfWork(), "layers " + recipe_.Name(), most_images_, "images")};
}

NetworkErrors LayersStage::Measure() {
  KeepFreedMemory();
  const auto start = std::chrono::steady_clock::now();
  Progress progress("layers " + recipe_.Name(), "images");
  const Normalizer normalize(network_.preprocess);
  NetworkErrors errors = MeasureLayerErrors(
      {.quantized = quantized_, .crops = Images(), .normalize = normalize, .images = Chosen()},
      context_.pool, [&](int64_t done, int64_t total) {
        ThrowIfInterrupted();
        progress.Update(done, total);
      });
  context_.AddTime({.stage = "layers " + recipe_.Name(),
                    .items = errors.images,
                    .unit = "images",
                    .seconds = SecondsSince(start)},
                   KindOfWork());
  return errors;
}

void LayersStage::Make() {
  quantized_ = models_.Quantized(recipe_);
  const std::string key = KeyNow();
  context_.store.Hold(kLayers, key);
  std::string problem;
  if (auto cached = context_.store.Read(
          kLayers, key, problem,
          [&](const std::filesystem::path& file) { return ReadCachedLayers(file, key); })) {
    errors_ = std::move(*cached);
    Log("layers: " + CountText(errors_.images, "image") + " (cached)");
    return;
  }
  if (!problem.empty()) context_.AddWarning("layers: made anew: " + problem);
  errors_ = Measure();
  const std::string content = ToLine(ToJson(errors_), /*replace=*/false);
  context_.store.Put(kLayers, key, ChecksumOf(key, content) + '\n' + content);
}

}  // namespace quantbench
