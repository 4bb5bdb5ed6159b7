// SPDX-License-Identifier: Apache-2.0
// Statistics of all values of a graph, of one kind, as a checksummed file.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "quantize/statistic.h"
#include "store/kind.h"

namespace quantbench {

extern const Kind kStatistics;

// The content of a file. `source` says what the statistics are of.
std::string SerializeStatistics(const std::string& source, std::span<const Statistic> statistics);

// The statistics that were written with this `source`. `empty` are as many empty statistics of the
// kind that is expected. Throws Error that says what is wrong with the file.
std::vector<Statistic> ReadStatistics(const std::filesystem::path& file, const std::string& source,
                                      std::vector<Statistic> empty);

}  // namespace quantbench
