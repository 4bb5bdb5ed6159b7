// SPDX-License-Identifier: Apache-2.0
// Colours and fonts of the stem plot.
#pragma once

#include <cstddef>

namespace quantbench {

inline constexpr size_t kStemColors = 6;  // classes c0 to c5, told apart by people who see no red

inline constexpr char kStemPlotStyle[] = R"css(
text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #3b4351; }
.heading { font-size: 17px; font-weight: 600; fill: #141a24; }
.note { font-size: 13px; }
.tick { font-size: 11px; fill: #5a6372; }
.integer { font-size: 12px; font-weight: 600; }
.paper { fill: #ffffff; }
.band { fill: #5a6372; fill-opacity: 0.07; }
.grid { stroke: #d9dde4; }
.level { stroke: #5a6372; stroke-opacity: 0.16; }
.zero { stroke: #5a6372; }
.limit { stroke: #b4232f; stroke-width: 1.5; stroke-dasharray: 5 4; }
.half-step { fill: #5a6372; fill-opacity: 0.16; }
.stem { stroke-width: 1.6; stroke: currentColor; }
.before { fill: #ffffff; stroke: #5a6372; }
.before-stem { color: #9aa3b0; }
.after, .error { fill: currentColor; }
.c0 { color: #1763c6; } .c1 { color: #c2570c; } .c2 { color: #0b7d5c; }
.c3 { color: #8a3ab9; } .c4 { color: #8a6d00; } .c5 { color: #b0316f; }
.clamped { color: #d11a2a; }
@media (prefers-color-scheme: dark) {
  text { fill: #c6cdd8; } .heading { fill: #f2f5f9; } .tick { fill: #a3adbb; }
  .paper, .before { fill: #14181f; } .before { stroke: #a3adbb; }
  .grid { stroke: #2b323d; } .zero { stroke: #a3adbb; } .before-stem { color: #6b7686; }
  .band, .half-step { fill: #a3adbb; } .level { stroke: #a3adbb; }
  .limit { stroke: #ff8087; } .clamped { color: #ff6b74; }
  .c0 { color: #6aa9ff; } .c1 { color: #ff9d57; } .c2 { color: #41c79c; }
  .c3 { color: #c894f0; } .c4 { color: #d9b93b; } .c5 { color: #f27fb2; }
}
)css";

}  // namespace quantbench
