// SPDX-License-Identifier: Apache-2.0
// Provenance from /proc, /sys, uname and the build.
#include "report/environment.h"

#include <sys/utsname.h>
#include <unistd.h>
#include <boost/version.hpp>

#include <ctime>
#include <fstream>
#include <thread>

#include "support/cpu.h"
#include "support/thread_pool.h"

namespace quantbench {
namespace {

std::string FirstLine(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

Environment DescribeEnvironment() {
  Environment environment{
      .quantbench_version = QUANTBENCH_VERSION,
      .commit = QUANTBENCH_COMMIT,
      .build_type = QUANTBENCH_BUILD_TYPE,
      .compiler = QUANTBENCH_COMPILER,
      .cpu_model = CpuModel(),
      .cpu_flags = CpuFlags(),
      .architecture = {},
      .governor = FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
      .kernel = {},
      .hostname = {},
      .emulator = Emulator(),
      .logical_cores = static_cast<int>(std::thread::hardware_concurrency()),
      .available_cores = AvailableProcessors(),
      .load_average = FirstLine("/proc/loadavg"),
      .started_at = UtcNow(),
      .libraries = {}};
  utsname system{};
  if (::uname(&system) == 0) {
    environment.architecture = system.machine;
    environment.kernel = std::string(system.sysname) + " " + system.release;
    environment.hostname = system.nodename;
  }
  environment.libraries = {{"boost", BOOST_LIB_VERSION},
                           {"benchmark", QUANTBENCH_BENCHMARK_VERSION},
                           {"opencv", QUANTBENCH_OPENCV_VERSION},
                           {"tbb", QUANTBENCH_TBB_VERSION},
                           {"yaml-cpp", QUANTBENCH_YAML_VERSION}};
  return environment;
}

}  // namespace quantbench
