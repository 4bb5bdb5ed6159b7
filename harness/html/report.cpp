// SPDX-License-Identifier: Apache-2.0
// The order of report.html's parts.
#include "html/report.h"

#include "html/assets.h"
#include "html/classes.h"
#include "html/page.h"
#include "html/sections.h"

namespace quantbench {
namespace {

std::string TitleOf(const Results& results) {
  return results.rows.empty() ? "quantbench" : results.rows.front().scenario + " \u2013 quantbench";
}

}  // namespace

std::string HtmlReport(const Results& results, const html::ImagesOfRun* images,
                       std::span<const Diagnosis> diagnoses) {
  const html::Cases cases(results);
  Markup page;
  html::OpenPage(TitleOf(results), html::kReportCss, "cases", page);
  html::AddSummary(cases, page);
  page.Open("main");
  page.Open("div", {{"class", "charts"}});
  html::AddScatters(cases, page);
  html::AddRecipeBars(cases, page);
  html::AddDistributions(cases, page);
  page.Close();
  html::AddTable(cases, page);
  html::AddEngines(cases, images, page);
  if (images != nullptr) html::AddClasses(*images, page);
  for (const Diagnosis& diagnosis : diagnoses) {
    if (diagnosis.model_hash == results.inputs.model && results.Find(diagnosis.case_id) != nullptr)
      html::AddLayers(diagnosis, page);
  }
  html::AddDetails(cases, page);
  page.Close();
  html::ClosePage(images == nullptr ? html::kReportJs
                                    : (std::string(html::kReportJs) + html::kClassesJs).c_str(),
                  page);
  return page.str();
}

}  // namespace quantbench
