// SPDX-License-Identifier: Apache-2.0
// Cached crops as small JPEGs for people to look at.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>

#include "dataset/crops_file.h"

namespace quantbench {

class Thumbnails {
 public:
  // Of the crops that a run put into the cache under this key. Throws Error where the file isn't
  // theirs, or is damaged.
  Thumbnails(const std::filesystem::path& file, const std::string& key);

  // A JPEG whose longer edge has at most `most_pixels`, at the crop's proportions; nothing where
  // there is no such image, or where its pixels are damaged.
  std::optional<std::string> JpegOf(const std::string& image, int most_pixels) const;

 private:
  CropsContent crops_;
  PixelSize size_;
  std::unordered_map<std::string, size_t> index_;  // of the images, by path
};

}  // namespace quantbench
