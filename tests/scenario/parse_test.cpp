// SPDX-License-Identifier: Apache-2.0
// Good scenarios and the fields that they fill.
#include "scenario/parse.h"

#include <doctest/doctest.h>

#include <locale>
#include <string>
#include <vector>

#include "scenario/matrix.h"
#include "scenario/scenario_file.h"
#include "support/paths.h"

namespace quantbench {
namespace {

using testing::EnvironmentVariable;
using testing::kSmallestScenario;
using testing::ScenarioFile;

constexpr char kFullScenario[] = R"(
version: 1
name: full-1.0
model: {file: ../models/net.pth, architecture: mobilenet_v2, padding: same, activation: relu}
dataset:
  root: /data/images
  layout: flat
  synsets: synsets.txt
  labels: lists/val.txt
  max_unreadable: 3
  calibration:
    {split: training, random: 960, batch_size: 30, seed: 1234, transform: random_resized_crop}
  evaluation: {split: test, per_class: 5, seed: 7}
  preprocess:
    {resize: 232, crop: 160, mean: [0.1, 0.2, 0.3], std: [1, .5, 25e-2], resize_method: opencv_area}
matrix:
  backend: [reference, {name: mine, file: ../my_plugin.so}, {name: x86_vnni}]
  precision: [int8, fp32]
  quantization: static
  observer: [{name: minmax}]
  granularity: [per_tensor, per_channel]
  batch_size: [1, 4]
  threads: 2
  exclude:
  - {backend: [reference, mine], batch_size: 4}
  include:
  - {backend: reference, threads: 8, precision: fp32}
latency: {warmup_seconds: 0, min_seconds: 0.25, repetitions: 9}
expect: {fp32_top1_percent: 71.88, within: 0.1}
)";

}  // namespace

TEST_CASE("every key fills its field") {
  const ScenarioFile file(kFullScenario);
  const Scenario s = file.Load();
  CHECK(s.file == file.path());
  CHECK(s.name == "full-1.0");

  CHECK(s.networks[0].model.file == file.folder() / "../models/net.pth");
  CHECK(s.networks[0].model.architecture == "mobilenet_v2");
  CHECK(s.networks[0].model.padding == PaddingStyle::kSame);
  CHECK(s.networks[0].model.activation == Activation::kRelu);
  CHECK(s.networks[0].model.input_height == 160);
  CHECK(s.networks[0].model.input_width == 160);

  CHECK(s.dataset.root == "/data/images");
  CHECK(s.dataset.layout == "flat");
  CHECK(s.dataset.synsets == file.folder() / "synsets.txt");
  CHECK(s.dataset.labels == file.folder() / "lists/val.txt");
  CHECK(s.dataset.max_unreadable == 3);

  CHECK(s.calibration.subset.split == "training");
  CHECK(s.calibration.subset.random == 960);
  CHECK(s.calibration.subset.images == 0);
  CHECK(s.calibration.subset.seed == 1234);
  CHECK(s.calibration.seed == 1234);
  CHECK(s.calibration.batch_size == 30);
  CHECK(s.calibration.transform == CropTransform::kRandomResizedCrop);

  CHECK(s.evaluation.enabled);
  CHECK(s.evaluation.subset.split == "test");
  CHECK(s.evaluation.subset.per_class == 5);
  CHECK(s.evaluation.subset.seed == 7);

  CHECK(s.networks[0].preprocess.resize == 232);
  CHECK(s.networks[0].preprocess.crop == 160);
  CHECK(s.networks[0].preprocess.mean == std::array<float, 3>{0.1f, 0.2f, 0.3f});
  CHECK(s.networks[0].preprocess.std == std::array<float, 3>{1.0f, 0.5f, 0.25f});
  CHECK(s.networks[0].preprocess.resize_method == ResizeMethod::kOpencvArea);

  CHECK(s.latency.enabled);
  CHECK(s.latency.warmup_seconds == 0.0);
  CHECK(s.latency.min_seconds == 0.25);
  CHECK(s.latency.repetitions == 9);
  REQUIRE(s.networks[0].expect);
  CHECK(s.networks[0].expect->fp32_top1_percent == 71.88);
  CHECK(s.networks[0].expect->within == 0.1);
}

