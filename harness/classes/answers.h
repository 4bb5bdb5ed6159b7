// SPDX-License-Identifier: Apache-2.0
// The predictions of a finished run, image by image, with the names of classes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compare/compare.h"
#include "record/classes.h"

namespace quantbench {

// What some cases answered; top5[i] belongs to the i-th image of the results.
struct CaseAnswers : AnswersOf {
  std::string recipe;   // "int8 minmax per_channel"; of several networks with the name in front
  std::string network;  // of several; else empty
  std::vector<std::string> backends;
  bool is_float = false;
  std::vector<TopFive> top5;
};

// Reads predictions/*.csv and class_names.csv beside a results.json. Nothing of it needs
// the cache.
class ClassResults {
 public:
  explicit ClassResults(const LoadedResults& results);

  const std::vector<std::string>& images() const { return images_; }  // in the order of their paths
  const std::vector<int>& labels() const { return labels_; }          // of the images
  // In the order of the cases; each of all images.
  const std::vector<CaseAnswers>& answers() const { return answers_; }
  // A sentence for whatever can't be told: predictions or names that aren't there.
  const std::vector<std::string>& missing() const { return missing_; }

  // Labels of the images and classes that were predicted, rising.
  std::vector<int> ClassesThatOccur() const;
  ClassName NameOf(int label) const;
  // For people, never empty: "goldfish", "class 7".
  std::string TextOf(int label) const;
  static std::string TextOf(const ClassName& name);

  // Those of the one set of cases of which some id matches; throws Error that lists what there is
  // where none or several do.
  const CaseAnswers& Find(const std::string& glob, const std::string& option) const;
  // What a reader wants to see first: the float network, and its most accurate quantised form. The
  // same twice where there is but one; of the first network. There must be answers.
  const CaseAnswers& DefaultBase() const;
  const CaseAnswers& DefaultNew() const;

 private:
  void Add(const Row& row, const PredictionsByImage& predictions);
  void ReadNames(const std::filesystem::path& file);

  std::vector<std::string> images_;
  std::vector<int> labels_;
  std::vector<CaseAnswers> answers_;
  std::map<int, ClassName> names_;
  std::vector<std::string> missing_;
};

}  // namespace quantbench
