// SPDX-License-Identifier: Apache-2.0
// posix_spawn and wait.
#include "support/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "support/error.h"
#include "support/interrupt.h"
#include "support/system_error.h"

extern char** environ;

namespace quantbench {
namespace {

std::vector<std::string> BehindLauncher(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  if (const char* const launcher = std::getenv("QUANTBENCH_LAUNCHER")) {
    std::istringstream stream(launcher);
    for (std::string word; stream >> word;) all.push_back(word);
  }
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw Error("can't wait for a program: " + SystemReason(errno));
    try {
      ThrowIfInterrupted();
    } catch (const Interrupt&) {
      ::kill(pid, SIGTERM);
      ::waitpid(pid, &status, 0);
      throw;
    }
  }
  // Both get a Ctrl-C, and the child's end may be seen first.
  ThrowIfInterrupted();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int RunProgram(const std::vector<std::string>& words, ChildOutput output) {
  std::vector<std::string> all = BehindLauncher(words);
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (output == ChildOutput::kNowhere)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t pid = -1;
  const int problem = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) throw Error("can't start '" + words.front() + "': " + SystemReason(problem));
  return WaitFor(pid);
}

}  // namespace quantbench
