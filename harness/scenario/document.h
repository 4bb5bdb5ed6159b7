// SPDX-License-Identifier: Apache-2.0
// YAML text as a tree whose nodes know their place, with duplicate keys kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/located.h"

namespace quantbench::yaml {

struct Entry;

struct Node {
  enum class Kind { kNothing, kText, kList, kMapping };
  Kind kind = Kind::kNothing;
  Place place;        // of the value; of the key where there is no value
  Place owner_place;  // where to point when a key is missing inside: the key of a mapping
  std::string path;   // "matrix.batch_size[1]"; empty for the whole scenario
  std::string text;   // of kText: before ${NAME} is replaced
  bool quoted = false;
  std::vector<Node> items;     // of kList
  std::vector<Entry> entries;  // of kMapping, in file order, duplicates included

  // The value of the first entry with this key; nullptr where there is none.
  const Node* Find(std::string_view key) const;
  Node* Find(std::string_view key);
};

struct Entry {
  std::string key;
  Place place;
  Node value;
};

// "nothing", "'abc'", "the quoted text 'abc'", "a list", "a mapping": for messages.
std::string Describe(const Node& node);

// The single document of `source`, or nothing after adding a mistake: not UTF-8, not YAML, more
// than one document, too deep, too large, an unknown or recursive alias, a tag. An empty document
// is a node of kNothing. Paths are not filled in yet.
std::optional<Node> ParseYaml(const Source& source, Mistakes& mistakes);

// Fills in the path of a node and all below it.
void AssignPaths(Node& node, const std::string& path);

}  // namespace quantbench::yaml
