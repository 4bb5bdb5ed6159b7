// SPDX-License-Identifier: Apache-2.0
// The keys `latency` and `expect`.
#include "scenario/names.h"
#include "scenario/sections.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kLatencyKeys[] = {
    "warmup_seconds", "min_seconds", "repetitions",       "pin",
    "mode",           "streams",     "precision_percent", "max_seconds"};
constexpr int64_t kMostStreams = 1024;
constexpr std::string_view kExpectKeys[] = {"fp32_top1_percent", "within"};

void ReadPrecision(const Mapping& mapping, Reader& reader, LatencySpec& latency) {
  double precision = 0;
  const bool wanted = reader.ReadNumber(mapping.Find("precision_percent"), {0.1, 100}, precision);
  if (wanted) latency.precision_percent = precision;
  const Node* const most = mapping.Find("max_seconds");
  reader.ReadNumber(most, {0.001, 86400}, latency.max_seconds);
  if (most != nullptr && mapping.Find("precision_percent") == nullptr) {
    reader.Report(*most, "says when to give up what precision_percent asks for; add it");
  }
}

void ReadMode(const Mapping& mapping, Reader& reader, LatencySpec& latency) {
  std::string mode;
  if (reader.ReadName(mapping.Find("mode"), {.known = names::kLatencyModes}, mode)) {
    latency.mode = mode == "throughput" ? LatencyMode::kThroughput : LatencyMode::kLatency;
  }
  const Node* const streams = mapping.Find("streams");
  int count = 0;
  if (!reader.ReadInteger(streams, {1, kMostStreams}, count)) return;
  latency.streams = count;
  if (latency.mode == LatencyMode::kLatency) {
    reader.Report(*streams, "only throughput is measured with streams; add mode: throughput");
  }
}

}  // namespace

void ReadLatency(const Node* node, Reader& reader, Scenario& scenario) {
  LatencySpec& latency = scenario.latency;
  if (node == nullptr || reader.ReadSwitch(node, "'off', 'on' or a mapping", latency.enabled))
    return;
  if (node->kind != Node::Kind::kMapping) return;  // reported
  const Mapping mapping(node, {.known = kLatencyKeys}, reader.mistakes());
  reader.ReadNumber(mapping.Find("warmup_seconds"), {0, 3600}, latency.warmup_seconds);
  reader.ReadNumber(mapping.Find("min_seconds"), {0.001, 3600}, latency.min_seconds);
  reader.ReadInteger(mapping.Find("repetitions"), {1, 1000}, latency.repetitions);
  ReadMode(mapping, reader, latency);
  ReadPrecision(mapping, reader, latency);
  const Node* const pin = mapping.Find("pin");
  if (!reader.ReadSwitch(pin, "'on' or 'off'", latency.pin) && pin != nullptr &&
      pin->kind == Node::Kind::kMapping) {
    reader.Report(*pin, "expected 'on' or 'off'");
  }
}

void ReadExpect(const Node* node, Reader& reader, std::optional<ExpectSpec>& target) {
  bool enabled = false;
  if (node == nullptr || reader.ReadSwitch(node, "'off' or a mapping", enabled)) {
    if (enabled) reader.Report(*node, "'on' names no accuracy; expected 'off' or a mapping");
    return;
  }
  if (node->kind != Node::Kind::kMapping) return;  // reported
  const Mapping mapping(node, {.known = kExpectKeys}, reader.mistakes());
  ExpectSpec& expect = target.emplace();
  reader.ReadNumber(mapping.Require("fp32_top1_percent", "the accuracy that the fp32 model has"),
                    {0, 100}, expect.fp32_top1_percent);
  reader.ReadNumber(mapping.Find("within"), {0, 100}, expect.within);
}

}  // namespace quantbench::yaml
