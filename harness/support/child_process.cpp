// SPDX-License-Identifier: Apache-2.0
// posix_spawn rather than fork: threads of a pool may hold any lock at any time.
#include "support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "support/error.h"
#include "support/interrupt.h"

extern char** environ;

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> CommandLine(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  if (const char* const launcher = std::getenv("QUANTBENCH_LAUNCHER")) {
    std::istringstream stream(launcher);
    for (std::string word; stream >> word;) words.push_back(word);
  }
  // A launcher is another program, which doesn't know what "self" was.
  std::error_code ignored;
  words.push_back(words.empty()
                      ? "/proc/self/exe"
                      : std::filesystem::read_symlink("/proc/self/exe", ignored).string());
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

// posix_spawn's two objects with their destructors.
class SpawnPlan {
 public:
  explicit SpawnPlan(int child_socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, child_socket, kChildSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kChildSocket + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGXFSZ);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Spawn(const std::vector<std::string>& words, pid_t& pid) const {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    return ::posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

int MillisecondsUntil(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left + 1, 0, 1 << 30));
}

}  // namespace

bool LineSocket::Write(std::string_view line) {
  std::string rest(line);
  rest += '\n';
  for (std::string_view left = rest; !left.empty();) {
    const ssize_t sent = ::send(descriptor_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    left.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

LineSocket::Got LineSocket::Read(std::string& line, std::optional<Clock::time_point> deadline) {
  size_t searched = 0;
  while (true) {
    const size_t end = received_.find('\n', searched);
    if (end != std::string::npos) {
      line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return Got::kLine;
    }
    searched = received_.size();
    pollfd waits[] = {{.fd = descriptor_, .events = POLLIN, .revents = 0},
                      {.fd = InterruptDescriptor(), .events = POLLIN, .revents = 0}};
    const int ready = ::poll(waits, 2, deadline ? MillisecondsUntil(*deadline) : -1);
    ThrowIfInterrupted();
    if (ready == 0) return Got::kTimeout;
    if (ready < 0) continue;  // EINTR
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Got::kEnd;
    received_.append(buffer.data(), static_cast<size_t>(got));
  }
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) : socket_(-1) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Error(std::string("can't make a socket for a worker process: ") + std::strerror(errno));
  descriptor_ = ends[0];
  socket_ = LineSocket(descriptor_);
  const std::vector<std::string> words = CommandLine(arguments);
  const int problem = SpawnPlan(ends[1]).Spawn(words, pid_);
  ::close(ends[1]);
  if (problem == 0) return;
  ::close(descriptor_);
  throw Error("can't start a worker process ('" + words.front() + "'): " + std::strerror(problem) +
              "; --no-isolation runs plugins in this process, QUANTBENCH_LAUNCHER names an "
              "emulator where one is needed");
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    Kill();
    Wait();
  }
  ::close(descriptor_);
}

void ChildProcess::Kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

ChildEnd ChildProcess::Wait() {
  int status = 0;
  rusage usage{};
  while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
          .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          .peak_mib = usage.ru_maxrss / 1024};
}

}  // namespace quantbench
