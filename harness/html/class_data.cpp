// SPDX-License-Identifier: Apache-2.0
// Counts as lists of numbers, since there may be a thousand classes.
#include "html/class_data.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "classes/change.h"
#include "classes/counts.h"
#include "classes/write_pair.h"
#include "html/photographs.h"
#include "support/printable.h"

namespace quantbench::html {
namespace {

using Array = nlohmann::json;
using Places = std::map<int64_t, size_t>;  // of classes, by label

// {class, taken for}: how often, for each of the answers.
Array ConfusionTable(const ClassResults& results, const std::vector<size_t>& answers,
                     const Places& places) {
  std::map<std::pair<int64_t, int64_t>, std::vector<int64_t>> table;
  std::vector<std::vector<Confusion>> all;
  for (const size_t one : answers) all.push_back(ConfusionsOf(results, results.answers()[one]));
  for (const std::vector<Confusion>& confusions : all) {
    for (size_t i = 0; i < std::min(confusions.size(), kMostConfusionsOfOne); ++i)
      table[{confusions[i].label, confusions[i].taken_for.label}].resize(answers.size());
  }
  for (size_t a = 0; a < all.size(); ++a) {
    for (const Confusion& one : all[a]) {
      const auto row = table.find({one.label, one.taken_for.label});
      if (row != table.end()) row->second[a] = one.images;
    }
  }
  Array rows = Array::array();
  for (const auto& [pair, counts] : table)
    rows.push_back({places.at(pair.first), places.at(pair.second), counts});
  return rows;
}

Array Pairs(const ClassResults& results, const std::vector<size_t>& answers) {
  Array rows = Array::array();
  for (const size_t base : answers) {
    Array row = Array::array();
    for (const size_t changed : answers) {
      const CaseAnswers &a = results.answers()[base], &b = results.answers()[changed];
      const Flips flips = CountFlips(results, a, b);
      row.push_back(
          {{"text", FlipsText(flips, a, b)},
           {"kinds", {flips.lost, flips.gained, flips.other_class - flips.lost - flips.gained}}});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string ClassData(const ClassResults& results, const std::vector<size_t>& answers,
                      const std::vector<size_t>& photographs) {
  Places places;
  Array classes = Array::array();
  for (const int label : results.ClassesThatOccur()) {
    places.emplace(label, places.size());
    classes.push_back(Printable(results.TextOf(label)));
  }
  Array images = Array::array(), right = Array::array();
  for (const size_t one : answers) {
    Array counts = Array::array();
    images.clear();
    for (const ClassAccuracy& row : AccuracyByClass(results, results.answers()[one])) {
      images.push_back(row.images);
      counts.push_back(row.top1_correct);
    }
    right.push_back(std::move(counts));
  }
  Array photos = Array::array();
  for (const size_t image : photographs) {
    Array best = Array::array();
    for (const size_t one : answers) {
      const int32_t label = results.answers()[one].top5[image][0];
      best.push_back(label < 0 ? Array() : Array(places.at(label)));
    }
    photos.push_back({places.at(results.labels()[image]), best});
  }
  const Array data{{"classes", classes},
                   {"images", images},
                   {"right", right},
                   {"confusions", ConfusionTable(results, answers, places)},
                   {"pairs", Pairs(results, answers)},
                   {"photos", photos},
                   {"rows", kMostListed},
                   {"ofAKind", kMostOfAKind}};
  std::string text = data.dump(-1, ' ', true, Array::error_handler_t::replace);
  // Nothing in it may end the element or begin a comment.
  for (size_t at = 0; (at = text.find('<', at)) != std::string::npos;)
    text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace quantbench::html
