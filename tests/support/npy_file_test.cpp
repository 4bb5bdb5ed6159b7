// SPDX-License-Identifier: Apache-2.0
// NumPy files, good and hostile.
#include "support/npy_file.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "support/error.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

std::string Header(const std::string& type, const std::string& shape,
                   const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

std::string Npy(const std::string& header, const std::string& data, char version = 1) {
  std::string file = std::string("\x93NUMPY", 6) + version + '\0';
  const size_t width = version == 1 ? 2 : 4;
  for (size_t i = 0; i < width; ++i) file += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return file + header + data;
}

template <class T>
std::string Raw(const std::vector<T>& values) {
  std::string data(values.size() * sizeof(T), '\0');
  std::memcpy(data.data(), values.data(), data.size());
  return data;
}

class NpyFolder {
 public:
  std::filesystem::path Write(const std::string& content) const {
    WriteFileAtomically(scratch_.path() / "x.npy", content);
    return scratch_.path() / "x.npy";
  }

 private:
  testing::ScratchFolder scratch_;
};

TEST_CASE("every number type becomes float32") {
  const struct {
    const char* type;
    std::string data;
  } cases[] = {
      {"<f4", Raw<float>({1, 2})},    {"<f8", Raw<double>({1, 2})},
      {"|u1", Raw<uint8_t>({1, 2})},  {"|i1", Raw<int8_t>({1, 2})},
      {"<u2", Raw<uint16_t>({1, 2})}, {"<i2", Raw<int16_t>({1, 2})},
      {"<u4", Raw<uint32_t>({1, 2})}, {"<i4", Raw<int32_t>({1, 2})},
      {"<u8", Raw<uint64_t>({1, 2})}, {"<i8", Raw<int64_t>({1, 2})},
  };
  const NpyFolder folder;
  for (const auto& c : cases) {
    CAPTURE(c.type);
    const NpyFile file(folder.Write(Npy(Header(c.type, "(2,)"), c.data)));
    CHECK(file.ConvertToFloats() == std::vector<float>{1, 2});
  }
}

TEST_CASE("shapes of any rank, all versions of the format") {
  const NpyFolder folder;
  for (const char version : {'\1', '\2', '\3'}) {
    const NpyFile file(
        folder.Write(Npy(Header("<f4", "(2, 1, 3)"), Raw<float>({1, 2, 3, 4, 5, 6}), version)));
    CHECK(file.shape() == std::vector<int64_t>{2, 1, 3});
    CHECK(file.Floats().back() == 6);
  }
  const NpyFile scalar(folder.Write(Npy(Header("<f4", "()"), Raw<float>({4}))));
  CHECK(scalar.shape().empty());
  CHECK(scalar.Floats() == std::vector<float>{4});
  CHECK_THROWS_WITH_AS(scalar.Bytes(), doctest::Contains("'|u1' is expected"), Error);
}

TEST_CASE("what isn't such a file is refused with a reason") {
  const std::string data = Raw<float>({1, 2});
  const struct {
    const char* reason;
    std::string content, message;
  } cases[] = {
      {"empty", "", "isn't a .npy file"},
      {"another format", "PK\3\4 and more", "isn't a .npy file"},
      {"cut off in the magic", "\x93NUM", "isn't a .npy file"},
      {"cut off behind the version", std::string("\x93NUMPY\1\0", 8), "ends inside its header"},
      {"a version that doesn't exist", Npy(Header("<f4", "(2,)"), data, 9), "of version 9"},
      {"a header longer than the file", std::string("\x93NUMPY\1\0\xFF\xFF{", 11),
       "ends inside its header"},
      {"a header of 4 GiB", std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF{", 13),
       "ends inside its header"},
      {"big-endian", Npy(Header(">f4", "(2,)"), data), "its type is '>f4'"},
      {"text", Npy(Header("<U4", "(2,)"), data), "array.astype(numpy.float32)"},
      {"pickled objects", Npy(Header("|O", "(2,)"), data), "its type is '|O'"},
      {"columns first", Npy(Header("<f4", "(2,)", "True"), data), "numpy.ascontiguousarray"},
      {"no header to speak of", Npy("{}", data), "its type is ''"},
      {"no shape", Npy("{'descr': '<f4', 'fortran_order': False, }", data), "it has no shape"},
      {"a shape of words", Npy(Header("<f4", "(two,)"), data), "its shape (two,) can't be"},
      {"a negative size", Npy(Header("<f4", "(-2,)"), data), "can't be"},
      {"a product beyond 64 bits", Npy(Header("<f4", "(4294967296, 4294967296)"), data),
       "can't be"},
      {"a size beyond 64 bits", Npy(Header("<f4", "(99999999999999999999,)"), data), "can't be"},
      {"cut off values", Npy(Header("<f4", "(3,)"), data), "where its shape needs 12"},
      {"values behind the end", Npy(Header("<f4", "(1,)"), data), "where its shape needs 4"},
  };
  const NpyFolder folder;
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK_THROWS_WITH_AS(NpyFile(folder.Write(c.content)), doctest::Contains(c.message.c_str()),
                         Error);
  }
}

TEST_CASE("what is written is read again, byte by byte as NumPy writes it") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "written.npy";
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{6}, {2, 3}, {1, 6, 1}, {6, 1}}) {
    const std::vector<float> values = {0, -1.5f, 3e38f, 1e-40f, 4, 5};
    WriteNpy(file, shape, values);
    const NpyFile npy(file);
    CHECK(npy.shape() == shape);
    CHECK(npy.Floats() == values);
  }
  WriteNpy(file, {2}, std::vector<float>{1, 2});
  const std::string text = ReadTextFile(file);
  CHECK(text.size() == 128 + 8);
  CHECK(text.substr(0, 10) == std::string("\x93NUMPY\x01\0v\0", 10));
  CHECK(text.substr(10, 59) == "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }  ");
  CHECK(text[127] == '\n');
}

}  // namespace
}  // namespace quantbench
