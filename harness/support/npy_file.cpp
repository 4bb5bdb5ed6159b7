// SPDX-License-Identifier: Apache-2.0
// The header is the repr of a Python dict; nothing in it is believed before it is checked.
#include "support/npy_file.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kMostDimensions = 64;  // NumPy's own limit

template <class T>
std::vector<float> Convert(std::span<const std::byte> data) {
  std::vector<float> floats(data.size() / sizeof(T));
  for (size_t i = 0; i < floats.size(); ++i) {
    T value;  // copied, since the data need not be aligned
    std::memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    floats[i] = static_cast<float>(value);
  }
  return floats;
}

struct NumberType {
  std::string_view name;
  size_t bytes;
  std::vector<float> (*convert)(std::span<const std::byte>);
};
constexpr NumberType kTypes[] = {
    {"<f4", 4, Convert<float>},    {"<f8", 8, Convert<double>},   {"|u1", 1, Convert<uint8_t>},
    {"|i1", 1, Convert<int8_t>},   {"<u2", 2, Convert<uint16_t>}, {"<i2", 2, Convert<int16_t>},
    {"<u4", 4, Convert<uint32_t>}, {"<i4", 4, Convert<int32_t>},  {"<u8", 8, Convert<uint64_t>},
    {"<i8", 8, Convert<int64_t>},
};

std::optional<NumberType> FindType(std::string_view name) {
  for (const NumberType& type : kTypes) {
    if (type.name == name) return type;
  }
  return std::nullopt;
}

// The text between `begin` and `end` in the header; empty where there is none.
std::string Between(const std::string& header, std::string_view begin, char end) {
  const size_t start = header.find(begin);
  if (start == header.npos) return {};
  const size_t stop = header.find(end, start + begin.size());
  if (stop == header.npos) return {};
  return header.substr(start + begin.size(), stop - start - begin.size());
}

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& file) : file_(file), mapped_(file) {
  const std::span<const std::byte> bytes = mapped_.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr size_t kVersionEnd = kMagic.size() + 2;
  if (!text.starts_with(kMagic) || text.size() < kVersionEnd) {
    Fail("it isn't a .npy file; write one with numpy.save(file, array)");
  }
  const int version = text[kMagic.size()];
  if (version < 1 || version > 3) Fail("it is of version " + std::to_string(version) + ", not 1-3");
  const size_t width = version == 1 ? 2 : 4;  // of the header's length
  size_t length = 0;
  for (size_t i = 0; i < width && kVersionEnd + i < text.size(); ++i) {
    length |= static_cast<size_t>(static_cast<uint8_t>(text[kVersionEnd + i])) << (8 * i);
  }
  const size_t begin = kVersionEnd + width;
  if (text.size() < begin || text.size() - begin < length) Fail("it ends inside its header");
  ReadHeader(std::string(text.substr(begin, length)));
  data_ = bytes.subspan(begin + length);
  const size_t expected = static_cast<size_t>(elements_) * FindType(type_).value().bytes;
  if (data_.size() != expected) {
    Fail("it holds " + std::to_string(data_.size()) + " bytes of values where its shape needs " +
         std::to_string(expected) + "; is it cut off?");
  }
}

void NpyFile::ReadHeader(const std::string& header) {
  type_ = Between(header, "'descr': '", '\'');
  if (!FindType(type_)) {
    Fail("its type is '" + type_ +
         "', none of the little-endian numbers that are read here; convert it with "
         "array.astype(numpy.float32)");
  }
  const std::string order = Between(header, "'fortran_order': ", ',');
  if (order != "False") Fail("it isn't in C order; convert it with numpy.ascontiguousarray(array)");
  const size_t shape = header.find("'shape': (");
  if (shape == header.npos || header.find(')', shape) == header.npos) Fail("it has no shape");
  ReadShape(Between(header, "'shape': (", ')'));
}

void NpyFile::ReadShape(const std::string& text) {
  // Far below where a count of bytes overflows.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 16;
  for (size_t at = 0; (at = text.find_first_not_of(", ", at)) != text.npos;) {
    int64_t size = 0;
    const auto result = std::from_chars(text.data() + at, text.data() + text.size(), size);
    const bool fits = result.ec == std::errc() && size >= 0 && shape_.size() < kMostDimensions &&
                      (size == 0 || elements_ <= kMost / size);
    if (!fits) Fail("its shape (" + text + ") can't be");
    shape_.push_back(size);
    elements_ *= size;
    at = static_cast<size_t>(result.ptr - text.data());
  }
}

void NpyFile::CheckType(const char* type) const {
  if (type_ != type) Fail("it holds '" + type_ + "' where '" + type + "' is expected");
}

std::vector<uint8_t> NpyFile::Bytes() const {
  CheckType("|u1");
  const auto* const begin = reinterpret_cast<const uint8_t*>(data_.data());
  return {begin, begin + data_.size()};
}

std::vector<float> NpyFile::Floats() const {
  CheckType("<f4");
  return ConvertToFloats();
}

std::vector<float> NpyFile::ConvertToFloats() const {
  return FindType(type_).value().convert(data_);
}

void WriteNpy(const std::filesystem::path& file, const std::vector<int64_t>& shape,
              std::span<const float> values) {
  static_assert(std::endian::native == std::endian::little);
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (size_t d = 0; d < shape.size(); ++d)
    header += (d == 0 ? "" : " ") + std::to_string(shape[d]) +
              (d == 0 || d + 1 < shape.size() ? "," : "");  // "(2,)", "(2, 3)"
  header += "), }";
  // Values begin at a multiple of 64 bytes.
  constexpr size_t kAlignment = 64, kBefore = kMagic.size() + 4;
  header.append(kAlignment - (kBefore + header.size() + 1) % kAlignment, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += {1, 0, static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  WriteFileAtomically(file, bytes);
}

void NpyFile::Fail(const std::string& what) const { throw Error(file_.string() + ": " + what); }

}  // namespace quantbench
