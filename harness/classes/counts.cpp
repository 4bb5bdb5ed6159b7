// SPDX-License-Identifier: Apache-2.0
// Counting over images.
#include "classes/counts.h"

#include <algorithm>
#include <map>

namespace quantbench {
namespace {

std::optional<double> PercentOf(int64_t part, int64_t whole) {
  if (whole == 0) return std::nullopt;
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::vector<ClassAccuracy> AccuracyByClass(const ClassResults& results,
                                           const CaseAnswers& answers) {
  std::map<int, ClassAccuracy> classes;
  for (const int label : results.ClassesThatOccur()) {
    ClassAccuracy& one = classes[label];
    static_cast<ClassName&>(one) = results.NameOf(label);
  }
  for (size_t i = 0; i < answers.top5.size(); ++i) {
    const int label = results.labels()[i];
    const TopFive& five = answers.top5[i];
    ClassAccuracy& one = classes.at(label);
    ++one.images;
    one.top1_correct += five[0] == label;
    one.top5_correct += std::ranges::count(five, label) > 0;
    if (five[0] >= 0) ++classes.at(five[0]).predicted;
  }
  std::vector<ClassAccuracy> rows;
  for (auto& [label, one] : classes) {
    one.top1_percent = PercentOf(one.top1_correct, one.images);
    one.top5_percent = PercentOf(one.top5_correct, one.images);
    one.precision_percent = PercentOf(one.top1_correct, one.predicted);
    rows.push_back(std::move(one));
  }
  return rows;
}

std::vector<Confusion> ConfusionsOf(const ClassResults& results, const CaseAnswers& answers) {
  std::map<std::pair<int, int>, int64_t> counts;
  for (size_t i = 0; i < answers.top5.size(); ++i) {
    const int label = results.labels()[i], best = answers.top5[i][0];
    if (best != label && best >= 0) ++counts[{label, best}];
  }
  std::vector<Confusion> confusions;
  for (const auto& [pair, count] : counts) {
    confusions.push_back({results.NameOf(pair.first), results.NameOf(pair.second), count});
  }
  std::ranges::stable_sort(confusions, std::ranges::greater(), &Confusion::images);
  return confusions;
}

}  // namespace quantbench
