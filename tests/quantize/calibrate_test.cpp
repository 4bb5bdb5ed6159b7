// SPDX-License-Identifier: Apache-2.0
// Calibration of a small network: sharing, caching, threads, refusals.
#include "quantize/calibrate.h"

#include <doctest/doctest.h>

#include <limits>

#include "dataset/test_images.h"
#include "model/graph_samples.h"
#include "quantize/collect.h"
#include "quantize/observer.h"
#include "quantize/qparams.h"
#include "quantize/statistics_file.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

// A convolution, max pooling, a mean, a classifier.
Graph SmallGraph() {
  Graph graph{.name = "small", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("image", {3, 8, 8});
  Conv conv{{.weight = {.shape = {4, 3, 3, 3}}}, {.kernel = {3, 3}}};
  for (int i = 0; i < 4 * 27; ++i)
    conv.weight.values.push_back(static_cast<float>(i * 37 % 19 - 9) / 16.0f);
  conv.bias = {0.1f, -0.2f, 0.0f, 0.4f};
  ValueId value = graph.AddNode("conv", conv, {graph.input}, Activation::kRelu6);
  value = graph.AddNode("pool", MaxPool{.window = {.kernel = {2, 2}, .stride = {2, 2}}}, {value});
  value = graph.AddNode("mean", GlobalAveragePool{}, {value});
  value = graph.AddNode("flat", Flatten{}, {value});
  const Linear linear{
      {.weight = {.shape = {2, 4}, .values = {1, -1, 0.5f, 2, -2, 1, 0, -1}}, .bias = {0, 1}}};
  graph.output = graph.AddNode("fc", linear, {value});
  InferShapes(graph);
  return graph;
}

ValueId ValueCalled(const Graph& graph, std::string_view name) {
  for (size_t v = 0; v < graph.values.size(); ++v) {
    if (graph.values[v].name == name) return static_cast<ValueId>(v);
  }
  throw std::logic_error("no such value");
}

// Twelve made-up images, and where statistics are kept.
class Stage {
  testing::ScratchFolder scratch_;  // before what lies in it

 public:
  Stage() {
    CropRequest request{.index = {}, .preprocess = {.resize = 8, .crop = 8}};
    request.index.folder = scratch_.path() / "train";
    for (int i = 0; i < 12; ++i) {
      const std::string name = std::to_string(i) + ".ppm";
      testing::WriteFile(request.index.folder / name, testing::Ppm(testing::Pattern(9, 9, 31 * i)));
      request.index.images.push_back({.path = name, .label = 0});
    }
    ThreadPool pool(1);
    Store store(scratch_.path() / "crops");
    crops_ = LoadCrops(request, store, pool, {});
  }

  Calibration Run(const std::vector<std::string>& observers, int threads = 2,
                  int batch_size = 5) const {
    std::vector<ObserverSpec> specs;
    for (const std::string& observer : observers) specs.push_back(ParseObserverSpec(observer));
    ThreadPool pool(threads);
    std::optional<Store> store;
    if (!cache.empty()) store.emplace(cache);
    return Calibrate({.graph = graph,
                      .inputs_key = StatisticsInputs({.graph = graph_key,
                                                      .images = crops_.key(),
                                                      .normalize = normalize,
                                                      .batch_size = batch_size}),
                      .images = {crops_, normalize},
                      .batch_size = batch_size,
                      .observers = specs,
                      .store = store ? &*store : nullptr},
                     pool, {});
  }
  // Of all statistics of all values.
  std::string HashOfStatistics(int threads) const {
    ThreadPool pool(threads);
    std::string all;
    std::vector<std::vector<Statistic>> statistics;
    for (const char* const observer : {"minmax", "moving_average_minmax", "histogram"})
      statistics.emplace_back(graph.values.size(), MakeStatistic(ParseObserverSpec(observer)));
    std::vector<std::vector<Statistic>*> targets;
    for (std::vector<Statistic>& one : statistics) targets.push_back(&one);
    CollectStatistics({.graph = graph, .images = {crops_, normalize}, .batch_size = 5}, targets,
                      pool, {});
    for (const std::vector<Statistic>& one : statistics) all += SerializeStatistics("", one);
    return HashBytes(std::as_bytes(std::span(all)));
  }
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(Cache() / "statistics"))
      files.push_back(entry.path());
    return files;
  }
  fs::path Cache() const { return scratch_.path() / "cache"; }

  Graph graph = SmallGraph();
  std::string graph_key = "small graph";
  Normalizer normalize{Preprocess{}};
  fs::path cache = Cache();

 private:
  Crops crops_;
};

