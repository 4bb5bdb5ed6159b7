// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy files: reads versions 1 to 3, C order, little-endian numbers; writes float32.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "support/files.h"

namespace quantbench {

// One array, mapped. (Format: numpy.lib.format in NumPy's reference manual.)
class NpyFile {
 public:
  // Throws Error where the file can't be read, isn't such an array, or is longer or shorter than
  // its shape says.
  explicit NpyFile(const std::filesystem::path& file);

  const std::vector<int64_t>& shape() const { return shape_; }
  const std::string& type() const { return type_; }  // as in the file: "<f4", "|u1"

  // All values, row-major. Throws Error where the file holds another type.
  std::vector<uint8_t> Bytes() const;
  std::vector<float> Floats() const;
  // The same of any number type, rounded to float32.
  std::vector<float> ConvertToFloats() const;

 private:
  void ReadHeader(const std::string& header);
  void ReadShape(const std::string& text);
  void CheckType(const char* type) const;
  [[noreturn]] void Fail(const std::string& what) const;

  std::filesystem::path file_;
  MappedFile mapped_;
  std::vector<int64_t> shape_;
  std::string type_;
  int64_t elements_ = 1;
  std::span<const std::byte> data_;
};

// Version 1, C order, little-endian float32, as numpy.save writes it. `values` are as many as the
// shape says. The file appears whole or not at all; throws Error with the system's reason.
void WriteNpy(const std::filesystem::path& file, const std::vector<int64_t>& shape,
              std::span<const float> values);

}  // namespace quantbench