TEST_CASE("the matrix fills its fields") {
  const ScenarioFile file(kFullScenario);
  const Scenario scenario = file.Load();
  const Matrix& m = scenario.matrix;
  CHECK(m.backend == std::vector<std::string>{"reference", "mine", "x86_vnni"});
  CHECK(scenario.configured_backends.empty());
  CHECK(scenario.backend_files.size() == 1);
  CHECK(scenario.backend_files.at("mine") == file.folder() / "../my_plugin.so");
  CHECK(m.precision == std::vector{Precision::kInt8, Precision::kFp32});
  CHECK(m.quantization == std::vector{Quantization::kStatic});
  CHECK(m.observer == std::vector<ObserverSpec>(1));
  CHECK(m.granularity == std::vector{Granularity::kPerTensor, Granularity::kPerChannel});
  CHECK(m.batch_size == std::vector<int>{1, 4});
  CHECK(m.threads == std::vector<int>{2});
  REQUIRE(m.exclude.size() == 2);  // a list in an entry stands for one pattern each
  CHECK(m.exclude[0].backend == "reference");
  CHECK(m.exclude[1].backend == "mine");
  CHECK(m.exclude[1].batch_size == 4);
  CHECK_FALSE(m.exclude[1].threads);
  REQUIRE(m.include.size() == 1);
  CHECK(m.include[0].backend == "reference");
  CHECK(m.include[0].precision == Precision::kFp32);
  CHECK(m.include[0].threads == 8);
}

TEST_CASE("the smallest scenario gets the documented defaults") {
  const Scenario s = ScenarioFile().Load();
  CHECK(s.networks[0].model.padding == PaddingStyle::kSymmetric);
  CHECK(s.networks[0].model.activation == Activation::kRelu6);
  CHECK(s.networks[0].model.input_height == 224);
  CHECK(s.dataset.layout == "imagenet");
  CHECK(s.dataset.synsets.empty());
  CHECK(s.dataset.labels.empty());
  CHECK(s.dataset.max_unreadable == 0);
  CHECK(s.calibration.subset.split == "train");
  CHECK(s.calibration.subset.images == 10);
  CHECK(s.calibration.batch_size == 32);
  CHECK(s.calibration.seed == 0);
  CHECK(s.calibration.transform == CropTransform::kCenterCrop);
  CHECK(s.evaluation.enabled);
  CHECK(s.evaluation.subset.split == "val");
  CHECK(s.evaluation.subset.images == 0);  // all
  CHECK(s.networks[0].preprocess.resize_method == ResizeMethod::kPilBilinear);
  CHECK(s.networks[0].preprocess.mean[0] == 0.485f);
  CHECK(s.matrix.precision == std::vector{Precision::kFp32, Precision::kInt8});
  CHECK(s.matrix.granularity == std::vector{Granularity::kPerChannel});
  CHECK(s.latency.enabled);
  CHECK(s.latency.warmup_seconds == 0.2);
  CHECK(s.latency.min_seconds == 1.0);
  CHECK(s.latency.repetitions == 5);
  CHECK_FALSE(s.networks[0].expect);
}

