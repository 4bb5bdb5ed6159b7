// SPDX-License-Identifier: Apache-2.0
// The library's functions: what the stages of a run call, without cache, progress lines and
// results.
#include "quantbench/quantize.hpp"

#include <mutex>
#include <utility>

#include "dataset/decode.h"
#include "dataset/resize.h"
#include "library/options.h"
#include "model/onnx_export.h"
#include "quantize/calibrate.h"
#include "quantize/float_network.h"
#include "quantize/quantize_recipe.h"
#include "quantize/techniques.h"
#include "support/error.h"
#include "support/progress.h"
#include "support/thread_pool.h"

namespace quantbench {
inline namespace library_0 {

struct FloatNetwork::Data {
  std::filesystem::path file;
  Preprocess preprocess;
  std::shared_ptr<const Graph> graph;
};

struct CalibratedNetwork::Data {
  std::shared_ptr<const Graph> graph;  // with the techniques of the float network
  Recipe recipe;
  std::vector<QParams> activations;
  std::vector<float> images;  // none where no technique needs them
  int64_t elements = 0;       // of an image
  int batch_size = 1;
  std::vector<std::string> remarks;
};

struct QuantizedNetwork::Data {
  QuantizedGraph quantized;
  std::vector<std::string> remarks;
};

FloatNetwork::FloatNetwork(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
CalibratedNetwork::CalibratedNetwork(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
QuantizedNetwork::QuantizedNetwork(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

}  // namespace library_0

namespace {

const Value& InputOf(const Graph& graph) { return graph.values[static_cast<size_t>(graph.input)]; }

int ThreadsOf(const WorkOptions& options) {
  if (options.threads < 0)
    throw Error("WorkOptions::threads is " + std::to_string(options.threads) +
                "; expected 0 (all processors) or more");
  return options.threads == 0 ? AvailableProcessors() : options.threads;
}

// Workers report one at a time.
ProgressCallback InTurns(const WorkOptions& options) {
  if (!options.progress) return {};
  return [mutex = std::make_shared<std::mutex>(), told = options.progress](int64_t done,
                                                                           int64_t total) {
    const std::lock_guard lock(*mutex);
    told(done, total);
  };
}

void AddRemarks(const std::vector<TechniqueReport>& reports, std::vector<std::string>& remarks) {
  for (const TechniqueReport& report : reports) {
    remarks.push_back(report.summary);
    remarks.insert(remarks.end(), report.details.begin(), report.details.end());
  }
}

// Of `quantization: static`, and what the network can be. Checked before any image is looked at.
Recipe StaticRecipeOf(const FloatNetwork& network, const std::string& text) {
  Recipe recipe = ReadRecipe(text);
  const FloatNetwork::Data& data = network.data();
  if (recipe.AsStatic() == nullptr)
    throw Error("the recipe " + recipe.Name() +
                " needs no calibration: call Quantize with the network and the recipe");
  CheckRecipe(recipe, *data.graph, data.file);
  CheckLayers(recipe, *data.graph);
  return recipe;
}

CalibratedNetwork CalibrateOn(const FloatNetwork& network, Recipe recipe, std::vector<float> images,
                              const WorkOptions& options, ThreadPool& pool) {
  if (options.batch_size < 1)
    throw Error("WorkOptions::batch_size is " + std::to_string(options.batch_size) +
                "; expected at least 1");
  auto data = std::make_shared<CalibratedNetwork::Data>();
  data->graph = network.data().graph;
  data->elements = NumElements(InputOf(*data->graph).shape);
  data->batch_size = options.batch_size;
  if (!recipe.GraphTechniques().empty()) {
    Graph rewritten = *data->graph;
    AddRemarks(ApplyTechniques(recipe.GraphTechniques(), rewritten), data->remarks);
    data->graph = std::make_shared<const Graph>(std::move(rewritten));
  }
  const ObserverSpec observer = ActivationSpecOf(*recipe.AsStatic());
  Calibration calibrated = Calibrate({.graph = *data->graph,
                                      .inputs_key = {},
                                      .images = {images, data->elements},
                                      .batch_size = options.batch_size,
                                      .observers = {&observer, 1}},
                                     pool, InTurns(options));
  data->activations = std::move(calibrated.qparams.front());
  const Techniques techniques = recipe.AsStatic()->techniques;
  if (techniques != techniques.OfFloatGraph()) data->images = std::move(images);
  data->recipe = std::move(recipe);
  return CalibratedNetwork(std::move(data));
}

}  // namespace

inline namespace library_0 {

const std::string& FloatNetwork::name() const { return data_->graph->name; }

std::vector<int64_t> FloatNetwork::input_shape() const { return InputOf(*data_->graph).shape; }

int64_t FloatNetwork::outputs() const {
  const Graph& graph = *data_->graph;
  return NumElements(graph.values[static_cast<size_t>(graph.output)].shape);
}

std::vector<std::string> FloatNetwork::layers() const {
  std::vector<std::string> names;
  for (const Node& node : data_->graph->nodes) names.push_back(node.name);
  return names;
}

std::vector<TensorQParams> CalibratedNetwork::qparams() const {
  std::vector<TensorQParams> all;
  const auto add = [&](ValueId value) {
    const auto v = static_cast<size_t>(value);
    all.push_back({.name = data_->graph->values[v].name,
                   .scale = data_->activations[v].scale,
                   .zero_point = data_->activations[v].zero_point,
                   .most = data_->activations[v].most});
  };
  add(data_->graph->input);
  for (const Node& node : data_->graph->nodes) add(node.output);
  return all;
}

const std::vector<std::string>& QuantizedNetwork::remarks() const { return data_->remarks; }

FloatNetwork Import(const std::filesystem::path& model, const ImportOptions& options) {
  const QuietThread quiet;
  const ModelAndImages read = ReadImportOptions(model, options);
  const ModelSource source = WithPixels(read.model, read.preprocess);
  return FloatNetwork(std::make_shared<FloatNetwork::Data>(
      FloatNetwork::Data{.file = model,
                         .preprocess = read.preprocess,
                         .graph = std::make_shared<const Graph>(LoadFloatNetwork(source))}));
}

CalibratedNetwork Calibrate(const FloatNetwork& network, const std::string& recipe,
                            std::vector<float> images, const WorkOptions& options) {
  const QuietThread quiet;
  Recipe of = StaticRecipeOf(network, recipe);
  const Shape shape = InputOf(*network.data().graph).shape;
  const auto elements = static_cast<size_t>(NumElements(shape));
  if (images.empty() || images.size() % elements != 0)
    throw Error("Calibrate: " + std::to_string(images.size()) +
                " numbers; expected a whole number of images of " + ToString(shape) + ", " +
                std::to_string(elements) + " numbers each");
  ThreadPool pool(ThreadsOf(options));
  return CalibrateOn(network, std::move(of), std::move(images), options, pool);
}

CalibratedNetwork Calibrate(const FloatNetwork& network, const std::string& recipe,
                            const std::vector<std::filesystem::path>& images,
                            const WorkOptions& options) {
  const QuietThread quiet;
  Recipe of = StaticRecipeOf(network, recipe);
  ThreadPool pool(ThreadsOf(options));
  const Preprocess& preprocess = network.data().preprocess;
  const Normalizer normalize(preprocess);
  const auto elements = static_cast<size_t>(NumElements(InputOf(*network.data().graph).shape));
  std::vector<float> planes(elements * images.size());
  pool.ForEach(static_cast<int64_t>(images.size()), [&](int64_t i, int /*worker*/) {
    const auto image = static_cast<size_t>(i);
    const RgbImage crop = CenterCropped(DecodeImage(images[image]), preprocess);
    normalize(crop.pixels, std::span(planes).subspan(image * elements, elements));
  });
  return CalibrateOn(network, std::move(of), std::move(planes), options, pool);
}

QuantizedNetwork Quantize(const CalibratedNetwork& network, const WorkOptions& options) {
  const QuietThread quiet;
  const CalibratedNetwork::Data& data = network.data();
  auto result = std::make_shared<QuantizedNetwork::Data>(QuantizedNetwork::Data{
      .quantized = QuantizeByRecipe(data.graph, data.recipe, data.activations),
      .remarks = data.remarks});
  const ThreadPool pool(ThreadsOf(options));
  AddRemarks(IntegerTechniques(pool, nullptr)
                 .Apply(data.recipe.AsStatic()->techniques,
                        {.images = {data.images, data.elements}, .batch_size = data.batch_size},
                        result->quantized, InTurns(options)),
             result->remarks);
  return QuantizedNetwork(std::move(result));
}

QuantizedNetwork Quantize(const FloatNetwork& network, const std::string& recipe) {
  const QuietThread quiet;
  const Recipe of = ReadRecipe(recipe);
  const FloatNetwork::Data& data = network.data();
  if (of.NeedsCalibration())
    throw Error("the recipe " + of.Name() +
                " needs images: call Calibrate first, or give quantization: dynamic");
  CheckRecipe(of, *data.graph, data.file);
  CheckLayers(of, *data.graph);
  auto result = std::make_shared<QuantizedNetwork::Data>();
  std::shared_ptr<const Graph> graph = data.graph;
  if (!of.GraphTechniques().empty()) {
    Graph rewritten = *graph;
    AddRemarks(ApplyTechniques(of.GraphTechniques(), rewritten), result->remarks);
    graph = std::make_shared<const Graph>(std::move(rewritten));
  }
  result->quantized = QuantizeByRecipe(std::move(graph), of, {});
  return QuantizedNetwork(std::move(result));
}

void Export(const FloatNetwork& network, const std::filesystem::path& file) {
  ExportOnnx(*network.data().graph, file);
}

void Export(const QuantizedNetwork& network, const std::filesystem::path& file) {
  ExportOnnx(network.data().quantized, file);
}

}  // namespace library_0
}  // namespace quantbench
