// SPDX-License-Identifier: Apache-2.0
// The order of report.html's parts.
#include "html/report.h"

#include <map>
#include <vector>

#include "html/assets.h"
#include "html/classes.h"
#include "html/page.h"
#include "html/sections.h"

namespace quantbench {
namespace {

std::string TitleOf(const Results& results) {
  return results.rows.empty() ? "quantbench" : results.rows.front().scenario + " \u2013 quantbench";
}

// Parts of the page as they are written, and where links lead to.
class Parts {
 public:
  template <class Write>
  void Add(const std::string& id, const std::string& title, const Write& write) {
    Markup own;
    write(own);
    if (own.str().empty()) return;
    parts_.push_back({.id = id, .title = title});
    markup_ += own.str();
  }
  const std::vector<html::PagePart>& parts() const { return parts_; }
  const std::string& markup() const { return markup_; }

 private:
  std::vector<html::PagePart> parts_;
  std::string markup_;
};

// A diagnosis of one of the rows.
struct Diagnosed {
  const Diagnosis* diagnosis;
  std::string id;
  size_t row;
};

std::vector<Diagnosed> DiagnosedIn(const Results& results, std::span<const Diagnosis> diagnoses) {
  std::vector<Diagnosed> found;
  for (const Diagnosis& diagnosis : diagnoses) {
    const Row* const row = results.Find(diagnosis.case_id);
    if (row == nullptr || diagnosis.model_hash != results.InputsOf(*row).model) continue;
    found.push_back({.diagnosis = &diagnosis,
                     .id = "layers-" + std::to_string(found.size()),
                     .row = static_cast<size_t>(row - results.rows.data())});
  }
  return found;
}

}  // namespace

std::string HtmlReport(const Results& results, const html::ImagesOfRun* images,
                       std::span<const Diagnosis> diagnoses) {
  const html::Cases cases(results);
  Markup page;
  html::OpenPage(TitleOf(results), html::kReportCss, "cases", page);
  html::AddSummary(cases, page);
  const std::vector<Diagnosed> diagnosed = DiagnosedIn(results, diagnoses);
  std::map<std::string, std::string> layers;
  for (const Diagnosed& one : diagnosed) layers.emplace(one.diagnosis->case_id, one.id);
  Parts charts, rest;
  charts.Add("accuracy", "Accuracy", [&](Markup& to) { html::AddScatters(cases, to); });
  charts.Add("recipes", "Recipes", [&](Markup& to) { html::AddRecipeBars(cases, to); });
  charts.Add("latencies", "Latencies", [&](Markup& to) { html::AddDistributions(cases, to); });
  rest.Add("cases", "Cases", [&](Markup& to) { html::AddTable(cases, layers, to); });
  if (images != nullptr)
    rest.Add("networks", "Networks", [&](Markup& to) { html::AddNetworks(*images, to); });
  rest.Add("engines", "Engines", [&](Markup& to) { html::AddEngines(cases, images, to); });
  if (images != nullptr)
    rest.Add("classes", "Classes and images", [&](Markup& to) { html::AddClasses(*images, to); });
  for (const Diagnosed& one : diagnosed) {
    rest.Add(one.id, "Layers", [&](Markup& to) {
      html::AddLayers(*one.diagnosis, one.id, "case-" + std::to_string(one.row), to);
    });
  }
  rest.Add("environment", "Environment", [&](Markup& to) { html::AddDetails(cases, to); });
  std::vector<html::PagePart> parts = charts.parts();
  parts.insert(parts.end(), rest.parts().begin(), rest.parts().end());
  html::AddNavigation(parts, page);
  page.Open("main");
  page.Open("div", {{"class", "charts"}}).Raw(charts.markup()).Close();
  page.Raw(rest.markup()).Close();
  html::ClosePage(images == nullptr ? html::kReportJs
                                    : (std::string(html::kReportJs) + html::kClassesJs).c_str(),
                  page);
  return page.str();
}

}  // namespace quantbench
