// SPDX-License-Identifier: Apache-2.0
// Statistics of all values of a graph, of one kind, as a checksummed file.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "quantize/statistic.h"

namespace quantbench {

// Written atomically: nobody ever sees half of one. `key` says what the statistics are of. Throws
// Error where the file can't be written.
void WriteStatistics(const std::filesystem::path& file, const std::string& key,
                     std::span<const Statistic> statistics);

// The statistics that WriteStatistics wrote with this key, or nothing, and then `problem` says what
// is wrong with the file, if there is one. `empty` are as many empty statistics of the kind that is
// expected.
std::optional<std::vector<Statistic>> ReadStatistics(const std::filesystem::path& file,
                                                     const std::string& key,
                                                     std::vector<Statistic> empty,
                                                     std::string& problem);

// What is wrong with a statistics file, whatever it is of; empty where its checksum is right.
std::string DamageInStatisticsFile(const std::filesystem::path& file);

}  // namespace quantbench
