// SPDX-License-Identifier: Apache-2.0
// The two layouts of an image folder: a folder a class, or one folder with a list of labels.
#include "dataset/image_index.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "dataset/image_subset.h"
#include "dataset/label_list.h"
#include "support/ascii.h"
#include "support/error.h"
#include "support/no_such_file.h"
#include "support/number_text.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostSplits = 50;  // folders that are looked into for one that isn't in its place

// Two lines below a message: where images are looked for, and what is there.
std::string Layout(const std::string& expected, const fs::path& folder) {
  std::string text = "\n  expected  " + expected;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return text;
  const FolderContent content = ListFolder(folder);
  const bool folders = !content.folders.empty();
  const std::vector<std::string>& names = folders ? content.folders : content.files;
  text += "\n  found     ";
  if (names.empty()) return text + "nothing in " + folder.string();
  return text + (folder / FirstFew(names)).string() + (folders ? " (folders)" : " (files)");
}

// Where a folder with the split is instead: above, below, or beside under another name.
std::string WhereTheSplitIs(const fs::path& root, const std::string& split) {
  std::error_code ignored;
  fs::path above = fs::absolute(root, ignored).lexically_normal();
  for (int levels = 0; levels < 2; ++levels) {  // a split's folder, or a class in it
    above = above.parent_path();
    if (fs::is_directory(above / split, ignored))
      return "; '" + above.string() + "' has one: make that dataset.root";
  }
  const std::vector<std::string> folders = ListFolder(root).folders;
  if (folders.size() <= kMostSplits) {
    for (const std::string& name : folders) {
      if (fs::is_directory(root / name / split, ignored))
        return "; '" + (root / name).string() + "' has one: make that dataset.root";
    }
  }
  for (const std::string& name : folders)  // valid, validation
    if (split.starts_with(name) || name.starts_with(split))
      return " (did you mean '" + name + "'?)";
  const std::vector<std::string_view> known(folders.begin(), folders.end());
  return DidYouMean(split, known);
}

fs::path SplitFolder(const DatasetSpec& dataset, const std::string& split) {
  const fs::path& root = dataset.root;
  if (split.empty())
    throw Error("dataset '" + root.string() + "': no split is named; expected val or so");
  fs::path folder = root / split;
  if (fs::is_directory(folder)) return folder;
  const std::string expected = (folder / "CLASS" / "IMAGE").string() + ", a folder for each class";
  if (!fs::exists(root)) throw Error("dataset.root: " + NoSuchFile(root) + Layout(expected, root));
  if (!fs::is_directory(root))
    throw Error("dataset.root '" + root.string() + "' is a file, not a folder" +
                Layout(expected, root));
  throw Error("dataset.root '" + root.string() + "' has no folder '" + split + "'" +
              WhereTheSplitIs(root, split) + Layout(expected, root));
}

// An image outside of all class folders has no label: most likely the split isn't sorted into
// classes completely. Scripts and notes there are nobody's image.
void CheckNoStrayImage(const fs::path& folder, const std::vector<std::string>& files) {
  static constexpr std::array<std::string_view, 8> kExtensions = {".jpeg", ".jpg", ".png",  ".bmp",
                                                                  ".webp", ".tif", ".tiff", ".gif"};
  for (const std::string& name : files) {
    const std::string extension = LowerCase(fs::path(name).extension().string());
    if (std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end())
      throw Error("'" + (folder / name).string() +
                  "' lies beside the class folders and so has no label; move it into one of them, "
                  "or away");
  }
}

// Whether a folder is called like one that holds all images of a split, not like a class.
bool IsCalledImages(const std::string& name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "images", "image", "imgs", "img", "jpeg", "jpegs", "jpegimages", "pictures", "photos"};
  return std::ranges::find(kNames, LowerCase(name)) != kNames.end();
}

// One folder for all images is no class, but tiny-imagenet's val.
void CheckNotOneForAll(const fs::path& folder, const FolderContent& content,
                       const ClassNames& classes) {
  if (content.folders.size() != 1) return;
  const std::string& name = content.folders.front();
  if (classes.LabelOf(name) || !IsCalledImages(name)) return;
  std::string list = "FILE";
  for (const std::string& file : content.files)
    if (fs::path(file).extension() == ".txt") list = (folder / file).string();
  throw Error("'" + folder.string() + "' has one folder, '" + name +
              "', which isn't a class; where it holds the images of all classes, write dataset: "
              "{layout: flat, labels: " +
              list + "}, a list of lines 'name label'");
}

