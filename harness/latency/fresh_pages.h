// SPDX-License-Identifier: Apache-2.0
// Physical memory drawn anew for each process that is timed.
//
// Where code and data happen to lie in physical memory decides a good deal: a cache finds its lines
// by physical addresses, and some CPUs predict by those of instructions which load waits for which
// store. The pages of a library's file stay where they are as long as the kernel caches the file,
// and a process gets the pages that the one before gave back. So one draw would last for a whole
// run, and look like a property of the backend. Drawn anew for each repetition it is noise, which
// an interval tells of (Curtsinger and Berger, "Stabilizer: statistically sound performance
// evaluation", ASPLOS 2013; measured in docs/performance_notebook.md).
#pragma once

#include <cstddef>
#include <set>

#include "dataset/random.h"

namespace quantbench {

// Libraries that are loaded after its construction: a plugin, and what that brings with it.
class NewLibraries {
 public:
  NewLibraries();
  // Gives their code pages of this process's own, at the same addresses and with the same bytes;
  // their other threads may run meanwhile. How many bytes: none of what the system doesn't let be
  // written to (policies against writable code), which stays as it was.
  size_t MoveCode() const;

 private:
  std::set<size_t> before_;  // addresses that the loader gave
};

// Memory of which a random half is given back to the kernel in random order, again and again: the
// process that starts next gets other pages than the one before did. Costs a few milliseconds.
class ScatteredPages {
 public:
  ScatteredPages();
  ~ScatteredPages();
  ScatteredPages(const ScatteredPages&) = delete;
  ScatteredPages& operator=(const ScatteredPages&) = delete;

  void Scatter();

 private:
  std::byte* memory_;  // null: the system has none to spare
  size_t page_bytes_;
  RandomGenerator random_;
};

}  // namespace quantbench
