// SPDX-License-Identifier: Apache-2.0
// What the machine and the build were when something was measured.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace quantbench {

struct Environment {
  std::string quantbench_version, commit, build_type, compiler;
  std::string cpu_model, cpu_flags, architecture, governor, kernel, hostname;
  std::string emulator;     // what runs this program in place of a processor; empty on hardware
  int logical_cores = 0;    // of the machine
  int available_cores = 0;  // that this process may use
  std::string load_average;
  std::string started_at;                                      // UTC, ISO 8601
  std::vector<std::pair<std::string, std::string>> libraries;  // name, version
};

// Reads /proc and /sys; what isn't there stays empty.
Environment DescribeEnvironment();

}  // namespace quantbench
