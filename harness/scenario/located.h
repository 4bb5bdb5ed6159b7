// SPDX-License-Identifier: Apache-2.0
// Places in a scenario's text, and the mistakes found there, collected and printed together.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/spot.h"

namespace quantbench::yaml {

// A text that holds scenario keys: the file, one that it extends, or one --set of the command line.
struct Source {
  std::string label;  // "scenarios/mini.yaml", "--set latency.min_seconds=x"
  std::string text;
  std::filesystem::path folder = {};  // where relative paths start; empty: the current directory
  bool command_line = false;
  int order = 0;  // mistakes are printed in this order of sources
};

// Zero-based; columns count bytes, as yaml-cpp does.
struct Place {
  const Source* source = nullptr;
  int line = 0;
  int column = 0;
};

// Offset of a place in its source's text, at most the text's length.
size_t Offset(const Place& place);

// The text in single quotes, cut where it is long: for messages.
std::string Quoted(std::string_view text);

// `path` is the dotted path of the key ("matrix.batch_size[1]"), empty for the whole scenario. Line
// and column are one-based, in characters; a --set has its whole option in their place.
Spot SpotOf(const Place& place, std::string_view path);

// Collects mistakes; nothing here throws or stops the reader.
class Mistakes {
 public:
  // At SpotOf(place, path).
  void Add(const Place& place, std::string_view path, std::string_view message);

  int count() const { return static_cast<int>(mistakes_.size()); }

  // All mistakes in the order of their places.
  std::string Text() const;

 private:
  struct Mistake {
    Place place;
    std::string text;
  };
  std::vector<Mistake> mistakes_;
};

}  // namespace quantbench::yaml
