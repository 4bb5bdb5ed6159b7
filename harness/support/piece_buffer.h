// SPDX-License-Identifier: Apache-2.0
// Collects what a stream is given, and hands it on in large pieces.
#pragma once

#include <array>
#include <span>
#include <streambuf>

namespace quantbench {

class PieceBuffer : public std::streambuf {
 public:
  PieceBuffer() { Empty(); }

 protected:
  // False makes the stream bad, as streams have it. Not called again with the same characters.
  virtual bool Take(std::span<const char> piece) = 0;

  int sync() override {
    const bool taken = Take({pbase(), pptr()});
    Empty();
    return taken ? 0 : -1;
  }
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    return sputc(traits_type::to_char_type(c));
  }

 private:
  void Empty() { setp(piece_.data(), piece_.data() + piece_.size()); }

  std::array<char, 1 << 16> piece_;
};

}  // namespace quantbench
