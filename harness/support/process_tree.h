// SPDX-License-Identifier: Apache-2.0
// What a child's own children become: nothing of them outlives it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>

namespace quantbench {

// From here on a process whose parent ends becomes a child of this one, so that it can be found
// however it hides. What this process had for children before is left alone. Idempotent.
void AdoptOrphans();

// Ends what a child that led a session of its own left behind: its session, and whoever was adopted
// from it, which is every child that isn't `wanted`. Call when the child itself has been waited
// for. Returns how many were ended. Without /proc those of its process group alone are found.
int EndOrphans(pid_t session, const std::set<pid_t>& wanted);

// Whether a child that leads a session, and is one of `wanted`, has left a process behind so far.
bool HasOrphans(pid_t session, const std::set<pid_t>& wanted);

// Of a process: what it keeps in memory and shares with no file, in MiB; 0 without /proc.
int64_t PrivateMib(pid_t process);

}  // namespace quantbench