std::vector<std::string> AllObservers() {
  return {"minmax", "moving_average_minmax", "histogram", "percentile", "entropy", "mse"};
}

TEST_CASE("qparams are the same for any number of threads, together or one by one, cached or not") {
  Stage stage;
  stage.cache.clear();
  const Calibration expected = stage.Run(AllObservers(), 1);
  CHECK_FALSE(expected.from_cache);
  CHECK(stage.Run(AllObservers(), 2).qparams == expected.qparams);
  CHECK(stage.Run(AllObservers(), 3).qparams == expected.qparams);
  CHECK_FALSE(fs::exists(stage.Cache()));
  stage.cache = stage.Cache();
  for (size_t o = 0; o < AllObservers().size(); ++o) {
    CAPTURE(AllObservers()[o]);
    CHECK(stage.Run({AllObservers()[o]}).qparams[0] == expected.qparams[o]);
  }
  const Calibration cached = stage.Run(AllObservers());
  CHECK(cached.from_cache);
  CHECK(cached.qparams == expected.qparams);
}

// Sums of every kind, of odd sizes, and an exponential.
Graph GraphOfManySums() {
  Graph graph = testing::GraphWithInput({3, 8, 8});
  const auto conv = [&](const char* name, const testing::ConvOptions& options, ValueId x,
                        Activation activation = Activation::kNone) {
    return graph.AddNode(name, testing::MakeConv(options), {x}, activation);
  };
  const ValueId first =
      conv("first", {.weight = {21, 3, 3, 3}, .padding = {1, 1, 1, 1}}, graph.input);
  ValueId x = graph.AddNode("silu", Unary{.function = Function::kSilu}, {first});
  x = conv("depthwise", {.weight = {21, 1, 5, 3}, .groups = 21, .padding = {2, 1, 2, 1}}, x,
           Activation::kRelu6);
  x = conv("grouped",
           {.weight = {21, 7, 3, 3}, .groups = 3, .dilation = 2, .padding = {2, 2, 2, 2}}, x);
  const ValueId sum = graph.AddNode("sum", Add{}, {x, first});
  const ValueId gate = graph.AddNode("gate", Unary{.function = Function::kSigmoid}, {sum});
  x = graph.AddNode("gated", Mul{}, {sum, gate});
  x = graph.AddNode(
      "average",
      AveragePool{.window = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1, 1, 1}},
                  .count_include_pad = false},
      {x});
  x = conv("pointwise", {.weight = {37, 21, 1, 1}}, x, Activation::kRelu);
  x = graph.AddNode("mean", GlobalAveragePool{}, {x});
  x = graph.AddNode("flat", Flatten{}, {x});
  graph.output = graph.AddNode("fc", testing::MakeLinear(5, 37), {x});
  InferShapes(graph);
  return graph;
}

TEST_CASE("statistics have the same bits on every machine") {
  Stage stage;
  stage.graph = GraphOfManySums();
  for (const int threads : {1, 3})
    CHECK(stage.HashOfStatistics(threads) == "6dbef0df0bee50572e48c33e41b74161");
}

TEST_CASE("another scenario's observers use the statistics that are there") {
  const Stage stage;
  stage.Run({"minmax", "histogram"});
  const struct {
    std::string reason, observer;
    bool from_cache;
  } cases[] = {
      {"fewer integers", "minmax+reduce_range", true},
      {"signed and symmetric", "minmax+dtype=qint8+scheme=symmetric", true},
      {"the histogram's other readers", "percentile", true},
      {"and", "entropy", true},
      {"and", "mse+reduce_range", true},
      {"other bins are another histogram", "mse+bins=512", false},
      {"a moving average is another statistic", "moving_average_minmax", false},
      {"and with another constant yet another", "moving_average_minmax+averaging_constant=0.1",
       false},
      {"which is there now", "moving_average_minmax+averaging_constant=0.1+reduce_range", true},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CAPTURE(one.observer);
    CHECK(stage.Run({one.observer}).from_cache == one.from_cache);
  }
  CHECK(stage.Files().size() == 5);
}

