// SPDX-License-Identifier: Apache-2.0
// The merged tree of a scenario, its paths made absolute.
#include "scenario/merged.h"

#include <algorithm>
#include <deque>

#include "scenario/document.h"
#include "scenario/emit.h"
#include "scenario/extends.h"
#include "scenario/overrides.h"

namespace quantbench {
namespace yaml {
namespace {

Node* Find(std::initializer_list<std::string_view> keys, Node& root) {
  Node* node = &root;
  for (const std::string_view key : keys) {
    if (node != nullptr) node = node->Find(key);
  }
  return node;
}

// Makes the path there, which was read as `path`, hold from everywhere.
void MakeAbsolute(const std::filesystem::path& path, Node* node) {
  if (node == nullptr || node->kind != Node::Kind::kText) return;
  const std::string& text = node->text;
  const bool is_of_environment =
      text.starts_with("${") && text.substr(0, text.find('}')).find(":-") == std::string::npos;
  if (is_of_environment) return;
  node->text.clear();
  for (const char c : std::filesystem::absolute(path).lexically_normal().string())
    node->text.append(c == '$' ? 2 : 1, c);
}

}  // namespace
}  // namespace yaml

std::string MergedScenario(const Scenario& scenario, const std::vector<Override>& overrides) {
  std::deque<yaml::Source> sources;
  yaml::Mistakes mistakes;
  std::optional<yaml::Node> root = yaml::ReadTree(scenario.file, sources, mistakes);
  if (root) yaml::ApplyOverrides(overrides, sources, *root, mistakes);
  if (mistakes.count() > 0) throw ScenarioError(mistakes.Text(), mistakes.count());
  std::erase_if(root->entries, [](const yaml::Entry& entry) {
    return entry.key == "extends" || entry.key == "expect";
  });
  const DatasetSpec& dataset = scenario.dataset;
  yaml::Node* const model = root->Find("model");
  for (size_t i = 0; model != nullptr && i < scenario.networks.size(); ++i) {
    yaml::Node& one = model->kind == yaml::Node::Kind::kList ? model->items[i] : *model;
    yaml::MakeAbsolute(scenario.networks[i].model.file, one.Find("file"));
    std::erase_if(one.entries, [](const yaml::Entry& entry) { return entry.key == "expect"; });
  }
  yaml::MakeAbsolute(dataset.root, yaml::Find({"dataset", "root"}, *root));
  yaml::MakeAbsolute(dataset.synsets, yaml::Find({"dataset", "synsets"}, *root));
  yaml::MakeAbsolute(dataset.labels, yaml::Find({"dataset", "labels"}, *root));
  yaml::MakeAbsolute(scenario.calibration.subset.list,
                     yaml::Find({"dataset", "calibration", "list"}, *root));
  yaml::MakeAbsolute(scenario.evaluation.subset.list,
                     yaml::Find({"dataset", "evaluation", "list"}, *root));
  return yaml::Emit(*root);
}

}  // namespace quantbench
