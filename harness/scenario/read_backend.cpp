// SPDX-License-Identifier: Apache-2.0
// A backend with its library and its options.
#include <algorithm>

#include "scenario/sections.h"

namespace quantbench::yaml {
namespace {

using Option = ConfiguredBackend::Option;

constexpr std::string_view kBackendKeys[] = {"name", "file", "options"};

// Whatever the names are: a plugin is asked about them later.
bool ReadOptions(const Node* node, Reader& reader, std::vector<Option>& options) {
  if (node == nullptr) return true;
  std::vector<std::string_view> names;
  for (const Entry& entry : node->entries) names.push_back(entry.key);
  const int mistakes = reader.mistakes().count();
  const Mapping mapping(node, {.known = names}, reader.mistakes());
  if (mapping.node() == nullptr) return false;
  for (const Entry& entry : node->entries) {
    Option option{.name = entry.key,
                  .value = {},
                  .name_spot = SpotOf(entry.place, entry.value.path),
                  .value_spot = SpotOf(entry.value.place, entry.value.path)};
    if (reader.ReadIdentifier(&entry.value, option.value)) options.push_back(std::move(option));
  }
  std::sort(options.begin(), options.end(),
            [](const Option& a, const Option& b) { return a.name < b.name; });
  return reader.mistakes().count() == mistakes;
}

std::string NameOf(const ConfiguredBackend& backend) {
  std::string name = backend.plugin;
  for (const Option& option : backend.options) name += "+" + option.name + "=" + option.value;
  return name;
}

}  // namespace

bool ReadBackend(const Node* node, Reader& reader, Scenario& scenario, std::string& value) {
  if (node->kind == Node::Kind::kText && node->text.find('/') != std::string::npos) {
    reader.Report(
        *node, Quoted(node->text) +
                   " is a path; a backend that is a file has a name as well: {name: NAME, file: " +
                   node->text + "}");
    return false;
  }
  if (node->kind != Node::Kind::kMapping) return reader.ReadIdentifier(node, value);
  const Mapping mapping(node, {.known = kBackendKeys}, reader.mistakes());
  ConfiguredBackend backend;
  const bool has_name = reader.ReadIdentifier(
      mapping.Require("name", "the backend's name in the results"), backend.plugin);
  const Node* const file_node = mapping.Find("file");
  std::filesystem::path file;
  const bool has_file = reader.ReadPath(file_node, file);
  const bool has_options = ReadOptions(mapping.Find("options"), reader, backend.options);
  if (!has_name || !has_options || (!has_file && file_node != nullptr)) return false;
  value = NameOf(backend);
  if (has_file) scenario.backend_files.emplace(value, file);
  if (!backend.options.empty()) scenario.configured_backends.emplace(value, std::move(backend));
  return true;
}

}  // namespace quantbench::yaml
