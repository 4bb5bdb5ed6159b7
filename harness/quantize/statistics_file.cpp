// SPDX-License-Identifier: Apache-2.0
// Layout, little-endian: magic, key, one statistic after another, checksum of all before it.
#include "quantize/statistics_file.h"

#include <bit>
#include <string_view>

#include "model/checkpoint/byte_reader.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr std::string_view kMagic = "quantbench statistics 1\n";
constexpr size_t kChecksumBytes = 8;

void AppendLittleEndian(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}
void AppendFloat(std::string& out, float value) {
  AppendLittleEndian(out, std::bit_cast<uint32_t>(value), 4);
}
void AppendRange(std::string& out, const Range& range) {
  AppendFloat(out, range.min);
  AppendFloat(out, range.max);
}

float ReadFloat(ByteReader& in) {
  return std::bit_cast<float>(static_cast<uint32_t>(in.LittleEndian(4)));
}
Range ReadRange(ByteReader& in) {
  const float min = ReadFloat(in);
  return {.min = min, .max = ReadFloat(in)};
}
int ReadInt(ByteReader& in) { return static_cast<int32_t>(in.LittleEndian(4)); }

// One overload of each a kind of statistic.
void Append(std::string& out, const RangeStatistic& range) { AppendRange(out, range.range()); }
void Append(std::string& out, const MovingAverageRange& range) { AppendRange(out, range.range()); }
void Append(std::string& out, const HistogramStatistic& histogram) {
  AppendRange(out, histogram.pytorch().range());
  for (const float count : histogram.pytorch().counts()) AppendFloat(out, count);
  const ValueHistogram& values = histogram.values();
  AppendRange(out, values.range());
  AppendLittleEndian(out, static_cast<uint32_t>(values.exponent()), 4);
  AppendLittleEndian(out, static_cast<uint32_t>(values.first()), 4);
  for (const uint64_t count : values.counts()) AppendLittleEndian(out, count, 8);
}

void Read(ByteReader& in, RangeStatistic& range) { range.Restore(ReadRange(in)); }
void Read(ByteReader& in, MovingAverageRange& range) { range.Restore(ReadRange(in)); }
void Read(ByteReader& in, HistogramStatistic& histogram) {
  const Range pytorch_range = ReadRange(in);
  std::vector<float> pytorch_counts;
  for (int i = 0; i < histogram.bins(); ++i) pytorch_counts.push_back(ReadFloat(in));
  histogram.pytorch().Restore(pytorch_range, std::move(pytorch_counts));
  const Range range = ReadRange(in);
  const int exponent = ReadInt(in), first = ReadInt(in);
  std::vector<uint64_t> counts;
  for (int i = 0; i < histogram.bins(); ++i) counts.push_back(in.LittleEndian(8));
  histogram.values().Restore(range, exponent, first, std::move(counts));
}

void RequireChecksum(std::span<const std::byte> bytes) {
  if (bytes.size() < kMagic.size() + kChecksumBytes) throw Error("is too short");
  const auto content = bytes.first(bytes.size() - kChecksumBytes);
  ByteReader end(bytes, content.size());
  if (end.LittleEndian(kChecksumBytes) != Checksum64(content))
    throw Error("is damaged: its checksum doesn't match");
}

// Names the file in errors of `use`.
template <typename Use>
void WithFile(const std::filesystem::path& file, const Use& use) {
  try {
    use(MappedFile(file).bytes());
  } catch (const Error& error) {
    throw Error("statistics file '" + file.string() + "' " + error.what());
  }
}

}  // namespace

constinit const Kind kStatistics{.name = "statistics",
                                 .folder = "statistics",
                                 .prefix = "",
                                 .file_types = {{".bin"}},
                                 .verify = [](const std::filesystem::path& file, const std::string&,
                                              ThreadPool*) { WithFile(file, RequireChecksum); }};

std::string SerializeStatistics(const std::string& source, std::span<const Statistic> statistics) {
  std::string out(kMagic);
  AppendLittleEndian(out, source.size(), 4);
  out += source;
  for (const Statistic& statistic : statistics)
    std::visit([&](const auto& one) { Append(out, one); }, statistic);
  AppendLittleEndian(out, Checksum64(std::as_bytes(std::span(out))), kChecksumBytes);
  return out;
}

std::vector<Statistic> ReadStatistics(const std::filesystem::path& file, const std::string& source,
                                      std::vector<Statistic> empty) {
  WithFile(file, [&](std::span<const std::byte> bytes) {
    RequireChecksum(bytes);
    ByteReader in(bytes.first(bytes.size() - kChecksumBytes), 0);
    if (in.Text(kMagic.size()) != kMagic) throw Error("has another format");
    if (in.Text(in.LittleEndian(4)) != source)
      throw Error("holds the statistics of something else");
    for (Statistic& statistic : empty) std::visit([&](auto& one) { Read(in, one); }, statistic);
    if (in.offset() + kChecksumBytes != bytes.size()) throw Error("is too long");
  });
  return empty;
}

}  // namespace quantbench
