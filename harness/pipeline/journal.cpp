// SPDX-License-Identifier: Apache-2.0
// Lines of JSON behind one identity line; append, fsync, and cut off again what failed half way.
#include "pipeline/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "support/error.h"
#include "support/files.h"
#include "worker/protocol.h"

namespace quantbench {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;

void SetFailure(const Failure& failure, Json& json) {
  json["status"] = std::string(ToString(failure.status));
  json["detail"] = failure.detail;
}

Failure FailureFrom(const Json& json) {
  const std::optional<Status> status = StatusOf(json.at("status").get<std::string>());
  if (!status) throw Error("unknown status");
  return {.status = *status, .detail = json.at("detail")};
}

struct EntryToJson {
  Json operator()(const EvaluationEntry& entry) const {
    Json json = {{"kind", "evaluation"},
                 {"name", entry.name},
                 {"from_cache", entry.from_cache},
                 {"seconds", entry.seconds}};
    if (const auto* failure = std::get_if<Failure>(&entry.outcome)) {
      SetFailure(*failure, json);
      return json;
    }
    const auto& accuracy = std::get<Accuracy>(entry.outcome);
    json["images"] = accuracy.images;
    json["top1_correct"] = accuracy.top1_correct;
    json["top5_correct"] = accuracy.top5_correct;
    json["outputs_hash"] = accuracy.outputs_hash;
    SetOptional("fallback_nodes", accuracy.fallback_nodes, json);
    return json;
  }
  Json operator()(const StartedEntry& entry) const {
    return {{"kind", "started"}, {"name", entry.name}};
  }
  Json operator()(const RepetitionEntry& entry) const {
    Json json = {{"kind", "repetition"}, {"case_id", entry.case_id}, {"round", entry.round}};
    if (const auto* failure = std::get_if<Failure>(&entry.outcome)) {
      SetFailure(*failure, json);
    } else {
      json["samples"] = ToJson(std::get<RepetitionSamples>(entry.outcome));
    }
    return json;
  }
  Json operator()(const FinishedEntry&) const { return {{"kind", "finished"}}; }
};

JournalEntry EntryFrom(const Json& json) {
  const std::string kind = json.at("kind");
  if (kind == "started") return StartedEntry{.name = json.at("name")};
  if (kind == "finished") return FinishedEntry{};
  if (kind == "repetition") {
    RepetitionEntry entry{
        .case_id = json.at("case_id"), .round = json.at("round"), .outcome = Failure{}};
    if (json.contains("status")) {
      entry.outcome = FailureFrom(json);
    } else {
      entry.outcome = RepetitionSamplesFrom(json.at("samples"));
    }
    return entry;
  }
  if (kind != "evaluation") throw Error("unknown kind of entry");
  EvaluationEntry entry{.name = json.at("name"),
                        .outcome = Failure{},
                        .from_cache = json.at("from_cache"),
                        .seconds = json.at("seconds")};
  if (json.contains("status")) {
    entry.outcome = FailureFrom(json);
  } else {
    entry.outcome = Accuracy{.images = json.at("images"),
                             .top1_correct = json.at("top1_correct"),
                             .top5_correct = json.at("top5_correct"),
                             .outputs_hash = json.at("outputs_hash"),
                             .fallback_nodes = OptionalFrom("fallback_nodes", json)};
  }
  return entry;
}

// What differs, in words; empty where nothing does.
std::string Difference(const RunIdentity& before, const RunIdentity& now) {
  std::string names;
  for (const auto& [name, value] : now) {
    const auto other = before.find(name);
    if (other == before.end() || other->second != value)
      names += (names.empty() ? "" : ", ") + name;
  }
  if (names.empty() && before.size() != now.size()) return "another set of backends";
  return names;
}

}  // namespace

Journal::Journal(const std::filesystem::path& folder, const RunIdentity& identity, bool restart)
    : file_(folder / "journal.jsonl") {
  std::error_code ignored;
  size_t good = 0;
  if (std::filesystem::exists(file_, ignored)) {
    good = Read(identity);
    if (restart && !entries_.empty() && begun_anew_.empty()) begun_anew_ = "--restart was given";
    if (restart) good = 0;
    if (good == 0) std::filesystem::rename(file_, file_.string() + ".old", ignored);
  }
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(good)) != 0) {
    throw WriteError("can't write '" + file_.string() + "': " + std::strerror(errno));
  }
  if (good > 0) return;
  entries_.clear();
  WriteLine(Json{{"journal", kVersion}, {"identity", identity}}.dump(
      -1, ' ', false, Json::error_handler_t::replace));
}

Journal::~Journal() { ::close(descriptor_); }

size_t Journal::Read(const RunIdentity& identity) {
  const std::string text = ReadTextFile(file_);
  size_t good = 0;
  try {
    for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const Json json = Json::parse(std::string_view(text).substr(begin, end - begin));
      if (begin > 0) {
        entries_.push_back(EntryFrom(json));
      } else if (json.at("journal") != kVersion) {
        begun_anew_ = "it is of another version of quantbench";
        return 0;
      } else {
        begun_anew_ = Difference(json.at("identity").get<RunIdentity>(), identity);
      }
      good = end + 1;
    }
  } catch (const Json::exception&) {
    // Cut off, or damaged: what stands before it is good.
  } catch (const Error&) {
  }
  const bool finished = !entries_.empty() && std::holds_alternative<FinishedEntry>(entries_.back());
  if (finished || entries_.empty()) {  // nothing is lost
    begun_anew_.clear();
    return 0;
  }
  if (begun_anew_.empty()) return good;
  begun_anew_ = "it belongs to a run with another " + begun_anew_;
  return 0;
}

void Journal::Append(const JournalEntry& entry) {
  WriteLine(std::visit(EntryToJson{}, entry).dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Journal::WriteLine(const std::string& line) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  const std::string whole = line + '\n';
  for (std::string_view rest = whole; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      [[maybe_unused]] const int cut = ::ftruncate(descriptor_, before);
      throw WriteError("can't write '" + file_.string() + "': " + std::strerror(reason));
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(descriptor_) != 0)
    throw WriteError("can't write '" + file_.string() + "' to disk: " + std::strerror(errno));
}

}  // namespace quantbench
