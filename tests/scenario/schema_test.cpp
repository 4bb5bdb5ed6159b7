// SPDX-License-Identifier: Apache-2.0
// scenarios/schema.json, which editors check scenarios with, has the parser's keys and names: what
// the parser allows is read from its messages about a key and a name that don't exist.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "model/import.h"
#include "scenario/scenario_file.h"
#include "support/paths.h"

namespace quantbench {
namespace {

using Names = std::set<std::string>;

nlohmann::json Schema() {
  return nlohmann::json::parse(ReadTextFile(testing::SourceDir() / "scenarios" / "schema.json"));
}

// The names behind "allowed: " in the first message.
Names Allowed(const std::string& mistakes) {
  const std::string word = "allowed: ";
  const size_t start = mistakes.find(word);
  if (start == std::string::npos) return {};
  std::string list = mistakes.substr(start + word.size());
  list = list.substr(0, list.find_first_of("\n("));
  Names names;
  for (size_t at = 0; at != std::string::npos;) {
    const size_t comma = list.find(", ", at);
    std::string name = list.substr(at, comma == std::string::npos ? comma : comma - at);
    name.erase(name.find_last_not_of(' ') + 1);
    names.insert(name);
    at = comma == std::string::npos ? comma : comma + 2;
  }
  return names;
}

Names KeysOf(const nlohmann::json& object) {
  Names names;
  for (const auto& [key, value] : object.items()) names.insert(key);
  return names;
}

}  // namespace

TEST_CASE("the schema's keys are the parser's") {
  const struct {
    std::string pointer;  // to an object's properties
    Override unknown;
  } objects[] = {
      {"/properties", {"zzz", "1"}},
      {"/$defs/model/properties", {"model.zzz", "1"}},
      {"/properties/dataset/properties", {"dataset.zzz", "1"}},
      {"/properties/dataset/properties/calibration/properties", {"dataset.calibration.zzz", "1"}},
      {"/properties/dataset/properties/evaluation/anyOf/1/properties",
       {"dataset.evaluation.zzz", "1"}},
      {"/properties/dataset/properties/preprocess/properties", {"dataset.preprocess.zzz", "1"}},
      {"/properties/matrix/properties", {"matrix.zzz", "1"}},
      {"/properties/matrix/properties/defaults/properties", {"matrix.defaults.zzz", "1"}},
      {"/$defs/pattern/properties", {"matrix.include", "{zzz: 1}"}},
      {"/$defs/pattern/properties", {"matrix.zip", "{zzz: 1}"}},
      {"/$defs/backends/anyOf/0/anyOf/1/properties", {"matrix.backend", "{name: x, zzz: 1}"}},
      {"/$defs/layers/additionalProperties/anyOf/1/properties", {"matrix.layers", "{a: {zzz: 1}}"}},
      {"/$defs/observer/anyOf/2/properties", {"matrix.observer", "{name: zzz, zzz: 1}"}},
      {"/properties/latency/anyOf/1/properties", {"latency.zzz", "1"}},
      {"/properties/expect/anyOf/1/properties", {"expect.zzz", "1"}},
  };
  const nlohmann::json schema = Schema();
  const testing::ScenarioFile file;
  for (const auto& object : objects) {
    CAPTURE(object.unknown.path);
    CAPTURE(object.pointer);
    std::string mistakes = file.Mistakes({object.unknown});
    // An observer's name is a mistake as well, which stands before its keys.
    if (const size_t at = mistakes.find("unknown key"); at != std::string::npos) {
      mistakes.erase(0, at);
    }
    CHECK(Allowed(mistakes) == KeysOf(schema.at(nlohmann::json::json_pointer(object.pointer))));
  }
}

TEST_CASE("the schema's names are the parser's") {
  const struct {
    std::string pointer;  // to an enum
    Override unknown;
  } enums[] = {
      {"/$defs/model/properties/padding/enum", {"model.padding", "zzz"}},
      {"/$defs/model/properties/activation/enum", {"model.activation", "zzz"}},
      {"/properties/dataset/properties/layout/enum", {"dataset.layout", "zzz"}},
      {"/properties/dataset/properties/calibration/properties/transform/enum",
       {"dataset.calibration.transform", "zzz"}},
      {"/properties/dataset/properties/evaluation/anyOf/1/properties/part/enum",
       {"dataset.evaluation.part", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/preset/enum",
       {"dataset.preprocess.preset", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/fit/enum",
       {"dataset.preprocess.fit", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/interpolation/enum",
       {"dataset.preprocess.interpolation", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/channel_order/enum",
       {"dataset.preprocess.channel_order", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/scale/enum",
       {"dataset.preprocess.scale", "zzz"}},
      {"/properties/dataset/properties/preprocess/properties/resize_method/enum",
       {"dataset.preprocess.resize_method", "zzz"}},
      {"/properties/latency/anyOf/1/properties/mode/anyOf/0/enum", {"latency.mode", "zzz"}},
      {"/$defs/precisions/anyOf/0/enum", {"matrix.precision", "zzz"}},
      {"/$defs/quantizations/anyOf/0/enum", {"matrix.quantization", "zzz"}},
      {"/$defs/qconfigs/anyOf/0/enum", {"matrix.qconfig", "zzz"}},
      {"/$defs/granularities/anyOf/0/enum", {"matrix.granularity", "zzz"}},
      {"/$defs/weight_observers/anyOf/0/enum", {"matrix.weight_observer", "zzz"}},
      {"/$defs/layers/additionalProperties/anyOf/0/enum", {"matrix.layers", "{a: zzz}"}},
      {"/$defs/technique/anyOf/0/enum", {"matrix.techniques", "zzz"}},
      {"/$defs/observer/anyOf/0/enum", {"matrix.observer", "zzz"}},
      {"/$defs/observer/anyOf/2/properties/dtype/enum",
       {"matrix.observer", "{name: minmax, dtype: zzz}"}},
      {"/$defs/observer/anyOf/2/properties/scheme/enum",
       {"matrix.observer", "{name: minmax, scheme: zzz}"}},
  };
  using nlohmann::literals::operator""_json_pointer;
  const nlohmann::json schema = Schema();
  // Too many for a message to name.
  const std::vector<std::string> architectures = KnownArchitectures();
  CHECK(Names(architectures.begin(), architectures.end()) ==
        schema.at("/$defs/model/properties/architecture/enum"_json_pointer).get<Names>());
  const testing::ScenarioFile file;
  for (const auto& one : enums) {
    CAPTURE(one.unknown.path);
    CHECK(Allowed(file.Mistakes({one.unknown})) ==
          schema.at(nlohmann::json::json_pointer(one.pointer)).get<Names>());
  }
}

}  // namespace quantbench
