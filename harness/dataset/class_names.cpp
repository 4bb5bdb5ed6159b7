// SPDX-License-Identifier: Apache-2.0
// Reading of synsets, and comparing the folders of splits.
#include "dataset/class_names.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "dataset/list_file.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string FirstWord(const std::string& line) {
  return line.substr(0, line.find_first_of(kBlanks));
}

std::string Rest(const std::string& line) {
  const size_t blank = line.find_first_of(kBlanks);
  if (blank == std::string::npos) return line;
  return line.substr(line.find_first_not_of(kBlanks, blank));
}

// Whether lines are names that may hold blanks, not ids with a description: first words repeat, and
// none of those that do is a line of its own, which would rather be an id given twice.
bool AreWholeNames(const std::vector<ListLine>& lines) {
  std::unordered_set<std::string> seen, repeated;
  for (const ListLine& line : lines) {
    const std::string word = FirstWord(line.text);
    if (!seen.insert(word).second) repeated.insert(word);
  }
  return !repeated.empty() && std::ranges::none_of(lines, [&](const ListLine& line) {
    return repeated.contains(line.text);
  });
}

bool IsNumber(const std::string& name) {
  constexpr size_t kDigits = 18;  // that surely fit 64 bits
  return !name.empty() && name.size() <= kDigits &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool SmallerNumber(const std::string& a, const std::string& b) {
  const int64_t x = std::stoll(a), y = std::stoll(b);
  return x != y ? x < y : a < b;
}

// The first of `all` that isn't in `some`; both sorted.
std::optional<std::string> FirstMissing(const std::vector<std::string>& some,
                                        const std::vector<std::string>& all) {
  for (const std::string& name : all)
    if (!std::ranges::binary_search(some, name)) return name;
  return std::nullopt;
}

// Two splits that each lack a class of the other tell no order of all classes.
void RequireAllIn(const ClassNames::Split& largest, const ClassNames::Split& split) {
  const auto extra = FirstMissing(largest.folders, split.folders);
  if (!extra) return;
  const auto count = [](const ClassNames::Split& one) {
    return "'" + one.name + "' has " + std::to_string(one.folders.size()) + " class folders";
  };
  throw Error(count(largest) + " without '" + *extra + "', " + count(split) + " without '" +
              FirstMissing(split.folders, largest.folders).value_or("") +
              "', so which classes are there? Write dataset.synsets: FILE with all of them in the "
              "order of the model's outputs, one per line");
}

std::string NoteOnOrder(const std::vector<std::string>& by_number,
                        const std::vector<std::string>& by_text) {
  std::string texts;
  for (size_t i = 0; i < std::min(by_text.size(), size_t{3}); ++i)
    texts += "'" + by_text[i] + "', ";
  return "class folders '" + by_number.front() + "' to '" + by_number.back() +
         "' are labelled in the order of their numbers; a model that was trained with the order of "
         "their texts (" +
         texts + "...: torchvision's ImageFolder) needs dataset.synsets in that order";
}

}  // namespace

ClassNames ClassNames::OfFile(const std::filesystem::path& file) {
  const std::vector<ListLine> lines = ReadListFile(file, "synsets file");
  const bool whole = AreWholeNames(lines);
  ClassNames classes;
  classes.source_ = "the synsets file '" + file.string() + "'";
  std::unordered_set<std::string> seen;
  for (const ListLine& line : lines) {
    std::string id = whole ? line.text : FirstWord(line.text);
    if (!seen.insert(id).second)
      throw Error(line.where + ": class '" + id + "' a second time; expected each class once");
    const auto label = static_cast<int>(classes.ids_.size());
    classes.AddName(line.text, label);
    classes.ids_.push_back(std::move(id));
    classes.descriptions_.push_back(whole ? line.text : Rest(line.text));
  }
  // A whole line goes before the first word of another.
  for (size_t i = 0; i < classes.ids_.size(); ++i)
    classes.AddName(classes.ids_[i], static_cast<int>(i));
  return classes;
}

ClassNames ClassNames::OfSynsets(const DatasetSpec& dataset) {
  if (!dataset.synsets.empty()) return OfFile(dataset.synsets);
  const std::filesystem::path file = dataset.root / "synsets.txt";
  return std::filesystem::exists(file) ? OfFile(file) : ClassNames();
}

ClassNames ClassNames::OfFolders(const Split& split, const std::vector<Split>& others) {
  std::vector<const Split*> all{&split};
  for (const Split& other : others) all.push_back(&other);
  const Split& largest =
      **std::ranges::max_element(all, {}, [](const Split* one) { return one->folders.size(); });
  for (const Split* one : all) RequireAllIn(largest, *one);

  ClassNames classes;
  classes.are_folders_ = true;
  classes.source_ = "the class folders of '" + largest.name + "'";
  classes.ids_ = largest.folders;
  if (std::ranges::all_of(classes.ids_, IsNumber)) {
    std::ranges::sort(classes.ids_, SmallerNumber);
    if (classes.ids_ != largest.folders) classes.note_ = NoteOnOrder(classes.ids_, largest.folders);
  }
  classes.descriptions_ = classes.ids_;
  for (size_t i = 0; i < classes.ids_.size(); ++i)
    classes.AddName(classes.ids_[i], static_cast<int>(i));
  return classes;
}

std::optional<int> ClassNames::LabelOf(std::string_view name) const {
  const auto found = labels_.find(std::string(name));
  if (found == labels_.end()) return std::nullopt;
  return found->second;
}

}  // namespace quantbench
