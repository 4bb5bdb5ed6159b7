// SPDX-License-Identifier: Apache-2.0
// The list of images of a split with their labels, and subsets of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"

namespace quantbench {

struct ImageEntry {
  std::string path;  // relative to ImageIndex::folder, '/' separated
  int label = 0;     // position in synset order
};

struct ImageIndex {
  std::filesystem::path folder;      // root/<split>
  std::vector<std::string> synsets;  // class ids in label order; empty where nothing names them
  std::vector<ImageEntry> images;    // in file order
};

// Lists the split and cuts the subset out of it. Hidden files (leading dot) are no images; every
// other file of a class folder is one, and whether it really is one, decoding tells. Opens no
// image. Throws Error that names the folder or list and says what was expected there: no such
// folder, no image, a class folder that isn't in the synsets file, a label file that names a
// missing image or a label that is no number, a subset larger than the split.
ImageIndex IndexImages(const DatasetSpec& dataset, const SubsetSpec& subset);

}  // namespace quantbench
