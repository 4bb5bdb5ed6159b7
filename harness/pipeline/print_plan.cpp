// SPDX-License-Identifier: Apache-2.0
// Table, summary and JSON of a plan.
#include "pipeline/print_plan.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>

#include "recipe/names.h"
#include "report/text_table.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kDone[] = "\033[32m";
constexpr char kLeft[] = "\033[33m";
constexpr char kEvaluate[] = "evaluate ";

const char* ColorOf(PlanState state) {
  if (state == PlanState::kCached || state == PlanState::kFinished) return kDone;
  return state == PlanState::kNotNeeded ? "" : kLeft;
}

std::string LatencyText(const PlannedCase& planned) {
  if (planned.repetitions == 0) return "-";
  return std::to_string(planned.repetitions_done) + "/" + std::to_string(planned.repetitions);
}

// From the widest table to the narrowest.
enum class Detail { kSettingsAndIsa, kIsa, kStatesOnly };

TextTable TableOf(const Plan& plan, Detail detail) {
  const bool with_settings = detail == Detail::kSettingsAndIsa;
  const bool with_isa = detail != Detail::kStatesOnly;
  TextTable table;
  table.columns = {{"case"}};
  if (with_isa) table.columns.push_back({"isa"});
  if (with_settings) {
    for (const char* const title : {"type", "observer", "granularity"})
      table.columns.push_back({title});
    for (const char* const title : {"batch", "thr"}) table.columns.push_back({title, true});
  }
  for (const char* const title : {"crops", "statistics", "model", "predictions"})
    table.columns.push_back({title});
  table.columns.push_back({"latency", true});
  for (const PlannedCase& planned : plan.cases) {
    const CaseTexts texts = TextsOf(planned.one.key);
    std::vector<TableCell> row{{planned.one.id}};
    if (with_isa) row.push_back({planned.isa.empty() ? "-" : planned.isa});
    if (with_settings) {
      row.push_back({texts.precision});
      row.push_back({texts.qconfig.empty() ? texts.observer : texts.qconfig});
      for (const std::string& text : {texts.granularity, texts.batch_size, texts.threads})
        row.push_back({text});
    }
    for (const PlanState state :
         {planned.crops, planned.statistics, planned.model, planned.predictions})
      row.push_back({std::string(ToString(state)), ColorOf(state)});
    const bool measured = planned.repetitions_done >= planned.repetitions;
    row.push_back({LatencyText(planned), planned.repetitions == 0 ? "" : measured ? kDone : kLeft});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string ImagesText(const std::string& purpose, const PlannedImages& images) {
  const std::string count = std::to_string(images.images) + " for " + purpose + " (";
  return count +
         (images.to_decode == 0 ? "cached)" : std::to_string(images.to_decode) + " to decode)");
}

// Evaluations together, everything else by itself.
std::vector<PlannedStage> Grouped(const std::vector<PlannedStage>& stages) {
  std::vector<PlannedStage> grouped;
  PlannedStage* evaluations[2] = {nullptr, nullptr};  // with and without a time
  grouped.reserve(stages.size());
  for (const PlannedStage& stage : stages) {
    if (!stage.stage.starts_with(kEvaluate)) {
      grouped.push_back(stage);
      continue;
    }
    PlannedStage*& sum = evaluations[stage.seconds ? 0 : 1];
    if (sum == nullptr) {
      grouped.push_back({.stage = "evaluate", .unit = "evaluations"});
      sum = &grouped.back();
      if (stage.seconds) sum->seconds = 0;
    }
    ++sum->items;
    if (stage.seconds) *sum->seconds += *stage.seconds;
  }
  return grouped;
}

std::string StageText(const PlannedStage& stage) {
  std::string text = stage.stage + " (" + std::to_string(stage.items) + " " + stage.unit + ")";
  if (stage.seconds) text += (stage.nominal ? " at least " : " ") + DurationText(*stage.seconds);
  return text;
}

void AddTime(const Plan& plan, std::vector<std::string>& lines) {
  std::string known, unknown;
  for (const PlannedStage& stage : Grouped(plan.stages)) {
    std::string& list = stage.seconds ? known : unknown;
    list += (list.empty() ? "" : ", ") + StageText(stage);
  }
  if (plan.stages.empty()) lines.emplace_back("time: about a second, nothing is left to do");
  if (!known.empty()) {
    lines.push_back(std::string("time: ") + (plan.AllSecondsAreKnown() ? "about " : "at least ") +
                    DurationText(plan.KnownSeconds()) + ": " + known);
  }
  if (!unknown.empty())
    lines.push_back("time unknown, since never done on this machine: " + unknown);
}

Json ToJson(const std::optional<PlannedImages>& images) {
  if (!images) return nullptr;
  return {{"images", images->images}, {"to_decode", images->to_decode}};
}

Json ToJson(const PlannedCase& planned) {
  Json json{{"case_id", planned.one.id}};
  const CaseTexts texts = TextsOf(planned.one.key);
  json["backend"] = texts.backend;
  json["isa"] = planned.isa.empty() ? Json(nullptr) : Json(planned.isa);
  ForEachDimension([&](const auto& dimension) {
    if (IsOfRecipe(dimension)) json[std::string(dimension.key)] = dimension.of(texts);
  });
  json["batch_size"] = planned.one.key.batch_size;
  json["threads"] = planned.one.key.threads;
  json.update({{"crops", ToString(planned.crops)},
               {"statistics", ToString(planned.statistics)},
               {"model", ToString(planned.model)},
               {"predictions", ToString(planned.predictions)},
               {"latency_repetitions", planned.repetitions},
               {"latency_repetitions_done", planned.repetitions_done}});
  return json;
}

}  // namespace

void PrintPlanTable(const Plan& plan, size_t max_width, bool color, std::ostream& stream) {
  TextTable table = TableOf(plan, Detail::kSettingsAndIsa);
  for (const Detail detail : {Detail::kIsa, Detail::kStatesOnly}) {
    if (table.Width() > max_width) table = TableOf(plan, detail);
  }
  // Ids stay whole: they are what --only and --skip are given.
  table.WriteText(stream, std::numeric_limits<size_t>::max(), color);
}

std::vector<std::string> PlanSummary(const Plan& plan) {
  std::vector<std::string> lines;
  std::string images;
  if (plan.calibration) images = ImagesText("calibration", *plan.calibration);
  if (plan.evaluation)
    images += (images.empty() ? "" : ", ") + ImagesText("evaluation", *plan.evaluation);
  if (!images.empty()) lines.push_back("images: " + images);
  if (!plan.journal.empty()) lines.push_back("journal: " + plan.journal);
  const auto is_unknown = [](const PlannedCase& planned) {
    return planned.predictions == PlanState::kUnknown && planned.model == PlanState::kToDo;
  };
  if (std::any_of(plan.cases.begin(), plan.cases.end(), is_unknown))
    lines.emplace_back("unknown: whether predictions are cached shows when the model is made");
  if (plan.problems.empty()) AddTime(plan, lines);
  return lines;
}

void PrintPlanJson(const Scenario& scenario, const Plan& plan, std::ostream& stream) {
  Json cases = Json::array(), stages = Json::array();
  for (const PlannedCase& planned : plan.cases) cases.push_back(ToJson(planned));
  for (const PlannedStage& stage : plan.stages) {
    stages.push_back({{"stage", stage.stage},
                      {"items", stage.items},
                      {"unit", stage.unit},
                      {"seconds", stage.seconds ? Json(*stage.seconds) : Json(nullptr)},
                      {"at_least", stage.nominal}});
  }
  const Json json{
      {"schema", 1},
      {"scenario", scenario.name},
      {"cases", cases},
      {"images",
       {{"calibration", ToJson(plan.calibration)}, {"evaluation", ToJson(plan.evaluation)}}},
      {"journal", plan.journal},
      {"problems", plan.problems},
      {"estimate",
       {{"known_seconds", plan.KnownSeconds()},
        {"complete", plan.problems.empty() && plan.AllSecondsAreKnown()},
        {"stages", stages}}}};
  stream << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
