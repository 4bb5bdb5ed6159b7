// SPDX-License-Identifier: Apache-2.0
// The library's interface: image files and numbers, recipes, mistakes. That its files are those of
// `quantbench quantize` is tested where it is installed: tests/cli/installed.sh.
#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <stdexcept>
#include <thread>

#include "dataset/decode.h"
#include "dataset/resize.h"
#include "model/onnx_export.h"
#include "quantbench/quantize.hpp"
#include "quantize/calibration_images.h"
#include "support/files.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr int kImages = 5;

// A network's file, and images as files and as numbers.
class Given {
 public:
  Given() {
    ExportOnnx(*testing::SmallNetwork(), model);
    const Preprocess preprocess{.resize = testing::kEdge, .crop = testing::kEdge};
    const Normalizer normalize(preprocess);
    for (int i = 0; i < kImages; ++i) {
      files.push_back(scratch_.path() / (std::to_string(i) + ".ppm"));
      testing::WriteFile(files.back(), testing::Ppm(testing::Pattern(9, 9, 31 * i)));
      const RgbImage crop = CenterCropped(DecodeImage(files.back()), preprocess);
      numbers.resize(numbers.size() + crop.pixels.size());
      normalize(crop.pixels, std::span(numbers).last(crop.pixels.size()));
    }
  }

  FloatNetwork Imported() const {
    ImportOptions options;
    const std::string edge = std::to_string(testing::kEdge);
    options.preprocess = "{resize: " + edge + ", crop: " + edge + "}";
    return Import(model, options);
  }
  template <typename Network>
  std::string Exported(const Network& network) const {
    const fs::path file = scratch_.path() / "out.onnx";
    Export(network, file);
    return std::string(MappedFile(file).text());
  }

 private:
  testing::ScratchFolder scratch_;

 public:
  fs::path model = scratch_.path() / "model.onnx";
  std::vector<fs::path> files;
  std::vector<float> numbers;
};

WorkOptions Threads(int threads) {
  WorkOptions options;
  options.threads = threads;
  return options;
}

TEST_CASE("library: image files and their numbers make the same model, with any threads") {
  const Given given;
  const FloatNetwork network = given.Imported();
  CHECK(network.input_shape() == Shape{3, testing::kEdge, testing::kEdge});
  std::set<std::string> different;
  const char* const recipes[] = {"", "granularity: per_tensor", "{observer: histogram}",
                                 "{weight_bits: 4, techniques: bias_correction}",
                                 "{backend: [a, b], batch_size: [1, 4], precision: [fp32, int8], "
                                 "layers: {first*: fp32}}"};
  for (const char* const recipe : recipes) {
    CAPTURE(recipe);
    const CalibratedNetwork of_files = Calibrate(network, recipe, given.files, Threads(3));
    const CalibratedNetwork of_numbers = Calibrate(network, recipe, given.numbers);
    const std::string bytes = given.Exported(Quantize(of_files, Threads(2)));
    CHECK(bytes == given.Exported(Quantize(of_numbers)));
    different.insert(bytes);
  }
  CHECK(different.size() == std::size(recipes));
  CHECK(given.Exported(network).size() > 0);
}

TEST_CASE("library: calls from several threads at once give what they give alone") {
  const Given given;
  const FloatNetwork network = given.Imported();
  const std::vector<std::string> recipes{"", "granularity: per_tensor", "techniques: cle",
                                         "techniques: bias_correction"};
  const auto model = [&](size_t i, const std::string& name) {
    const fs::path file = given.model.parent_path() / (std::to_string(i) + name);
    Export(Quantize(Calibrate(network, recipes[i], given.files, Threads(2)), Threads(2)), file);
    return std::string(MappedFile(file).text());
  };
  std::vector<std::string> together(recipes.size());
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < recipes.size(); ++i)
      threads.emplace_back([&, i] { together[i] = model(i, ".together"); });
  }
  for (size_t i = 0; i < recipes.size(); ++i) {
    CAPTURE(recipes[i]);
    CHECK(together[i] == model(i, ".alone"));
  }
}

TEST_CASE("library: a model that is quantised already keeps that, and takes no other recipe") {
  const Given given;
  const fs::path file = given.model.parent_path() / "int8.onnx";
  Export(Quantize(Calibrate(given.Imported(), "", given.numbers)), file);
  ImportOptions options;
  options.preprocess = "{resize: 9, crop: " + std::to_string(testing::kEdge) + "}";
  const FloatNetwork again = Import(file, options);
  CHECK(given.Exported(Quantize(again, "quantization: given")).find("QuantizeLinear") !=
        std::string::npos);
  CHECK_THROWS_WITH_AS(Calibrate(again, "", given.numbers), doctest::Contains("quantised already"),
                       Error);
}

