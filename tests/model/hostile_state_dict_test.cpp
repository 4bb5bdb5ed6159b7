// SPDX-License-Identifier: Apache-2.0
// Damaged and crafted checkpoints: an error each, never a crash, and never much memory.
#include <doctest/doctest.h>

#include <cstring>

#include "model/checkpoint/state_dict.h"
#include "model/test_files.h"
#include "support/files.h"

namespace quantbench {
namespace {

using namespace std::string_literals;
using testing::CheckRefused;
using testing::DataFile;

constexpr const char* kSmallFiles[] = {"big_endian.pth", "model_key_legacy.pth",
                                       "all_types_legacy_protocol4.pth"};

Weights Read(std::string_view content) {
  return ReadWeights(std::as_bytes(std::span(content.data(), content.size())));
}

// True: read without complaint; false: refused with Error. Anything else fails the test.
bool IsAccepted(std::string_view content) {
  try {
    Read(content);
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST_CASE("a checkpoint cut off anywhere is refused") {
  for (const char* name : kSmallFiles) {
    const std::string whole = ReadTextFile(DataFile(name));
    int accepted = 0;
    for (size_t length = 0; length < whole.size(); ++length)
      accepted += IsAccepted(std::string_view(whole).substr(0, length)) ? 1 : 0;
    CAPTURE(name);
    CHECK(accepted == 0);
  }
}

TEST_CASE("a checkpoint with any byte changed is read or refused, nothing else") {
  for (const char* name : {"all_types_zip.pth", "big_endian.pth", "model_key_legacy.pth",
                           "all_types_legacy_protocol4.pth", "os_system_legacy.pth"}) {
    std::string content = ReadTextFile(DataFile(name));
    int read = 0;
    for (size_t i = 0; i < content.size(); ++i) {
      for (const char mask : {'\x01', '\x80', '\xff'}) {
        content[i] ^= mask;
        read += IsAccepted(content) ? 1 : 0;
        content[i] ^= mask;
      }
    }
    CAPTURE(name);
    CHECK(read < static_cast<int>(3 * content.size()));  // some of it must matter
  }
}

// A pickle's number of any size.
std::string Int(int64_t value) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &value, 8);
  return "\x8a\x08" + bytes;
}

struct TensorSpec {
  int64_t stored = 4;  // elements that the pickle claims for storage "0", which has 4
  int64_t offset = 0;
  std::vector<int64_t> shape{4};
  std::vector<int64_t> strides{1};
  std::string kind = "storage";
  std::string view = "";  // a sixth item of the persistent id
};

std::string IntTuple(const std::vector<int64_t>& values) {
  std::string text = "(";
  for (const int64_t value : values) text += Int(value);
  return text + "t";
}

// A legacy file whose dict holds one tensor "w".
std::string LegacyFile(const TensorSpec& spec) {
  std::string file = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."s +
                     "\x80\x02M\xe9\x03."s + "\x80\x02}."s;
  file += "\x80\x02}U\1wctorch._utils\n_rebuild_tensor_v2\n((U"s +
          static_cast<char>(spec.kind.size()) + spec.kind + "ctorch\nFloatStorage\n" +
          "U\0010U\3cpu" + Int(spec.stored) + spec.view + "tQ" + Int(spec.offset) +
          IntTuple(spec.shape) + IntTuple(spec.strides) + "\x89}tRs.";
  file += "\x80\x02]U\0010a."s;
  return file + "\4\0\0\0\0\0\0\0"s + std::string(16, '\0');
}

TEST_CASE("tensors that leave their storage, by any arithmetic, are refused") {
  struct Case {
    TensorSpec spec;
    const char* expected;  // nullptr: fine
  };
  constexpr int64_t kHuge = int64_t{1} << 62;
  const Case cases[] = {
      {{}, nullptr},
      {{.offset = 3, .shape = {1}}, nullptr},
      {{.shape = {}, .strides = {}}, nullptr},
      {{.offset = kHuge, .shape = {0}}, nullptr},               // nothing is read
      {{.shape = {1, 4}, .strides = {INT64_MAX, 1}}, nullptr},  // nor is a stride of one element
      {{.shape = {4}, .strides = {0}}, nullptr},
      {{.offset = 1}, "reaches outside"},
      {{.offset = -1, .shape = {1}}, "reaches outside"},
      {{.shape = {2}, .strides = {4}}, "reaches outside"},
      {{.shape = {2}, .strides = {-1}}, "reaches outside"},
      {{.shape = {2, 2}, .strides = {INT64_MAX, INT64_MAX}}, "reaches outside"},
      {{.offset = INT64_MAX, .shape = {2}}, "reaches outside"},
      {{.shape = {5}, .strides = {0}}, "holds only 4"},
      {{.shape = {-1}}, "impossible"},
      {{.shape = {kHuge, kHuge}, .strides = {1, 1}}, "impossible"},
      {{.shape = {4}, .strides = {}}, "but strides []"},
      {{.shape = std::vector<int64_t>(9, 1), .strides = std::vector<int64_t>(9, 1)}, "dimensions"},
      {{.stored = 5}, "needs a storage of 5 elements"},
      {{.stored = kHuge, .shape = {kHuge}}, "more than 4 values"},
      {{.stored = kHuge}, "needs a storage of 4611686018427387904 elements"},
      {{.stored = INT64_MIN}, "must be a number of elements"},
      {{.view = "(U\1v" + Int(1) + Int(3) + "t"}, "holds only 3"},
      {{.view = "(U\1v" + Int(3) + Int(2) + "t"}, "reaches outside its 4 elements"},
      {{.view = "(U\1v" + Int(INT64_MAX) + Int(INT64_MAX) + "t"}, "reaches outside"},
      {{.kind = "module"}, "whole pickled model"},
      {{.kind = "other"}, "a tuple that begins with 'other'"},
      {{.view = "K\1"}, "view must be a tuple"},
  };
  for (const Case& c : cases) {
    const std::string file = LegacyFile(c.spec);
    CAPTURE(ToString(c.spec.shape));
    CAPTURE(c.spec.offset);
    if (c.expected == nullptr) {
      CHECK_NOTHROW(Read(file));
    } else {
      CheckRefused([&] { Read(file); }, {c.expected});
    }
  }
}

TEST_CASE("many names for one storage can't unfold a small file into a huge dict") {
  std::string file = LegacyFile({});
  const size_t set_item = file.find("}tRs.") + 3;
  std::string more = "q\5s";
  for (int i = 0; i < 300; ++i) more += "U\3" + std::to_string(100 + i) + "h\5s";
  // Enlarge the storage to 256 elements, so that 300 views of it are far more than the file.
  file.replace(set_item, 1, more);
  file.resize(file.size() - 24);
  file += "\0\1\0\0\0\0\0\0"s + std::string(1024, '\0');
  const std::string from = Int(4);
  for (size_t at = file.find(from); at != std::string::npos; at = file.find(from, at + 1))
    file.replace(at, from.size(), Int(256));
  CheckRefused([&] { Read(file); }, {"more than 4 values for each"});
}

}  // namespace
}  // namespace quantbench
