// SPDX-License-Identifier: Apache-2.0
// Reads a scenario file: the top-level keys, and the checks that concern more than one of them.
#include "scenario/parse.h"

#include <algorithm>
#include <deque>

#include "scenario/document.h"
#include "scenario/emit.h"
#include "scenario/extends.h"
#include "scenario/matrix.h"
#include "scenario/overrides.h"
#include "scenario/reader.h"
#include "scenario/sections.h"
#include "support/hash.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kScenarioKeys[] = {"version", "name",    "extends",        "model",
                                              "dataset", "matrix",  "evaluation",     "latency",
                                              "expect",  "timeout", "memory_limit_mb"};

std::string HashText(const std::deque<Source>& sources, const std::vector<Override>& overrides) {
  std::string all;
  // A file can't hold a zero byte, so no other files and overrides make the same text.
  for (const Source& source : sources) {
    if (!source.command_line) all += (all.empty() ? "" : std::string(1, '\0')) + source.text;
  }
  for (const Override& override_ : overrides) {
    all += '\0' + override_.path + '\0' + override_.value;
  }
  return HashBytes(std::as_bytes(std::span(all.data(), all.size())));
}

void ReadVersion(const Node* node, Reader& reader) {
  int64_t version = 1;
  if (reader.ReadInteger(node, {1, std::numeric_limits<int64_t>::max()}, version) && version != 1) {
    reader.Report(*node, "this quantbench reads scenarios of version 1 only");
  }
}

// The top-level `evaluation` switches what dataset.evaluation describes.
void ReadEvaluationSwitch(const Node* node, Reader& reader, Scenario& scenario) {
  bool enabled = true;
  if (!reader.ReadSwitch(node, "'off' or 'on'", enabled)) {
    if (node != nullptr && node->kind == Node::Kind::kMapping) {
      reader.Report(*node, "expected 'off' or 'on'; the images are chosen in dataset.evaluation");
    }
  } else if (enabled && !scenario.evaluation.enabled) {
    reader.Report(*node, "on here, but off in dataset.evaluation");
  } else {
    scenario.evaluation.enabled = enabled;
  }
}

// Checks what the cases ask of the other keys.
void CheckCases(const Mapping& root, Reader& reader, const Scenario& scenario) {
  std::vector<Case> cases;
  const Node* matrix = root.Find("matrix");
  const Node* exclude = matrix->Find("exclude");
  try {
    cases = ExpandMatrix(scenario.matrix);
  } catch (const Error& error) {
    reader.Report(exclude != nullptr ? *exclude : *matrix, error.what());
    return;
  }
  const auto has = [&](auto property) { return std::any_of(cases.begin(), cases.end(), property); };
  const bool calibrated = has([](const Case& item) { return item.key.recipe.NeedsCalibration(); });
  const Node* dataset = root.Find("dataset");
  if (calibrated && dataset != nullptr && dataset->kind == Node::Kind::kMapping &&
      !NamesCalibration(*dataset)) {
    reader.mistakes().Add(
        dataset->owner_place, "dataset.calibration",
        "missing; expected the images that static int8 cases are calibrated with");
  }
  for (const Network& network : scenario.networks) {
    const bool compares = has([&](const Case& item) {
      return item.key.recipe.IsFloat() && item.key.network == network.id;
    });
    const bool is_left_out = std::ranges::none_of(
        cases, [&](const Case& item) { return item.key.network == network.id; });
    if (!network.expect || compares || is_left_out) continue;
    const Node* const expect = root.Find("expect");
    const std::string who = network.id.empty() ? "matrix.precision" : Quoted(network.id);
    reader.Report(expect != nullptr ? *expect : *root.Find("model"),
                  who + " has no fp32, so there is nothing to compare with");
  }
}