std::vector<ClassNames::Split> FoldersOf(const fs::path& root, const std::string& split,
                                         const std::vector<std::string>& names) {
  std::vector<ClassNames::Split> splits;
  for (const std::string& name : names) {
    std::error_code ignored;
    const bool listed = name == split || std::ranges::any_of(splits, [&](const auto& other) {
                          return other.name == name;
                        });
    if (listed || !fs::is_directory(root / name, ignored)) continue;
    std::vector<std::string> folders = ListClassFolders(root / name).folders;
    if (!folders.empty()) splits.push_back({.name = name, .folders = std::move(folders)});
  }
  return splits;
}

int LabelOfFolder(const std::string& name, const ImageIndex& index) {
  if (const std::optional<int> label = index.classes.LabelOf(name)) return *label;
  const std::vector<std::string>& ids = index.classes.ids();
  throw Error("class folder '" + (index.folder / name).string() +
              "' is not in the synsets file, which names " + CountText(ids.size(), "class") +
              " from '" + ids.front() + "' to '" + ids.back() + "'");
}

void IndexClassFolders(const FolderContent& content, ImageIndex& index) {
  CheckNoStrayImage(index.folder, content.files);
  for (const std::string& id : content.folders) {
    const int label = LabelOfFolder(id, index);
    FolderContent images = ListFolder(index.folder / id);
    index.left_out.Add(images.left_out);
    // A folder where an image is expected is listed too: decoding then says so.
    images.files.insert(images.files.end(), images.folders.begin(), images.folders.end());
    std::sort(images.files.begin(), images.files.end());
    for (const std::string& name : images.files)
      index.images.push_back({.path = id + "/" + name, .label = label});
  }
}

void IndexListed(const fs::path& list, ImageIndex& index) {
  for (LabelledName& one : ReadLabelList(list, index.folder, index.classes))
    index.images.push_back({.path = std::move(one.name), .label = one.label});
  std::sort(index.images.begin(), index.images.end(),
            [](const ImageEntry& a, const ImageEntry& b) { return a.path < b.path; });
}

}  // namespace

ImageIndex IndexImages(const DatasetSpec& dataset, const SubsetSpec& subset,
                       const std::vector<std::string>& others) {
  const bool detect = dataset.layout == "imagenet";
  if (!detect && dataset.layout != "folders" && dataset.layout != "flat")
    throw Error("dataset.layout '" + dataset.layout +
                "' is unknown; expected imagenet (class folders or a label file, whichever is "
                "there), folders or flat");
  ImageIndex index;
  index.folder = SplitFolder(dataset, subset.split);
  index.classes = ClassNames::OfSynsets(dataset);

  const FolderContent content = ListClassFolders(index.folder);
  const fs::path list =
      dataset.labels.empty() ? dataset.root / (subset.split + ".txt") : dataset.labels;
  const bool folders =
      detect ? dataset.labels.empty() && !content.folders.empty() : dataset.layout == "folders";
  if (folders) {
    index.left_out = content.left_out;
    CheckNotOneForAll(index.folder, content, index.classes);
    if (index.classes.empty())
      index.classes = ClassNames::OfFolders({.name = subset.split, .folders = content.folders},
                                            FoldersOf(dataset.root, subset.split, others));
    IndexClassFolders(content, index);
  } else if (detect && dataset.labels.empty() && !fs::exists(list)) {
    if (content.left_out.folders > 0)
      throw Error("no image in '" + index.folder.string() + "': its class folders are empty (" +
                  content.left_out.Text() + " left out)");
    throw Error("'" + index.folder.string() +
                "' has no class folders, and there is no list of labels '" + list.string() + "'" +
                Layout((index.folder / "CLASS" / "IMAGE").string() + ", or " +
                           (index.folder / "IMAGE").string() + " with lines 'IMAGE LABEL' in " +
                           list.string(),
                       index.folder));
  } else {
    IndexListed(list, index);
  }
  if (index.images.empty())
    throw Error("no image in '" + index.folder.string() + "': its class folders are " +
                (content.folders.empty() ? "missing" : "empty"));
  index.images = CutSubset(std::move(index.images), index.classes.ids(), subset);
  for (ImageEntry& image : index.images) image.label += dataset.label_offset.value_or(0);
  return index;
}

}  // namespace quantbench
