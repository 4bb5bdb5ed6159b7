// SPDX-License-Identifier: Apache-2.0
// Crops and a model from the stages, errors from the layers' stage, then words.
#include "run/diagnose.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>

#include "backend/abi_model.h"
#include "backend/model_file.h"
#include "diagnose/input_statistics.h"
#include "diagnose/layer_times.h"
#include "diagnose/preprocess_check.h"
#include "diagnose/verdicts.h"
#include "diagnose/weight_facts.h"
#include "model/onnx_export.h"
#include "quantize/mixed.h"
#include "run/reduce.h"
#include "run/start.h"
#include "stage/stages.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

// The first quantised case of each model counts: batch size and threads change no layer.
void ChooseCase(RunContext& context) {
  std::vector<Case> chosen;
  std::string others;
  for (const Case& one : context.cases) {
    if (one.key.recipe.IsFloat()) continue;
    if (chosen.empty()) {
      chosen.push_back(one);
    } else if (!(one.key.recipe == chosen[0].key.recipe) ||
               one.key.backend != chosen[0].key.backend) {
      others = one.id;
    }
  }
  if (chosen.empty())
    throw Error(
        "there is no int8 case to diagnose; `quantbench plan` lists the cases, --only chooses");
  if (!others.empty())
    Log("diagnosing " + chosen[0].id + "; --only chooses another, for instance '" + others + "'");
  const Case& one = chosen.front();
  // For its times; a file that is quantised already has no float form.
  if (!one.key.recipe.IsGiven())
    chosen.push_back(
        {.id = "fp32",
         .key = {.backend = one.key.backend, .recipe = Recipe(), .network = one.key.network}});
  context.cases = std::move(chosen);
}

std::optional<double> PercentOf(int64_t count, int64_t all) {
  if (all == 0) return std::nullopt;
  return 100.0 * static_cast<double>(count) / static_cast<double>(all);
}

std::vector<LayerDiagnosis> DescribeLayers(const QuantizedGraph& quantized,
                                           const NetworkErrors& errors) {
  std::vector<LayerDiagnosis> layers;
  const Graph& graph = *quantized.graph;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    layers.push_back({.place = static_cast<int>(n) + 1,
                      .layer = node.name,
                      .op = std::string(OperatorName(node.op)),
                      .integer = RunsOnIntegers(quantized, n) || QuantizesAtRunTime(quantized, n),
                      .verdict = {},
                      .sentence = {},
                      .errors = errors.layers[n],
                      .weights = DescribeWeights(quantized, n),
                      .macs = CostOf(graph, node).macs,
                      .bytes = WeightBytes(quantized, n)});
  }
  return layers;
}

// What `quantbench diagnose` needs of a scenario: the images, and nothing that is measured later.
Scenario WithoutMeasurements(Scenario scenario) {
  scenario.latency.enabled = false;
  scenario.ForgetExpectations();
  return scenario;
}

// Everything up to the models, then the layers.
void MakeStages(Stages& stages, NetworkStages& of) {
  of.layers.Key();
  for (Stage* const stage : stages) stage->Check();
  stages.MakeModels();
  of.layers.Make();
}

// The medians of two profiles of one model, whichever is the less disturbed.
Profile Calmer(Profile a, const Profile& b) {
  if (a.parts.size() != b.parts.size()) return a;
  a.whole_ms = std::min(a.whole_ms, b.whole_ms);
  for (size_t p = 0; p < a.parts.size(); ++p)
    a.parts[p].ms = std::min(a.parts[p].ms, b.parts[p].ms);
  return a;
}

class Timing {
 public:
  Timing(RunContext& context, NetworkStages& of, const std::string& backend)
      : context_(context), of_(of), backend_(backend) {}

