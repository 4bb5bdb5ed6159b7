// SPDX-License-Identifier: Apache-2.0
// The frame of the page.
#include "html/report.h"

#include "html/assets.h"
#include "html/sections.h"

namespace quantbench {
namespace html {

void OpenFigure(std::string_view heading, std::string_view caption, Markup& page,
                const char* width) {
  page.Open("figure", {{"class", std::string("card chart ") + width}});
  page.Open("figcaption").Leaf("h2", {}, heading).Leaf("p", {}, caption).Close();
}

void AddItemLabel(const std::string& name, const std::string& value, Markup& page) {
  page.Open("li").Open("div", {{"class", "item"}});
  page.Leaf("span", {}, name).Leaf("span", {{"class", "value"}}, value).Close();
}

namespace {

std::string TitleOf(const Results& results) {
  return results.rows.empty() ? "quantbench" : results.rows.front().scenario + " \u2013 quantbench";
}

void AddHead(const Results& results, Markup& page) {
  page.Raw("<!DOCTYPE html>\n");
  page.Open("html", {{"lang", "en"}});
  page.Open("head");
  page.Empty("meta", {{"charset", "utf-8"}});
  page.Empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  // Nothing is ever loaded, whatever a name in the results tries.
  page.Empty("meta", {{"http-equiv", "Content-Security-Policy"},
                      {"content",
                       "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                       "base-uri 'none'; form-action 'none'"}});
  page.Empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  page.Leaf("title", {}, TitleOf(results));
  page.Open("style").Raw(kReportCss).Close();
  page.Close();
}

}  // namespace
}  // namespace html

std::string HtmlReport(const Results& results) {
  const html::Cases cases(results);
  Markup page;
  html::AddHead(results, page);
  page.Open("body");
  page.Leaf("a", {{"class", "skip"}, {"href", "#cases"}}, "Skip to the table");
  html::AddSummary(cases, page);
  page.Open("main");
  page.Open("div", {{"class", "charts"}});
  html::AddScatters(cases, page);
  html::AddRecipeBars(cases, page);
  html::AddDistributions(cases, page);
  page.Close();
  html::AddTable(cases, page);
  html::AddDetails(cases, page);
  page.Close();
  page.Leaf("div",
            {{"id", "tooltip"}, {"class", "tooltip"}, {"aria-hidden", "true"}, {"hidden", ""}}, "");
  page.Open("script").Raw(html::kReportJs).Close();
  page.Close().Close();
  return page.str();
}

}  // namespace quantbench
