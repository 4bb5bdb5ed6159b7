// SPDX-License-Identifier: Apache-2.0
// A run over ranges in a folder of temporary files.
#include "mpi/range_worker.h"

#include <algorithm>
#include <thread>

#include "mpi/packed_part.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

// Workers may wait in a third of the memory that one worker may take at most, of which a rank has
// as much as of the machine's processors.
RunOptions InFolder(RunOptions options, const std::filesystem::path& folder) {
  const auto processors = static_cast<int64_t>(std::max(std::thread::hardware_concurrency(), 1U));
  options.out = folder / "out";
  options.waiting_mib = DefaultMemoryLimitMib() / 3 * options.jobs / processors;
  return options;
}

}  // namespace

RangeWorker::RangeWorker(const Scenario& scenario, const RunOptions& options,
                         const std::filesystem::path& models)
    : run_(scenario, InFolder(options, folder_.path()),
           models.empty() ? folder_.path() / "models" : models) {}

std::string RangeWorker::Run(const ImageRange& range) {
  const std::filesystem::path part = run_.Make(range);
  std::string packed = PackedPart(part);
  std::filesystem::remove_all(part);
  return packed;
}

}  // namespace quantbench
