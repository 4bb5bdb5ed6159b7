// SPDX-License-Identifier: Apache-2.0
// The float networks, image file to logits, against PyTorch's.
#include <doctest/doctest.h>

#include <cmath>

#include "dataset/crops.h"
#include "evaluate/accuracy.h"
#include "model/import.h"
#include "model/passes.h"
#include "support/npy.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

// The largest difference of a logit when `crops` (n images) run through the prepared network.
float LargestDifference(Graph graph, const Normalizer& normalize,
                        const std::vector<std::span<const uint8_t>>& crops,
                        const testing::NpyArray<float>& expected) {
  PrepareForInference(graph);
  const AbiModel model(graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  const size_t classes = expected.values.size() / crops.size();
  std::vector<float> output(expected.values.size());
  ThreadPool pool(2);
  const ThreadPool alone(1);
  pool.ForEach(static_cast<int64_t>(crops.size()), [&](int64_t i, int) {
    const auto at = static_cast<size_t>(i);
    std::vector<float> input(crops[at].size());
    normalize(crops[at], input);
    executable.CreateContext(1, 1).Run(1, input.data(), &output[at * classes], alone);
  });
  float largest = 0;
  for (size_t i = 0; i < output.size(); ++i) {
    largest = std::max(largest, std::abs(output[i] - expected.values[i]));
  }
  return largest;
}

TEST_CASE("float logits of real photographs are PyTorch's within 1e-3") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  const std::filesystem::path shared = testing::SharedData();
  const auto pixels = testing::ReadNpy<uint8_t>(shared / "reference" / "crops_uint8_nhwc.npy");
  const auto images = static_cast<size_t>(pixels.shape[0]);
  const size_t bytes = pixels.values.size() / images;
  std::vector<std::span<const uint8_t>> crops;
  for (size_t i = 0; i < images; ++i) {
    crops.push_back(std::span(pixels.values).subspan(i * bytes, bytes));
  }
  const float largest =
      LargestDifference(ImportModel({.file = shared / "models" / "mobilenet_v2.pth",
                                     .architecture = "mobilenet_v2",
                                     .padding = PaddingStyle::kSame}),
                        Normalizer({.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}}), crops,
                        testing::ReadNpy<float>(shared / "reference" / "logits_fp32.npy"));
  MESSAGE("largest difference: ", largest);
  CHECK(largest < 1e-3f);
}

TEST_CASE("float logits of the default model are PyTorch's within 1e-3") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::filesystem::path folder = quantbench::testing::SourceDir() / "datasets" / "default";
  const testing::ScratchFolder scratch;
  ThreadPool pool(2);
  const Preprocess preprocess{.resize = 110, .crop = 96};
  const ImageIndex index = IndexImages({.root = testing::DefaultImages()},
                                       {.split = "val", .list = folder / "golden" / "images.txt"});
  Store store(scratch.path());
  const Crops crops = LoadCrops({.index = index, .preprocess = preprocess}, store, pool, nullptr);
  std::vector<std::span<const uint8_t>> pixels;
  for (int64_t i = 0; i < crops.count(); ++i) pixels.push_back(crops.pixels(i));
  const float largest = LargestDifference(
      ImportModel({.file = folder / "mobilenet_v2.pth",
                   .architecture = "mobilenet_v2",
                   .input_height = preprocess.crop.height,
                   .input_width = preprocess.crop.width}),
      Normalizer(preprocess), pixels, testing::ReadNpy<float>(folder / "golden" / "logits.npy"));
  MESSAGE("largest difference: ", largest);
  CHECK(largest < 1e-3f);
}

}  // namespace
}  // namespace quantbench
