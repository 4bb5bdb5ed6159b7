// SPDX-License-Identifier: Apache-2.0
// Table, summary and JSON of a plan.
#include "run/print_plan.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>

#include "recipe/names.h"
#include "report/text_table.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kDone[] = "\033[32m";
constexpr char kLeft[] = "\033[33m";
constexpr char kEvaluate[] = "evaluate ";

const char* ColorOf(ArtefactState state) {
  if (state == ArtefactState::kCached || state == ArtefactState::kFinished) return kDone;
  const bool nothing = state == ArtefactState::kNotNeeded || state == ArtefactState::kUnsupported;
  return nothing ? "" : kLeft;
}

// How far a stage is, where it is made in repetitions, else what there is.
TableCell StateCell(const CaseState& state) {
  std::string text(ToString(state.state));
  if (state.repetitions && state.repetitions->total > 0) {
    text = std::to_string(state.repetitions->done) + "/" + std::to_string(state.repetitions->total);
  }
  return {text, ColorOf(state.state)};
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
  if (!plan.cases.empty()) {
    for (const auto& [name, state] : plan.cases.front().stages)
      table.columns.push_back({name, state.repetitions.has_value()});
  }
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
    for (const auto& [name, state] : planned.stages) row.push_back(StateCell(state));
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
std::vector<Work> Grouped(const std::vector<Work>& all) {
  std::vector<Work> grouped;
  Work* evaluations[2] = {nullptr, nullptr};  // with and without a time
  grouped.reserve(all.size());
  for (const Work& work : all) {
    if (!work.name.starts_with(kEvaluate)) {
      grouped.push_back(work);
      continue;
    }
    Work*& sum = evaluations[work.seconds ? 0 : 1];
    if (sum == nullptr) {
      grouped.push_back({.name = "evaluate", .unit = "evaluations"});
      sum = &grouped.back();
      if (work.seconds) sum->seconds = 0;
    }
    ++sum->items;
    if (work.seconds) *sum->seconds += *work.seconds;
  }
  return grouped;
}

std::string WorkText(const Work& work) {
  std::string text = work.name + " (" + std::to_string(work.items) + " " + work.unit + ")";
  if (work.seconds) text += (work.nominal ? " at least " : " ") + DurationText(*work.seconds);
  return text;
}

void AddTime(const Plan& plan, std::vector<std::string>& lines) {
  std::string known, unknown;
  for (const Work& work : Grouped(plan.work)) {
    std::string& list = work.seconds ? known : unknown;
    list += (list.empty() ? "" : ", ") + WorkText(work);
  }
  if (plan.work.empty()) lines.emplace_back("time: about a second, nothing is left to do");
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
  for (const auto& [name, state] : planned.stages) {
    if (state.repetitions) {
      json[name + "_repetitions"] = state.repetitions->total;
      json[name + "_repetitions_done"] = state.repetitions->done;
    } else {
      json[name] = ToString(state.state);
    }
  }
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
  if (!plan.part.empty()) lines.push_back(plan.part);
  if (!plan.journal.empty()) lines.push_back("journal: " + plan.journal);
  for (const std::string& why_not : plan.unsupported) lines.push_back("unsupported: " + why_not);
  // What a stage makes has no key before the stage ahead of it is done.
  const auto waits = [](const PlannedCase& planned) {
    const auto& stages = planned.stages;
    return std::adjacent_find(stages.begin(), stages.end(), [](const auto& ahead, const auto& one) {
             return ahead.state.state == ArtefactState::kToDo &&
                    one.state.state == ArtefactState::kUnknown;
           }) != stages.end();
  };
  if (std::any_of(plan.cases.begin(), plan.cases.end(), waits))
    lines.emplace_back("unknown: whether predictions are cached shows when the model is made");
  if (plan.problems.empty()) AddTime(plan, lines);
  return lines;
}

void PrintPlanJson(const Scenario& scenario, const Plan& plan, std::ostream& stream) {
  Json cases = Json::array(), stages = Json::array();
  for (const PlannedCase& planned : plan.cases) cases.push_back(ToJson(planned));
  for (const Work& work : plan.work) {
    stages.push_back({{"stage", work.name},
                      {"items", work.items},
                      {"unit", work.unit},
                      {"seconds", work.seconds ? Json(*work.seconds) : Json(nullptr)},
                      {"at_least", work.nominal}});
  }
  const Json json{
      {"schema", 1},
      {"scenario", scenario.name},
      {"cases", cases},
      {"images",
       {{"calibration", ToJson(plan.calibration)}, {"evaluation", ToJson(plan.evaluation)}}},
      {"part", plan.part},
      {"journal", plan.journal},
      {"unsupported", plan.unsupported},
      {"problems", plan.problems},
      {"estimate",
       {{"known_seconds", plan.KnownSeconds()},
        {"complete", plan.problems.empty() && plan.AllSecondsAreKnown()},
        {"stages", stages}}}};
  stream << PrintableLines(json.dump(2, ' ', false, Json::error_handler_t::replace)) << '\n';
}

}  // namespace quantbench
