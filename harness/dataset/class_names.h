// SPDX-License-Identifier: Apache-2.0
// The classes of a dataset in label order: from a synsets file, or from the class folders of its
// splits.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dataset/dataset_spec.h"

namespace quantbench {

class ClassNames {
 public:
  ClassNames() = default;

  // One class a line: its id, which is the first word of the line, and what else is said of it; or,
  // where first words repeat, the whole line. Throws Error where a class stands there twice.
  static ClassNames OfFile(const std::filesystem::path& file);
  // dataset.synsets, else root/synsets.txt, else no class.
  static ClassNames OfSynsets(const DatasetSpec& dataset);
  // The folders of a split, in the order of their numbers where all are numbers, else of their
  // bytes. `others` are the folders of other splits: where one split has all classes of the others,
  // its folders are the classes. Throws Error where each lacks some that another one has.
  struct Split {
    std::string name;
    std::vector<std::string> folders;
  };
  static ClassNames OfFolders(const Split& split, const std::vector<Split>& others);

  bool empty() const { return ids_.empty(); }
  size_t size() const { return ids_.size(); }
  const std::vector<std::string>& ids() const { return ids_; }
  // The rest of the class's line, else its id.
  const std::string& Description(size_t label) const { return descriptions_[label]; }
  // Of the class that is called so: the whole of its line, or its id.
  std::optional<int> LabelOf(std::string_view name) const;
  // Where they come from: "the synsets file 'synsets.txt'", "the class folders of 'val'".
  const std::string& source() const { return source_; }
  bool are_folders() const { return are_folders_; }
  // What should be known of the order, or nothing.
  const std::string& note() const { return note_; }

 private:
  void AddName(const std::string& name, int label) { labels_.emplace(name, label); }

  std::vector<std::string> ids_, descriptions_;
  std::unordered_map<std::string, int> labels_;
  std::string source_, note_;
  bool are_folders_ = false;
};

}  // namespace quantbench
