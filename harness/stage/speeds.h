// SPDX-License-Identifier: Apache-2.0
// How fast each kind of work was when it was last done, kept in the cache to tell how long the next
// one will take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"
#include "store/store.h"

namespace quantbench {

// Work that is left, with the time that it should take.
struct Work {
  std::string name;
  int64_t items = 0;
  std::string unit;               // of the items: "images"
  std::optional<double> seconds;  // nothing where such work was never done on this machine
  bool nominal = false;           // the least that the scenario's own settings take
};

// The kind of a stage's work, of all that its time depends on: two works of one kind take the same
// time for each of their items.
std::string WorkKind(const std::vector<std::string>& parts);
// Parts of it: this machine with so many workers, and the size of crops.
std::string Machine(int threads);
std::string CropSize(const Preprocess& preprocess);

extern const Kind kSpeeds;  // one entry, without a key

// Several runs may add to them at once.
class RecordedSpeeds {
 public:
  explicit RecordedSpeeds(const Store& store);

  // What `items` of that kind of work should take, from the last time that about as many were done.
  std::optional<double> Seconds(const std::string& kind, int64_t items) const;
  Work WorkOf(const std::string& kind, const std::string& name, int64_t items,
              const std::string& unit) const;

  // Adds to the file; one that can't be written to costs estimates alone.
  void Add(const std::string& kind, int64_t items, double seconds) const;

 private:
  using SecondsByItems = std::map<int64_t, double>;
  std::map<std::string, SecondsByItems> Read() const;  // by kind

  std::filesystem::path file_;
  mutable std::optional<std::map<std::string, SecondsByItems>> known_;  // once read
};

}  // namespace quantbench
