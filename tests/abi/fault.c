// SPDX-License-Identifier: Apache-2.0
// One plugin's fault; see fault.h.
extern const char fault_name[];
const char fault_name[] = FAULT;
