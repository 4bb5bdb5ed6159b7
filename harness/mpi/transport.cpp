// SPDX-License-Identifier: Apache-2.0
// The table over an MPI library. An error ends all ranks, as MPI has it.
#include "mpi/transport.h"

#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <vector>

namespace {

MPI_Comm machine = MPI_COMM_NULL;  // the ranks on this machine
int processors_of_rank = 1;

// Each processor counts as a share: one over the ranks of this machine that may use it.
int ShareOfProcessors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (::sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  std::vector<int> own(CPU_SETSIZE), users(CPU_SETSIZE);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    own[static_cast<size_t>(cpu)] = CPU_ISSET(static_cast<size_t>(cpu), &mask) ? 1 : 0;
  MPI_Allreduce(own.data(), users.data(), CPU_SETSIZE, MPI_INT, MPI_SUM, machine);
  double share = 0;
  for (size_t cpu = 0; cpu < own.size(); ++cpu) {
    if (own[cpu] > 0) share += 1.0 / users[cpu];
  }
  constexpr double kRounding = 1e-6;
  return std::max(static_cast<int>(share + kRounding), 1);
}

int Start() {
  int got = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &got) != MPI_SUCCESS) return 1;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  processors_of_rank = ShareOfProcessors();
  return 0;
}

int Rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int Size() {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

int FirstOnMachine() {
  int rank = 0;
  MPI_Comm_rank(machine, &rank);
  return rank == 0 ? 1 : 0;
}

int Processors() { return processors_of_rank; }

void Send(int to, int tag, const void* bytes, size_t size) {
  MPI_Send(bytes, static_cast<int>(size), MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

int Look(int* from, int* tag, size_t* size) {
  int there = 0, count = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
  if (there == 0) return 0;
  MPI_Get_count(&status, MPI_BYTE, &count);
  *from = status.MPI_SOURCE;
  *tag = status.MPI_TAG;
  *size = static_cast<size_t>(count);
  return 1;
}

void Receive(int from, int tag, void* bytes, size_t size) {
  MPI_Recv(bytes, static_cast<int>(size), MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void Finish() { MPI_Finalize(); }

void EndAll(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

}  // namespace

extern "C" __attribute__((visibility("default")))
const quantbench_mpi quantbench_mpi_table = {QUANTBENCH_MPI_VERSION,
                                             Start,
                                             Rank,
                                             Size,
                                             FirstOnMachine,
                                             Processors,
                                             Send,
                                             Look,
                                             Receive,
                                             Finish,
                                             EndAll};
