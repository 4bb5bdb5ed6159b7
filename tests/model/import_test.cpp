// SPDX-License-Identifier: Apache-2.0
// Importing files: refusals, and the real MobileNetV2 against PyTorch's own logits.
#include "model/import.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/checkpoint/state_dict.h"
#include "model/naive_evaluator.h"
#include "model/passes.h"
#include "model/test_files.h"
#include "support/files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::DataFile;
using testing::NaiveEvaluator;

TEST_CASE("import refuses what it doesn't know, before or with the file's name") {
  struct Case {
    ModelSource source;
    std::vector<const char*> expected;
  };
  const auto file = DataFile("all_types_zip.pth");
  const Case cases[] = {
      {{.file = file, .architecture = "resnet51"},
       {"unknown architecture 'resnet51'", "near: resnet50, resnet18", "torch.onnx.export"}},
      {{.file = file, .architecture = ""},
       {"its 16 tensors (such as 'bfloat16')", "has such names"}},
      {{.file = "none.pth", .architecture = "mobilenet_v2"}, {"none.pth"}},
      {{.file = file, .architecture = "mobilenet_v2"},
       {"can't import", "all_types_zip.pth", "don't fit mobilenet_v2 (278 problems)"}},

      {{.file = file, .architecture = "mobilenet_v2", .input_height = 0}, {"0x224 must lie"}},
      {{.file = file, .architecture = "mobilenet_v2", .input_width = 1 << 30}, {"must lie"}},
      {{.file = file, .architecture = "mobilenet_v2", .activation = Activation::kNone},
       {"must be relu or relu6"}},
  };
  for (const Case& c : cases) CheckRefused([&] { ImportModel(c.source); }, c.expected);
}

ModelSource RealModel() {
  return {.file = testing::SharedData() / "models" / "mobilenet_v2.pth",
          .architecture = "mobilenet_v2",
          .padding = PaddingStyle::kSame};
}

TEST_CASE("the real MobileNetV2 has the published size") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  Graph graph = ImportModel(RealModel());
  CHECK(TotalCost(graph).parameters == 3504872);
  CHECK(TotalCost(graph).macs == 300774272);
  CHECK(graph.nodes.size() == 52 + 52 + 35 + 10 + 3);
  PrepareForInference(graph);
  CHECK(graph.nodes.size() == 52 + 10 + 3);
  CHECK(TotalCost(graph).parameters == 3504872 - 17056);  // a bias in place of gamma and beta
  CHECK(TotalCost(graph).macs == 300774272);
}

// The last `bytes` bytes of a NumPy file whose first rows are wanted.
std::string NumpyData(const char* name, size_t bytes) {
  const std::string content = ReadTextFile(testing::SharedData() / "reference" / name);
  uint16_t header_bytes = 0;
  std::memcpy(&header_bytes, content.data() + 8, sizeof(header_bytes));
  return content.substr(10 + header_bytes, bytes);
}

TEST_CASE("the real MobileNetV2, folded and fused, gives PyTorch's logits") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  constexpr size_t kSide = 224;
  constexpr size_t kClasses = 1000;
  Graph graph = ImportModel(RealModel());
  PrepareForInference(graph);
  const std::string crop = NumpyData("crops_uint8_nhwc.npy", kSide * kSide * 3);
  NaiveEvaluator::Values image(3 * kSide * kSide);
  for (size_t i = 0; i < crop.size(); ++i) {
    const double pixel = static_cast<uint8_t>(crop[i]);
    image[i % 3 * kSide * kSide + i / 3] = pixel / 127.5 - 1.0;  // mean = std = 0.5
  }
  const std::vector<double> logits = NaiveEvaluator::Run(graph, image);
  std::vector<float> expected(kClasses);
  const std::string reference = NumpyData("logits_fp32.npy", kClasses * sizeof(float));
  std::memcpy(expected.data(), reference.data(), reference.size());
  REQUIRE(logits.size() == kClasses);
  double largest = 0;
  for (size_t i = 0; i < kClasses; ++i)
    largest = std::max(largest, std::abs(logits[i] - double{expected[i]}));
  CHECK(largest < 1e-3);  // logits go up to about 10; PyTorch's are float32
}

}  // namespace
}  // namespace quantbench