// What looks unusual and is right all the same.
TEST_CASE("accepted ways to write a scenario") {
  struct Row {
    std::string why;
    std::string text;
  };
  const std::string smallest = kSmallestScenario;
  const Row rows[] = {
      {"a byte order mark", "\xEF\xBB\xBF" + smallest},
      {"document markers", "---\n" + smallest + "...\n"},
      {"exclude with all its entries commented out",
       "version: 1\nname: x\nmodel: {file: m.pth, architecture: mobilenet_v2}\n"
       "dataset: {root: images, calibration: {images: 10}}\n"
       "matrix:\n  backend: reference\n  exclude:\n  # - {threads: 1}\nlatency: on\n"},
      {"switches as booleans", smallest + "latency: false\nevaluation: true\n"},
      {"latency left on", smallest + "latency: on\n"},
      {"aliases", smallest + "latency: {warmup_seconds: &t 0.5, min_seconds: *t}\n"},
      {"non-ASCII text", smallest + "# gr\u00fc\u00dfe\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(ScenarioFile(row.text).Mistakes() == "");
  }
}

TEST_CASE("evaluation and latency switch off") {
  const std::string smallest = kSmallestScenario;
  CHECK_FALSE(ScenarioFile(smallest + "evaluation: off\n").Load().evaluation.enabled);
  CHECK_FALSE(ScenarioFile(smallest + "latency: off\n").Load().latency.enabled);
  const std::vector<Override> off{{"dataset.evaluation", "off"}};
  CHECK_FALSE(ScenarioFile().Load(off).evaluation.enabled);
}

TEST_CASE("calibration may be left out where nothing is quantised") {
  const ScenarioFile file(
      "version: 1\nname: fp32\nmodel: {file: m.pth, architecture: mobilenet_v2}\n"
      "dataset: {root: images}\n"
      "matrix: {backend: reference, precision: fp32, exclude: , include: []}\n");
  CHECK(file.Mistakes() == "");
  CHECK(file.Mistakes({{"matrix.include", "[{precision: int8}]"}}) != "");
}

TEST_CASE("environment variables are replaced in every value") {
  const EnvironmentVariable name("QUANTBENCH_TEST_NAME", "from_environment");
  const EnvironmentVariable number("QUANTBENCH_TEST_NUMBER", "17");
  const EnvironmentVariable empty("QUANTBENCH_TEST_EMPTY", "");
  struct Row {
    std::string written;
    std::string read;
  };
  const Row rows[] = {
      {"${QUANTBENCH_TEST_NAME}", "from_environment"},
      {"a-${QUANTBENCH_TEST_NAME}-${QUANTBENCH_TEST_NUMBER}.b", "a-from_environment-17.b"},
      {"${QUANTBENCH_TEST_NAME:-default}", "from_environment"},
      {"${QUANTBENCH_TEST_UNSET:-default}", "default"},
      {"x${QUANTBENCH_TEST_UNSET:-}y", "xy"},
      {"${QUANTBENCH_TEST_EMPTY:-default}", "default"},  // empty is unset, as in a shell
      {"'${QUANTBENCH_TEST_NAME}'", "from_environment"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.written);
    CHECK(ScenarioFile().Load({{"name", row.written}}).name == row.read);
  }
  const std::vector<Override> overrides{
      {"latency.repetitions", "'${QUANTBENCH_TEST_NUMBER}'"},  // quotes needed inside { }
      {"model.file", "'/a$$b'"}};
  const Scenario scenario = ScenarioFile().Load(overrides);
  CHECK(scenario.latency.repetitions == 17);
  CHECK(scenario.networks[0].model.file == "/a$b");
}

// A relative path belongs to the place where it was written.
TEST_CASE("relative paths") {
  const EnvironmentVariable relative("QUANTBENCH_TEST_RELATIVE", "../shared");
  const EnvironmentVariable absolute("QUANTBENCH_TEST_ABSOLUTE", "/shared");
  struct Row {
    std::string why;
    std::string root;
    std::string path;  // "@" for the scenario's folder
  };
  const Row rows[] = {
      {"to the scenario's folder", "../images", "@/../images"},
      {"absolute", "/images", "/images"},
      {"no home directory", "~/images", "@/~/images"},
      {"to the current directory", "${QUANTBENCH_TEST_RELATIVE}/images", "../shared/images"},
      {"a variable and a default that isn't used", "${QUANTBENCH_TEST_RELATIVE:-/x}", "../shared"},
      {"a default is the scenario's", "${QUANTBENCH_TEST_UNSET:-../x}/images", "@/../x/images"},
      {"a variable inside", "a/${QUANTBENCH_TEST_RELATIVE}", "@/a/../shared"},
      {"an absolute variable", "${QUANTBENCH_TEST_ABSOLUTE}/images", "/shared/images"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string text = kSmallestScenario;
    text.replace(text.find("root: images"), 12, "root: \"" + row.root + "\"");
    const ScenarioFile file(text);
    std::string path = row.path;
    if (path[0] == '@') path.replace(0, 1, file.folder().string());
    CHECK(file.Load().dataset.root.string() == path);
  }
  const std::vector<Override> overrides{{"dataset.root", "../images"}};
  CHECK(ScenarioFile().Load(overrides).dataset.root == "../images");
}

TEST_CASE("the hash is that of the file's bytes and the overrides") {
  const std::string smallest = kSmallestScenario;
  const std::vector<Override> overrides{{"latency.repetitions", "3"}};
  const std::vector<Override> others{{"latency.repetitions", "4"}};
  const std::string hash = ScenarioFile().Load().text_hash;
  CHECK(hash == ScenarioFile().Load().text_hash);
  CHECK(hash != ScenarioFile(smallest + "#").Load().text_hash);
  CHECK(hash != ScenarioFile().Load(overrides).text_hash);
  CHECK(ScenarioFile().Load(others).text_hash != ScenarioFile().Load(overrides).text_hash);
}

// Numbers mean the same wherever the program runs.
TEST_CASE("the locale changes nothing") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const ScenarioFile file(kFullScenario);
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  const Scenario scenario = file.Load();
  const std::string mistakes = file.Mistakes({{"latency.min_seconds", "4000"}});
  std::locale::global(before);
  CHECK(scenario.latency.min_seconds == 0.25);
  CHECK(scenario.calibration.seed == 1234);
  CHECK(mistakes ==
        "--set latency.min_seconds=4000: latency.min_seconds: expected a number from 0.001 to "
        "3600; found '4000'");
}

TEST_CASE("the scenarios of this project are good") {
  const std::filesystem::path folder = quantbench::testing::SourceDir() / "scenarios";
  const EnvironmentVariable imagenet("IMAGENET", "../shared/imagenet-mini");
  int scenarios = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    CAPTURE(entry.path().filename().string());
    CHECK_NOTHROW(LoadScenario(entry.path()));
    ++scenarios;
  }
  CHECK(scenarios > 0);
  const Scenario mini = LoadScenario(folder / "imagenet_mini.yaml");
  CHECK(mini.dataset.root == "../shared/imagenet-mini");
  CHECK(ExpandMatrix(mini.matrix).size() == 3);
}

