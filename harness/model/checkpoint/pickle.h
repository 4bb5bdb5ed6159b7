// SPDX-License-Identifier: Apache-2.0
// A pickle parser that builds a description of objects and never runs anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quantbench::pickle {

using Ref = uint32_t;  // index into Document::objects

struct None {};
struct BigInteger {
  std::string bytes;  // two's complement, little-endian, more than 8
};
struct Global {
  std::string name;  // "collections.OrderedDict": a name, never resolved
};
struct Tuple {
  std::vector<Ref> items;
};
struct List {
  std::vector<Ref> items;
};
struct Dict {
  std::vector<std::pair<Ref, Ref>> items;  // in file order, a key may come twice
  bool ordered = false;                    // a collections.OrderedDict
};
struct Call {
  std::string function;  // "torch._utils._rebuild_tensor_v2"
  Ref arguments;         // a Tuple
};
struct PersistentId {
  Ref id;
};
using Object = std::variant<None, bool, int64_t, double, std::string, BigInteger, Global, Tuple,
                            List, Dict, Call, PersistentId>;

// One pickle. Objects lie in one flat array and refer to each other by index, so sharing costs
// nothing and cycles, which hostile files contain, leak nothing.
struct Document {
  std::vector<Object> objects;
  Ref root = 0;
  size_t end = 0;  // offset in the file of the first byte after the pickle

  const Object& at(Ref ref) const { return objects.at(ref); }
  template <typename T>
  const T* As(Ref ref) const {
    return std::get_if<T>(&objects.at(ref));
  }
  const std::vector<Ref>& ArgumentsOf(const Call& call) const {
    return std::get<Tuple>(objects.at(call.arguments)).items;
  }
};

// Says why a global's name is refused; nothing where it is fine.
using GlobalPolicy = std::optional<std::string> (*)(std::string_view name);

// Parses the pickle that starts at `begin`. Knows the operations that a state dict needs (protocols
// 2 to 5) and the calls of permitted globals; refuses all else by name. Memory is at most a small
// multiple of the pickle's length. Throws Error that gives opcode and offset.
Document Parse(std::span<const std::byte> file, size_t begin, GlobalPolicy policy);

// Text from a file made fit for a message: in quotes, without control characters, not too long.
std::string Quote(std::string_view text);

// "an int", "a call of torch.Size": what an object is, for messages.
std::string Describe(const Object& object);

}  // namespace quantbench::pickle
