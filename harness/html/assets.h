// SPDX-License-Identifier: Apache-2.0
// report.css and report.js as text, compiled in.
#pragma once

namespace quantbench::html {

extern const char* const kReportCss;
extern const char* const kReportJs;

}  // namespace quantbench::html
