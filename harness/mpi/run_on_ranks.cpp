// SPDX-License-Identifier: Apache-2.0
// The leader's and the members' sides of a run.
#include "mpi/run_on_ranks.h"

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "mpi/packed_part.h"
#include "mpi/range_queue.h"
#include "mpi/range_worker.h"
#include "mpi/work_thread.h"
#include "part/part.h"
#include "run/found_parts.h"
#include "run/merge.h"
#include "run/run.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/lock_file.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Waiting inside of MPI would keep a processor busy; the next range mostly comes at once.
constexpr milliseconds kBetweenLooks{2}, kBetweenLooksWhileIdle{20};
constexpr int kLooksBeforeIdle = 100;

enum Tag : int {
  kHello,     // to the leader: will it prepare models by itself?
  kPrepared,  // it has
  kRange,     // to a member: "begin end"
  kPart,      // to the leader: of that range
  kFailed,    // to the leader: why it can't go on
  kEnd        // to a member
};

std::string ToText(const ImageRange& range) {
  return std::to_string(range.begin) + " " + std::to_string(range.end);
}

ImageRange RangeIn(const std::string& text) {
  size_t used = 0;
  ImageRange range;
  range.begin = std::stoll(text, &used);
  range.end = std::stoll(text.substr(used));
  return range;
}

RankMessage WaitForMessage(const Ranks& ranks) {
  for (int looks = 0;; ++looks) {
    ThrowIfInterrupted();
    if (auto message = ranks.Receive()) return std::move(*message);
    std::this_thread::sleep_for(looks < kLooksBeforeIdle ? kBetweenLooks : kBetweenLooksWhileIdle);
  }
}

void BeMember(const Scenario& scenario, const RunOptions& options, const Ranks& ranks) {
  const QuietThread quiet;  // rank 0 says it
  ranks.Send(0, kHello, ranks.IsFirstOnMachine() ? "first" : "");
  try {
    std::optional<RangeWorker> worker;
    const auto prepare = [&] { worker.emplace(scenario, options).Prepare(); };
    if (ranks.IsFirstOnMachine()) {
      prepare();
      ranks.Send(0, kPrepared, "");
    }
    while (true) {
      const RankMessage message = WaitForMessage(ranks);
      if (message.tag == kEnd) return;
      if (!worker) prepare();
      ranks.Send(0, kPart, worker->Run(RangeIn(message.text)));
    }
  } catch (const Error& error) {
    ranks.Send(0, kFailed, error.what());
    while (WaitForMessage(ranks).tag != kEnd) continue;
  }
}

class Leader {
 public:
  Leader(const Scenario& scenario, const RunOptions& options, const Ranks& ranks)
      : scenario_(scenario),
        options_(options),
        ranks_(ranks),
        worker_(scenario, options, options.out / "models"),
        shape_(worker_.shape()),
        queue_(shape_.images, WholeRanges(), shape_.batch, ranks.size()),
        ranges_(static_cast<size_t>(ranks.size())) {}