TEST_CASE("everything that statistics depend on is in their key") {
  Stage stage;
  stage.Run({"minmax"});
  REQUIRE(stage.Run({"minmax"}).from_cache);
  CHECK_FALSE(stage.Run({"minmax"}, 1, 6).from_cache);  // batch size
  Stage others;  // images of another folder with the same content give the same statistics
  others.cache = stage.Cache();
  CHECK(others.Run({"minmax"}).from_cache);
  stage.normalize = Normalizer(Preprocess{.mean = {0.5f, 0.5f, 0.5f}});
  CHECK_FALSE(stage.Run({"minmax"}).from_cache);
  // Where all channels have one mean, only their order differs.
  const Preprocess grey{.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}};
  stage.normalize = Normalizer(grey);
  stage.Run({"minmax"});
  Preprocess bgr = grey;
  bgr.channel_order = ChannelOrder::kBgr;
  stage.normalize = Normalizer(bgr);
  CHECK_FALSE(stage.Run({"minmax"}).from_cache);
  stage.normalize = Normalizer(Preprocess{});
  REQUIRE(stage.Run({"minmax"}).from_cache);
  stage.graph_key = "another graph";
  CHECK_FALSE(stage.Run({"minmax"}).from_cache);
}

TEST_CASE("damaged statistics are named and made anew") {
  const Stage stage;
  const Calibration expected = stage.Run({"histogram"});
  const std::vector<fs::path> files = stage.Files();
  REQUIRE(files.size() == 1);
  const std::string whole = ReadTextFile(files[0]);
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 4;
  for (const std::string& damaged :
       {std::string(), whole.substr(0, 20), whole.substr(0, whole.size() - 1), flipped}) {
    WriteFileAtomically(files[0], damaged);
    const Calibration again = stage.Run({"histogram"});
    CHECK_FALSE(again.from_cache);
    REQUIRE(again.rebuilt.size() == 1);
    CHECK(again.rebuilt[0].find(files[0].string()) != std::string::npos);
    CHECK(again.qparams == expected.qparams);
    CHECK(ReadTextFile(files[0]) == whole);
  }
}

TEST_CASE("a statistics file of something else isn't taken") {
  const testing::ScratchFolder scratch;
  const fs::path file = scratch.path() / "a.bin";
  const Statistic range = MakeStatistic(ParseObserverSpec("minmax"));
  WriteFileAtomically(file, SerializeStatistics("source", std::vector(3, range)));
  const struct {
    std::string source;
    size_t values;
    const char* problem;
  } cases[] = {{"source", 3, ""},
               {"another", 3, "something else"},
               {"source", 2, "too long"},
               {"source", 4, "too early"}};
  for (const auto& one : cases) {
    const auto read = [&] {
      return ReadStatistics(file, one.source, std::vector(one.values, range)).size();
    };
    CAPTURE(one.source);
    CAPTURE(one.values);
    if (*one.problem == '\0') {
      CHECK(read() == one.values);
    } else {
      CHECK_THROWS_WITH_AS(read(), doctest::Contains(one.problem), Error);
    }
  }
}

TEST_CASE("signed activations are the same integers moved up by 128") {
  const Stage stage;
  const auto qparams = stage.Run({"minmax", "minmax+dtype=qint8"}).qparams;
  CHECK(qparams[0] == qparams[1]);
  const auto symmetric = stage.Run({"minmax+dtype=qint8+scheme=symmetric"}).qparams[0];
  for (const QParams& value : symmetric) CHECK(value.zero_point == 128);
}

TEST_CASE("max pooling and flattening keep their input's qparams") {
  const Stage stage;
  const auto qparams = stage.Run({"histogram"}).qparams[0];
  const auto of = [&](const char* name) {
    return qparams[static_cast<size_t>(ValueCalled(stage.graph, name))];
  };
  CHECK(of("pool") == of("conv"));
  CHECK(of("flat") == of("mean"));
  CHECK(of("mean") != of("conv"));
}

TEST_CASE("a network that gives NaN or infinity is refused with the tensor's name") {
  Stage stage;
  auto& bias = std::get<Conv>(stage.graph.nodes[0].op).bias[2];
  bias = std::numeric_limits<float>::quiet_NaN();
  stage.graph.nodes[0].activation = Activation::kNone;
  CHECK_THROWS_WITH_AS(stage.Run({"minmax"}), doctest::Contains("calibration: tensor 'conv' holds"),
                       Error);
  bias = 3e38f;  // the classifier doubles it
  CHECK_THROWS_WITH_AS(stage.Run({"minmax"}), doctest::Contains("check the checkpoint"), Error);
  CHECK_FALSE(fs::exists(stage.Cache() / "statistics"));  // nothing was left behind
}

TEST_CASE("calibration without images says so") {
  const Graph graph = SmallGraph();
  const Normalizer normalize{Preprocess{}};
  ThreadPool pool(1);
  const std::vector<ObserverSpec> specs(1);
  const Crops none;
  CHECK_THROWS_WITH_AS(
      Calibrate({.graph = graph, .images = {none, normalize}, .batch_size = 1, .observers = specs},
                pool, {}),
      doctest::Contains("there is no image"), Error);
}

}  // namespace
}  // namespace quantbench
