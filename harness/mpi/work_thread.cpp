// SPDX-License-Identifier: Apache-2.0
// A queue of one.
#include "mpi/work_thread.h"

#include <utility>

#include "support/progress.h"

namespace quantbench {

WorkThread::~WorkThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::future<std::string> WorkThread::Start(std::function<std::string()> work) {
  Work task(std::move(work));
  std::future<std::string> result = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    work_ = std::move(task);
  }
  changed_.notify_one();
  return result;
}

void WorkThread::DoAll() {
  const QuietThread quiet;
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return work_.valid() || ends_; });
      if (!work_.valid()) return;
      work = std::exchange(work_, Work());
    }
    work();
  }
}

}  // namespace quantbench
