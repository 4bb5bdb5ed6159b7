// SPDX-License-Identifier: Apache-2.0
// One reader a format; which one a list has, its first line tells.
#include "dataset/label_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "dataset/folder_content.h"
#include "dataset/list_file.h"
#include "support/ascii.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kGaps = " \t";
constexpr std::string_view kKaggleHeader = "ImageId,PredictionString";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(Trimmed(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::optional<int> Number(std::string_view text) {
  int number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool AreNumbers(const std::vector<std::string_view>& texts, size_t first) {
  return std::all_of(texts.begin() + static_cast<std::ptrdiff_t>(first), texts.end(),
                     [](std::string_view text) { return Number(text).has_value(); });
}

// A name and a label that a line may mean.
struct Reading {
  std::string_view name, label;
};

class ListReader {
 public:
  ListReader(const fs::path& list, const fs::path& folder, const ClassNames& classes)
      : folder_(folder),
        classes_(classes),
        lines_(ReadListFile(list, "label file")),
        kaggle_(lines_.front().text == kKaggleHeader),
        csv_(kaggle_ || LowerCase(list.extension().string()) == ".csv") {
    const FolderContent content = ListFolder(folder);
    if (content.folders.size() == 1 && content.files.size() <= 1) inner_ = content.folders.front();
  }

  std::vector<LabelledName> Read() {
    Explain(lines_.front());
    std::vector<LabelledName> named;
    std::unordered_set<std::string> seen;
    for (const ListLine& line : lines_) {
      if (&line == &lines_.front() && IsHeader(line)) continue;
      LabelledName one = ReadLine(line);
      if (!seen.insert(one.name).second)
        throw Error(line.where + ": image '" + one.name + "' is listed a second time");
      named.push_back(std::move(one));
    }
    return named;
  }

 private:
  // What can't be read, though people have it.
  void Explain(const ListLine& line) const {
    if (!Number(line.text)) return;
    throw Error(
        line.where +
        ": a label without an image's name; ground truth of ILSVRC's development "
        "kit is such a list, whose numbers follow the kit's own order of classes (meta.mat), "
        "not that of the ids: write a list of lines 'name id', and dataset.synsets");
  }

  bool IsHeader(const ListLine& line) const {
    if (kaggle_) return true;
    if (!csv_) return false;
    const Reading reading = Readings(line).front();
    return !Find(reading.name) && !LabelOf(reading.label);
  }

  // What the line may mean, the likeliest first.
  std::vector<Reading> Readings(const ListLine& line) const {
    const std::string_view text = line.text;
    if (csv_) {
      const size_t comma = kaggle_ ? text.find(',') : text.find_last_of(',');
      if (comma == std::string_view::npos)
        throw Error(line.where + ": '" + line.text + "' has no comma; expected 'name,label'");
      return {{Trimmed(text.substr(0, comma)), Trimmed(text.substr(comma + 1))}};
    }
    // Name, label, and a box.
    const std::vector<std::string_view> columns = Split(text, '\t');
    if (columns.size() == 6 && AreNumbers(columns, 2)) return {{columns[0], columns[1]}};
    // Names of images and of classes may hold blanks.
    std::vector<Reading> readings;
    for (size_t blank = text.find_last_of(kGaps); blank != std::string_view::npos;) {
      const size_t end = text.find_last_not_of(kGaps, blank);
      if (end == std::string_view::npos) break;
      readings.push_back({text.substr(0, end + 1), text.substr(blank + 1)});
      blank = text.find_last_of(kGaps, end);
    }
    if (readings.empty())
      throw Error(
          line.where + ": '" + line.text + "' has no label; expected 'name label'" +
          (text.find(',') == std::string_view::npos ? "" : ", or a file that ends in .csv"));
    return readings;
  }

  LabelledName ReadLine(const ListLine& line) const {
    std::vector<Reading> readings = Readings(line);
    if (kaggle_) readings.front().label = ClassOfBoxes(readings.front().label, line);
    for (const Reading& reading : readings) {
      const std::optional<int> label = LabelOf(reading.label);
      std::optional<std::string> name = label ? Find(reading.name) : std::nullopt;
      if (name) return {.name = std::move(*name), .label = *label, .where = line.where};
    }
    const Reading& likely = readings.front();
    if (LabelOf(likely.label))
      throw Error(line.where + ": no image '" + std::string(likely.name) + "' in '" +
                  folder_.string() + "'");
    FailOnLabel(likely.label, line);
  }

  // Kaggle's "n03995372 85 1 499 272 n03995372 ...": a class and a box, again and again.
  std::string_view ClassOfBoxes(std::string_view text, const ListLine& line) const {
    const std::vector<std::string_view> words = Split(text, ' ');
    for (size_t i = 0; i < words.size(); i += 5)
      if (words[i] != words[0])
        throw Error(line.where + ": boxes of different classes ('" + std::string(words[0]) +
                    "', '" + std::string(words[i]) + "'); expected one class per image");
    return words[0];
  }

  std::optional<int> LabelOf(std::string_view text) const {
    if (const auto label = classes_.LabelOf(text)) return label;
    const std::optional<int> label = Number(text);
    if (label && !classes_.empty() && static_cast<size_t>(*label) >= classes_.size())
      return std::nullopt;
    return label;
  }

  [[noreturn]] void FailOnLabel(std::string_view text, const ListLine& line) const {
    const std::string label(text);
    if (const std::optional<int> number = Number(text)) {
      const bool next = static_cast<size_t>(*number) == classes_.size();
      throw Error(
          line.where + ": label " + label + ", but the synsets file names " +
          CountText(classes_.size(), "class") +
          (next ? "; labels count from 0, where the list counts from 1 take 1 off each" : ""));
    }
    throw Error(line.where + ": label '" + label + "' isn't a number from 0 on" +
                (classes_.empty() ? " (class ids need a synsets file)"
                                  : ", nor a class of the synsets file"));
  }

  std::optional<std::string> Find(std::string_view text) const {
    const std::string name(text);
    for (const char* const ending : {"", ".JPEG", ".jpg", ".jpeg", ".png"}) {
      if (fs::exists(folder_ / (name + ending))) return name + ending;
      if (!inner_.empty() && fs::exists(folder_ / inner_ / (name + ending)))
        return inner_ + "/" + name + ending;
    }
    return std::nullopt;
  }

  fs::path folder_;
  std::string inner_;  // the only folder in it
  const ClassNames& classes_;
  std::vector<ListLine> lines_;
  bool kaggle_, csv_;
};

}  // namespace

std::vector<LabelledName> ReadLabelList(const fs::path& list, const fs::path& folder,
                                        const ClassNames& classes) {
  return ListReader(list, folder, classes).Read();
}

}  // namespace quantbench
