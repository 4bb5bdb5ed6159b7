// SPDX-License-Identifier: Apache-2.0
// safetensors files: what is read, and headers that lie.
#include "model/checkpoint/safetensors.h"

#include <doctest/doctest.h>

#include <cstring>

#include "model/checkpoint/state_dict.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;

std::string File(const std::string& header, size_t data_bytes = 16) {
  std::string file(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  file += header;
  for (size_t i = 0; i < data_bytes / sizeof(float); ++i) {
    const auto value = static_cast<float>(i);
    file.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  return file;
}

Weights Read(const std::string& file) {
  return ReadWeights(std::as_bytes(std::span(file.data(), file.size())));
}

std::string Tensor(const char* dtype, const char* shape, const char* offsets) {
  return std::string(R"({"dtype":")") + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
         offsets + "}";
}

TEST_CASE("tensors of a safetensors file, its metadata left out and its prefix taken off") {
  const Weights weights = Read(File(R"({"__metadata__":{"format":"pt"},"module.a.weight":)" +
                                    Tensor("F32", "[1,2]", "[8,16]") + R"(,"module.a.bias":)" +
                                    Tensor("F32", "[]", "[4,8]") + R"(,"module.a.none":)" +
                                    Tensor("I64", "[0,3]", "[16,16]") + R"(,"n_averaged":)" +
                                    Tensor("I32", "[1]", "[0,4]") + "}   "));
  CHECK(weights.prefix == "module.");
  REQUIRE(weights.tensors.size() == 3);
  CHECK(weights.tensors.at("a.weight").values == std::vector<float>{2, 3});
  CHECK(weights.tensors.at("a.bias").values == std::vector<float>{1});
  CHECK(weights.tensors.at("a.none").values.empty());
}

TEST_CASE("a safetensors file whose header doesn't fit it is refused") {
  struct Case {
    std::string header;
    const char* expected;
  };
  const auto only = [](const std::string& tensor) { return "{\"t\":" + tensor + "}"; };
  const std::string fine = Tensor("F32", "[4]", "[0,16]");
  const Case cases[] = {
      {only(Tensor("F32", "[5]", "[0,20]")), "'t' lies at bytes 0 to 20 of only 16"},
      {only(Tensor("F32", "[4]", "[4,16]")), "isn't the 12 bytes"},
      {only(Tensor("F32", "[4]", "[16,0]")), "lies at bytes 16 to 0"},
      {only(Tensor("F32", "[4]", "[0,18446744073709551615]")), "whole numbers"},
      {only(Tensor("F32", "[4]", "[-4,12]")), "whole numbers"},
      {only(Tensor("F32", "[4]", "[0,16,16]")), "two data_offsets"},
      {only(Tensor("F32", "[4.0]", "[0,16]")), "whole numbers"},
      {only(Tensor("F32", "[4611686018427387904,4611686018427387904]", "[0,16]")), "impossible"},
      {only(Tensor("F32", "[1,1,1,1,1,1,1,1,4]", "[0,16]")), "9 dimensions"},
      {only(Tensor("F16", "[4]", "[0,9]")), "isn't the 9 bytes"},
      {only(Tensor("F8_E4M3", "[16]", "[0,16]")), "dtype 'F8_E4M3', which isn't read"},
      {only(Tensor("", "[16]", "[0,16]")), "dtype ''"},
      {only("{}"), "no proper 'dtype'"},
      {only("[]"), "no proper 'dtype'"},
      {only(R"({"dtype":"F32","shape":3,"data_offsets":[0,16]})"), "no proper 'shape'"},
      {"{\"a\":" + fine + ",\"b\":" + fine + "}", "tensors 'a' and 'b' overlap"},
      {"{\"a\":" + fine + ",\"a\":" + fine + "}", "has 'a' twice"},
      {"{\"a\":" + fine, "isn't the JSON object"},
      {"{\"a\":\"\xff\"}", "isn't the JSON object"},
      {"{\"a\":" + std::string(100000, '['), "isn't the JSON object"},
      {"{\"" + std::string(2000, 'a') + "\":" + fine + "}", "2000 characters"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.header.substr(0, 200));
    CheckRefused([&] { Read(File(c.header)); }, {c.expected});
  }
}

TEST_CASE("a safetensors file cut off anywhere is refused, and any byte may change") {
  std::string file = File("{\"t.weight\":" + Tensor("F32", "[2,2]", "[0,16]") + "}");
  for (size_t length = 0; length < file.size(); ++length)
    CHECK_THROWS_AS(Read(file.substr(0, length)), Error);
  for (size_t i = 0; i < file.size(); ++i) {
    for (const char mask : {'\x01', '\x20', '\x80'}) {
      file[i] ^= mask;
      try {
        Read(file);
      } catch (const Error&) {  // NOLINT: either is fine, a crash isn't
      }
      file[i] ^= mask;
    }
  }
}

}  // namespace
}  // namespace quantbench
