// SPDX-License-Identifier: Apache-2.0
// A pickle parser that builds a description of objects and never runs anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
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
struct Bytes {};  // which no tensor is read from
struct Global {
  std::string_view name;  // "collections.OrderedDict": a name, never resolved
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
// What a function or class would make of its arguments: nothing is called, and what is put into the
// object later is dropped.
struct Call {
  std::string_view function;  // "torch._utils._rebuild_tensor_v2"
  Ref arguments;              // a Tuple
};
struct PersistentId {
  Ref id;
};
using Object = std::variant<None, bool, int64_t, double, std::string, BigInteger, Bytes, Global,
                            Tuple, List, Dict, Call, PersistentId>;

// One pickle. Objects lie in one flat array and refer to each other by index, so sharing costs
// nothing and cycles, which hostile files contain, leak nothing.
struct Document {
  std::vector<Object> objects;
  std::set<std::string, std::less<>> names;  // of globals; moving a set leaves its strings in place
  Ref root = 0;
  size_t end = 0;  // offset in the file of the first byte after the pickle

  Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;
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

// Parses the pickle that starts at `begin`: what protocols 2 to 5 write. Objects of any class are
// described, none is made; the policy may refuse a global. Memory is at most a small multiple of
// the pickle's length. Throws Error that gives opcode and offset.
Document Parse(std::span<const std::byte> file, size_t begin, GlobalPolicy policy);

// Text from a file made fit for a message: in quotes, without control characters, not too long.
std::string Quote(std::string_view text);

// "an int", "a call of torch.Size": what an object is, for messages.
std::string Describe(const Object& object);

}  // namespace quantbench::pickle
