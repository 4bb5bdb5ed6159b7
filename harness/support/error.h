// SPDX-License-Identifier: Apache-2.0
// The exceptions of the host: what went wrong, where, and what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace quantbench {

// Thrown for everything that a user can cause or mend: a bad file, a bad scenario, a backend that
// refuses. The text is complete: it names the file, case or tensor, says what was expected, and
// what to do. Programming errors are std::logic_error.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Something couldn't be written: the disk is full, a folder may not be written to. What is on disk
// already is whole.
class WriteError : public Error {
 public:
  using Error::Error;
};

}  // namespace quantbench
