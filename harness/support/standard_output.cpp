// SPDX-License-Identifier: Apache-2.0
// A stream buffer that remembers the first error.
#include "support/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <span>

#include "support/descriptor.h"
#include "support/piece_buffer.h"

namespace quantbench {
namespace {

void FillMissingDescriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // Nothing can be written to the one in place of stdout: that it is lost shows. The lowest free
    // number is this one, as they are filled in order.
    const int flags = descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR;
    [[maybe_unused]] const int opened = ::open("/dev/null", flags);
  }
}

}  // namespace

class StandardOutput::Buffer : public PieceBuffer {
 public:
  Buffer() : before_(std::cout.rdbuf(this)), by_lines_(::isatty(STDOUT_FILENO) == 1) {}
  ~Buffer() override {
    sync();
    std::cout.rdbuf(before_);
  }

  int Close() {
    sync();
    std::fflush(stdout);  // of plugins that run in this process
    // Some file systems tell only here.
    if (::close(STDOUT_FILENO) != 0 && wrote_) Remember(errno);
    return reason_ == EPIPE ? 0 : reason_;
  }

 protected:
  bool Take(std::span<const char> text) override {
    if (!text.empty() && reason_ == 0) {
      wrote_ = true;
      Remember(WriteAll(STDOUT_FILENO, std::as_bytes(text)));
    }
    return reason_ == 0;
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    const std::streamsize taken = std::streambuf::xsputn(text, count);
    const bool line_ends = std::memchr(text, '\n', static_cast<size_t>(count)) != nullptr;
    return by_lines_ && line_ends && sync() != 0 ? 0 : taken;
  }

 private:
  void Remember(int reason) {
    if (reason_ == 0) reason_ = reason;
  }

  std::streambuf* before_;
  bool by_lines_;  // people see each line as soon as it is whole
  bool wrote_ = false;
  int reason_ = 0;
};

StandardOutput::StandardOutput() {
  FillMissingDescriptors();
  buffer_ = std::make_unique<Buffer>();
}

StandardOutput::~StandardOutput() = default;

std::optional<std::string> StandardOutput::Finish() {
  const int reason = buffer_->Close();
  if (reason == 0) return std::nullopt;
  return std::strerror(reason);
}

}  // namespace quantbench
