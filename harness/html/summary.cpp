// SPDX-License-Identifier: Apache-2.0
// What the run says in a sentence and a few figures, and what to be careful about.
#include <algorithm>

#include "html/sections.h"
#include "support/cpu.h"

namespace quantbench::html {
namespace {

// The quantised case with the largest value; of equal ones the fastest.
const Row* BestOf(const Cases& cases, std::optional<double> (*value)(const Row& row)) {
  const Row* best = nullptr;
  const auto rank = [&](const Row& row) {
    return std::pair(*value(row), row.summary.images_per_second.value_or(0));
  };
  for (const Row& row : cases.rows()) {
    if (IsFloat(row.precision) || !value(row)) continue;
    if (best == nullptr || rank(row) > rank(*best)) best = &row;
  }
  return best;
}

std::optional<double> Top1(const Row& row) { return row.summary.top1_percent; }
std::optional<double> Rate(const Row& row) { return row.summary.images_per_second; }
std::optional<double> Smallness(const Row& row) {
  const std::optional<double> size = Megabytes(row);
  return size ? std::optional(-*size) : std::nullopt;
}

// As far as the repetitions can tell.
std::string SpeedText(const Summary& summary) {
  if (!summary.speedup_low || !summary.speedup_high)
    return "runs at " + Fixed(summary.speedup_vs_fp32, 2) + " times its speed";
  const double low = *summary.speedup_low, high = *summary.speedup_high;
  const std::string range = Fixed(low, 2) + " to " + Fixed(high, 2);
  if (low <= 1 && high >= 1) return "can't be told from it by speed (" + range + " times)";
  return "runs at " + Fixed(summary.speedup_vs_fp32, 2) + " times its speed (" + range + ")";
}

// "int8 minmax per_channel on x86_vnni has 84.79% Top-1, -0.29 points against fp32, ..."
std::string Headline(const Row& row, bool emulated) {
  std::string text = RecipeLabel(row) + " on " + BackendLabel(row.backend, row.isa) + " has ";
  text += Fixed(row.summary.top1_percent, 2, "%") + " Top-1";
  if (row.summary.top1_drop_pp)
    text += ", " + SignedText(-*row.summary.top1_drop_pp, 2) + " points against fp32";
  if (row.summary.size_ratio)
    text += ", takes " + Fixed(100 * *row.summary.size_ratio, 0, "%") + " of its bytes";
  if (row.summary.speedup_vs_fp32 && !emulated) text += ", " + SpeedText(row.summary);
  return text + ".";
}

// Of those that aren't ok.
std::string CountsText(const Cases& cases) {
  std::string text;
  for (const Status status : {Status::kFailed, Status::kCrashed, Status::kUnsupported,
                              Status::kTimeout, Status::kSkipped, Status::kPartial}) {
    const auto count = std::count_if(cases.rows().begin(), cases.rows().end(),
                                     [&](const Row& row) { return row.status == status; });
    if (count == 0) continue;
    text +=
        (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(ToString(status));
  }
  return text;
}

void AddCards(const Cases& cases, Markup& page) {
  page.Open("dl", {{"class", "figures"}});
  if (const Row* row = BestOf(cases, Top1)) {
    const std::string drop = row->summary.top1_drop_pp
                                 ? SignedText(-*row->summary.top1_drop_pp, 2) + " points; "
                                 : std::string();
    AddFigureCard("Most accurate quantised", Fixed(row->summary.top1_percent, 2, "%"),
                  drop + RecipeLabel(*row), page);
  }
  if (const Row* row = BestOf(cases, Rate)) {
    AddFigureCard(std::string("Fastest quantised") + cases.timed(),
                  Fixed(row->summary.images_per_second, 0, " images/s"), CaseLabel(*row), page);
  }
  if (const Row* row = BestOf(cases, Smallness)) {
    const std::string ratio = row->summary.size_ratio
                                  ? Fixed(100 * *row->summary.size_ratio, 0, "%") + " of fp32; "
                                  : std::string();
    AddFigureCard("Smallest", Fixed(Megabytes(*row), 2, " MB"), ratio + RecipeLabel(*row), page);
  }
  const auto good = std::ranges::count(cases.rows(), Status::kOk, &Row::status);
  const auto all = static_cast<std::ptrdiff_t>(cases.rows().size());
  if (good < all)
    AddFigureCard("Cases that aren't whole",
                  std::to_string(all - good) + " of " + std::to_string(all), CountsText(cases),
                  page);
  page.Close();
}

std::vector<std::string> WarningsOf(const Cases& cases) {
  std::vector<std::string> warnings;
  const std::string& emulator = cases.results().environment.emulator;
  if (!emulator.empty()) warnings.push_back(EmulationNote(emulator));
  for (const std::string& warning : cases.results().warnings) warnings.push_back(warning);
  return warnings;
}

std::string Subtitle(const Cases& cases) {
  const Environment& environment = cases.results().environment;
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : " \u00B7 ") + part;
  };
  std::vector<std::string> models;
  for (const Row& row : cases.rows()) {
    if (std::find(models.begin(), models.end(), row.model) == models.end())
      models.push_back(row.model);
  }
  std::string names;
  for (const std::string& model : models) names += (names.empty() ? "" : ", ") + model;
  add(names);
  const size_t count = cases.rows().size();
  if (count > 0) add(std::to_string(count) + (count == 1 ? " case" : " cases"));
  add(cases.results().measured.label);
  add(environment.cpu_model);
  add(environment.started_at);
  if (!environment.quantbench_version.empty()) {
    add("quantbench " + environment.quantbench_version +
        (environment.commit.empty() ? "" : " (" + environment.commit + ")"));
  }
  return text;
}

}  // namespace

void AddSummary(const Cases& cases, Markup& page) {
  page.Open("header");
  AddTitle(cases.rows().empty() ? "Results" : cases.rows().front().scenario, page);
  page.Leaf("p", {{"class", "subtitle"}}, Subtitle(cases));
  if (const Row* row = BestOf(cases, Top1)) {
    page.Leaf("p", {{"class", "headline"}},
              Headline(*row, !cases.results().environment.emulator.empty()));
  } else if (cases.rows().empty()) {
    page.Leaf("p", {{"class", "headline"}}, "These results hold no case.");
  }
  AddCards(cases, page);
  AddHowMeasured(cases.results().measured, page);
  AddWarnings(WarningsOf(cases), page);
  page.Close();
}

}  // namespace quantbench::html
