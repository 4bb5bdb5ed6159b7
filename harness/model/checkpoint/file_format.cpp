// SPDX-License-Identifier: Apache-2.0
// Signatures of the files that people hand over as models.
#include "model/checkpoint/file_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string_view>

#include "model/checkpoint/safetensors.h"

namespace quantbench {
namespace {

struct Signature {
  size_t offset;
  std::string_view bytes;
  const char* description;
};

constexpr Signature kForeign[] = {
    {0, "version https://git-lfs",
     "is a Git LFS pointer, not the file that it stands for; fetch that with git lfs pull"},
    {257, "ustar", "is a tar archive; unpack it, or if PyTorch 0.1 wrote it, save it anew"},
    {0, "\x1f\x8b", "is compressed with gzip; unpack it first"},
};

std::string_view AsText(std::span<const std::byte> file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view lowercase) {
  return text.size() >= lowercase.size() &&
         std::equal(lowercase.begin(), lowercase.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

bool IsText(std::string_view text) {
  return std::ranges::all_of(text.substr(0, 512), [](char c) {
    return std::isprint(static_cast<unsigned char>(c)) != 0 || c == '\n' || c == '\r' || c == '\t';
  });
}

// A ModelProto begins with field 1, ir_version (3 to 13 so far), and then producer_name,
// opset_import or graph: fields 2, 8, 7.
bool IsOnnx(std::string_view text) {
  return text.size() > 3 && text[0] == 0x08 && text[1] >= 1 && text[1] < 32 &&
         (text[2] == 0x12 || text[2] == 0x3a || text[2] == 0x42);
}

std::string FirstBytes(std::string_view text) {
  std::string bytes;
  for (const char c : text.substr(0, 8)) {
    std::array<char, 4> hex{};
    std::snprintf(hex.data(), hex.size(), " %02x", unsigned{static_cast<unsigned char>(c)});
    bytes += hex.data();
  }
  return bytes;
}

}  // namespace

FileFormat DetectFormat(std::span<const std::byte> file) {
  const std::string_view text = AsText(file);
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return FileFormat::kZip;
  if (text.size() > 1 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5)
    return FileFormat::kPickle;
  if (IsSafetensors(file)) return FileFormat::kSafetensors;
  return IsOnnx(text) ? FileFormat::kOnnx : FileFormat::kOther;
}

std::string DescribeForeignFile(std::span<const std::byte> file) {
  const std::string_view text = AsText(file);
  if (text.empty()) return "is empty";
  for (const Signature& signature : kForeign) {
    if (text.size() >= signature.offset &&
        text.substr(signature.offset).starts_with(signature.bytes))
      return signature.description;
  }
  const std::string_view trimmed =
      text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (StartsWithIgnoringCase(trimmed, "<!doctype") || StartsWithIgnoringCase(trimmed, "<html"))
    return "is a web page, so the download failed; fetch the file itself";
  if (IsText(text)) return "is a text file";
  if (IsOnnx(text)) return "looks like an ONNX model";
  return "is of no known format (it begins with" + FirstBytes(text) +
         "); is it damaged or half downloaded?";
}

}  // namespace quantbench
