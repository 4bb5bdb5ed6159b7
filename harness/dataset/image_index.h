// SPDX-License-Identifier: Apache-2.0
// The list of images of a split with their labels, and subsets of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/class_names.h"
#include "dataset/dataset_spec.h"
#include "dataset/folder_content.h"

namespace quantbench {

struct ImageEntry {
  std::string path;  // relative to ImageIndex::folder, '/' separated
  int label = 0;  // the network's output that is right: position in synset order and label_offset
};

struct ImageIndex {
  std::filesystem::path folder;    // root/<split>
  ClassNames classes{};            // none where nothing names them
  std::vector<ImageEntry> images;  // in file order
  LeftOut left_out{};              // what can be neither image nor class
};

// Lists the split and cuts the subset out of it. What systems leave in folders (IsJunk) is no
// image; every other file of a class folder is one, and whether it really is one, decoding tells.
// Opens no image. Where the class folders are the classes, those of the splits `others` that are
// there are looked at as well. Throws Error that names the folder or list and says what was
// expected there: no such folder, no image, a class folder that isn't in the synsets file, splits
// whose classes don't fit together, a label file that names a missing image or a label that is no
// number, a subset larger than the split.
ImageIndex IndexImages(const DatasetSpec& dataset, const SubsetSpec& subset,
                       const std::vector<std::string>& others = {});

}  // namespace quantbench
