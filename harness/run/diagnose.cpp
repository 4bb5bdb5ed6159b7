// SPDX-License-Identifier: Apache-2.0
// Crops and a model from the stages, errors from the layers' stage, then words.
#include "run/diagnose.h"

#include <algorithm>

#include "diagnose/verdicts.h"
#include "diagnose/weight_facts.h"
#include "run/start.h"
#include "stage/stages.h"
#include "support/error.h"
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
  scenario.expect.reset();
  return scenario;
}

// Everything up to the models, then the layers.
void MakeStages(Stages& stages) {
  stages.layers().Key();
  for (Stage* const stage : stages) stage->Check();
  for (Stage* const stage : stages) {
    stage->Make();
    if (stage == &stages.models()) break;
  }
  stages.layers().Make();
}

}  // namespace

Diagnosis Diagnose(const Scenario& asked, const DiagnosisRequest& request,
                   const RunOptions& options) {
  const Scenario scenario = WithoutMeasurements(asked);
  RunContext context = ContextOf(scenario, options, Store::Access::kUse);
  FindCases(context, options);
  ChooseCase(context);
  const Case& one = context.cases.front();
  Stages stages(context);
  stages.layers().Ask(one.key.recipe, request.images);
  stages.Key();
  MakeStages(stages);

  const QuantizedGraph& quantized = stages.layers().quantized();
  const NetworkErrors& errors = stages.layers().errors();
  const bool labelled = scenario.evaluation.enabled;
  Diagnosis diagnosis{
      .scenario = scenario.name,
      .case_id = one.id,
      .model = ModelName(scenario.model),
      .backend = one.key.backend,
      .isa = context.backends.at(one.key.backend).isa,
      .recipe = one.key.recipe.Name(),
      .split = labelled ? scenario.evaluation.subset.split : scenario.calibration.subset.split,
      .images = errors.images,
      .float_top1_percent = PercentOf(errors.float_correct, errors.images),
      .integer_top1_percent = PercentOf(errors.integer_correct, errors.images),
      .agreement_percent = PercentOf(errors.agree, errors.images).value_or(0)};
  diagnosis.layers = DescribeLayers(quantized, errors);
  JudgeLayers(quantized, diagnosis);
  AdviseNetwork(quantized, diagnosis);
  return diagnosis;
}

}  // namespace quantbench