  void EvaluateAll() {
    if (queue_.images_done() > 0)
      Log("going on with an unfinished run: " + std::to_string(queue_.images_done()) + " of " +
          CountText(shape_.images, "image") + " are done (--restart begins anew)");
    if (queue_.IsFinished()) return;
    Progress progress(
        "evaluate on " + std::to_string(ranks_.size()) + (ranks_.size() == 1 ? " rank" : " ranks"),
        "images");
    own_work_ = thread_.Start([this] {
      worker_.Prepare();
      return std::string();
    });
    preparing_ = 1;
    hellos_ = 1;
    const int64_t before = queue_.images_done();
    while (!queue_.IsFinished()) {
      ThrowIfInterrupted();
      while (const auto message = ranks_.Receive()) Take(*message);
      TakeOwnWork();
      GiveOut();
      progress.Update(queue_.images_done() - before, shape_.images - before, Busy());
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

  // A run for itself in OUT/latency, whose journal goes on where it was stopped.
  std::vector<fs::path> MeasureLatency() const {
    if (!scenario_.latency.enabled) return {options_.out};
    RunOptions options = options_;
    options.out = options_.out / "latency";
    options.part = {
        .number = 1, .count = 1, .latency_on = 1, .range = ImageRange{.begin = 0, .end = 0}};
    RunScenario(scenario_, options);
    return {options_.out, options.out};
  }

 private:
  // Of this very run, that are there from before; what else is there is removed.
  std::vector<ImageRange> WholeRanges() const {
    std::vector<ImageRange> ranges;
    std::error_code ignored;
    if (options_.restart) fs::remove_all(PartsFolder(options_.out), ignored);
    for (const fs::path& folder : FinishedParts(options_.out)) {
      try {
        const FoundPart found{.folder = folder, .part = ReadPart(folder)};
        for (const std::string& damage : DamageIn(found)) throw Error(damage);
        if (found.part.identity == shape_.identity && found.part.range().size() > 0) {
          ranges.push_back(found.part.range());
          continue;
        }
      } catch (const Error& error) {
        Warn(error.what() + std::string("; its images are evaluated again"));
      }
      fs::remove_all(folder, ignored);
    }
    return ranges;
  }

  void Take(const RankMessage& message) {
    if (message.tag == kFailed)
      throw Error("rank " + std::to_string(message.from) + ": " + message.text);
    if (message.tag == kHello) {
      ++hellos_;
      if (!message.text.empty()) ++preparing_;
    }
    if (message.tag == kPrepared) --preparing_;
    if (message.tag == kPart) Keep(message.from, message.text);
  }

  void TakeOwnWork() {
    if (!own_work_.valid() || own_work_.wait_for(milliseconds(0)) != std::future_status::ready)
      return;
    const std::string part = own_work_.get();
    if (part.empty()) {
      --preparing_;
    } else {
      Keep(0, part);
    }
  }

  void Keep(int rank, const std::string& part) {
    auto& range = ranges_[static_cast<size_t>(rank)];
    if (!range)
      throw Error("rank " + std::to_string(rank) + " sent a part that it wasn't asked for");
    const fs::path folder = PartFolder(options_.out, *range);
    UnpackPart(part, folder);
    const std::string other = DifferenceOf(ReadPart(folder).identity, shape_.identity);
    if (!other.empty())
      throw Error("rank " + std::to_string(rank) + " has another " + other +
                  " than rank 0: all need the same program, plugins, ISA paths and files");
    queue_.Finish(*range);
    range.reset();
  }

  // Nothing before models are made on each machine: all ranks of one would make the same.
  void GiveOut() {
    if (hellos_ < ranks_.size() || preparing_ > 0) return;
    for (int rank = ranks_.size() - 1; rank >= 0; --rank) {
      auto& range = ranges_[static_cast<size_t>(rank)];
      if (range) continue;
      range = queue_.Next();
      if (!range) return;
      if (rank > 0) {
        ranks_.Send(rank, kRange, ToText(*range));
      } else {
        own_work_ = thread_.Start([this, mine = *range] { return worker_.Run(mine); });
      }
    }
  }

  std::string Busy() const {
    int busy = 0;
    for (const auto& range : ranges_) busy += range ? 1 : 0;
    if (busy == 0) return preparing_ > 0 ? "making models" : "";
    return std::to_string(busy) + " of " + CountText(ranks_.size(), "rank") + " at work";
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  const Ranks& ranks_;
  RangeWorker worker_;
  const RunShape& shape_;
  RangeQueue queue_;
  std::vector<std::optional<ImageRange>> ranges_;  // that each rank works on
  int hellos_ = 0, preparing_ = 0;
  std::future<std::string> own_work_;  // an empty text: models are made
  WorkThread thread_;                  // last: it ends before what it works on
};

}  // namespace

std::optional<Results> RunOnRanks(const Scenario& scenario, const RunOptions& options,
                                  const Ranks& ranks) {
  if (!scenario.evaluation.enabled)
    throw Error(
        "ranks share the evaluation's images, and this run evaluates none; start it without "
        "mpirun");
  if (ranks.rank() > 0) {
    BeMember(scenario, options, ranks);
    return std::nullopt;
  }
  const FolderLock lock(options.out);
  Leader leader(scenario, options, ranks);
  leader.EvaluateAll();
  const std::vector<fs::path> folders = leader.MeasureLatency();
  Results results =
      MergeParts({.out = options.out, .from = folders, .partial = false, .holds_lock = true});
  std::error_code ignored;
  fs::remove_all(options.out / "latency", ignored);
  for (int rank = 1; rank < ranks.size(); ++rank) ranks.Send(rank, kEnd, "");
  for (const std::string& warning : results.warnings) Warn(warning);
  return results;
}

}  // namespace quantbench