// What is expected of the network; of several each says it itself.
void ReadExpectation(const Mapping& root, Reader& reader, Scenario& scenario) {
  const Node* const node = root.Find("expect");
  std::optional<ExpectSpec> expect;
  ReadExpect(node, reader, expect);
  if (!expect) return;
  if (scenario.networks.size() > 1) {
    reader.Report(*node, "which network's? with several, each has an expect of its own in model");
  } else if (scenario.networks.front().expect) {
    reader.Report(*node, "model has an expect as well; remove one of the two");
  } else {
    scenario.networks.front().expect = expect;
  }
}

Scenario ReadScenario(const Node& node, Reader& reader) {
  Scenario scenario;
  const Mapping root(&node, {.known = kScenarioKeys}, reader.mistakes());
  ReadVersion(root.Require("version", "1"), reader);
  reader.ReadIdentifier(root.Require("name", "the scenario's name in the results"), scenario.name);
  ReadDataset(root.Require("dataset", "a mapping with the folder of the images"), reader, scenario);
  ReadNetworks(root.Require("model", "a mapping with the model's file, or a list of such"), reader,
               scenario);
  const int mistakes = reader.mistakes().count();
  const Node* matrix = root.Require("matrix", "a mapping with the backends");
  ReadMatrix(matrix, reader, scenario);
  const bool has_good_matrix = matrix != nullptr && reader.mistakes().count() == mistakes;
  ReadEvaluationSwitch(root.Find("evaluation"), reader, scenario);
  ReadLatency(root.Find("latency"), reader, scenario);
  ReadExpectation(root, reader, scenario);
  reader.ReadNumber(root.Find("timeout"), {0.1, 1e6, "seconds"}, scenario.timeout_seconds);
  reader.ReadInteger(root.Find("memory_limit_mb"), {16, 1 << 30, "MiB"}, scenario.memory_limit_mib);

  if (has_good_matrix) CheckCases(root, reader, scenario);
  if (!scenario.evaluation.enabled && !scenario.latency.enabled) {
    reader.Report(*root.Find("latency"), "latency and evaluation are both off: nothing to measure");
  }
  const bool expects = std::ranges::any_of(
      scenario.networks, [](const Network& network) { return network.expect.has_value(); });
  if (!scenario.evaluation.enabled && expects) {
    const Node* const expect = root.Find("expect");
    reader.Report(expect != nullptr ? *expect : *root.Find("model"),
                  "the accuracy can't be checked while evaluation is off");
  }
  return scenario;
}

Scenario Finish(std::optional<Node> root, const std::vector<Override>& overrides,
                std::deque<Source>& sources, Mistakes& mistakes) {
  Reader reader(mistakes);
  Scenario scenario;
  if (root) {
    if (root->kind == Node::Kind::kMapping) ApplyOverrides(overrides, sources, *root, mistakes);
    AssignPaths(*root, "");
    scenario = ReadScenario(*root, reader);
  }
  if (mistakes.count() > 0) throw ScenarioError(mistakes.Text(), mistakes.count());
  scenario.text_hash = HashText(sources, overrides);
  if (root) scenario.resolved = EmitResolved(std::move(*root));
  return scenario;
}

}  // namespace
}  // namespace quantbench::yaml

namespace quantbench {

Scenario LoadScenario(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  // Nodes point into the sources, which therefore must stay where they are.
  std::deque<yaml::Source> sources;
  yaml::Mistakes mistakes;
  std::optional<yaml::Node> root = yaml::ReadTree(file, sources, mistakes);
  Scenario scenario = yaml::Finish(std::move(root), overrides, sources, mistakes);
  scenario.file = file;
  return scenario;
}

Scenario MakeScenario(const std::vector<Override>& overrides) {
  std::deque<yaml::Source> sources;
  yaml::Mistakes mistakes;
  sources.push_back({.label = "options", .text = {}, .command_line = true});
  yaml::Node root;
  root.kind = yaml::Node::Kind::kMapping;
  root.place = root.owner_place = {.source = &sources.front()};
  return yaml::Finish(std::move(root), overrides, sources, mistakes);
}

}  // namespace quantbench
