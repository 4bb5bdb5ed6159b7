// SPDX-License-Identifier: Apache-2.0
// Code in physical memory that is drawn anew for each process that is timed.
//
// Where code happens to lie decides a good deal: a CPU may predict by the physical addresses of
// instructions, say which load waits for which store. The pages of a library's file stay where they
// are as long as the kernel caches the file, so one draw would last for all repetitions and runs,
// and look like a property of the backend. Drawn anew for each repetition it is noise, which an
// interval tells of (Curtsinger and Berger, "Stabilizer: statistically sound performance
// evaluation", ASPLOS 2013; measured in docs/performance_notebook.md). Data needs nothing: each
// process gets other pages by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

namespace quantbench {

// Libraries that are loaded after its construction: a plugin, and what that brings with it. What
// this program has loaded itself, as the C library, stays where it is.
class NewLibraries {
 public:
  NewLibraries();
  // Gives their code pages of this process's own, at the same addresses and with the same bytes;
  // other threads may run it meanwhile, and code that they don't change stays right. How many
  // bytes; nothing where the system didn't let all of them be copied.
  std::optional<size_t> CopyCode() const;

 private:
  std::set<uintptr_t> before_;  // Library::address
};

}  // namespace quantbench
