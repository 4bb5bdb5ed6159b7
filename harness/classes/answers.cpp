// SPDX-License-Identifier: Apache-2.0
// Rows to sets of answers.
#include "classes/answers.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "compare/predictions.h"
#include "recipe/names.h"
#include "record/csv.h"
#include "scenario/matrix.h"
#include "support/error.h"
#include "support/files.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

TopFive FirstFive(const std::vector<int>& top) {
  TopFive five;
  five.fill(-1);
  std::copy_n(top.begin(), std::min(top.size(), five.size()), five.begin());
  return five;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

void AddCase(const Row& row, CaseAnswers& answers) {
  answers.cases.push_back(row.case_id);
  if (std::ranges::find(answers.backends, row.backend) == answers.backends.end())
    answers.backends.push_back(row.backend);
  answers.name = answers.recipe + " on " + Joined(answers.backends);
}

std::string FirstCases(const std::vector<const CaseAnswers*>& all) {
  std::vector<std::string> ids;
  ids.reserve(all.size());
  for (const CaseAnswers* one : all) ids.push_back(one->cases.front());
  return Joined(ids);
}

}  // namespace

ClassResults::ClassResults(const LoadedResults& results) {
  PredictionsFolder folder(results.file);
  size_t without = 0, accurate = 0;
  for (const Row& row : results.results.rows) {
    if (!row.accuracy) continue;
    ++accurate;
    const PredictionsByImage* predictions = nullptr;
    try {
      predictions = folder.Find(row);
    } catch (const Error& error) {
      missing_.push_back(row.case_id + " is left out: " + error.what());
      continue;
    }
    if (predictions != nullptr && !predictions->empty()) {
      Add(row, *predictions);
    } else {
      ++without;
    }
  }
  if (accurate == 0) {
    missing_.emplace_back("no case has an accuracy, so there are no classes to compare");
  } else if (without > 0) {
    missing_.push_back("the classes of " + std::to_string(without) + " of " +
                       CountText(accurate, "case") +
                       " can't be told: their files in predictions/ aren't beside "
                       "results.json, or were edited; copy the whole folder of the run");
  }
  const std::filesystem::path names = results.file.parent_path() / "class_names.csv";
  if (std::filesystem::exists(names)) {
    try {
      ReadNames(names);
    } catch (const Error& error) {
      missing_.push_back("classes have numbers instead of names: " + std::string(error.what()));
    }
  } else if (!answers_.empty()) {
    missing_.emplace_back(
        "classes have numbers instead of names: class_names.csv isn't beside "
        "results.json; a run writes it where the dataset names its classes");
  }
}

void ClassResults::Add(const Row& row, const PredictionsByImage& predictions) {
  const std::string recipe = RecipeLabel(row);
  std::vector<TopFive> top5;
  std::vector<std::string> images;
  std::vector<int> labels;
  for (const auto& [image, prediction] : predictions) {
    top5.push_back(FirstFive(prediction.top));
    images.push_back(image);
    labels.push_back(prediction.label);
  }
  if (answers_.empty()) {
    images_ = std::move(images);
    labels_ = std::move(labels);
  } else if (images != images_ || labels != labels_) {
    missing_.push_back(row.case_id + " is left out: its predictions are of other images");
    return;
  }
  const auto same = std::find_if(answers_.begin(), answers_.end(), [&](const CaseAnswers& other) {
    return other.recipe == recipe && other.top5 == top5;
  });
  if (same != answers_.end()) return AddCase(row, *same);
  CaseAnswers answers;
  answers.recipe = recipe;
  answers.network = row.network;
  AddCase(row, answers);
  answers.predictions_file = row.predictions_file;
  answers.images = static_cast<int64_t>(top5.size());
  answers.is_float = IsFloat(row.precision);
  for (size_t i = 0; i < top5.size(); ++i) {
    answers.top1_correct += top5[i][0] == labels_[i];
    answers.top5_correct += std::ranges::count(top5[i], labels_[i]) > 0;
  }
  answers.top5 = std::move(top5);
  answers_.push_back(std::move(answers));
}

void ClassResults::ReadNames(const std::filesystem::path& file) {
  const auto records = ParseCsv(ReadTextFile(file));
  for (size_t line = 0; line < records.size(); ++line) {
    const std::vector<std::string>& record = records[line];
    int label = 0;
    const auto fail = [&] {
      throw Error(file.string() + ": line " + std::to_string(line + 1) +
                  ": expected label,class,description; quantbench run writes such a file");
    };
    if (record.size() != 3) fail();
    if (line == 0) continue;
    const auto [end, error] =
        std::from_chars(record[0].data(), record[0].data() + record[0].size(), label);
    if (error != std::errc() || end != record[0].data() + record[0].size()) fail();
    names_[label] = {
        .label = label, .name = WithoutGuard(record[1]), .description = WithoutGuard(record[2])};
  }
}

std::vector<int> ClassResults::ClassesThatOccur() const {
  std::set<int> classes(labels_.begin(), labels_.end());
  for (const CaseAnswers& one : answers_) {
    for (const TopFive& five : one.top5) {
      if (five[0] >= 0) classes.insert(five[0]);
    }
  }
  return {classes.begin(), classes.end()};
}

ClassName ClassResults::NameOf(int label) const {
  const auto found = names_.find(label);
  return found == names_.end() ? ClassName{.label = label, .name = {}, .description = {}}
                               : found->second;
}

std::string ClassResults::TextOf(const ClassName& name) {
  if (name.label < 0) return "no class";
  if (!name.description.empty()) return name.description;
  return name.name.empty() ? "class " + std::to_string(name.label) : name.name;
}

std::string ClassResults::TextOf(int label) const { return TextOf(NameOf(label)); }

const CaseAnswers& ClassResults::Find(const std::string& glob, const std::string& option) const {
  std::vector<const CaseAnswers*> found, all;
  for (const CaseAnswers& one : answers_) {
    all.push_back(&one);
    if (std::ranges::any_of(one.cases,
                            [&](const std::string& id) { return MatchesGlob(glob, id); }))
      found.push_back(&one);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty())
    throw Error(option + " '" + glob + "' matches no case with predictions; there are " +
                FirstCases(all));
  throw Error(option + " '" + glob + "' matches cases of " + std::to_string(found.size()) +
              " different predictions: " + FirstCases(found) + "; name one of them");
}

const CaseAnswers& ClassResults::DefaultBase() const {
  const auto found = std::ranges::find_if(answers_, &CaseAnswers::is_float);
  return found == answers_.end() ? answers_.front() : *found;
}

const CaseAnswers& ClassResults::DefaultNew() const {
  const CaseAnswers* best = nullptr;
  for (const CaseAnswers& one : answers_) {
    if (one.is_float || &one == &DefaultBase() || one.network != DefaultBase().network) continue;
    if (best == nullptr || one.top1_correct > best->top1_correct) best = &one;
  }
  if (best != nullptr) return *best;
  return answers_.back();
}

}  // namespace quantbench
