// SPDX-License-Identifier: Apache-2.0
// Layout: magic, a byte a weight, checksum of all before it.
#include "quantize/rounding_file.h"

#include <cstring>
#include <string_view>

#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr std::string_view kRoundingMagic = "quantbench rounding 1\n";
constexpr size_t kHexDigits = 16;  // of a checksum

std::string_view WeightsIn(const std::filesystem::path& file, std::string_view text) {
  const auto fail = [&](const std::string& what) {
    throw Error("rounding file '" + file.string() + "' " + what);
  };
  if (text.size() < kRoundingMagic.size() + kHexDigits) fail("is too short");
  const std::string_view content = text.substr(0, text.size() - kHexDigits);
  if (Checksum64Hex(content) != text.substr(content.size()))
    fail("is damaged: its checksum doesn't match");
  if (!content.starts_with(kRoundingMagic)) fail("has another format");
  return content.substr(kRoundingMagic.size());
}

}  // namespace

constinit const Kind kRoundings{
    .name = "rounding",
    .folder = "roundings",
    .prefix = "",
    .file_types = {{".bin"}},
    .verify = [](const std::filesystem::path& file, const std::string&, ThreadPool*) {
      WeightsIn(file, MappedFile(file).text());
    }};

std::string SerializeRounding(std::span<const int8_t> weights) {
  std::string out(kRoundingMagic);
  out.append(reinterpret_cast<const char*>(weights.data()), weights.size());
  return out + Checksum64Hex(out);
}

std::vector<int8_t> ReadRounding(const std::filesystem::path& file, size_t count) {
  const MappedFile mapped(file);
  const std::string_view bytes = WeightsIn(file, mapped.text());
  if (bytes.size() != count)
    throw Error("rounding file '" + file.string() + "' holds another layer's weights");
  std::vector<int8_t> weights(count);
  std::memcpy(weights.data(), bytes.data(), count);
  return weights;
}

}  // namespace quantbench
