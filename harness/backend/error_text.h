// SPDX-License-Identifier: Apache-2.0
// The text buffer that plugins write their reasons into, between two guards.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "backend/guarded_floats.h"
#include "quantbench/plugin.h"

namespace quantbench {

class ErrorText {
 public:
  ErrorText() {
    WriteGuard(before_);
    WriteGuard(behind_);
  }
  // Emptied, for one call.
  qb_error abi() {
    text_[0] = '\0';
    return {text_.data(), text_.size()};
  }
  // What the plugin wrote, or the status in words. Throws Error where it wrote past the buffer.
  std::string Describe(const std::string& who, qb_status status);
  // "WHO wrote past its error text", as Error.
  void RequireIntact(const std::string& who) const;

 private:
  std::array<std::byte, 64> before_;
  std::array<char, 512> text_{};
  std::array<std::byte, 64> behind_;
};

}  // namespace quantbench
