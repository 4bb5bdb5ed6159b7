// SPDX-License-Identifier: Apache-2.0
// What stands in a pickle, put in words for messages.
#include "model/checkpoint/pickle.h"

namespace quantbench::pickle {
namespace {

struct Description {
  std::string operator()(const None&) const { return "None"; }
  std::string operator()(bool) const { return "a bool"; }
  std::string operator()(int64_t) const { return "an int"; }
  std::string operator()(double) const { return "a float"; }
  std::string operator()(const std::string& text) const { return "the text " + Quote(text); }
  std::string operator()(const BigInteger&) const { return "a long int"; }
  std::string operator()(const Bytes&) const { return "bytes"; }
  std::string operator()(const Global& global) const { return "the global " + Quote(global.name); }
  std::string operator()(const Tuple&) const { return "a tuple"; }
  std::string operator()(const List&) const { return "a list"; }
  std::string operator()(const Dict&) const { return "a dict"; }
  std::string operator()(const Call& call) const { return "an object of " + Quote(call.function); }
  std::string operator()(const PersistentId&) const { return "a storage"; }
};

}  // namespace

std::string Quote(std::string_view text) {
  constexpr size_t kLongest = 100;
  std::string quoted = "'";
  for (const char c : text.substr(0, kLongest)) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    quoted += is_control ? '?' : c;
  }
  return quoted + (text.size() > kLongest ? "...'" : "'");
}

std::string Describe(const Object& object) { return std::visit(Description(), object); }

}  // namespace quantbench::pickle
