// SPDX-License-Identifier: Apache-2.0
// results.json to rows, every value checked, every mistake with its place.
#include "report/read_results.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <variant>

#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using Json = nlohmann::json;

// What JSON key goes where; the kinds of members are the kinds of values.
template <class Object>
struct Field {
  std::string_view key;
  std::variant<std::string Object::*, int Object::*, double Object::*, bool Object::*,
               int64_t Object::*, std::optional<int64_t> Object::*, std::optional<double> Object::*>
      member;
};

constexpr Field<Row> kRowFields[] = {
    {"scenario", &Row::scenario},
    {"case_id", &Row::case_id},
    {"detail", &Row::detail},
    {"model", &Row::model},
    {"backend", &Row::backend},
    {"backend_version", &Row::backend_version},
    {"isa", &Row::isa},
    {"precision", &Row::precision},
    {"quantization", &Row::quantization},
    {"observer", &Row::observer},
    {"granularity", &Row::granularity},
    {"batch_size", &Row::batch_size},
    {"threads", &Row::threads},
    {"images", &Row::images},
    {"top1_correct", &Row::top1_correct},
    {"top5_correct", &Row::top5_correct},
    {"top1_percent", &Row::top1_percent},
    {"top5_percent", &Row::top5_percent},
    {"top1_drop_pp", &Row::top1_drop_pp},
    {"model_bytes", &Row::model_bytes},
    {"size_ratio", &Row::size_ratio},
    {"latency_ms_median", &Row::latency_ms_median},
    {"latency_ms_mean", &Row::latency_ms_mean},
    {"latency_ms_min", &Row::latency_ms_min},
    {"latency_ms_p90", &Row::latency_ms_p90},
    {"latency_cv_percent", &Row::latency_cv_percent},
    {"latency_samples", &Row::latency_samples},
    {"images_per_second", &Row::images_per_second},
    {"speedup_vs_fp32", &Row::speedup_vs_fp32},
    {"outputs_hash", &Row::outputs_hash},
    {"qconfig", &Row::qconfig},
    {"predictions_file", &Row::predictions_file},
    {"latency_repetitions", &Row::latency_repetitions},
    {"latency_outliers", &Row::latency_outliers},
    {"latency_preempted_percent", &Row::latency_preempted_percent},
    {"fallback_nodes", &Row::fallback_nodes},
};

constexpr Field<Repetition> kRepetitionFields[] = {
    {"samples", &Repetition::samples},
    {"median_ms", &Repetition::median_ms},
    {"min_ms", &Repetition::min_ms},
    {"mean_ms", &Repetition::mean_ms},
    {"deviation_ms", &Repetition::deviation_ms},
    {"fast_ms", &Repetition::fast_ms},
    {"slow_ms", &Repetition::slow_ms},
    {"fast_cpu_ms", &Repetition::fast_cpu_ms},
    {"preempted", &Repetition::preempted},
    {"yardstick_ms", &Repetition::yardstick_ms},
    {"warmed_up", &Repetition::warmed_up},
};

constexpr Field<Environment> kEnvironmentFields[] = {
    {"quantbench_version", &Environment::quantbench_version},
    {"commit", &Environment::commit},
    {"build_type", &Environment::build_type},
    {"compiler", &Environment::compiler},
    {"cpu_model", &Environment::cpu_model},
    {"cpu_flags", &Environment::cpu_flags},
    {"emulator", &Environment::emulator},
    {"architecture", &Environment::architecture},
    {"logical_cores", &Environment::logical_cores},
    {"available_cores", &Environment::available_cores},
    {"governor", &Environment::governor},
    {"load_average", &Environment::load_average},
    {"kernel", &Environment::kernel},
    {"hostname", &Environment::hostname},
    {"started_at", &Environment::started_at},
};

constexpr Field<InputHashes> kInputFields[] = {
    {"scenario_hash", &InputHashes::scenario},
    {"model_hash", &InputHashes::model},
    {"calibration_images_hash", &InputHashes::calibration_images},
    {"evaluation_images_hash", &InputHashes::evaluation_images},
};

// A value and where it stands.
struct Located {
  const Json& json;
  std::string place;  // "rows[3].batch_size"; empty for the whole file
};

[[noreturn]] void Fail(const Located& value, const std::string& expected) {
  throw Error((value.place.empty() ? "" : value.place + ": ") + "expected " + expected +
              ", found " + value.json.type_name() +
              "; this isn't a results.json that quantbench wrote");
}

Located Child(const Located& parent, std::string_view key) {
  static const Json kAbsent;
  const auto found = parent.json.find(key);
  return {.json = found == parent.json.end() ? kAbsent : *found,
          .place = parent.place.empty() ? std::string(key) : parent.place + "." + std::string(key)};
}

// `parent.key` where it is there and an object; absent reads as null.
Located ObjectAt(const Located& parent, std::string_view key) {
  const Located child = Child(parent, key);
  if (!child.json.is_object() && !child.json.is_null()) Fail(child, "an object");
  return child;
}

Located ArrayAt(const Located& parent, std::string_view key) {
  const Located child = Child(parent, key);
  if (!child.json.is_array() && !child.json.is_null()) Fail(child, "an array");
  return child;
}

Located Item(const Located& array, size_t index) {
  return {.json = array.json[index], .place = array.place + "[" + std::to_string(index) + "]"};
}

int64_t Integer(const Located& value, int64_t min, int64_t max) {
  const std::string range = "an integer of " + std::to_string(min) + " to " + std::to_string(max);
  if (!value.json.is_number_integer()) Fail(value, range);
  if (value.json.is_number_unsigned() &&
      value.json.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    Fail(value, range);
  }
  const auto integer = value.json.get<int64_t>();
  if (integer < min || integer > max) Fail(value, range);
  return integer;
}

