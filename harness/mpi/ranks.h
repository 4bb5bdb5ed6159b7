// SPDX-License-Identifier: Apache-2.0
// The processes that an MPI launcher has started, and messages between them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mpi/transport.h"

namespace quantbench {

struct RankMessage {
  int from = 0;
  int tag = 0;
  std::string text;
};

// MPI from here to the end of the process: one object, used by the thread that made it.
class Ranks {
 public:
  // Whether a launcher (mpirun, srun --mpi=pmix) has started this process as one of several.
  static bool AreStarted();

  // Throws Error where this quantbench was built without MPI, or MPI doesn't start.
  Ranks();
  ~Ranks();  // waits for all ranks
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool IsFirstOnMachine() const { return mpi_->first_on_machine() != 0; }
  // That this rank may keep busy beside the others of its machine.
  int processors() const { return mpi_->processors(); }

  void Send(int to, int tag, std::string_view text) const;
  std::optional<RankMessage> Receive() const;  // nothing where none is there
  // Ends all ranks with this exit status: one that can't go on is waited for by the others.
  [[noreturn]] void EndAll(int status) const;

 private:
  const quantbench_mpi* mpi_ = nullptr;
  int rank_ = 0, size_ = 1;
};

}  // namespace quantbench
