// SPDX-License-Identifier: Apache-2.0
// Trees to yaml-cpp's events.
#include "scenario/emit.h"

#include <yaml-cpp/emitter.h>

#include <algorithm>

#include "scenario/expand.h"

namespace quantbench::yaml {
namespace {

bool IsShortList(const Node& node) {
  return std::ranges::all_of(node.items,
                             [](const Node& item) { return item.kind == Node::Kind::kText; });
}

void EmitNode(const Node& node, YAML::Emitter& out) {
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
      for (const Node& item : node.items) EmitNode(item, out);
      out << YAML::EndSeq;
      return;
    case Node::Kind::kMapping:
      out << YAML::BeginMap;
      for (const Entry& entry : node.entries) {
        out << YAML::Key << entry.key << YAML::Value;
        EmitNode(entry.value, out);
      }
      out << YAML::EndMap;
  }
}

void Expand(Node& node) {
  if (node.kind == Node::Kind::kText) {
    const Expansion expansion = ExpandVariables(node.text);
    node.text.clear();
    for (const char c : expansion.text) node.text.append(c == '$' ? 2 : 1, c);
  }
  for (Node& item : node.items) Expand(item);
  for (Entry& entry : node.entries) Expand(entry.value);
}

}  // namespace

std::string Emit(const Node& root) {
  YAML::Emitter out;
  EmitNode(root, out);
  return std::string(out.c_str()) + '\n';
}

std::string EmitResolved(Node root) {
  std::erase_if(root.entries, [](const Entry& entry) { return entry.key == "extends"; });
  Expand(root);
  return Emit(root);
}

}  // namespace quantbench::yaml
