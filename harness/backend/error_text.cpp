// SPDX-License-Identifier: Apache-2.0
// Statuses in words.
#include "backend/error_text.h"

#include "support/error.h"

namespace quantbench {
namespace {

std::string_view StatusName(qb_status status) {
  switch (status) {
    case QB_FAILED:
      return "failed";
    case QB_UNSUPPORTED:
      return "unsupported";
    case QB_OUT_OF_MEMORY:
      return "out of memory";
    case QB_INVALID:
      return "invalid call";
    default:
      return "unknown status";
  }
}

}  // namespace

std::string ErrorText::Describe(const std::string& who, qb_status status) {
  RequireIntact(who);
  text_.back() = '\0';  // whatever the plugin wrote
  return text_[0] != '\0' ? text_.data() : std::string(StatusName(status)) + " without a reason";
}

void ErrorText::RequireIntact(const std::string& who) const {
  if (DamageOf(before_) + DamageOf(behind_) == 0) return;
  throw Error(who + " wrote past the buffer of its error text, which holds " +
              std::to_string(text_.size()) + " bytes");
}

}  // namespace quantbench
