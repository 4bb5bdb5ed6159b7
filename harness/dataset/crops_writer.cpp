// SPDX-License-Identifier: Apache-2.0
// Writing of the crops file.
#include <string>
#include <type_traits>

#include "dataset/crops_file.h"
#include "dataset/crops_format.h"
#include "support/hash.h"

namespace quantbench {
namespace {

template <typename T>
void Append(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void AppendText(std::string& bytes, const std::string& text) {
  Append(bytes, static_cast<uint32_t>(text.size()));
  bytes += text;
}

// The counterpart of ParseTable in crops_file.cpp.
std::string Serialized(const CropsTable& table) {
  std::string bytes;
  for (size_t i = 0; i < table.paths.size(); ++i) {
    Append(bytes, table.checksums[i]);
    Append(bytes, static_cast<int32_t>(table.labels[i]));
    AppendText(bytes, table.paths[i]);
  }
  Append(bytes, static_cast<uint32_t>(table.unreadable.size()));
  for (const std::string& text : table.unreadable) AppendText(bytes, text);
  return bytes;
}

size_t OffsetOf(size_t crop, PixelSize size) { return kPixelsOffset + crop * CropBytes(size); }

}  // namespace

CropsWriter::CropsWriter(const std::filesystem::path& file, const std::string& key, PixelSize size,
                         int64_t slots)
    : file_(file), key_(key), size_(size) {
  file_.Reserve(OffsetOf(static_cast<size_t>(slots), size));
}

uint64_t CropsWriter::Write(int64_t slot, std::span<const uint8_t> pixels) {
  file_.Write(std::as_bytes(pixels), OffsetOf(static_cast<size_t>(slot), size_));
  return Checksum64(std::as_bytes(pixels));
}

void CropsWriter::Finish(const std::vector<int64_t>& slots, const CropsTable& table) {
  std::vector<std::byte> crop(CropBytes(size_));
  for (size_t i = 0; i < slots.size(); ++i) {  // closes the gaps of images that couldn't be read
    const auto slot = static_cast<size_t>(slots[i]);
    if (slot == i) continue;
    file_.Read(crop, OffsetOf(slot, size_));
    file_.Write(crop, OffsetOf(i, size_));
  }
  const std::string bytes = Serialized(table);
  const auto table_bytes = std::as_bytes(std::span(bytes));
  const size_t table_offset = OffsetOf(slots.size(), size_);
  file_.Write(table_bytes, table_offset);
  file_.Truncate(table_offset + table_bytes.size());

  CropsHeader header;
  header.crop_height = static_cast<uint32_t>(size_.height);
  header.crop_width = static_cast<uint32_t>(size_.width);
  header.count = static_cast<int64_t>(slots.size());
  header.table_bytes = table_bytes.size();
  header.table_checksum = Checksum64(table_bytes);
  key_.copy(header.key, sizeof(header.key));
  header.checksum = HeaderChecksum(header);
  file_.Write(std::as_bytes(std::span(&header, 1)), 0);
  file_.MoveIntoPlace();
}

}  // namespace quantbench
