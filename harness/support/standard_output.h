// SPDX-License-Identifier: Apache-2.0
// What std::cout writes through, so that nothing of it is lost without a word.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace quantbench {

// While it lives, std::cout is its own. Without descriptors 0, 1 or 2 (`>&-`), the next file that
// is opened would get what is meant for them: they are filled first.
class StandardOutput {
 public:
  StandardOutput();
  ~StandardOutput();
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  // Writes what is left and closes. The system's reason where something couldn't be written;
  // nothing where all was, or where the reader has left, as `head` does.
  std::optional<std::string> Finish();

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace quantbench
