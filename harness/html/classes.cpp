// SPDX-License-Identifier: Apache-2.0
// Counts and photographs of the default pair; classes.js puts any other pair in their place.
#include "html/classes.h"

#include <algorithm>
#include <cmath>

#include "classes/change.h"
#include "classes/write_pair.h"
#include "html/cases.h"
#include "html/class_data.h"
#include "html/photographs.h"

namespace quantbench::html {
namespace {

struct KindOnPage {
  std::string_view kind;
  const char* title;
};
constexpr KindOnPage kKindsOnPage[] = {{kLost, "Right in base, wrong in new"},
                                       {kGained, "Wrong in base, right in new"},
                                       {kOther, "Wrong in both, another class"}};

class ClassSection {
 public:
  ClassSection(const ImagesOfRun& images, Markup& page)
      : images_(images),
        results_(images.classes),
        shown_(AnswersOnPage(results_)),
        base_(results_.answers()[shown_.front()]),
        new_(results_.answers()[shown_[shown_.size() > 1 ? 1 : 0]]),
        photographs_(ImagesOnPage(results_, shown_)),
        page_(page) {}

  void Add() {
    AddPicker();
    const Flips flips = CountFlips(results_, base_, new_);
    page_.Leaf("p", {{"id", "pair-text"}, {"aria-live", "polite"}}, FlipsText(flips, base_, new_));
    page_.Open("div", {{"class", "columns"}});
    AddClassTable();
    AddConfusionTable();
    page_.Close();
    AddPhotographs(flips);
    AddLimits();
    page_.Open("script", {{"type", "application/json"}, {"id", "classes-data"}});
    page_.Raw(ClassData(results_, shown_, photographs_)).Close();
  }

 private:
  void AddPicker() {
    page_.Leaf("p", {{"class", "note"}, {"id", "pair-names"}},
               "Base: " + base_.name + ". New: " + new_.name + ".");
    page_.Open("form", {{"class", "filters"}, {"id", "pair"}, {"hidden", ""}});
    AddChoice("Base", 0);
    AddChoice("New", shown_.size() > 1 ? 1 : 0);
    page_.Close();
  }

  void AddChoice(const char* title, size_t selected) {
    page_.Open("label").Leaf("span", {}, title).Open("select");
    for (size_t i = 0; i < shown_.size(); ++i) {
      const std::string& name = results_.answers()[shown_[i]].name;
      const std::string value = std::to_string(i);
      if (i == selected) {
        page_.Leaf("option", {{"value", value}, {"selected", ""}}, name);
      } else {
        page_.Leaf("option", {{"value", value}}, name);
      }
    }
    page_.Close().Close();
  }

  void OpenTable(const char* id, const char* title, std::initializer_list<const char*> texts,
                 std::initializer_list<const char*> numbers) {
    page_.Open("div").Leaf("h3", {{"id", std::string(id) + "-title"}}, title);
    page_.Open("div", {{"class", "plain-scroll"},
                       {"tabindex", "0"},
                       {"role", "region"},
                       {"aria-labelledby", std::string(id) + "-title"}});
    page_.Open("table", {{"id", id}, {"class", "plain"}}).Open("thead").Open("tr");
    for (const char* text : texts) page_.Leaf("th", {{"scope", "col"}}, text);
    for (const char* number : numbers)
      page_.Leaf("th", {{"scope", "col"}, {"class", "number"}}, number);
    page_.Close().Close().Open("tbody");
  }
  void CloseTable() { page_.Close().Close().Close().Close(); }

  void AddNumber(const std::string& text) { page_.Leaf("td", {{"class", "number"}}, text); }

  void AddClassTable() {
    OpenTable("class-table", "Classes that lost most", {"Class"},
              {"Images", "Base %", "New %", "Change"});
    std::vector<ClassChange> changes = ChangesByClass(results_, base_, new_);
    std::erase_if(changes, [](const ClassChange& one) { return one.images == 0; });
    changes.resize(std::min(changes.size(), kMostListed));
    for (const ClassChange& one : changes) {
      const auto percent = [&](int64_t right) {
        return Fixed(100.0 * static_cast<double>(right) / static_cast<double>(one.images), 1);
      };
      page_.Open("tr").Leaf("th", {{"scope", "row"}}, ClassResults::TextOf(one));
      AddNumber(std::to_string(one.images));
      AddNumber(percent(one.base_correct));
      AddNumber(percent(one.new_correct));
      AddNumber(SignedText(static_cast<double>(one.new_correct - one.base_correct), 0));
      page_.Close();
    }
    CloseTable();
  }

