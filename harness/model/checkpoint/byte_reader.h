// SPDX-License-Identifier: Apache-2.0
// A bounds-checked cursor over a file's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "support/error.h"

namespace quantbench {

// Every read throws Error, naming the offset, where the file ends too early.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> file, size_t offset) : file_(file), offset_(offset) {
    if (offset > file.size()) throw Error("the file ends before byte " + std::to_string(offset));
  }

  size_t offset() const { return offset_; }

  std::string_view Text(uint64_t bytes) {
    const size_t left = file_.size() - offset_;
    if (bytes > left)
      throw Error("the file ends too early: " + std::to_string(bytes) +
                  " bytes are needed at byte " + std::to_string(offset_) + " but only " +
                  std::to_string(left) + " are left; is it truncated?");
    const auto* const begin = reinterpret_cast<const char*>(file_.data()) + offset_;
    offset_ += static_cast<size_t>(bytes);
    return {begin, static_cast<size_t>(bytes)};
  }

  uint8_t Byte() { return static_cast<uint8_t>(Text(1)[0]); }

  uint64_t LittleEndian(uint64_t bytes) {  // at most 8
    uint64_t value = 0;
    unsigned shift = 0;
    for (const char byte : Text(bytes)) {
      value |= uint64_t{static_cast<uint8_t>(byte)} << shift;
      shift += 8;
    }
    return value;
  }

  uint64_t BigEndian(uint64_t bytes) {  // at most 8
    uint64_t value = 0;
    for (const char byte : Text(bytes)) value = value << 8 | static_cast<uint8_t>(byte);
    return value;
  }

  // Up to a newline, which is read too.
  std::string Line() {
    std::string line;
    for (char c = Text(1)[0]; c != '\n'; c = Text(1)[0]) line += c;
    return line;
  }

 private:
  std::span<const std::byte> file_;
  size_t offset_;
};

}  // namespace quantbench
