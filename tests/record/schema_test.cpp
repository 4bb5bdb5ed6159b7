// SPDX-License-Identifier: Apache-2.0
// results/schema.json knows what results.json holds, no more and no less: results with every field
// filled, whatever fields there are, are checked against it. Real results are in
// tests/cli/results.sh, by an independent validator.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "record/columns.h"
#include "record/json.h"
#include "record/results.h"
#include "support/files.h"
#include "support/paths.h"

namespace quantbench {
namespace {

Json ResultsSchema() {
  return ParseJson(MappedFile(testing::SourceDir() / "results" / "schema.json").text());
}

// Any struct with a table of fields, with something in each: optional parts are there, lists have
// an element.
struct Filler {
  void operator()(std::string& value) const { value = "text"; }
  void operator()(bool& value) const { value = true; }
  void operator()(int& value) const { value = 1; }
  void operator()(int64_t& value) const { value = 1; }
  void operator()(double& value) const { value = 1.5; }
  void operator()(float& value) const { value = 1.5f; }
  void operator()(Status& value) const { value = Status::kPartial; }
  void operator()(std::vector<std::pair<std::string, std::string>>& value) const {
    value = {{"name", "version"}};
  }
  template <class T>
  void operator()(std::vector<T>& value) const {
    (*this)(value.emplace_back());
  }
  template <class T, size_t kSize>
  void operator()(std::array<T, kSize>& value) const {
    for (T& one : value) (*this)(one);
  }
  template <class T>
  void operator()(std::optional<T>& value) const {
    (*this)(value.emplace());
  }
  template <HasFields T>
  void operator()(T& value) const {
    std::apply([&](const auto&... entries) { (Enter(entries, value), ...); }, Fields<T>::kAll);
  }

 private:
  template <class Object, class Member>
  void Enter(const Field<Object, Member>& field, Object& object) const {
    (*this)(object.*field.member);
  }
  template <class Object, class Part>
  void Enter(const Embedded<Object, Part>& entry, Object& object) const {
    (*this)(object.*entry.member);
  }
  template <class Object, class Part>
  void Enter(const Base<Part>&, Object& object) const {
    (*this)(static_cast<Part&>(object));
  }
  template <class Object, class Value>
  void Enter(const Computed<Object, Value>&, Object&) const {}
};

// A row whose words are words that there are.
Json FilledResults() {
  Results results;
  Filler{}(results);
  results.rows.front().precision = "int8";
  results.rows.front().quantization = "static";
  Json json = ToJson(results);
  json["digest"] = "text";
  return json;
}

// JSON Schema as far as results/schema.json uses it; another keyword is a problem.
class Validator {
 public:
  explicit Validator(const Json& schema) : schema_(schema) {}

  // A line each.
  std::string Problems(const Json& json) {
    problems_.clear();
    count_ = 0;
    Check(json, schema_, "");
    return problems_;
  }
  int count() const { return count_; }  // of those problems
  // Properties that no value had so far.
  std::string Unseen() const {
    std::string unseen;
    const auto add = [&](const std::string& name, const Json& object) {
      if (!object.contains("properties")) return;
      for (const auto& [key, property] : object.at("properties").items())
        if (!seen_.contains(&property)) unseen += name + "." + key + "\n";
    };
    add("", schema_);
    for (const auto& [name, object] : schema_.at("$defs").items()) add(name, object);
    return unseen;
  }

 private:
  static bool HasType(const Json& value, const std::string& type) {
    const std::map<std::string, bool> is{
        {"object", value.is_object()}, {"array", value.is_array()},
        {"string", value.is_string()}, {"integer", value.is_number_integer()},
        {"number", value.is_number()}, {"boolean", value.is_boolean()},
        {"null", value.is_null()}};
    return is.at(type);
  }
  static bool HasTypeOf(const Json& value, const Json& types) {
    if (types.is_string()) return HasType(value, types.get<std::string>());
    return std::ranges::any_of(
        types, [&](const Json& type) { return HasType(value, type.get<std::string>()); });
  }

  void Check(const Json& value, const Json& schema, const std::string& place) {
    for (const auto& [keyword, says] : schema.items())
      CheckKeyword(value, schema, keyword, says, place);
  }