  void AddConfusionTable() {
    OpenTable("confusion-table", "Most frequent confusions", {"Class", "Taken for"},
              {"Base", "New"});
    std::vector<ConfusionChange> rows = ConfusionsOfBoth(results_, base_, new_);
    rows.resize(std::min(rows.size(), kMostListed));
    for (const ConfusionChange& one : rows) {
      page_.Open("tr").Leaf("th", {{"scope", "row"}}, ClassResults::TextOf(one));
      page_.Leaf("td", {}, ClassResults::TextOf(one.taken_for));
      AddNumber(std::to_string(one.base_images));
      AddNumber(std::to_string(one.new_images));
      page_.Close();
    }
    CloseTable();
  }

  static std::string_view KindAmong(int label, int base, int changed) {
    if (base == changed) return {};
    return base == label ? kLost : changed == label ? kGained : kOther;
  }

  // Every photograph stands on the page once: under its kind of the default pair, or out of sight.
  void AddPhotographs(const Flips& flips) {
    const int64_t counts[] = {flips.lost, flips.gained,
                              flips.other_class - flips.lost - flips.gained};
    std::vector<size_t> left(photographs_.size());
    for (size_t i = 0; i < left.size(); ++i) left[i] = i;
    for (size_t k = 0; k < std::size(kKindsOnPage); ++k) {
      std::vector<size_t> members;
      for (const size_t i : left) {
        const size_t image = photographs_[i];
        const std::string_view kind =
            KindAmong(results_.labels()[image], base_.top5[image][0], new_.top5[image][0]);
        if (kind == kKindsOnPage[k].kind && members.size() < kMostOfAKind) members.push_back(i);
      }
      std::erase_if(left, [&](size_t i) { return std::ranges::count(members, i) > 0; });
      page_.Open("div", {{"class", "kind"}, {"data-kind", std::to_string(k)}});
      page_.Open("h3").Text(kKindsOnPage[k].title).Text(": ");
      page_.Leaf("span", {{"class", "count"}}, CountText(members.size(), counts[k])).Close();
      page_.Open("ul", {{"class", "photos"}});
      for (const size_t i : members) AddPhotograph(i);
      page_.Close().Close();
    }
    page_.Open("ul", {{"id", "more-photos"}, {"hidden", ""}});
    for (const size_t i : left) AddPhotograph(i);
    page_.Close();
  }

  static std::string CountText(size_t shown, int64_t count) {
    const auto of = std::to_string(count) + (count == 1 ? " image" : " images");
    return std::cmp_equal(shown, count) ? of : of + ", " + std::to_string(shown) + " shown";
  }

  void AddPhotograph(size_t i) {
    const size_t image = photographs_[i];
    page_.Open("li", {{"data-photo", std::to_string(i)}});
    AddPicture(images_, image, page_);
    page_.Leaf("span", {{"class", "said"}}, SaidText(base_.top5[image][0], new_.top5[image][0]));
    page_.Close();
  }

  std::string SaidText(int base, int changed) const {
    return results_.TextOf(base) + " \u2192 " + results_.TextOf(changed);
  }

  void AddLimits() {
    std::string text = "Under each photograph: its class, then what base and new take it for. ";
    if (!images_.thumbnails) text = images_.no_photographs + " ";
    if (shown_.size() < results_.answers().size()) {
      text += std::to_string(shown_.size()) + " of " + std::to_string(results_.answers().size()) +
              " different predictions can be chosen here. ";
    }
    text += "This page holds at most " + std::to_string(kMostPhotographs) +
            " images, spread over all pairs, and " + std::to_string(kMostListed) +
            " rows a table. All of them: ";
    page_.Open("p", {{"class", "note limits"}}).Text(text);
    page_.Leaf("code", {}, "quantbench classes").Text(".").Close();
  }

  const ImagesOfRun& images_;
  const ClassResults& results_;
  std::vector<size_t> shown_;
  const CaseAnswers &base_, &new_;
  std::vector<size_t> photographs_;
  Markup& page_;
};

}  // namespace

void AddClasses(const ImagesOfRun& images, Markup& page) {
  page.Open("section", {{"class", "card"}, {"aria-labelledby", "classes"}});
  page.Leaf("h2", {{"id", "classes"}}, "Classes and images");
  for (const std::string& sentence : images.classes.missing())
    page.Leaf("p", {{"class", "note"}}, "Note: " + sentence + ".");
  if (!images.classes.answers().empty()) ClassSection(images, page).Add();
  page.Close();
}

}  // namespace quantbench::html