TEST_CASE("library: qparams by tensor, names of layers, remarks") {
  const Given given;
  const FloatNetwork network = given.Imported();
  const CalibratedNetwork calibrated = Calibrate(network, "techniques: cle", given.numbers);
  const std::vector<TensorQParams> qparams = calibrated.qparams();
  REQUIRE(qparams.size() > network.layers().size());
  const auto [low, high] = std::ranges::minmax(given.numbers);
  CHECK(qparams.front().scale == doctest::Approx((high - low) / 255));
  CHECK(qparams.front().most == 255);
  CHECK(Calibrate(network, "activation_bits: 7", given.numbers).qparams().front().most == 127);
  CHECK(network.layers().front().starts_with("first"));
  REQUIRE(!Quantize(calibrated).remarks().empty());
  CHECK(Quantize(calibrated).remarks().front().starts_with("cle:"));
  CHECK(Quantize(network, "quantization: dynamic").remarks().empty());
}

TEST_CASE("library: progress is told, and what it throws ends the work") {
  const Given given;
  const FloatNetwork network = given.Imported();
  WorkOptions options = Threads(2);
  options.batch_size = 2;
  std::vector<int64_t> told;
  options.progress = [&](int64_t done, int64_t total) {
    CHECK(total == kImages);
    told.push_back(done);
  };
  Calibrate(network, "", given.numbers, options);
  CHECK(told == std::vector<int64_t>{2, 4, kImages});
  options.progress = [](int64_t, int64_t) { throw std::runtime_error("enough"); };
  CHECK_THROWS_WITH(Calibrate(network, "", given.numbers, options), "enough");
  const char* const recipe = "techniques: bias_correction";
  CHECK_THROWS_WITH(Quantize(Calibrate(network, recipe, given.numbers), options), "enough");
}

TEST_CASE("library: mistakes are told where they are") {
  const Given given;
  const FloatNetwork network = given.Imported();
  const struct {
    const char *recipe, *message;
  } kRecipes[] = {
      {"granularity: per_tenor", "the recipe: matrix.granularity: 'per_tenor' is unknown"},
      {"weight_bits: [8, 4]", "the recipe means 2 models"},
      {"techniques: [cle, bias_correction]", "the recipe means 2 models"},
      {"precision: fp32", "the recipe is fp32 alone"},
      {"per_tensor", "the recipe: expected keys of a scenario's matrix"},
      {"[1, 2]", "found a list"},
      {"observer: {", "YAML syntax error"},
      {"quantization: dynamic", "needs no calibration"},
      {"layers: {nowhere: fp32}", "no layer is called 'nowhere'"},
  };
  for (const auto& [recipe, message] : kRecipes) {
    CAPTURE(recipe);
    CHECK_THROWS_WITH_AS(Calibrate(network, recipe, given.numbers), doctest::Contains(message),
                         Error);
  }
  CHECK_THROWS_WITH_AS(Quantize(network, ""), doctest::Contains("needs images"), Error);

  std::vector<float> some = given.numbers;
  some.pop_back();
  for (const auto& numbers : {some, std::vector<float>()})
    CHECK_THROWS_WITH_AS(Calibrate(network, "", numbers), doctest::Contains("whole number"), Error);
  CHECK_THROWS_WITH_AS(Calibrate(network, "", std::vector<fs::path>()),
                       doctest::Contains("there is no image"), Error);
  CHECK_THROWS_WITH_AS(Calibrate(network, "", {given.model}), doctest::Contains("model.onnx"),
                       Error);
  some = given.numbers;
  some[7] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH_AS(Calibrate(network, "", some), doctest::Contains("tensor"), Error);
  WorkOptions options = Threads(-1);
  CHECK_THROWS_WITH_AS(Calibrate(network, "", given.numbers, options),
                       doctest::Contains("threads is -1"), Error);
  options = {};
  options.batch_size = 0;
  CHECK_THROWS_WITH_AS(Calibrate(network, "", given.numbers, options),
                       doctest::Contains("batch_size is 0"), Error);

  ImportOptions import;
  import.preprocess = "crop: 300";
  CHECK_THROWS_WITH_AS(Import(given.model, import),
                       doctest::Contains("ImportOptions::preprocess: dataset.preprocess.crop"),
                       Error);
  CHECK_THROWS_WITH_AS(Import("nowhere.onnx"), doctest::Contains("nowhere.onnx"), Error);
  import = {};
  import.architecture = "mobilenet_v22";
  CHECK_THROWS_WITH_AS(Import("some.pth", import), doctest::Contains("near: mobilenet_v2"), Error);
}

}  // namespace
}  // namespace quantbench