  // Both models twice, by turns.
  void AddTo(const Recipe& recipe, Diagnosis& diagnosis) {
    Log("time: each layer on " + backend_);
    const bool has_float = !recipe.IsGiven();
    std::optional<Profile> floats, integers;
    for (int round = 0; round < 2; ++round) {
      if (has_float) Add(Recipe(), floats);
      Add(recipe, integers);
    }
    const TimesOfLayers int8 = TimesOf(*integers, recipe, diagnosis);
    diagnosis.timing = integers->as_it_runs ? "blocks" : "taps";
    diagnosis.int8_ms = integers->whole_ms;
    diagnosis.int8_conversion_ms = int8.conversion_ms;
    for (size_t i = 0; i < diagnosis.layers.size(); ++i) {
      diagnosis.layers[i].times.int8_ms = int8.layers[i].ms;
      diagnosis.layers[i].times.int8_block = int8.layers[i].block;
    }
    if (!has_float) return;
    const TimesOfLayers fp32 = TimesOf(*floats, Recipe(), diagnosis);
    diagnosis.fp32_ms = floats->whole_ms;
    for (size_t i = 0; i < diagnosis.layers.size(); ++i) {
      diagnosis.layers[i].times.fp32_ms = fp32.layers[i].ms;
      diagnosis.layers[i].times.fp32_block = fp32.layers[i].block;
    }
  }

 private:
  void Add(const Recipe& recipe, std::optional<Profile>& profile) {
    const Profile one = RunOnCachedFiles(
        [&] {
          return ProfileJob{.target = context_.TargetOf(backend_, of_.models.Built(recipe).flat,
                                                        of_.models.Built(recipe).onnx),
                            .images = of_.crops.Images(of_.network.preprocess)};
        },
        [&](const ProfileJob& job) { return context_.runner->TimeLayers(job); });
    profile = profile ? Calmer(std::move(*profile), one) : one;
  }
  TimesOfLayers TimesOf(const Profile& profile, const Recipe& recipe, const Diagnosis& diagnosis) {
    const MappedModel model(of_.models.Built(recipe).flat);
    return AssignTimes(profile, model.get(), diagnosis.layers);
  }

  RunContext& context_;
  NetworkStages& of_;
  const std::string& backend_;
};

// No single figure is a guide: how much a layer loses by itself, how unequal its channels are, and
// how many layers follow that its error passes through. So each order has its turn.
std::vector<std::string> Suspects(const Diagnosis& diagnosis) {
  const std::vector<LayerDiagnosis>& layers = diagnosis.layers;
  std::vector<size_t> by_ratio(layers.size());
  std::iota(by_ratio.begin(), by_ratio.end(), size_t{0});
  const std::vector<size_t> by_depth = by_ratio;
  std::ranges::stable_sort(by_ratio, std::greater(),
                           [&](size_t i) { return layers[i].weights.channel_ratio.value_or(0); });
  const std::vector<size_t> worst = WorstFirst(diagnosis), ratios = std::move(by_ratio);
  std::vector<std::string> suspects;
  for (size_t place = 0; place < layers.size(); ++place) {
    for (const std::span<const size_t> order :
         {std::span(worst), std::span(ratios), std::span(by_depth)}) {
      const LayerDiagnosis& layer = layers[order[place]];
      if (layer.integer && std::ranges::find(suspects, layer.layer) == suspects.end())
        suspects.push_back(layer.layer);
    }
  }
  return suspects;
}

int64_t SameClasses(const Predictions& a, const Predictions& b) {
  int64_t same = 0;
  for (size_t i = 0; i < a.top5.size(); ++i) same += a.top5[i][0] == b.top5[i][0] ? 1 : 0;
  return same;
}

