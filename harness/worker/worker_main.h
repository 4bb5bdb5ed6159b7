// SPDX-License-Identifier: Apache-2.0
// The other side of an isolated run: the process in which plugin code lives and dies.
#pragma once

namespace quantbench {

// argv[1] of a process that is a worker.
inline constexpr char kWorkerCommand[] = "worker";

// Where the command line is that of a worker: reads assignments from its socket, does them, and
// returns true at the end. Every program that isolates backends calls it first in main().
bool RanAsWorker(int argc, char** argv);

}  // namespace quantbench
