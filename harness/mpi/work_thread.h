// SPDX-License-Identifier: Apache-2.0
// One thread that does one piece of work after another: what a rank does beside its messages, where
// child processes end with the thread that started them.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

namespace quantbench {

class WorkThread {
 public:
  using Work = std::packaged_task<std::string()>;

  WorkThread() : thread_([this] { DoAll(); }) {}
  // Waits for the work that it has.
  ~WorkThread();
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // Call when the work before it is done. What it throws, the future does.
  std::future<std::string> Start(std::function<std::string()> work);

 private:
  void DoAll();

  std::mutex mutex_;
  std::condition_variable changed_;
  Work work_;  // to be begun
  bool ends_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace quantbench