Reduction ReductionOf(NetworkStages& of, const DiagnosisRequest& request,
                      const Diagnosis& diagnosis) {
  const QuantizedGraph& quantized = of.layers.quantized();
  const auto predict = [&](const auto& model) {
    return of.predictions.PredictionsOf(
        diagnosis.backend, FlattenModel(AbiModel(model).get()),
        [&](const std::filesystem::path& file) { ExportOnnx(model, file); });
  };
  const std::vector<std::string> suspects = Suspects(diagnosis);
  Log("reduce: looking for layers to keep in float");
  const Predictions floats = predict(*quantized.graph);
  const bool by_classes = request.changed_part.has_value();
  const auto count = [&](const Predictions& one) {
    return by_classes ? SameClasses(one, floats) : one.top1_correct;
  };
  const auto count_with = [&](const std::set<std::string>& layers) {
    ThrowIfInterrupted();
    QuantizedGraph mixed = quantized;
    KeepInFloat(layers, mixed);
    return count(predict(mixed));
  };
  ReductionRequest wanted{.limit_pp = request.limit_pp.value_or(0),
                          .images = floats.images,
                          .float_correct = count(floats),
                          .suspects = suspects};
  if (by_classes) {
    const int64_t changed = floats.images - count_with({});
    wanted.limit_pp = *PercentOf(changed, floats.images) * *request.changed_part;
    wanted.what = "fp32's class";
    wanted.only_gains = true;
  }
  return Reduce(wanted, count_with);
}

// What the images themselves show comes first; it needs neither network nor labels.
void AdviseOnInputs(const RunContext& context, const NetworkStages& of, bool labelled,
                    Diagnosis& diagnosis) {
  const Preprocess& given = of.network.preprocess;
  const Crops& images = of.layers.Images();
  auto advice = CheckInputStatistics(MomentsOf(images, of.layers.Chosen()), given);
  if (!advice && labelled) {
    advice = CheckPreprocess(*of.layers.quantized().graph, images, of.layers.Chosen(), given,
                             context.pool);
  }
  if (!advice) return;
  Warn("preprocess: " + advice->why);
  diagnosis.advice.push_back(*advice);
}

bool HasCle(const Recipe& recipe) { return recipe.GraphTechniques().Has(Technique::kCle); }

}  // namespace

Diagnosis Diagnose(const Scenario& asked, const DiagnosisRequest& request,
                   const RunOptions& options) {
  const Scenario scenario = WithoutMeasurements(asked);
  RunContext context = ContextOf(scenario, options, Store::Access::kUse);
  FindCases(context, options);
  ChooseCase(context);
  const Case one = context.cases.front();
  const bool reduces = request.limit_pp || request.changed_part;
  if (reduces && !asked.evaluation.enabled)
    throw Error("--reduce needs labelled images: evaluation is off in this scenario");
  Stages stages(context);
  NetworkStages& of = stages.Of(one.key);
  of.layers.Ask(one.key.recipe, request.images);
  stages.Key();
  MakeStages(stages, of);

  const QuantizedGraph& quantized = of.layers.quantized();
  const NetworkErrors& errors = of.layers.errors();
  const bool labelled = scenario.evaluation.enabled;
  Diagnosis diagnosis{
      .scenario = scenario.name,
      .case_id = one.id,
      .network = one.key.network,
      .model = of.network.name,
      .backend = one.key.backend,
      .isa = context.backends.at(one.key.backend).isa,
      .recipe = one.key.recipe.Name(),
      .split = labelled ? scenario.evaluation.subset.split : scenario.calibration.subset.split,
      .model_hash = HashFile(of.network.model.file),
      .images = errors.images,
      .float_top1_percent = PercentOf(errors.float_correct, errors.images),
      .integer_top1_percent = PercentOf(errors.integer_correct, errors.images),
      .agreement_percent = PercentOf(errors.agree, errors.images).value_or(0)};
  diagnosis.layers = DescribeLayers(quantized, errors);
  if (request.times) Timing(context, of, one.key.backend).AddTo(one.key.recipe, diagnosis);
  JudgeLayers(quantized, diagnosis);
  AdviseOnInputs(context, of, labelled, diagnosis);
  AdviseNetwork(quantized, HasCle(one.key.recipe), diagnosis);
  if (reduces) {
    diagnosis.reduction = ReductionOf(of, request, diagnosis);
    AdviseLayers(diagnosis);
  }
  return diagnosis;
}

}  // namespace quantbench