TEST_CASE("presets, and what is given beside them") {
  const ScenarioFile file;
  const auto of = [&](const std::string& keys) {
    return file.Load({{"dataset.preprocess", "{" + keys + "}"}}).networks[0].preprocess;
  };
  const Preprocess caffe = of("preset: caffe");
  CHECK(caffe.channel_order == ChannelOrder::kBgr);
  CHECK(caffe.scale == PixelScale::kBytes);
  CHECK(caffe.mean == std::array<float, 3>{123.68f, 116.779f, 103.939f});
  CHECK(caffe.std == std::array<float, 3>{1, 1, 1});
  CHECK(of("preset: timm_bicubic").resize_method == ResizeMethod::kPilBicubic);
  CHECK(of("preset: tf").mean[1] == 0.5f);
  CHECK(of("preset: torchvision").mean == Preprocess{}.mean);

  const Preprocess changed = of("crop: 96, preset: caffe, channel_order: rgb, resize: 128");
  CHECK(changed.channel_order == ChannelOrder::kRgb);
  CHECK(changed.scale == PixelScale::kBytes);
  CHECK(changed.crop == 96);
  CHECK(of("scale: 0..255").mean == std::array<float, 3>{0, 0, 0});
  CHECK(of("scale: 0..1").mean == Preprocess{}.mean);

  CHECK(of("fit: squash").resize == 224);
  CHECK(of("fit: pad, crop: [96, 128]").resize == PixelSize(96, 128));
  CHECK(of("fit: squash, crop: 224, resize: [240, 256]").resize == PixelSize(240, 256));
  CHECK(of("interpolation: lanczos").resize_method == ResizeMethod::kPilLanczos);
  const Scenario rectangle = file.Load({{"dataset.preprocess.crop", "[96, 128]"}});
  CHECK(rectangle.networks[0].model.input_height == 96);
  CHECK(rectangle.networks[0].model.input_width == 128);
}

TEST_CASE("label_offset is none, or as given") {
  const ScenarioFile file;
  CHECK_FALSE(file.Load().dataset.label_offset);
  CHECK(file.Load({{"dataset.label_offset", "1"}}).dataset.label_offset == 1);
}

TEST_CASE("a scenario of overrides alone") {
  const Scenario scenario = MakeScenario({{"version", "1"},
                                          {"name", "made"},
                                          {"model.file", "m.onnx"},
                                          {"dataset", "{root: .}"},
                                          {"matrix", "{backend: reference, precision: fp32}"}});
  CHECK(scenario.networks[0].model.file == "m.onnx");
  try {
    MakeScenario({{.path = "dataset.preprocess.crop", .value = "no", .label = "--crop no"}});
    FAIL("was accepted");
  } catch (const ScenarioError& error) {
    CHECK(
        std::string(error.what()).find("--crop no: dataset.preprocess.crop: expected an integer") !=
        std::string::npos);
  }
}

}  // namespace quantbench
