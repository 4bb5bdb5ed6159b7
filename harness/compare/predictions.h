// SPDX-License-Identifier: Apache-2.0
// The files in results that tell the classes of each image.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/row.h"

namespace quantbench {

struct Prediction {
  int label = 0;
  std::vector<int> top;  // best first
  bool IsRight() const { return !top.empty() && top.front() == label; }
  bool IsRightInTop5() const;
};
using PredictionsByImage = std::map<std::string, Prediction>;

// Throws Error that names the file and line where it isn't such a file.
PredictionsByImage ReadPredictions(const std::filesystem::path& file);

// Predictions of one results folder, each file read once. Rows of several batch sizes share them.
class PredictionsFolder {
 public:
  // `results` is the results.json that the files' paths are relative to.
  explicit PredictionsFolder(const std::filesystem::path& results)
      : folder_(results.parent_path()) {}
  // nullptr where the row names no file, where it isn't there, or where it isn't the one that the
  // run wrote: its hash says so, which old results don't have. Throws Error for a broken file, or a
  // path that leaves the folder.
  const PredictionsByImage* Find(const Row& row);
  // Those that aren't what the run wrote, as rows name them.
  const std::vector<std::string>& edited() const { return edited_; }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::optional<PredictionsByImage>> known_;  // nothing: edited
  std::vector<std::string> edited_;
};

}  // namespace quantbench
