// SPDX-License-Identifier: Apache-2.0
// Any struct with a table of fields to JSON and back. For .cpp files alone: it takes nlohmann in.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "record/case_result.h"
#include "record/field.h"

namespace quantbench {

// Ordered, so that JSON reads like the tables.
using Json = nlohmann::ordered_json;

template <class T>
Json ToJson(const T& value);

// How much is demanded. A results.json may be old or made by others: what is missing or null stays
// as it is, counts are at least 0, and messages say what the file isn't. Lines were written by this
// program moments ago: all is there, but what is optional.
enum class Strictness { kResults, kLines };

// A value and where it stands, for messages: "rows[3].batch_size". Its parents must outlive it.
class Located {
 public:
  Located(const Json& json, Strictness strictness) : json_(json), strictness_(strictness) {}

  // An absent member is null.
  Located Child(std::string_view key) const;
  Located Item(size_t index) const;

  const Json& json() const { return json_; }
  Strictness strictness() const { return strictness_; }
  bool IsThere() const { return !json_.is_null(); }
  std::string Place() const;  // empty for the whole
  [[noreturn]] void Fail(const std::string& expected) const;

 private:
  Located(const Json& json, const Located& parent, std::string_view key, size_t index)
      : json_(json), strictness_(parent.strictness_), parent_(&parent), key_(key), index_(index) {}

  const Json& json_;
  Strictness strictness_;
  const Located* parent_ = nullptr;
  std::string_view key_;  // of an object's member; else the index counts
  size_t index_ = 0;
};

// Where brackets outside of texts are open deeper than so many levels; nothing where they never
// are.
std::optional<size_t> FindDeepNesting(std::string_view text, int deepest);

// Throws Error, with line and column, for what isn't JSON, and for what is nested deeper than
// anything that quantbench writes.
Json ParseJson(std::string_view text);

// All throw Error with the place for what isn't such a value.
void Read(const Located& value, std::string& target);
void Read(const Located& value, std::filesystem::path& target);
void Read(const Located& value, bool& target);
void Read(const Located& value, int& target);
void Read(const Located& value, int64_t& target);
void Read(const Located& value, double& target);
void Read(const Located& value, float& target);
void Read(const Located& value, Status& target);
void Read(const Located& value, std::vector<std::pair<std::string, std::string>>& target);
template <class T>
void Read(const Located& value, std::optional<T>& target);
template <class T>
void Read(const Located& value, std::vector<T>& target);
template <class T, size_t kSize>
void Read(const Located& value, std::array<T, kSize>& target);
template <HasFields T>
void Read(const Located& value, T& target);
template <class... T>
void Read(const Located& value, std::variant<T...>& target);

// Of a text. Throws Error too for what isn't JSON.
template <class T>
T FromText(std::string_view text, Strictness strictness);

// One line of text. `replace`: text from plugins may not be UTF-8, and a replacement character is
// better than nothing; without it that throws Json::exception.
std::string ToLine(const Json& json, bool replace);

// ---- How it is done.

namespace internal {

template <class Object>
void WriteFields(const Object& object, Json& json);

template <class Object, class Member>
void WriteEntry(const Object& object, const Field<Object, Member>& field, Json& json) {
  json[std::string(field.key)] = ToJson(object.*field.member);
}
template <class Object, class Value>
void WriteEntry(const Object& object, const Computed<Object, Value>& entry, Json& json) {
  json[std::string(entry.key)] = ToJson(entry.compute(object));
}
template <class Object, class Part>
void WriteEntry(const Object& object, const Embedded<Object, Part>& entry, Json& json) {
  if constexpr (!IsOptional<Part>::value) {
    WriteFields(object.*entry.member, json);
  } else if (object.*entry.member) {
    WriteFields(*(object.*entry.member), json);
  }
}
template <class Object, class Result>
void WriteEntry(const Object& object, const Outcome<Object, std::variant<Result, Failure>>& entry,
                Json& json) {
  const auto& outcome = object.*entry.member;
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    WriteFields(*failure, json);
  } else if (entry.key.empty()) {
    WriteFields(std::get<Result>(outcome), json);
  } else {
    json[std::string(entry.key)] = ToJson(std::get<Result>(outcome));
  }
}
template <class Object, class Part>
void WriteEntry(const Object& object, const Base<Part>&, Json& json) {
  WriteFields<Part>(object, json);
}

template <class Object>
void WriteFields(const Object& object, Json& json) {
  std::apply([&](const auto&... entries) { (WriteEntry(object, entries, json), ...); },
             Fields<Object>::kAll);
}

template <class Object>
void ReadFields(const Located& source, Object& object);

template <class Object, class Member>
void ReadEntry(const Located& source, const Field<Object, Member>& field, Object& object) {
  const Located value = source.Child(field.key);
  const bool demanded = field.traits.required ||
                        (source.strictness() == Strictness::kLines && !IsOptional<Member>::value);
  if (value.IsThere() || demanded) Read(value, object.*field.member);
}
template <class Object, class Value>
void ReadEntry(const Located&, const Computed<Object, Value>&, Object&) {}
template <class Object, class Part>
void ReadEntry(const Located& source, const Embedded<Object, Part>& entry, Object& object) {
  if constexpr (IsOptional<Part>::value) {
    using Inside = typename Part::value_type;
    const bool there = source.Child(std::get<0>(Fields<Inside>::kAll).key).IsThere();
    if (!there && source.strictness() == Strictness::kLines) return;
    Inside inside;
    ReadFields(source, inside);
    if (there) object.*entry.member = std::move(inside);
  } else {
    ReadFields(source, object.*entry.member);
  }
}
template <class Object, class Result>
void ReadEntry(const Located& source, const Outcome<Object, std::variant<Result, Failure>>& entry,
               Object& object) {
  auto& outcome = object.*entry.member;
  if (source.Child(std::get<0>(Fields<Failure>::kAll).key).IsThere()) {
    ReadFields(source, outcome.template emplace<Failure>());
  } else if (entry.key.empty()) {
    ReadFields(source, outcome.template emplace<Result>());
  } else {
    Read(source.Child(entry.key), outcome.template emplace<Result>());
  }
}
template <class Object, class Part>
void ReadEntry(const Located& source, const Base<Part>&, Object& object) {
  ReadFields<Part>(source, object);
}

template <class Object>
void ReadFields(const Located& source, Object& object) {
  std::apply([&](const auto&... entries) { (ReadEntry(source, entries, object), ...); },
             Fields<Object>::kAll);
}

template <class T>
concept IsVariant = requires {
  std::variant_size<T>::value;
};
template <class T>
concept IsList = requires(const T& list) {
  list.data()[list.size()];
}
&&!std::is_same_v<T, std::string> && !std::is_same_v<T, std::filesystem::path>;
template <class T>
concept IsTextPairs = std::is_same_v<T, std::vector<std::pair<std::string, std::string>>>;

}  // namespace internal

