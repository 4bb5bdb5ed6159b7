// SPDX-License-Identifier: Apache-2.0
// Lines out of a stream of bytes that comes in pieces, with a bound on what is kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quantbench {

class LineReader {
 public:
  void Append(std::string_view bytes);
  // The next whole line, without its newline. False where none is there yet.
  bool Take(std::string& line);
  // Bytes of a line that hasn't ended.
  size_t pending() const { return received_.size() - begin_; }

 private:
  std::string received_;
  size_t begin_ = 0;     // of the first line that wasn't taken
  size_t searched_ = 0;  // no newline from begin_ up to here
};

}  // namespace quantbench
