// SPDX-License-Identifier: Apache-2.0
// The bytes of a crops file: header, padding to kPixelsOffset, pixels, table up to the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "dataset/dataset_spec.h"
#include "support/hash.h"

namespace quantbench {

// A file made on a machine of the other byte order has another magic, and so is rebuilt.
inline constexpr uint64_t kCropsMagic = 0x7370'6f72'6362'7100;  // "\0qbcrops"
inline constexpr uint32_t kCropsVersion = 2;
inline constexpr size_t kPixelsOffset = 4096;  // a page, so that crops are aligned in the mapping

struct CropsHeader {
  uint64_t magic = kCropsMagic;
  uint32_t version = kCropsVersion;
  uint32_t crop_height = 0;  // pixels
  uint32_t crop_width = 0;
  uint32_t reserved = 0;
  int64_t count = 0;  // crops
  uint64_t table_bytes = 0;
  uint64_t table_checksum = 0;
  char key[32] = {};      // hexadecimal digits
  uint64_t checksum = 0;  // of everything above
};
static_assert(sizeof(CropsHeader) <= kPixelsOffset);
static_assert(std::has_unique_object_representations_v<CropsHeader>, "no padding to checksum");

inline uint64_t HeaderChecksum(const CropsHeader& header) {
  return Checksum64(std::as_bytes(std::span(&header, 1)).first(offsetof(CropsHeader, checksum)));
}

inline size_t CropBytes(PixelSize size) {
  return static_cast<size_t>(size.height) * static_cast<size_t>(size.width) * 3;
}

}  // namespace quantbench
