// SPDX-License-Identifier: Apache-2.0
// posix_spawn rather than fork: threads of a pool may hold any lock at any time.
#include "support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <set>
#include <sstream>

#include "support/error.h"
#include "support/interrupt.h"
#include "support/process_tree.h"
#include "support/program_file.h"
#include "support/system_error.h"

extern char** environ;

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPieceBytes = 65536;
// After SIGKILL a process is gone as soon as the kernel has given back its memory.
constexpr auto kPatienceAfterKill = std::chrono::seconds(5);
// How often a child is looked at where the kernel can't say by itself that it has ended.
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);

std::vector<std::string> CommandLine(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  if (const char* const launcher = std::getenv("QUANTBENCH_LAUNCHER")) {
    std::istringstream stream(launcher);
    for (std::string word; stream >> word;) words.push_back(word);
  }
  // A launcher is another program, which doesn't know what "self" was.
  const bool has_proc = ::access("/proc/self/exe", X_OK) == 0;
  words.push_back(words.empty() && has_proc ? "/proc/self/exe" : ProgramFile().string());
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

// Those that are somebody's ChildProcess.
class WantedChildren {
 public:
  void Add(pid_t pid) {
    const std::lock_guard lock(mutex_);
    pids_.insert(pid);
  }
  void Remove(pid_t pid) {
    const std::lock_guard lock(mutex_);
    pids_.erase(pid);
  }
  std::set<pid_t> Get() const {
    const std::lock_guard lock(mutex_);
    return pids_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<pid_t> pids_;
};
WantedChildren& Wanted() {
  static WantedChildren wanted;
  return wanted;
}

// posix_spawn's two objects with their destructors.
class SpawnPlan {
 public:
  SpawnPlan(int child_socket, int child_output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, child_output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, child_output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, child_socket, kChildSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kChildSocket + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGXFSZ);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    // A session of its own has no terminal, to which a plugin could write past stdout and stderr.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
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

bool SendAll(int descriptor, std::string_view line) {
  std::string rest(line);
  rest += '\n';
  for (std::string_view left = rest; !left.empty();) {
    const ssize_t sent = ::send(descriptor, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    left.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

int MillisecondsUntil(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left + 1, 0, 1 << 30));
}

// The kernel hands out the lowest free number, and what a child is given lies in the way of what
// it is to become: both ends must lie above.
void MoveAbove(int lowest, Descriptor& descriptor) {
  if (descriptor.get() > lowest) return;
  Descriptor moved(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, lowest + 1));
  if (moved.get() < 0) throw Error("can't start a worker process: " + SystemReason(errno));
  descriptor = std::move(moved);
}

}  // namespace

bool LineSocket::Write(std::string_view line) { return SendAll(descriptor_, line); }

bool LineSocket::Read(std::string& line) {
  while (!reader_.Take(line)) {
    std::array<char, kPieceBytes> buffer;
    const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    reader_.Append({buffer.data(), static_cast<size_t>(got)});
  }
  return true;
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, OutputCallback output)
    : output_(std::move(output)) {
  AdoptOrphans();
  const std::vector<std::string> words = CommandLine(arguments);
  const auto pair_of = [](const auto& make) {
    std::array<int, 2> ends{-1, -1};
    if (make(ends.data()) != 0)
      throw Error("can't make a socket for a worker process: " + SystemReason(errno));
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
  };
  auto [socket, child_socket] =
      pair_of([](int* ends) { return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); });
  auto [printed, child_output] = pair_of([](int* ends) { return ::pipe2(ends, O_CLOEXEC); });
  // A flood must not hold up the parent, nor may a child that doesn't listen.
  ::fcntl(printed.get(), F_SETFL, O_NONBLOCK);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  MoveAbove(kChildSocket, child_socket);
  MoveAbove(kChildSocket, child_output);
  const int problem = SpawnPlan(child_socket.get(), child_output.get()).Spawn(words, pid_);
  if (problem != 0) {
    throw Error("can't start a worker process ('" + words.front() + "'): " + SystemReason(problem) +
                "; --no-isolation runs plugins in this process, QUANTBENCH_LAUNCHER names an "
                "emulator where one is needed");
  }
  Wanted().Add(pid_);
  socket_ = std::move(socket);
  printed_ = std::move(printed);
  process_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

ChildProcess::~ChildProcess() { End(); }

bool ChildProcess::Write(std::string_view line) { return SendAll(socket_.get(), line); }

bool ChildProcess::HasEnded() const {
  siginfo_t info{};
  return end_ ||
         (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == pid_);
}

bool ChildProcess::Reap() {
  int status = 0;
  rusage usage{};
  if (!end_ && ::wait4(pid_, &status, WNOHANG, &usage) == pid_) {
    end_ = {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
            .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
            .peak_mib = usage.ru_maxrss / 1024};
  }
  return end_.has_value();
}

void ChildProcess::TakeOutput() {
  std::array<char, kPieceBytes> buffer;
  const ssize_t got = ::read(printed_.get(), buffer.data(), buffer.size());
  if (got > 0) output_({buffer.data(), static_cast<size_t>(got)});
  // All who could print have closed it.
  if (got == 0) printed_.Close();
}

void ChildProcess::Poll(bool& socket_is_ready, Clock::time_point deadline) {
  if (process_.get() < 0) deadline = std::min(deadline, Clock::now() + kBetweenLooks);
  // poll() passes over descriptors of -1.
  std::array<pollfd, 4> waits{{{.fd = closed_ ? -1 : socket_.get(), .events = POLLIN, .revents = 0},
                               {.fd = printed_.get(), .events = POLLIN, .revents = 0},
                               {.fd = process_.get(), .events = POLLIN, .revents = 0},
                               {.fd = InterruptDescriptor(), .events = POLLIN, .revents = 0}}};
  const int ready = ::poll(waits.data(), waits.size(), MillisecondsUntil(deadline));
  ThrowIfInterrupted();
  if (ready <= 0) return;
  if (waits[1].revents != 0) TakeOutput();
  socket_is_ready = waits[0].revents != 0;
}

ChildProcess::Got ChildProcess::Read(std::string& line, size_t max_bytes,
                                     Clock::time_point deadline) {
  while (true) {
    if (reader_.Take(line)) return line.size() > max_bytes ? Got::kTooLong : Got::kLine;
    if (reader_.pending() > max_bytes) return Got::kTooLong;
    if (closed_) return Got::kClosed;
    // Asked first: what it wrote before it ended is in the socket by then.
    const bool ended = HasEnded();
    bool socket_is_ready = false;
    Poll(socket_is_ready, ended ? Clock::now() : deadline);
    if (socket_is_ready) {
      std::array<char, kPieceBytes> buffer;
      const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0) reader_.Append({buffer.data(), static_cast<size_t>(got)});
      closed_ = got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
      continue;
    }
    if (ended) return Got::kEnded;
    if (Clock::now() >= deadline) return Got::kTimeout;
  }
}

std::optional<ChildEnd> ChildProcess::Wait(Clock::time_point deadline) {
  closed_ = true;  // what it still says doesn't count
  while (!Reap() && Clock::now() < deadline) {
    bool ignored = false;
    Poll(ignored, deadline);
  }
  return end_;
}

bool ChildProcess::IsAlone() const { return !HasOrphans(pid_, Wanted().Get()); }

int64_t ChildProcess::PrivateMib() const { return quantbench::PrivateMib(pid_); }

int ChildProcess::End() {
  if (pid_ < 0) return left_behind_;
  ::kill(pid_, SIGKILL);
  const auto until = Clock::now() + kPatienceAfterKill;
  while (!Reap() && Clock::now() < until) {
    pollfd wait{.fd = process_.get(), .events = POLLIN, .revents = 0};
    const auto look = std::min(until, Clock::now() + kBetweenLooks);
    ::poll(&wait, 1, MillisecondsUntil(look));
  }
  Wanted().Remove(pid_);
  left_behind_ = EndOrphans(pid_, Wanted().Get());
  pid_ = -1;
  // The last words, as many as a pipe holds: a process that got away may print on.
  for (int piece = 0; piece < 16 && printed_.get() >= 0; ++piece) {
    pollfd wait{.fd = printed_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 0) <= 0) break;
    TakeOutput();
  }
  return left_behind_;
}

}  // namespace quantbench
