// SPDX-License-Identifier: Apache-2.0
// One buffer that is compacted when more comes, not with each line.
#include "support/line_reader.h"

namespace quantbench {

void LineReader::Append(std::string_view bytes) {
  received_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  received_ += bytes;
}

bool LineReader::Take(std::string& line) {
  const size_t end = received_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = received_.size();
    return false;
  }
  line = received_.substr(begin_, end - begin_);
  begin_ = searched_ = end + 1;
  return true;
}

}  // namespace quantbench