template <class T>
Json ToJson(const T& value) {
  if constexpr (HasFields<T>) {
    Json json = Json::object();
    if constexpr (HasKind<T>) json["kind"] = std::string(Fields<T>::kKind);
    internal::WriteFields(value, json);
    return json;
  } else if constexpr (internal::IsTextPairs<T>) {
    Json json;
    for (const auto& [key, text] : value) json[key] = text;
    return json;
  } else if constexpr (IsOptional<T>::value) {
    return value ? ToJson(*value) : Json();
  } else if constexpr (internal::IsVariant<T>) {
    return std::visit([](const auto& one) { return ToJson(one); }, value);
  } else if constexpr (internal::IsList<T>) {
    Json json = Json::array();
    for (const auto& one : value) json.push_back(ToJson(one));
    return json;
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return value.string();
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(ToString(value));
  } else {
    return value;
  }
}

template <class T>
T FromText(std::string_view text, Strictness strictness) {
  T result;
  Read(Located(ParseJson(text), strictness), result);
  return result;
}

template <class T>
void Read(const Located& value, std::optional<T>& target) {
  if (value.IsThere()) Read(value, target.emplace());
}

template <class T>
void Read(const Located& value, std::vector<T>& target) {
  if (!value.json().is_array()) value.Fail("an array");
  for (size_t i = 0; i < value.json().size(); ++i) Read(value.Item(i), target.emplace_back());
}

template <class T, size_t kSize>
void Read(const Located& value, std::array<T, kSize>& target) {
  if (!value.json().is_array() || value.json().size() != kSize)
    value.Fail("an array of " + std::to_string(kSize));
  for (size_t i = 0; i < kSize; ++i) Read(value.Item(i), target[i]);
}

template <HasFields T>
void Read(const Located& value, T& target) {
  if (!value.json().is_object()) value.Fail("an object");
  internal::ReadFields(value, target);
}

template <class... T>
void Read(const Located& value, std::variant<T...>& target) {
  if (!value.json().is_object()) value.Fail("an object");
  const Located place = value.Child("kind");
  std::string kind;
  Read(place, kind);
  const auto read_as = [&]<class One>() {
    if (kind != Fields<One>::kKind) return false;
    Read(value, target.template emplace<One>());
    return true;
  };
  if (!(read_as.template operator()<T>() || ...)) place.Fail("a kind that is known");
}

}  // namespace quantbench
