// SPDX-License-Identifier: Apache-2.0
// All that a run has to tell: results.csv and results.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/environment.h"
#include "record/measured.h"
#include "record/row.h"

namespace quantbench {

// How long a stage took that was really done, not taken from a cache.
struct StageTime {
  std::string stage;  // "crop evaluation images"
  int64_t items = 0;
  std::string unit;  // of the items: "images"
  double seconds = 0;

  double PerSecond() const { return seconds > 0 ? static_cast<double>(items) / seconds : 0; }
};

template <>
struct Fields<StageTime> {
  static constexpr std::tuple kAll{
      Field("stage", &StageTime::stage), Field("items", &StageTime::items),
      Field("unit", &StageTime::unit), Field("seconds", &StageTime::seconds),
      Computed<StageTime, double>("per_second",
                                  [](const StageTime& stage) { return stage.PerSecond(); })};
};

// The version of results.json's structure. Keys may be added without a new one.
constexpr int kResultsSchema = 1;

struct Results {
  std::vector<Row> rows;
  Environment environment;
  InputHashes inputs;
  HowMeasured measured;
  std::vector<std::string> warnings;
  std::vector<StageTime> stages;
  bool is_edited = false;  // read from a file that isn't what quantbench wrote; never written

  const Row* Find(std::string_view case_id) const;  // nullptr where there is none
  // Those of the row's own network.
  InputHashes InputsOf(const CaseResult& row) const;
};

template <>
struct Fields<Results> {
  static constexpr std::tuple kAll{
      Computed<Results, int>("schema", [](const Results&) { return kResultsSchema; }),
      Field("environment", &Results::environment),
      Field("inputs", &Results::inputs),
      Field("measured", &Results::measured),
      Field("warnings", &Results::warnings),
      Field("stages", &Results::stages),
      Field("rows", &Results::rows, {.required = true})};
};

// RFC 4180: header, one row a case, CRLF line ends, text quoted where it must be.
void WriteCsv(std::span<const Row> rows, std::ostream& stream);
// The same rows with the samples of each latency, and the environment.
void WriteJson(const Results& results, std::ostream& stream);
// results.csv and results.json. Throws WriteError.
void WriteResults(const Results& results, const std::filesystem::path& folder);

}  // namespace quantbench
