// SPDX-License-Identifier: Apache-2.0
// A comparison in the forms that people and CI systems read.
#pragma once

#include <iosfwd>

#include "compare/comparison.h"

namespace quantbench {

// A table a case and metric, then a reason for each case that isn't simply the same. At most 100
// columns wide.
void WriteComparisonText(const Comparison& comparison, std::ostream& stream, bool color);
// For a comment on a pull request: summary, table, reasons, machines in a folded part.
void WriteComparisonMarkdown(const Comparison& comparison, std::ostream& stream);
// Everything, for other programs.
void WriteComparisonJson(const Comparison& comparison, std::ostream& stream);
// A test case a case, as CI systems read them: worse is a failure; missing and incomparable are
// errors; new is skipped.
void WriteComparisonJunit(const Comparison& comparison, std::ostream& stream);
// New's figures as github-action-benchmark's customSmallerIsBetter list: milliseconds, Top-1 error
// in percent, bytes.
void WriteGithubActionBenchmark(const Comparison& comparison, std::ostream& stream);
// New's figures in the Bencher Metric Format: latency in nanoseconds with its range over the
// repetitions, top1-accuracy and top5-accuracy in percent, file-size in bytes.
void WriteBencherMetrics(const Comparison& comparison, std::ostream& stream);

}  // namespace quantbench