double Number(const Located& value) {
  if (!value.json.is_number()) Fail(value, "a number");
  const auto number = value.json.get<double>();
  if (!std::isfinite(number)) Fail(value, "a finite number");
  return number;
}

std::string Text(const Located& value) {
  if (!value.json.is_string()) Fail(value, "text");
  return value.json.get<std::string>();
}

void Set(const Located& value, std::string& target) { target = Text(value); }
void Set(const Located& value, int& target) {
  target = static_cast<int>(Integer(value, 0, std::numeric_limits<int>::max()));
}
void Set(const Located& value, int64_t& target) {
  target = Integer(value, 0, std::numeric_limits<int64_t>::max());
}
void Set(const Located& value, double& target) { target = Number(value); }
void Set(const Located& value, bool& target) {
  if (!value.json.is_boolean()) Fail(value, "true or false");
  target = value.json.get<bool>();
}
void Set(const Located& value, std::optional<int64_t>& target) {
  target = Integer(value, 0, std::numeric_limits<int64_t>::max());
}
void Set(const Located& value, std::optional<double>& target) { target = Number(value); }

template <class Object, size_t kCount>
void Fill(const Located& source, const Field<Object> (&fields)[kCount], Object& target) {
  if (source.json.is_null()) return;
  for (const Field<Object>& field : fields) {
    const Located value = Child(source, field.key);
    if (value.json.is_null()) continue;  // an empty cell
    std::visit([&](auto member) { Set(value, target.*member); }, field.member);
  }
}

Row ReadRow(const Located& source) {
  if (!source.json.is_object()) Fail(source, "an object");
  Row row;
  const Located status = Child(source, "status");
  const std::optional<Status> known = StatusOf(Text(status));
  if (!known) Fail(status, "a status such as 'ok' or 'failed'");
  row.status = *known;
  Text(Child(source, "case_id"));  // must be there
  Fill(source, kRowFields, row);
  const Located samples = ArrayAt(source, "latency_samples_ms");
  for (size_t i = 0; i < samples.json.size(); ++i) {
    row.latency_samples_ms.push_back(Number(Item(samples, i)));
  }
  const Located repetitions = ArrayAt(source, "repetitions");
  for (size_t i = 0; i < repetitions.json.size(); ++i) {
    const Located item = Item(repetitions, i);
    if (!item.json.is_object()) Fail(item, "an object");
    Fill(item, kRepetitionFields, row.repetitions.emplace_back());
  }
  return row;
}

void ReadRows(const Located& root, std::vector<Row>& rows) {
  const Located list = ArrayAt(root, "rows");
  if (list.json.is_null()) Fail(list, "an array");
  std::set<std::string> ids;
  for (size_t i = 0; i < list.json.size(); ++i) {
    const Located item = Item(list, i);
    rows.push_back(ReadRow(item));
    if (!ids.insert(rows.back().case_id).second) {
      throw Error(item.place + ".case_id: '" + rows.back().case_id + "' is there twice");
    }
  }
}

Results ReadRoot(const Located& root) {
  if (!root.json.is_object()) Fail(root, "an object");
  if (Integer(Child(root, "schema"), 0, 1000000) != kResultsSchema) {
    throw Error("schema: this quantbench reads schema " + std::to_string(kResultsSchema) +
                " alone; the file is of another version");
  }
  Results results;
  const Located environment = ObjectAt(root, "environment");
  Fill(environment, kEnvironmentFields, results.environment);
  const Located libraries = ObjectAt(environment, "libraries");
  for (const auto& [name, version] : libraries.json.items()) {
    results.environment.libraries.emplace_back(name, Text(Child(libraries, name)));
  }
  Fill(ObjectAt(root, "inputs"), kInputFields, results.inputs);
  const Located warnings = ArrayAt(root, "warnings");
  for (size_t i = 0; i < warnings.json.size(); ++i) {
    results.warnings.push_back(Text(Item(warnings, i)));
  }
  ReadRows(root, results.rows);
  return results;
}

}  // namespace

Results ParseResults(std::string_view json, const std::string& name) {
  try {
    const Json root = Json::parse(json);
    return ReadRoot({.json = root, .place = {}});
  } catch (const Json::exception& error) {
    throw Error(name + ": isn't JSON, or is cut off: " + error.what());
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
}

std::filesystem::path ResultsFile(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return path;
  const std::filesystem::path file = path / "results.json";
  if (!std::filesystem::exists(file)) {
    throw Error(path.string() + ": no results.json in this folder; `quantbench run` writes one");
  }
  return file;
}

std::vector<std::filesystem::path> AllResultsFiles(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path) || fs::exists(path / "results.json")) return {ResultsFile(path)};
  std::vector<fs::path> files;
  constexpr auto kOptions = fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator(path, kOptions); entry != end(entry);
       ++entry) {
    if (entry->is_symlink() || !entry->is_directory()) continue;
    const fs::path file = entry->path() / "results.json";
    if (!fs::exists(file)) continue;
    files.push_back(file);
    entry.disable_recursion_pending();
  }
  if (files.empty()) {
    throw Error(path.string() +
                ": no results.json in this folder or below it; `quantbench run` writes one");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Results ReadResults(const std::filesystem::path& path) {
  const std::filesystem::path file = ResultsFile(path);
  return ParseResults(ReadTextFile(file), file.string());
}

}  // namespace quantbench
