// SPDX-License-Identifier: Apache-2.0
// The two layouts of an image folder: a folder a class, or one folder with a list of labels.
#include "dataset/image_index.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dataset/image_subset.h"
#include "dataset/list_file.h"
#include "support/error.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using LabelOf = std::unordered_map<std::string, int>;

struct FolderContent {
  std::vector<std::string> folders;  // names, sorted bytewise; none starts with a dot
  std::vector<std::string> files;
};

FolderContent ListFolder(const fs::path& folder) {
  FolderContent content;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      std::string name = entry.path().filename().string();
      if (name.starts_with('.')) continue;
      std::error_code broken_link;
      auto& names = entry.is_directory(broken_link) ? content.folders : content.files;
      names.push_back(std::move(name));
    }
  } catch (const fs::filesystem_error& error) {
    throw Error("can't list '" + folder.string() + "': " + error.code().message());
  }
  std::sort(content.folders.begin(), content.folders.end());
  std::sort(content.files.begin(), content.files.end());
  return content;
}

fs::path SplitFolder(const DatasetSpec& dataset, const std::string& split) {
  if (split.empty())
    throw Error("dataset '" + dataset.root.string() + "': no split is named; expected val or so");
  const fs::path folder = dataset.root / split;
  if (fs::is_directory(folder)) return folder;
  std::string there;
  if (fs::is_directory(dataset.root)) {
    for (const std::string& name : ListFolder(dataset.root).folders)
      there += (there.empty() ? " (it has: " : ", ") + name;
    there =
        "; dataset.root is a folder without '" + split + "'" + there + (there.empty() ? "" : ")");
  } else {
    there = "; dataset.root '" + dataset.root.string() + "' is no folder";
  }
  throw Error("no folder '" + folder.string() + "'" + there);
}

// Class ids in label order: the first word of each line. Empty where no file is named and
// root/synsets.txt isn't there.
std::vector<std::string> ReadSynsets(const DatasetSpec& dataset) {
  fs::path file = dataset.synsets;
  if (file.empty()) {
    file = dataset.root / "synsets.txt";
    if (!fs::exists(file)) return {};
  }
  std::vector<std::string> synsets;
  std::unordered_set<std::string> seen;
  for (const ListLine& line : ReadListFile(file, "synsets file")) {
    std::string id = line.text.substr(0, line.text.find_first_of(" \t"));
    if (!seen.insert(id).second)
      throw Error(line.where + ": class '" + id + "' a second time; expected each class once");
    synsets.push_back(std::move(id));
  }
  return synsets;
}

LabelOf LabelsOf(const std::vector<std::string>& synsets) {
  LabelOf labels;
  for (const std::string& id : synsets) labels.emplace(id, static_cast<int>(labels.size()));
  return labels;
}

// An image outside of all class folders has no label: most likely the split isn't sorted into
// classes completely. Scripts and notes there are nobody's image.
void CheckNoStrayImage(const fs::path& folder, const std::vector<std::string>& files) {
  static constexpr std::array<std::string_view, 8> kExtensions = {".jpeg", ".jpg", ".png",  ".bmp",
                                                                  ".webp", ".tif", ".tiff", ".gif"};
  for (const std::string& name : files) {
    std::string extension = fs::path(name).extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end())
      throw Error("'" + (folder / name).string() +
                  "' lies beside the class folders and so has no label; move it into one of them, "
                  "or away");
  }
}

void IndexClassFolders(const FolderContent& content, ImageIndex& index) {
  CheckNoStrayImage(index.folder, content.files);
  if (index.synsets.empty()) index.synsets = content.folders;
  const LabelOf labels = LabelsOf(index.synsets);
  for (const std::string& id : content.folders) {
    const auto label = labels.find(id);
    if (label == labels.end())
      throw Error("class folder '" + (index.folder / id).string() +
                  "' is not in the synsets file, which names " +
                  std::to_string(index.synsets.size()) + " classes from '" + index.synsets.front() +
                  "' to '" + index.synsets.back() + "'");
    FolderContent images = ListFolder(index.folder / id);
    // A folder where an image is expected is listed too: decoding then says so.
    images.files.insert(images.files.end(), images.folders.begin(), images.folders.end());
    std::sort(images.files.begin(), images.files.end());
    for (const std::string& name : images.files)
      index.images.push_back({.path = id + "/" + name, .label = label->second});
  }
}

int ParseLabel(std::string_view text, const LabelOf& labels, const ListLine& line) {
  if (const auto found = labels.find(std::string(text)); found != labels.end())
    return found->second;
  int label = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), label);
  if (status != std::errc() || end != text.data() + text.size() || label < 0)
    throw Error(line.where + ": label '" + std::string(text) + "' is no " +
                (labels.empty() ? "number from 0 on (class ids need a synsets file)"
                                : "number from 0 on and no class of the synsets file"));
  if (!labels.empty() && static_cast<size_t>(label) >= labels.size())
    throw Error(line.where + ": label " + std::string(text) + ", but the synsets file names " +
                std::to_string(labels.size()) + " classes");
  return label;
}

void IndexListed(const fs::path& list, ImageIndex& index) {
  const LabelOf labels = LabelsOf(index.synsets);
  std::unordered_set<std::string> seen;
  for (const ListLine& line : ReadListFile(list, "label file")) {
    const size_t blank = line.text.find_last_of(" \t");
    if (blank == std::string::npos)
      throw Error(line.where + ": '" + line.text + "' has no label; expected 'name label'");
    std::string name = line.text.substr(0, line.text.find_last_not_of(" \t", blank) + 1);
    const int label = ParseLabel(std::string_view(line.text).substr(blank + 1), labels, line);
    if (!seen.insert(name).second)
      throw Error(line.where + ": image '" + name + "' is listed a second time");
    if (!fs::exists(index.folder / name))
      throw Error(line.where + ": no image '" + name + "' in '" + index.folder.string() + "'");
    index.images.push_back({.path = std::move(name), .label = label});
  }
  std::sort(index.images.begin(), index.images.end(),
            [](const ImageEntry& a, const ImageEntry& b) { return a.path < b.path; });
}

}  // namespace

ImageIndex IndexImages(const DatasetSpec& dataset, const SubsetSpec& subset) {
  const bool detect = dataset.layout == "imagenet";
  if (!detect && dataset.layout != "folders" && dataset.layout != "flat")
    throw Error("dataset.layout '" + dataset.layout +
                "' is unknown; expected imagenet (class folders or a label file, whichever is "
                "there), folders or flat");
  ImageIndex index;
  index.folder = SplitFolder(dataset, subset.split);
  index.synsets = ReadSynsets(dataset);

  const FolderContent content = ListFolder(index.folder);
  const fs::path list =
      dataset.labels.empty() ? dataset.root / (subset.split + ".txt") : dataset.labels;
  const bool folders =
      detect ? dataset.labels.empty() && !content.folders.empty() : dataset.layout == "folders";
  if (folders) {
    IndexClassFolders(content, index);
  } else if (detect && dataset.labels.empty() && !fs::exists(list)) {
    throw Error("'" + index.folder.string() +
                "' has no class folders (one a class, named by its id), and there is no label file "
                "'" +
                list.string() + "' (lines 'name label') either");
  } else {
    IndexListed(list, index);
  }
  if (index.images.empty())
    throw Error("no image in '" + index.folder.string() + "': its class folders are " +
                (content.folders.empty() ? "missing" : "empty"));
  index.images = CutSubset(std::move(index.images), index.synsets, subset);
  return index;
}

}  // namespace quantbench
