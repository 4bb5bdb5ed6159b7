// SPDX-License-Identifier: Apache-2.0
// Edits the tree of a scenario.
#include "scenario/overrides.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace quantbench::yaml {
namespace {

// "a.b" to {"a", "b"}; empty where a key is empty.
std::vector<std::string> Keys(std::string_view path) {
  std::vector<std::string> keys;
  while (true) {
    const size_t dot = path.find('.');
    keys.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  const bool good =
      std::none_of(keys.begin(), keys.end(), [](const std::string& key) { return key.empty(); });
  return good ? keys : std::vector<std::string>();
}

// False where a list stands in the way.
bool Put(const std::vector<std::string>& keys, const Place& place, Node value, Node& root) {
  Node* node = &root;
  for (const std::string& key : keys) {
    if (node->kind == Node::Kind::kList) return false;
    if (node->kind != Node::Kind::kMapping) {
      // `latency: off` and --set latency.repetitions=3 means a mapping.
      *node = Node();
      node->kind = Node::Kind::kMapping;
      node->place = node->owner_place = place;
    }
    Node* child = node->Find(key);
    if (child == nullptr) {
      node->entries.push_back({.key = key, .place = place, .value = Node()});
      child = &node->entries.back().value;
    }
    node = child;
  }
  value.owner_place = place;
  *node = std::move(value);
  return true;
}

// A key set to nothing is as if it weren't there.
void Remove(const std::vector<std::string>& keys, Node& root) {
  Node* node = &root;
  for (size_t i = 0; i + 1 < keys.size(); ++i) {
    node = node->Find(keys[i]);
    if (node == nullptr) return;
  }
  std::erase_if(node->entries, [&](const Entry& entry) { return entry.key == keys.back(); });
}

}  // namespace

void ApplyOverrides(const std::vector<Override>& overrides, std::deque<Source>& sources, Node& root,
                    Mistakes& mistakes) {
  for (const Override& override_ : overrides) {
    sources.push_back({.label = override_.label.empty()
                                    ? "--set " + override_.path + "=" + override_.value
                                    : override_.label,
                       .text = override_.value,
                       .command_line = true,
                       .order = static_cast<int>(sources.size())});
    const Source& source = sources.back();
    const Place place{.source = &source};
    const std::vector<std::string> keys = Keys(override_.path);
    if (keys.empty()) {
      mistakes.Add(
          place, "",
          "expected a path of keys such as latency.repetitions; found " + Quoted(override_.path));
      continue;
    }
    std::optional<Node> value = ParseYaml(source, mistakes);
    if (!value) continue;
    if (value->kind == Node::Kind::kNothing) {
      Remove(keys, root);
    } else if (!Put(keys, place, std::move(*value), root)) {
      mistakes.Add(place, override_.path,
                   "the scenario has a list on the way there; give the list as a whole, or change "
                   "the file");
    }
  }
}

}  // namespace quantbench::yaml
