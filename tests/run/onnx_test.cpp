// SPDX-License-Identifier: Apache-2.0
// The real MobileNetV2 from its three files: checkpoint, float ONNX, QDQ ONNX.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "dataset/crops.h"
#include "model/import.h"
#include "model/run_graph.h"
#include "quantize/given.h"
#include "run/fast_backend.h"
#include "support/npy.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

constexpr size_t kPixels = 224 * 224, kOutputs = 1000;

std::filesystem::path Models() { return testing::SharedData() / "models"; }

Graph Prepared(const ModelSource& source) {
  Graph graph = ImportModel(source);
  PrepareForInference(graph);
  return graph;
}

// The fastest backend that is there; the reference takes too long for many images.
std::vector<float> Scores(const AbiModel& model, const std::vector<float>& input, int images) {
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  const Backend backend = fast ? Backend::Load(fast->library) : Backend::BuiltIn();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  std::vector<float> output(kOutputs * static_cast<size_t>(images));
  executable.CreateContext(images, 1).Run(images, input.data(), output.data(), ThreadPool(1));
  return output;
}

std::vector<float> ReferenceImages(int count) {
  const auto crops =
      testing::ReadNpy<uint8_t>(testing::SharedData() / "reference" / "crops_uint8_nhwc.npy");
  std::vector<float> images(static_cast<size_t>(count) * 3 * kPixels);
  for (size_t i = 0; i < images.size(); ++i) {
    const size_t image = i / (3 * kPixels), c = i / kPixels % 3, pixel = i % kPixels;
    images[i] = static_cast<float>(crops.values[(image * kPixels + pixel) * 3 + c]) / 127.5f - 1.0f;
  }
  return images;
}

size_t Top1(const std::vector<float>& scores, size_t image) {
  const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(image * kOutputs);
  return static_cast<size_t>(std::max_element(begin, begin + kOutputs) - begin);
}

TEST_CASE("checkpoint and ONNX file give the same scores; so nearly does the int8 file") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  constexpr int kImages = 8;
  const std::vector<float> images = ReferenceImages(kImages);
  const Graph pth = Prepared({.file = Models() / "mobilenet_v2.pth",
                              .architecture = "mobilenet_v2",
                              .padding = PaddingStyle::kSame});
  const Graph onnx = Prepared({.file = Models() / "mobilenet_v2.onnx", .architecture = ""});
  CHECK(onnx.name == "mobilenet_v2");
  const std::vector<float> from_pth = Scores(AbiModel(pth), images, kImages);
  const std::vector<float> from_onnx = Scores(AbiModel(onnx), images, kImages);
  float largest = 0;
  for (size_t i = 0; i < from_pth.size(); ++i)
    largest = std::max(largest, std::abs(from_pth[i] - from_onnx[i]));
  CHECK(largest < 1e-3f);

  const auto qdq = std::make_shared<const Graph>(
      Prepared({.file = Models() / "mobilenet_v2_int8_qdq.onnx", .architecture = ""}));
  const QuantizedGraph given = QuantizeAsGiven(qdq, "given");
  const std::vector<float> from_qdq = Scores(AbiModel(given), images, kImages);
  int agreements = 0;
  for (size_t i = 0; i < kImages; ++i) {
    CHECK(Top1(from_pth, i) == Top1(from_onnx, i));
    agreements += Top1(from_onnx, i) == Top1(from_qdq, i) ? 1 : 0;
  }
  CHECK(agreements >= kImages - 1);
}

}  // namespace
}  // namespace quantbench
