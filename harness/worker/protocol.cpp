// SPDX-License-Identifier: Apache-2.0
// Each struct as a JSON object whose "kind" tells which it is.
#include "worker/protocol.h"

#include "record/json.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr int kDeepest = 8;  // the deepest message is a list of lists in an object in an object

template <class T>
T Decoded(const std::string& line) {
  try {
    if (FindDeepNesting(line, kDeepest)) throw Error("it is nested too deeply");
    return FromText<T>(line, Strictness::kLines);
  } catch (const Error& error) {
    throw Error(std::string("a worker process and this one don't understand each other: ") +
                error.what());
  }
}

}  // namespace

std::string Encode(const Assignment& assignment) {
  try {
    return ToLine(ToJson(assignment), /*replace=*/false);
  } catch (const Json::exception&) {
    throw Error(
        "a path of this run isn't UTF-8, so no worker process can be told of it; "
        "rename it, or use --no-isolation");
  }
}

std::string Encode(const Message& message) {
  return ToLine(ToJson(message), /*replace=*/true);  // a plugin's texts may be anything
}

Assignment DecodeAssignment(const std::string& line) { return Decoded<Assignment>(line); }

Message DecodeMessage(const std::string& line) { return Decoded<Message>(line); }

}  // namespace quantbench
