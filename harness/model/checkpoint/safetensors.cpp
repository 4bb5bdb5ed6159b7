// SPDX-License-Identifier: Apache-2.0
// The header of a safetensors file, checked against the file's size.
#include "model/checkpoint/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "model/checkpoint/byte_reader.h"
#include "model/checkpoint/pickle.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using nlohmann::json;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit
constexpr size_t kMaxRank = 8;
constexpr size_t kLongestName = 1000;

// Only objects and arrays as deep as the format has them, and no key twice: a list of keys would
// else depend on who reads it.
json ParseHeader(std::string_view text) {
  constexpr int kMaxDepth = 4;
  bool too_deep = false;
  std::optional<std::string> twice;
  std::vector<std::vector<std::string>> keys;
  const json::parser_callback_t callback = [&](int depth, json::parse_event_t event, json& value) {
    too_deep |= depth > kMaxDepth;
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::key && !keys.empty())
      keys.back().push_back(value.get<std::string>());
    if (event == json::parse_event_t::object_end && !keys.empty()) {
      std::ranges::sort(keys.back());
      const auto found = std::ranges::adjacent_find(keys.back());
      if (found != keys.back().end()) twice = *found;
      keys.pop_back();
    }
    return !too_deep;
  };
  json header = json::parse(text, callback, false);
  if (too_deep || header.is_discarded() || !header.is_object())
    throw Error(
        "its safetensors header isn't the JSON object that it should be; the file is "
        "damaged, fetch it again");
  if (twice) throw Error("its safetensors header has " + pickle::Quote(*twice) + " twice");
  return header;
}

int64_t Count(const json& value, const char* what) {
  constexpr uint64_t kMost = uint64_t{1} << 62;
  if (!value.is_number_unsigned() || value.get<uint64_t>() > kMost)
    throw Error(std::string("its ") + what + " must be whole numbers from 0");
  return static_cast<int64_t>(value.get<uint64_t>());
}

const json& Member(const json& tensor, const char* key, json::value_t type) {
  const auto found = tensor.is_object() ? tensor.find(key) : tensor.end();
  if (found == tensor.end() || found->type() != type)
    throw Error(std::string("has no proper '") + key + "'");
  return *found;
}

// Row-major; zero-sized tensors have strides of no meaning.
std::vector<int64_t> DenseStrides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * std::max<int64_t>(shape[axis], 1);
  return strides;
}

SafetensorsFile::Entry ParseEntry(const std::string& name, const json& tensor,
                                  std::span<const std::byte> data) {
  const auto& dtype = Member(tensor, "dtype", json::value_t::string).get_ref<const std::string&>();
  const ElementType* const type = FindSafetensorsType(dtype);
  if (type == nullptr)
    throw Error("has dtype " + pickle::Quote(dtype) +
                ", which isn't read; F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL are");
  TensorView view;
  const json& shape = Member(tensor, "shape", json::value_t::array);
  if (shape.size() > kMaxRank)
    throw Error("has " + CountText(shape.size(), "dimension") + ", at most " +
                std::to_string(kMaxRank) + " are read");
  for (const json& extent : shape) view.shape.push_back(Count(extent, "extents"));
  const json& offsets = Member(tensor, "data_offsets", json::value_t::array);
  if (offsets.size() != 2) throw Error("needs two data_offsets");
  const int64_t begin = Count(offsets[0], "data_offsets"), end = Count(offsets[1], "data_offsets");
  if (begin > end || static_cast<uint64_t>(end) > data.size())
    throw Error("lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) +
                " of only " + std::to_string(data.size()) + "; the file is damaged or truncated");
  const int64_t elements = NumElements(view.shape);  // refuses what doesn't fit 64 bits
  const auto width = static_cast<int64_t>(type->bytes);
  if ((end - begin) % width != 0 || elements != (end - begin) / width)
    throw Error("has shape " + ToString(view.shape) + " of " + dtype + ", which isn't the " +
                std::to_string(end - begin) + " bytes that it has");
  view.storage = {.type = type, .key = {}, .elements = elements, .window_elements = elements};
  view.strides = DenseStrides(view.shape);
  return {.name = name,
          .view = std::move(view),
          .bytes = data.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin))};
}

// Tensors that overlap could make a small file large in memory.
void CheckApart(std::vector<SafetensorsFile::Entry>& entries) {
  std::ranges::stable_sort(entries, {}, [](const auto& entry) { return entry.bytes.data(); });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i - 1].bytes.data() + entries[i - 1].bytes.size() > entries[i].bytes.data())
      throw Error("tensors " + pickle::Quote(entries[i - 1].name) + " and " +
                  pickle::Quote(entries[i].name) + " overlap in the file");
  }
}

}  // namespace

bool IsSafetensors(std::span<const std::byte> file) {
  return file.size() > kLengthBytes + 1 && file[kLengthBytes] == std::byte{'{'} &&
         ByteReader(file, 0).LittleEndian(kLengthBytes) <= kMaxHeaderBytes;
}

SafetensorsFile ReadSafetensors(std::span<const std::byte> file) {
  ByteReader in(file, 0);
  const uint64_t length = in.LittleEndian(kLengthBytes);
  if (length > kMaxHeaderBytes)
    throw Error("its safetensors header claims " + std::to_string(length) + " bytes, at most " +
                std::to_string(kMaxHeaderBytes) + " are allowed");
  const json header = ParseHeader(in.Text(length));
  const std::span<const std::byte> data = file.subspan(in.offset());
  SafetensorsFile read;
  for (const auto& [name, tensor] : header.items()) {
    if (name == "__metadata__") continue;
    if (name.size() > kLongestName)
      throw Error("a tensor's name has " + std::to_string(name.size()) + " characters");
    try {
      read.entries.push_back(ParseEntry(name, tensor, data));
    } catch (const Error& error) {
      throw Error(pickle::Quote(name) + " " + error.what());
    }
  }
  CheckApart(read.entries);
  return read;
}

}  // namespace quantbench
