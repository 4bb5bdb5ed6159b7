// SPDX-License-Identifier: Apache-2.0
// The file that holds crops: header, pixels, table of labels and paths; all under checksums.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"
#include "store/kind.h"
#include "support/files.h"
#include "support/partial_file.h"
#include "support/thread_pool.h"

namespace quantbench {

// What a crops file says beside the pixels; the first three have an entry a crop.
struct CropsTable {
  std::vector<int> labels;
  std::vector<std::string> paths;
  std::vector<uint64_t> checksums;      // of the pixels
  std::vector<std::string> unreadable;  // "path: reason" of the images that are left out
};

struct CropsContent {
  MappedFile file;
  size_t pixels_offset = 0;  // of [count, height, width, 3] uint8
  CropsTable table;
};

extern const Kind kCrops;

// Maps a file that CropsWriter finished and verifies it: made for `key`, sizes, checksums of
// header, table and all pixels (with the workers of the pool; without a pool the pixels go
// unverified). Any size will do where none is given. Throws Error that says what is wrong.
CropsContent ReadCropsFile(const std::filesystem::path& file, const std::string& key,
                           std::optional<PixelSize> expected_size, ThreadPool* pool);

// Writes crops of `size` pixels in any order from many threads. `file` appears with Finish,
// whole, or not at all. All functions throw Error with the system's reason.
class CropsWriter {
 public:
  // Reserves the space for `slots` crops. key: 32 characters.
  CropsWriter(const std::filesystem::path& file, const std::string& key, PixelSize size,
              int64_t slots);

  // pixels: [size.height, size.width, 3]. Returns their checksum. Any thread, one call a slot.
  uint64_t Write(int64_t slot, std::span<const uint8_t> pixels);
  // Keeps the crops in `slots` (ascending, one for each entry of the table).
  void Finish(const std::vector<int64_t>& slots, const CropsTable& table);

 private:
  PartialFile file_;
  std::string key_;
  PixelSize size_;
};

}  // namespace quantbench