  void CheckKeyword(const Json& value, const Json& schema, const std::string& keyword,
                    const Json& says, const std::string& place) {
    const auto require = [&](bool good) {
      if (!good) Add(place + ": " + keyword + ": " + value.dump());
    };
    if (keyword == "$ref") {
      const std::string name = says.get<std::string>();
      REQUIRE(name.starts_with("#/"));
      Check(value, schema_.at(Json::json_pointer(name.substr(1))), place);
    } else if (keyword == "anyOf") {
      if (value.is_null()) return require(says.back() == Json{{"type", "null"}});
      Check(value, says.front(), place);
    } else if (keyword == "type") {
      require(HasTypeOf(value, says));
    } else if (keyword == "const") {
      require(value == says);
    } else if (keyword == "enum") {
      require(std::ranges::find(says, value) != says.end());
    } else if (keyword == "minimum") {
      require(!value.is_number() || value >= says);
    } else if (keyword == "minLength") {
      require(value.get<std::string>().size() >= says.get<size_t>());
    } else if (keyword == "required") {
      for (const Json& key : says) require(value.contains(key.get<std::string>()));
    } else if (keyword == "items") {
      for (size_t i = 0; i < value.size(); ++i)
        Check(value[i], says, place + "[" + std::to_string(i) + "]");
    } else if (keyword == "properties" || keyword == "additionalProperties") {
      if (keyword == "properties" || !schema.contains("properties"))
        CheckMembers(value, schema, place);
    } else {
      const bool says_nothing = keyword == "description" || keyword == "title" ||
                                keyword == "$schema" || keyword == "$defs";
      CHECK_MESSAGE(says_nothing, "a keyword that the validator doesn't know: " << keyword);
    }
  }

  void Add(const std::string& problem) {
    problems_ += problem + "\n";
    ++count_;
  }

  void CheckMembers(const Json& value, const Json& schema, const std::string& place) {
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [key, member] : value.items()) {
      const std::string inside = place + "." + key;
      if (properties.contains(key)) {
        const Json& property = schema.at("properties").at(key);
        seen_.insert(&property);
        Check(member, property, inside);
      } else if (schema.at("additionalProperties").is_object()) {
        Check(member, schema.at("additionalProperties"), inside);
      } else {
        Add(inside + ": the schema doesn't know it");
      }
    }
  }

  const Json& schema_;
  std::string problems_;
  int count_ = 0;
  std::set<const Json*> seen_;
};

TEST_CASE("results/schema.json knows every field of results.json, and no other") {
  const Json schema = ResultsSchema();
  Validator validator(schema);
  CHECK(validator.Problems(FilledResults()) == "");
  CHECK(validator.Unseen() == "");
}

TEST_CASE("empty cells, failed cases and results without rows are good") {
  const Json schema = ResultsSchema();
  Validator validator(schema);
  Results results;
  CHECK(validator.Problems(ToJson(results)) == "");
  Row row;
  row.case_id = "a/fp32/b1/t1";
  row.precision = "fp32";
  row.quantization = "none";
  row.status = Status::kCrashed;
  results.rows = {row};
  CHECK(validator.Problems(ToJson(results)) == "");
}

TEST_CASE("what is no result is refused, and so is a field that is new") {
  const Json schema = ResultsSchema();
  Validator validator(schema);
  const struct {
    const char* pointer;
    Json value;
  } changes[] = {{"/schema", 2},
                 {"/new", 1},
                 {"/environment/new", "text"},
                 {"/environment/libraries/name", 1},
                 {"/inputs/new", nullptr},
                 {"/stages/0/new", 1},
                 {"/rows/0/new", nullptr},
                 {"/rows/0/status", "good"},
                 {"/rows/0/case_id", ""},
                 {"/rows/0/batch_size", 0},
                 {"/rows/0/images", 1.5},
                 {"/rows/0/top1_percent", "85"},
                 {"/rows/0/repetitions/0/new", 1},
                 {"/rows/0/agreement_layers/new", 1},
                 {"/rows", Json::object()}};
  for (const auto& [pointer, value] : changes) {
    CAPTURE(pointer);
    Json json = FilledResults();
    json[Json::json_pointer(pointer)] = value;
    validator.Problems(json);
    CHECK(validator.count() == 1);
  }
}

TEST_CASE("the schema's first properties of a row are the columns of results.csv in their order") {
  std::vector<std::string> properties, columns;
  for (const Column& column : Columns()) columns.emplace_back(column.name);
  const Json schema = ResultsSchema();
  for (const auto& [key, property] : schema.at("$defs").at("row").at("properties").items()) {
    CHECK_MESSAGE(property.contains("description"), key);
    if (properties.size() < columns.size()) properties.push_back(key);
  }
  CHECK(properties == columns);
}

}  // namespace
}  // namespace quantbench
