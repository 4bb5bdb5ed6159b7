// SPDX-License-Identifier: Apache-2.0
// What one process found for its part of a run, as a folder that `merge` takes:
// OUT/parts/<begin>-<end>/part.json, and a file of predictions for each evaluation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "part/part_spec.h"
#include "record/case_result.h"
#include "record/results.h"

namespace quantbench {

struct PartImage {
  std::string path;
  int label = 0;
  std::string content;  // hash of its bytes
  bool readable = true;
};
template <>
struct Fields<PartImage> {
  static constexpr std::tuple kAll{
      Field("path", &PartImage::path), Field("label", &PartImage::label),
      Field("content", &PartImage::content), Field("readable", &PartImage::readable)};
};

// One evaluation over the part's images.
struct PartUnit {
  std::string name;
  std::string network;  // as in CaseKey
  std::string backend;
  std::variant<Evaluation, Failure> outcome;
  std::string key;             // of the file NAME.json with its predictions; empty where it failed
  bool can_be_chance = false;  // an accuracy that chance explains is a mistake
  // Of an engine that rounds in its own way: exact units of the same model, and how near to them it
  // promises to be.
  std::vector<std::string> exact;
  double min_sqnr_db = 0, min_agreement_percent = 0;
  bool is_float = false;
  bool is_expected = false;  // the scenario knows its accuracy
};
template <>
struct Fields<PartUnit> {
  static constexpr std::string_view kKind = "unit";
  static constexpr std::tuple kAll{Field("name", &PartUnit::name),
                                   Field("network", &PartUnit::network),
                                   Field("backend", &PartUnit::backend),
                                   Outcome(&PartUnit::outcome),
                                   Field("key", &PartUnit::key),
                                   Field("can_be_chance", &PartUnit::can_be_chance),
                                   Field("exact", &PartUnit::exact),
                                   Field("min_sqnr_db", &PartUnit::min_sqnr_db),
                                   Field("min_agreement_percent", &PartUnit::min_agreement_percent),
                                   Field("is_float", &PartUnit::is_float),
                                   Field("is_expected", &PartUnit::is_expected)};
};

struct PartCase {
  std::string unit;        // its evaluation
  std::string techniques;  // of the float network that it starts from; see DoubtTechniques
  CaseResult result;       // without accuracy
};
template <>
struct Fields<PartCase> {
  static constexpr std::tuple kAll{Field("unit", &PartCase::unit),
                                   Field("techniques", &PartCase::techniques),
                                   Field("result", &PartCase::result)};
};

// All that a hash of images is made of, beside the images; see Preprocess.
struct PartGeometry {
  int resize_height = 0, resize_width = 0, crop_height = 0, crop_width = 0;
  int resize_method = 0, fit = 0;
};
template <>
struct Fields<PartGeometry> {
  static constexpr std::tuple kAll{Field("resize_height", &PartGeometry::resize_height),
                                   Field("resize_width", &PartGeometry::resize_width),
                                   Field("crop_height", &PartGeometry::crop_height),
                                   Field("crop_width", &PartGeometry::crop_width),
                                   Field("resize_method", &PartGeometry::resize_method),
                                   Field("fit", &PartGeometry::fit)};
};

struct PartNetwork {
  std::string network;
  int64_t outputs = 0;
  std::optional<double> expected_top1, expected_within;
  PartGeometry geometry;
};
template <>
struct Fields<PartNetwork> {
  static constexpr std::tuple kAll{Field("network", &PartNetwork::network),
                                   Field("outputs", &PartNetwork::outputs),
                                   Field("expected_top1", &PartNetwork::expected_top1),
                                   Field("expected_within", &PartNetwork::expected_within),
                                   Field("geometry", &PartNetwork::geometry)};
};

// All that results depend on and parts have in common, by name for people.
using PartIdentity = std::vector<std::pair<std::string, std::string>>;

struct Part {
  PartIdentity identity;
  int number = 0, count = 0, latency_on = 0;  // see PartSpec
  int64_t begin = 0, end = 0, images_of_run = 0;
  bool evaluates = false;  // the run has accuracies
  bool measures = false;   // the run has latencies, and this part is where they are measured
  int max_unreadable = 0;
  std::vector<PartNetwork> networks;
  std::vector<PartImage> images;
  std::vector<PartUnit> units;
  std::vector<PartCase> cases;
  Environment environment;
  InputHashes inputs;
  HowMeasured measured;
  std::vector<std::string> warnings;
  std::vector<StageTime> stages;

  ImageRange range() const { return {.begin = begin, .end = end}; }
  const PartNetwork& NetworkOf(const std::string& network) const;
};
template <>
struct Fields<Part> {
  static constexpr std::tuple kAll{Field("identity", &Part::identity),
                                   Field("number", &Part::number),
                                   Field("count", &Part::count),
                                   Field("latency_on", &Part::latency_on),
                                   Field("begin", &Part::begin),
                                   Field("end", &Part::end),
                                   Field("images_of_run", &Part::images_of_run),
                                   Field("evaluates", &Part::evaluates),
                                   Field("measures", &Part::measures),
                                   Field("max_unreadable", &Part::max_unreadable),
                                   Field("networks", &Part::networks),
                                   Field("images", &Part::images),
                                   Field("units", &Part::units),
                                   Field("cases", &Part::cases),
                                   Field("environment", &Part::environment),
                                   Field("inputs", &Part::inputs),
                                   Field("measured", &Part::measured),
                                   Field("warnings", &Part::warnings),
                                   Field("stages", &Part::stages)};
};

inline constexpr char kPartFile[] = "part.json";

// In a folder of results.
std::filesystem::path PartsFolder(const std::filesystem::path& out);
std::filesystem::path PartFolder(const std::filesystem::path& out, const ImageRange& range);
// The folders of all parts there that are whole, in the order of their names.
std::vector<std::filesystem::path> FinishedParts(const std::filesystem::path& out);
// The file with a unit's predictions in a part's folder.
std::filesystem::path UnitFile(const std::filesystem::path& folder, const std::string& unit);

// The names of what differs, "model, scenario"; nothing for parts of one run.
std::string DifferenceOf(const PartIdentity& own, const PartIdentity& other);

// part.json, under a digest. Write it last: it says that the part is whole.
void WritePart(const Part& part, const std::filesystem::path& folder);
// Throws Error that names the file and what is wrong with it.
Part ReadPart(const std::filesystem::path& folder);

}  // namespace quantbench
