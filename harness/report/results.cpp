// SPDX-License-Identifier: Apache-2.0
// CSV and JSON writers over the one table of columns.
#include "report/results.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "report/csv.h"

namespace quantbench {
namespace {

// Ordered, so that the JSON reads like the CSV.
using Json = nlohmann::ordered_json;

Json ToJson(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return *integer;
  if (const auto* number = std::get_if<Decimal>(&cell)) return number->value;
  return nullptr;
}

Json ToJson(const Repetition& repetition) {
  Json json = {{"samples", repetition.samples},
               {"median_ms", repetition.median_ms},
               {"min_ms", repetition.min_ms},
               {"mean_ms", repetition.mean_ms},
               {"deviation_ms", repetition.deviation_ms},
               {"fast_ms", nullptr},
               {"slow_ms", nullptr},
               {"fast_cpu_ms", repetition.fast_cpu_ms},
               {"preempted", repetition.preempted},
               {"yardstick_ms", repetition.yardstick_ms},
               {"warmed_up", repetition.warmed_up}};
  if (repetition.fast_ms) json["fast_ms"] = *repetition.fast_ms;
  if (repetition.slow_ms) json["slow_ms"] = *repetition.slow_ms;
  return json;
}

Json ToJson(const Row& row) {
  Json json;
  for (const Column& column : Columns()) json[std::string(column.name)] = ToJson(column.cell(row));
  json["latency_samples_ms"] = row.latency_samples_ms;
  json["predictions_file"] = row.predictions_file;
  json["repetitions"] = Json::array();
  for (const Repetition& repetition : row.repetitions)
    json["repetitions"].push_back(ToJson(repetition));
  return json;
}

Json ToJson(const Environment& environment) {
  Json libraries;
  for (const auto& [name, version] : environment.libraries) libraries[name] = version;
  return {{"quantbench_version", environment.quantbench_version},
          {"commit", environment.commit},
          {"build_type", environment.build_type},
          {"compiler", environment.compiler},
          {"cpu_model", environment.cpu_model},
          {"cpu_flags", environment.cpu_flags},
          {"emulated", !environment.emulator.empty()},
          {"emulator", environment.emulator},
          {"architecture", environment.architecture},
          {"logical_cores", environment.logical_cores},
          {"available_cores", environment.available_cores},
          {"governor", environment.governor},
          {"load_average", environment.load_average},
          {"kernel", environment.kernel},
          {"hostname", environment.hostname},
          {"started_at", environment.started_at},
          {"libraries", libraries}};
}

}  // namespace

void WriteCsv(std::span<const Row> rows, std::ostream& stream) {
  const char* separator = "";
  for (const Column& column : Columns()) {
    stream << separator << column.name;
    separator = ",";
  }
  stream << "\r\n";
  for (const Row& row : rows) {
    separator = "";
    for (const Column& column : Columns()) {
      stream << separator << CsvField(ToString(column.cell(row)));
      separator = ",";
    }
    stream << "\r\n";
  }
}

void WriteJson(const Results& results, std::ostream& stream) {
  Json rows = Json::array();
  for (const Row& row : results.rows) rows.push_back(ToJson(row));
  Json stages = Json::array();
  for (const StageTime& stage : results.stages) {
    stages.push_back({{"stage", stage.stage},
                      {"items", stage.items},
                      {"unit", stage.unit},
                      {"seconds", stage.seconds},
                      {"per_second", stage.PerSecond()}});
  }
  const InputHashes& inputs = results.inputs;
  const Json json = {{"schema", kResultsSchema},
                     {"environment", ToJson(results.environment)},
                     {"inputs",
                      {{"scenario_hash", inputs.scenario},
                       {"model_hash", inputs.model},
                       {"calibration_images_hash", inputs.calibration_images},
                       {"evaluation_images_hash", inputs.evaluation_images}}},
                     {"warnings", results.warnings},
                     {"stages", stages},
                     {"rows", rows}};
  // Text from files and plugins may not be UTF-8; a replacement character is better than no
  // results.
  stream << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
