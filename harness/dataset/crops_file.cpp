// SPDX-License-Identifier: Apache-2.0
// Reading and verification of the crops file.
#include "dataset/crops_file.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

#include "dataset/crops_format.h"
#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

// Reads values and texts off the table; `good()` turns false at the first that goes beyond its end.
class TableReader {
 public:
  explicit TableReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <typename T>
  T Value() {
    T value{};
    if (const auto bytes = Take(sizeof(T)); !bytes.empty())
      std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  std::string Text() {
    const auto bytes = Take(Value<uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  bool good() const { return good_; }

 private:
  std::span<const std::byte> Take(size_t count) {
    good_ = good_ && count <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::span<const std::byte> rest_;
  bool good_ = true;
};

std::optional<CropsTable> ParseTable(std::span<const std::byte> bytes, int64_t count) {
  TableReader reader(bytes);
  CropsTable table;
  for (int64_t i = 0; i < count && reader.good(); ++i) {
    table.checksums.push_back(reader.Value<uint64_t>());
    table.labels.push_back(reader.Value<int32_t>());
    table.paths.push_back(reader.Text());
  }
  const auto unreadable = reader.Value<uint32_t>();
  for (uint32_t i = 0; i < unreadable && reader.good(); ++i)
    table.unreadable.push_back(reader.Text());
  if (!reader.good()) return std::nullopt;
  return table;
}

PixelSize SizeOf(const CropsHeader& header) {
  return {static_cast<int>(header.crop_height), static_cast<int>(header.crop_width)};
}

// Whether the parts that the header names are there and fill the file exactly.
bool SizesFit(const CropsHeader& header, size_t file_bytes, PixelSize size) {
  if (size.height < 1 || size.width < 1 || SizeOf(header) != size || file_bytes < kPixelsOffset)
    return false;
  const size_t room = file_bytes - kPixelsOffset;
  const auto count = static_cast<uint64_t>(header.count);  // negative: too large below
  return count <= room / CropBytes(size) && header.table_bytes == room - count * CropBytes(size);
}

bool PixelsAreWhole(const MappedFile& file, const std::vector<uint64_t>& checksums,
                    size_t crop_bytes, ThreadPool& pool) {
  std::atomic<bool> whole = true;
  pool.ForEach(static_cast<int64_t>(checksums.size()), [&](int64_t index, int) {
    const auto i = static_cast<size_t>(index);
    const auto pixels = file.bytes().subspan(kPixelsOffset + i * crop_bytes, crop_bytes);
    if (Checksum64(pixels) != checksums[i]) whole = false;
    file.Forget(pixels);
  });
  return whole;
}

}  // namespace

constinit const Kind kCrops{
    .name = "crops",
    .folder = "",
    .prefix = "crops-",
    .file_types = {{".bin"}},
    .verify = [](const std::filesystem::path& file, const std::string& key, ThreadPool* pool) {
      ReadCropsFile(file, key, std::nullopt, pool);
    }};

CropsContent ReadCropsFile(const std::filesystem::path& file, const std::string& key,
                           std::optional<PixelSize> expected_size, ThreadPool* pool) {
  CropsContent content{.file = MappedFile(file), .pixels_offset = kPixelsOffset, .table = {}};
  const auto require = [&](bool good, const char* reason) {
    if (!good) throw Error("crops file '" + file.string() + "' " + reason);
  };
  const std::span<const std::byte> bytes = content.file.bytes();
  CropsHeader header;
  require(bytes.size() >= sizeof(header), "is too short");
  std::memcpy(&header, bytes.data(), sizeof(header));
  require(header.magic == kCropsMagic, "is not a crops file");
  require(header.version == kCropsVersion, "has another format version");
  require(header.checksum == HeaderChecksum(header), "has a damaged header");
  require(std::string_view(header.key, sizeof(header.key)) == key,
          "holds the crops of other images");
  const PixelSize size = expected_size.value_or(SizeOf(header));
  require(SizesFit(header, bytes.size(), size), "is truncated or too long");

  const auto table = bytes.last(header.table_bytes);
  require(Checksum64(table) == header.table_checksum, "has a damaged table");
  std::optional<CropsTable> parsed = ParseTable(table, header.count);
  require(parsed.has_value(), "has a damaged table");
  content.table = std::move(*parsed);
  require(pool == nullptr ||
              PixelsAreWhole(content.file, content.table.checksums, CropBytes(size), *pool),
          "has damaged pixels");
  return content;
}

}  // namespace quantbench
