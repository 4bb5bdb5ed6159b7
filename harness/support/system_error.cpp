// SPDX-License-Identifier: Apache-2.0
// The system's text and a hint.
#include "support/system_error.h"

#include <cerrno>
#include <system_error>

namespace quantbench {

std::string SystemReason(int error_number) {
  std::string reason = std::generic_category().message(error_number);
  if (error_number == EMFILE) reason += "; allow this process more of them (`ulimit -n 256`)";
  return reason;
}

}  // namespace quantbench
