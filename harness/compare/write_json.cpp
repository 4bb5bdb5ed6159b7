// SPDX-License-Identifier: Apache-2.0
// The comparison as JSON: in full, and in the forms of two services that draw history.
#include <algorithm>
#include <ostream>

#include "compare/writers.h"
#include "record/json.h"
#include "support/printable.h"

namespace quantbench {
namespace {

constexpr double kNanosecondsPerMs = 1e6;

void Dump(const Json& json, std::ostream& stream) {
  stream << PrintableLines(json.dump(2, ' ', false, Json::error_handler_t::replace)) << '\n';
}

Json Head(const Finding& finding) {
  Json json = {{"verdict", ToString(finding.verdict)}};
  if (!finding.reason.empty()) json["reason"] = finding.reason;
  return json;
}

Json ToJson(const AccuracyFinding& finding) {
  Json json = Head(finding);
  if (finding.verdict == Verdict::kIncomparable) return json;
  json.update({{"base_top1_percent", finding.base_percent},
               {"new_top1_percent", finding.new_percent},
               {"top1_change_pp", finding.new_percent - finding.base_percent},
               {"images", finding.images},
               {"identical_outputs", finding.identical},
               {"test", finding.test},
               {"p", finding.p}});
  if (finding.paired) {
    json.update({{"images_lost", finding.lost},
                 {"images_gained", finding.gained},
                 {"images_of_other_class", finding.other_class}});
  }
  return json;
}

Json ToJson(const LatencyFinding& finding) {
  Json json = Head(finding);
  if (finding.verdict == Verdict::kIncomparable) return json;
  json.update({{"base_ms", finding.base_ms},
               {"new_ms", finding.new_ms},
               {"ratio", finding.ratio},
               {"measure", finding.measure}});
  if (finding.interval) {
    json.update({{"test", "Wilcoxon signed rank over pairs"},
                 {"ratio_low", finding.interval->low},
                 {"ratio_high", finding.interval->high},
                 {"pairs", finding.interval->pairs}});
    return json;
  }
  json.update({{"machine_ratio", finding.machine_ratio},
               {"test", "Mann-Whitney over repetitions"},
               {"p", finding.p},
               {"cliffs_delta", finding.delta},
               {"spread_ratio", finding.spread_ratio},
               {"spread_p", finding.spread_p},
               {"base_repetitions", finding.base_repetitions},
               {"new_repetitions", finding.new_repetitions}});
  if (finding.between_runs) {
    json["between_runs"] = {{"ratio", finding.between_runs->ratio},
                            {"earlier_runs", finding.between_runs->earlier_runs},
                            {"is_floor", finding.between_runs->is_floor}};
  }
  if (finding.base_images_per_s && finding.new_images_per_s) {
    json.update({{"base_images_per_s", *finding.base_images_per_s},
                 {"new_images_per_s", *finding.new_images_per_s}});
  }
  return json;
}

Json ToJson(const SizeFinding& finding) {
  Json json = Head(finding);
  if (finding.verdict == Verdict::kIncomparable) return json;
  json.update({{"base_bytes", finding.base_bytes},
               {"new_bytes", finding.new_bytes},
               {"ratio", finding.ratio}});
  return json;
}

// What tells one machine and build from another.
Json Identifying(const Environment& environment) {
  const Json all = quantbench::ToJson(environment);
  Json json;
  for (const char* const key :
       {"cpu_model", "available_cores", "quantbench_version", "commit", "started_at"})
    json[key] = all.at(key);
  return json;
}

// New's rows that have figures.
std::vector<const Row*> MeasuredRows(const Comparison& comparison) {
  std::vector<const Row*> rows;
  for (const CaseComparison& one : comparison.cases) {
    if (one.changed && one.changed->status == Status::kOk) rows.push_back(&*one.changed);
  }
  return rows;
}

}  // namespace

void WriteComparisonJson(const Comparison& comparison, std::ostream& stream) {
  Json counts;
  for (const Verdict verdict :
       {Verdict::kSame, Verdict::kBetter, Verdict::kWorse, Verdict::kIncomparable,
        Verdict::kMissing, Verdict::kNew, Verdict::kUnclear}) {
    counts[std::string(ToString(verdict))] = comparison.Count(verdict);
  }
  Json compared = Json::object();
  for (const Coverage& one : comparison.coverage()) {
    Json& metric = compared[std::string(one.metric)];
    metric = {{"compared", one.compared}, {"of", one.of}};
    if (!one.reason.empty()) metric["reason"] = one.reason;
  }
  Json cases = Json::array();
  for (const CaseComparison& one : comparison.cases) {
    Json json = {
        {"case_id", one.case_id}, {"verdict", ToString(one.verdict)}, {"reasons", one.reasons}};
    if (one.accuracy) json["accuracy"] = ToJson(*one.accuracy);
    if (one.latency) json["latency"] = ToJson(*one.latency);
    if (one.size) json["size"] = ToJson(*one.size);
    cases.push_back(std::move(json));
  }
  Dump({{"schema", 1},
        {"exit_code", ExitCodeOf(comparison)},
        {"summary", SummaryLine(comparison)},
        {"counts", counts},
        {"compared", compared},
        {"base",
         {{"file", comparison.base_name},
          {"label", comparison.base_label},
          {"environment", Identifying(comparison.base_environment)}}},
        {"new",
         {{"file", comparison.new_name},
          {"label", comparison.new_label},
          {"environment", Identifying(comparison.new_environment)}}},
        {"notes", comparison.notes},
        {"cases", cases}},
       stream);
}

void WriteGithubActionBenchmark(const Comparison& comparison, std::ostream& stream) {
  Json list = Json::array();
  for (const Row* row : MeasuredRows(comparison)) {
    if (row->summary.throughput_images_per_s) {  // where less must be better
      list.push_back({{"name", row->case_id + " time per image at full throughput"},
                      {"unit", "ms"},
                      {"value", 1e3 / *row->summary.throughput_images_per_s}});
    } else if (row->summary.latency_ms_median) {
      Json entry = {{"name", row->case_id + " latency"},
                    {"unit", "ms"},
                    {"value", *row->summary.latency_ms_median}};
      if (row->summary.latency_cv_percent) {
        entry["range"] = *row->summary.latency_cv_percent / 100 * *row->summary.latency_ms_median;
      }
      list.push_back(std::move(entry));
    }
    if (row->summary.top1_percent) {
      list.push_back({{"name", row->case_id + " Top-1 error"},
                      {"unit", "%"},
                      {"value", 100 - *row->summary.top1_percent}});
    }
    if (row->model_bytes) {
      list.push_back(
          {{"name", row->case_id + " size"}, {"unit", "bytes"}, {"value", *row->model_bytes}});
    }
  }
  Dump(list, stream);
}

void WriteBencherMetrics(const Comparison& comparison, std::ostream& stream) {
  Json benchmarks = Json::object();
  for (const Row* row : MeasuredRows(comparison)) {
    Json measures = Json::object();
    if (row->summary.latency_ms_median) {
      Json latency = {{"value", *row->summary.latency_ms_median * kNanosecondsPerMs}};
      if (!row->latency.repetitions.empty()) {
        const auto [low, high] = std::minmax_element(
            row->latency.repetitions.begin(), row->latency.repetitions.end(),
            [](const Repetition& a, const Repetition& b) { return a.median_ms < b.median_ms; });
        latency["lower_value"] = low->median_ms * kNanosecondsPerMs;
        latency["upper_value"] = high->median_ms * kNanosecondsPerMs;
      }
      measures["latency"] = std::move(latency);
    }
    if (row->summary.throughput_images_per_s)
      measures["throughput"] = {{"value", *row->summary.throughput_images_per_s}};
    if (row->summary.top1_percent)
      measures["top1-accuracy"] = {{"value", *row->summary.top1_percent}};
    if (row->summary.top5_percent)
      measures["top5-accuracy"] = {{"value", *row->summary.top5_percent}};
    if (row->model_bytes) measures["file-size"] = {{"value", *row->model_bytes}};
    if (!measures.empty()) benchmarks[row->case_id] = std::move(measures);
  }
  Dump(benchmarks, stream);
}

}  // namespace quantbench
