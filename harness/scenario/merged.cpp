// SPDX-License-Identifier: Apache-2.0
// The merged tree of a scenario, written by yaml-cpp's emitter.
#include "scenario/merged.h"

#include <yaml-cpp/emitter.h>

#include <algorithm>
#include <deque>

#include "scenario/document.h"
#include "scenario/extends.h"
#include "scenario/overrides.h"

namespace quantbench {
namespace yaml {
namespace {

bool IsShortList(const Node& node) {
  return std::ranges::all_of(node.items,
                             [](const Node& item) { return item.kind == Node::Kind::kText; });
}

void Emit(const Node& node, YAML::Emitter& out) {
  switch (node.kind) {
    case Node::Kind::kNothing:
      out << YAML::Null;
      return;
    case Node::Kind::kText:
      if (node.quoted) out << YAML::DoubleQuoted;
      out << node.text;
      return;
    case Node::Kind::kList:
      if (IsShortList(node)) out << YAML::Flow;
      out << YAML::BeginSeq;
      for (const Node& item : node.items) Emit(item, out);
      out << YAML::EndSeq;
      return;
    case Node::Kind::kMapping:
      out << YAML::BeginMap;
      for (const Entry& entry : node.entries) {
        out << YAML::Key << entry.key << YAML::Value;
        Emit(entry.value, out);
      }
      out << YAML::EndMap;
  }
}

// Makes the path at these keys, which was read as `path`, hold from everywhere.
void MakeAbsolute(std::initializer_list<std::string_view> keys, const std::filesystem::path& path,
                  Node& root) {
  Node* node = &root;
  for (const std::string_view key : keys) {
    if (node != nullptr) node = node->Find(key);
  }
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
  std::erase_if(root->entries, [](const yaml::Entry& entry) { return entry.key == "extends"; });
  const DatasetSpec& dataset = scenario.dataset;
  yaml::MakeAbsolute({"model", "file"}, scenario.model.file, *root);
  yaml::MakeAbsolute({"dataset", "root"}, dataset.root, *root);
  yaml::MakeAbsolute({"dataset", "synsets"}, dataset.synsets, *root);
  yaml::MakeAbsolute({"dataset", "labels"}, dataset.labels, *root);
  yaml::MakeAbsolute({"dataset", "calibration", "list"}, scenario.calibration.subset.list, *root);
  yaml::MakeAbsolute({"dataset", "evaluation", "list"}, scenario.evaluation.subset.list, *root);
  YAML::Emitter out;
  yaml::Emit(*root, out);
  return std::string(out.c_str()) + '\n';
}

}  // namespace quantbench
