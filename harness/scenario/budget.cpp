// SPDX-License-Identifier: Apache-2.0
// Reads a budget with the scenario's reader.
#include "scenario/budget.h"

#include "scenario/document.h"
#include "scenario/matrix.h"
#include "scenario/parse.h"
#include "scenario/reader.h"
#include "support/files.h"

namespace quantbench {
namespace yaml {
namespace {

constexpr std::string_view kBudgetKeys[] = {"version",    "top1_drop_pp", "latency_ratio",
                                            "size_ratio", "alpha",        "identical_outputs",
                                            "cases"};
constexpr std::string_view kEntryKeys[] = {"match",      "top1_drop_pp", "latency_ratio",
                                           "size_ratio", "alpha",        "identical_outputs"};

// The keys that a budget and its entries share, as an entry.
BudgetEntry ReadLimits(const Mapping& mapping, Reader& reader) {
  BudgetEntry entry;
  const auto read = [&](std::string_view key, Limits<double> limits,
                        std::optional<double>& target) {
    double value = 0;
    if (reader.ReadNumber(mapping.Find(key), limits, value)) target = value;
  };
  read("top1_drop_pp", {0, 100}, entry.top1_drop_pp);
  read("latency_ratio", {1, 1000, "new / base; 1.1 allows 10% more"}, entry.latency_ratio);
  read("size_ratio", {1, 1000, "new / base; 1.1 allows 10% more"}, entry.size_ratio);
  read("alpha", {1e-9, 1}, entry.alpha);
  bool identical = false;
  const Node* const node = mapping.Find("identical_outputs");
  if (reader.ReadSwitch(node, "'on' or 'off'", identical)) {
    entry.identical_outputs = identical;
  } else if (node != nullptr && node->kind == Node::Kind::kMapping) {
    reader.Report(*node, "expected 'on' or 'off'");
  }
  return entry;
}

void Apply(const BudgetEntry& entry, CaseLimits& limits) {
  limits.top1_drop_pp = entry.top1_drop_pp.value_or(limits.top1_drop_pp);
  limits.latency_ratio = entry.latency_ratio.value_or(limits.latency_ratio);
  limits.size_ratio = entry.size_ratio.value_or(limits.size_ratio);
  limits.alpha = entry.alpha.value_or(limits.alpha);
  limits.identical_outputs = entry.identical_outputs.value_or(limits.identical_outputs);
}

void ReadBudgetVersion(const Node* node, Reader& reader) {
  int64_t version = 1;
  if (reader.ReadInteger(node, {1, std::numeric_limits<int64_t>::max()}, version) && version != 1) {
    reader.Report(*node, "this quantbench reads budgets of version 1 only");
  }
}

Budget ReadBudget(const Node& node, Reader& reader) {
  Budget budget;
  const Mapping root(&node, {.known = kBudgetKeys}, reader.mistakes());
  ReadBudgetVersion(root.Require("version", "1"), reader);
  Apply(ReadLimits(root, reader), budget.limits);
  for (const Node* item : reader.Items(root.Find("cases"))) {
    const Mapping mapping(item, {.known = kEntryKeys}, reader.mistakes());
    BudgetEntry entry = ReadLimits(mapping, reader);
    reader.ReadText(mapping.Require("match", "a glob on case ids, such as 'x86_vnni/*'"),
                    entry.match);
    budget.cases.push_back(std::move(entry));
  }
  return budget;
}

}  // namespace
}  // namespace yaml

CaseLimits Budget::For(std::string_view case_id) const {
  CaseLimits result = limits;
  for (const BudgetEntry& entry : cases) {
    if (MatchesGlob(entry.match, case_id)) yaml::Apply(entry, result);
  }
  return result;
}

Budget LoadBudget(const std::filesystem::path& file) {
  const yaml::Source source{.label = file.string(), .text = ReadTextFile(file)};
  yaml::Mistakes mistakes;
  yaml::Reader reader(mistakes);
  Budget budget;
  if (std::optional<yaml::Node> root = yaml::ParseYaml(source, mistakes)) {
    yaml::AssignPaths(*root, "");
    budget = yaml::ReadBudget(*root, reader);
  }
  if (mistakes.count() > 0) throw ScenarioError(mistakes.Text(), mistakes.count());
  return budget;
}

}  // namespace quantbench
