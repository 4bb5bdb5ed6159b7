// SPDX-License-Identifier: Apache-2.0
// Head, title and the other parts that a report and a history have in common.
#include "html/page.h"

#include "html/assets.h"

namespace quantbench::html {

void OpenPage(const std::string& title, const char* style, const char* skip_to, Markup& page) {
  page.Raw("<!DOCTYPE html>\n");
  page.Open("html", {{"lang", "en"}});
  page.Open("head");
  page.Empty("meta", {{"charset", "utf-8"}});
  page.Empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  // Nothing is ever loaded, whatever a name in the results tries.
  page.Empty(
      "meta",
      {{"http-equiv", "Content-Security-Policy"},
       {"content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"}});
  page.Empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  page.Leaf("title", {}, title);
  page.Open("style").Raw(kPageCss).Raw(style).Close();
  page.Close();
  page.Open("body");
  page.Leaf("a", {{"class", "skip"}, {"href", std::string("#") + skip_to}}, "Skip to the cases");
}

void ClosePage(const char* script, Markup& page) {
  page.Leaf("div",
            {{"id", "tooltip"}, {"class", "tooltip"}, {"aria-hidden", "true"}, {"hidden", ""}}, "");
  page.Open("script").Raw(kPageJs).Raw(script).Close();
  page.Close().Close();
}

void AddTitle(const std::string& title, Markup& page) {
  page.Open("div", {{"class", "title"}});
  page.Leaf("h1", {}, title);
  page.Leaf("button", {{"id", "theme"}, {"type", "button"}, {"hidden", ""}}, "Theme: automatic");
  page.Close();
}

void AddWarnings(const std::vector<std::string>& warnings, Markup& page) {
  if (warnings.empty()) return;
  page.Open("section", {{"class", "warnings"}, {"aria-labelledby", "warnings"}});
  page.Leaf("h2", {{"id", "warnings"}}, "Warnings").Open("ul");
  for (const std::string& warning : warnings) page.Leaf("li", {}, warning);
  page.Close().Close();
}

void AddFigureCard(const std::string& title, const std::string& value, const std::string& note,
                   Markup& page) {
  page.Open("div", {{"class", "card figure"}});
  page.Leaf("dt", {}, title).Open("dd");
  page.Leaf("strong", {}, value).Leaf("span", {}, note);
  page.Close().Close();
}

void OpenFigure(std::string_view heading, std::string_view caption, Markup& page, const char* width,
                const std::string& id) {
  const std::string classes = std::string("card chart ") + width;
  id.empty() ? page.Open("figure", {{"class", classes}})
             : page.Open("figure", {{"class", classes}, {"id", id}});
  page.Open("figcaption").Leaf("h2", {}, heading).Leaf("p", {}, caption).Close();
}

void OpenItem(const std::string& id, const std::string& href, const std::string& name,
              const std::string& value, Markup& page) {
  page.Open("li", {{"id", id}}).Open("div", {{"class", "item"}});
  page.Leaf("a", {{"class", "to"}, {"href", href}, {"title", "Its row of the table"}}, name);
  page.Leaf("span", {{"class", "value"}}, value).Close();
}

void AddNavigation(const std::vector<PagePart>& parts, Markup& page) {
  page.Open("nav", {{"class", "parts"}, {"aria-label", "Parts of this page"}}).Open("ul");
  for (const auto& [id, title] : parts)
    page.Open("li").Leaf("a", {{"href", "#" + id}}, title).Close();
  page.Close().Close();
}

void AddSortHeader(const std::string& title, const char* hint, bool numeric, Markup& page) {
  page.Open("th", {{"scope", "col"}, {"class", numeric ? "number" : "text"}});
  page.Leaf("button", {{"type", "button"}, {"title", hint}, {"disabled", ""}}, title).Close();
}

}  // namespace quantbench::html
