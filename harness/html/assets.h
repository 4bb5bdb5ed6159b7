// SPDX-License-Identifier: Apache-2.0
// Styles and scripts as text, compiled in. A page has page.css and page.js, and its own after them.
#pragma once

namespace quantbench::html {

extern const char* const kPageCss;
extern const char* const kPageJs;
extern const char* const kReportCss;
extern const char* const kReportJs;
extern const char* const kClassesJs;  // after kReportJs
extern const char* const kHistoryCss;
extern const char* const kHistoryJs;

}  // namespace quantbench::html
