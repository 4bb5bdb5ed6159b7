// SPDX-License-Identifier: Apache-2.0
// Finds the library beside the program, and keeps it loaded.
#include "mpi/ranks.h"

#include <dlfcn.h>

#include <climits>
#include <cstdlib>
#include <filesystem>

#include "support/error.h"
#include "support/program_file.h"

namespace quantbench {
namespace {

const quantbench_mpi* LoadMpi() {
  const std::filesystem::path library =
      ProgramFile().parent_path().parent_path() / "lib" / "quantbench-mpi.so";
  if (!std::filesystem::exists(library))
    throw Error(
        "this quantbench was built without MPI: install libopenmpi-dev and build it anew, or "
        "share the images by `run --shard I/N` and `merge`");
  // Open MPI loads parts of itself, which look for its symbols.
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) throw Error(std::string("can't load MPI: ") + ::dlerror());
  const auto* const table =
      static_cast<const quantbench_mpi*>(::dlsym(handle, QUANTBENCH_MPI_SYMBOL));
  if (table == nullptr || table->version != QUANTBENCH_MPI_VERSION)
    throw Error("'" + library.string() + "' is of another version of quantbench");
  return table;
}

}  // namespace

bool Ranks::AreStarted() {
  if (std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr) return true;
  // srun sets these for every task, also where there is just one.
  const char* const tasks = std::getenv("SLURM_NTASKS");
  const bool are_ranks = std::getenv("PMIX_RANK") != nullptr || std::getenv("PMI_RANK") != nullptr;
  return are_ranks && tasks != nullptr && std::atoi(tasks) > 1;
}

Ranks::Ranks() : mpi_(LoadMpi()) {
  if (mpi_->start() != 0) throw Error("MPI doesn't start");
  rank_ = mpi_->rank();
  size_ = mpi_->size();
}

Ranks::~Ranks() { mpi_->finish(); }

void Ranks::Send(int to, int tag, std::string_view text) const {
  if (text.size() > INT_MAX)
    throw Error("a message of " + std::to_string(text.size()) +
                " bytes is more than MPI takes; share the images by `run --shard I/N`");
  mpi_->send(to, tag, text.data(), text.size());
}

std::optional<RankMessage> Ranks::Receive() const {
  RankMessage message;
  size_t size = 0;
  if (mpi_->look(&message.from, &message.tag, &size) == 0) return std::nullopt;
  message.text.resize(size);
  mpi_->receive(message.from, message.tag, message.text.data(), size);
  return message;
}

void Ranks::EndAll(int status) const {
  mpi_->end_all(status);
  std::_Exit(status);
}

}  // namespace quantbench
