// SPDX-License-Identifier: Apache-2.0
// The pairs of one case, and when there are enough of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/comparison.h"
#include "compare/signed_rank.h"

namespace quantbench {

class PairedCase {
 public:
  PairedCase(std::string case_id, int threads, const CaseLimits& limits, double precision)
      : case_id_(std::move(case_id)),
        threads_(threads),
        limits_(limits),
        precision_(precision),
        next_look_(FirstLook(limits.alpha)) {}

  const std::string& case_id() const { return case_id_; }

  // Wall time of the undisturbed runs of both, else their processor time where one thread ran
  // alone, else the pair doesn't count. Looks where it is time to.
  void Add(const Repetition& base, const Repetition& changed);
  void Fail(const std::string& why);
  // What there is when its time is over: a look more.
  void EndOfTime();

  bool finished() const { return finished_; }
  const std::optional<RatioEstimate>& estimate() const { return estimate_; }
  LatencyFinding Finding() const;

 private:
  void Look();
  std::string Evidence() const;

  std::string case_id_;
  int threads_;
  CaseLimits limits_;
  double precision_;
  size_t next_look_;
  int looks_ = 0;
  bool finished_ = false;
  std::string failure_;
  std::vector<double> ratios_, base_ms_, new_ms_;
  int64_t disturbed_ = 0;                  // pairs that don't count
  bool by_processor_time_ = false;         // some of them
  std::optional<RatioEstimate> estimate_;  // of the last look
};

}  // namespace quantbench
