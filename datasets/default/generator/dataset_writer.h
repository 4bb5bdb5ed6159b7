// SPDX-License-Identifier: Apache-2.0
// Renders the whole dataset into a directory of ImageNet's layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace quantbench::default_dataset {

struct DatasetOptions {
  int train_per_class = 20;
  int val_per_class = 100;
  std::uint64_t seed = 1;
  int size = 128;  // pixels; the images' shorter edges are near it
};

int ImageCount(const DatasetOptions& options);

// Text that is equal for two datasets just if their images are.
std::string Manifest(const DatasetOptions& options);

// Is every image of the manifest there? Looks at names only.
bool HasAllImages(const DatasetOptions& options, const std::filesystem::path& root);

// Writes train/, val/, synsets.txt and synset_words.txt. `progress` gets the number of images
// done so far, from any thread. Each image depends on (seed, split, class, index) alone, so
// neither the number of threads nor the counts per class change it.
void WriteDataset(const DatasetOptions& options, const std::filesystem::path& root,
                  const std::function<void(int)>& progress);

}  // namespace quantbench::default_dataset
