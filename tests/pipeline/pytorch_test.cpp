// SPDX-License-Identifier: Apache-2.0
// The float network on real photographs against PyTorch's logits.
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

TEST_CASE("float logits of the reference images are PyTorch's within 1e-3") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  const std::filesystem::path shared = testing::SharedData();
  Graph graph = ImportModel({.file = shared / "models" / "mobilenet_v2.pth",
                             .architecture = "mobilenet_v2",
                             .padding = PaddingStyle::kSame});
  PrepareForInference(graph);
  const AbiModel model(graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");

  const auto crops = testing::ReadNpy<uint8_t>(shared / "reference" / "crops_uint8_nhwc.npy");
  const auto expected = testing::ReadNpy<float>(shared / "reference" / "logits_fp32.npy");
  const Normalizer normalize({.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}});
  const auto images = static_cast<size_t>(crops.shape[0]);
  const size_t pixels = crops.values.size() / images, classes = expected.values.size() / images;
  std::vector<float> output(expected.values.size());
  ThreadPool pool(2);
  const ThreadPool alone(1);
  pool.ForEach(static_cast<int64_t>(images), [&](int64_t i, int) {
    std::vector<float> input(pixels);
    const auto at = static_cast<size_t>(i);
    normalize(std::span(crops.values).subspan(at * pixels, pixels), input);
    executable.CreateContext(1, 1).Run(1, input.data(), &output[at * classes], alone);
  });
  float largest = 0;
  for (size_t i = 0; i < output.size(); ++i) {
    largest = std::max(largest, std::abs(output[i] - expected.values[i]));
  }
  MESSAGE("largest difference of a logit: ", largest);
  CHECK(largest < 1e-3f);
}

}  // namespace
}  // namespace quantbench
