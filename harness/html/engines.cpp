// SPDX-License-Identifier: Apache-2.0
// Engines beside the formulas on the same model: how near, from which layer on, on which images.
#include <algorithm>
#include <set>

#include "html/classes.h"
#include "html/photographs.h"
#include "html/sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr size_t kMostOfAnEngine = 12, kMostOfEngines = 48;  // photographs

class EngineSection {
 public:
  EngineSection(const Cases& cases, const ImagesOfRun* images, Markup& page)
      : cases_(cases), images_(images), page_(page) {
    std::set<std::string> known;  // rows of one evaluation say the same
    for (const Row& row : cases.rows()) {
      if (row.agreement && known.insert(row.backend + "\n" + row.predictions_file).second)
        engines_.push_back(&row);
    }
  }

  void Add() {
    if (engines_.empty()) return;
    page_.Open("section", {{"class", "card"}, {"aria-labelledby", "engines"}});
    page_.Leaf("h2", {{"id", "engines"}}, "Same model, other engine");
    page_.Leaf("p", {{"class", "note"}},
               "Engines that import the ONNX file by themselves, against a backend that keeps "
               "quantbench\u2019s formulas to the bit. Rounding alone leaves 100 dB and more in "
               "fp32; 200 dB: nothing differs. Under each photograph: its class, then what that "
               "backend and what the engine take it for.");
    AddTable();
    for (const Row* const row : engines_) AddImages(*row);
    page_.Close();
  }

 private:
  static std::string NameOf(const Row& row) { return row.backend + ", " + RecipeLabel(row); }

  void AddTable() {
    page_.Open("div", {{"class", "plain-scroll"},
                       {"tabindex", "0"},
                       {"role", "region"},
                       {"aria-labelledby", "engines"}});
    page_.Open("table", {{"id", "engine-table"}, {"class", "plain"}}).Open("thead").Open("tr");
    for (const char* const text : {"Engine", "Against"}) page_.Leaf("th", {{"scope", "col"}}, text);
    for (const char* const number : {"Same class %", "Scores dB"})
      page_.Leaf("th", {{"scope", "col"}, {"class", "number"}}, number);
    page_.Leaf("th", {{"scope", "col"}}, "First layer that differs");
    page_.Close().Close().Open("tbody");
    for (const Row* const row : engines_) {
      page_.Open("tr").Leaf("th", {{"scope", "row"}}, NameOf(*row));
      page_.Leaf("td", {}, row->agreement->with);
      page_.Leaf("td", {{"class", "number"}}, Fixed(row->agreement->top1_percent, 2));
      page_.Leaf("td", {{"class", "number"}}, Fixed(row->agreement->sqnr_db, 1));
      page_.Leaf("td", {}, FirstLayerOf(row->agreement->layers)).Close();
    }
    page_.Close().Close().Close();
  }

  static std::string FirstLayerOf(const std::optional<LayerComparison>& layers) {
    if (!layers) return "it doesn\u2019t give its layers\u2019 values";
    const std::string of = std::to_string(layers->layers) + " on " +
                           std::to_string(layers->images) +
                           (layers->images == 1 ? " image" : " images");
    if (layers->first.empty()) return "none of " + of;
    return layers->first + ", number " + std::to_string(layers->place) + " of " + of + ": " +
           SignificantText(layers->differing_percent, 2) + "% of its values";
  }

  const CaseAnswers* AnswersOf(const std::string& case_id) const {
    for (const CaseAnswers& one : images_->classes.answers())
      if (std::ranges::find(one.cases, case_id) != one.cases.end()) return &one;
    return nullptr;
  }

  // The row that the engine was compared with.
  const Row* ExactRowOf(const Row& engine) const {
    for (const Row& row : cases_.rows()) {
      if (row.backend == engine.agreement->with && row.accuracy &&
          row.batch_size == engine.batch_size && RecipeLabel(row) == RecipeLabel(engine))
        return &row;
    }
    return nullptr;
  }

  void AddImages(const Row& row) {
    if (images_ == nullptr) return;
    const Row* const exact_row = ExactRowOf(row);
    const CaseAnswers* const own = AnswersOf(row.case_id);
    const CaseAnswers* const exact = exact_row == nullptr ? nullptr : AnswersOf(exact_row->case_id);
    if (own == nullptr || exact == nullptr) return;
    std::vector<size_t> differing;
    for (size_t i = 0; i < own->top5.size(); ++i)
      if (own->top5[i][0] != exact->top5[i][0]) differing.push_back(i);
    if (differing.empty()) return;
    const size_t shown =
        std::min({differing.size(), kMostOfAnEngine, kMostOfEngines - photographs_});
    page_.Open("h3").Text(NameOf(row) + ": ");
    page_.Leaf("span", {{"class", "count"}},
               std::to_string(differing.size()) + (differing.size() == 1 ? " image" : " images") +
                   " with another class" +
                   (shown < differing.size() ? ", " + std::to_string(shown) + " shown" : ""));
    page_.Close().Open("ul", {{"class", "photos"}});
    for (size_t i = 0; i < shown; ++i) {
      page_.Open("li");
      AddPicture(*images_, differing[i], page_);
      page_.Leaf("span", {{"class", "said"}},
                 images_->classes.TextOf(exact->top5[differing[i]][0]) + " \u2192 " +
                     images_->classes.TextOf(own->top5[differing[i]][0]));
      page_.Close();
    }
    page_.Close();
    photographs_ += shown;
  }

  const Cases& cases_;
  const ImagesOfRun* images_;
  Markup& page_;
  std::vector<const Row*> engines_;
  size_t photographs_ = 0;
};

}  // namespace

void AddEngines(const Cases& cases, const ImagesOfRun* images, Markup& page) {
  EngineSection(cases, images, page).Add();
}

}  // namespace quantbench::html
