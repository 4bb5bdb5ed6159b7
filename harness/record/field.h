// SPDX-License-Identifier: Apache-2.0
// Tables of fields: each struct that is written, sent or shown says once, beside itself, what its
// members are called and how they look; all formats are made from that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace quantbench {

struct Basis;
struct CaseResult;
struct Summary;

// A choice stands above the page's table where all cases have made the same; the rest keep their
// columns. A time says where it is an emulator's.
enum class ColumnKind { kName, kChoice, kFigure, kTime };
enum class Best { kNone, kHighest, kLowest };
// What may be done to a column where the terminal is too narrow: nothing; said once for all rows
// where they have the same; its names shortened, besides; left out; left out where all those
// were and it is still too wide.
enum class Yields { kNever, kWhereConstant, kShortens, kLeaves, kLeavesLast };

// A column of the page's table, or a line of its details.
struct OnPage {
  int place = 0;  // they stand by growing place; 0: it isn't there
  const char* title = "";
  const char* hint = "";                                 // what it is, in full
  const char* suffix = "";                               // of a figure
  const char* classes = "";                              // of a line of details
  std::string (*text)(const CaseResult& row) = nullptr;  // where it isn't the value as it is
};
struct OnTerminal {
  int place = 0;
  const char* title = "";
  Yields yields = Yields::kLeaves;
  const char* suffix = "";
  bool three_digits = false;  // as many decimals as the least value needs for three digits
  std::string (*text)(const CaseResult& row) = nullptr;
};

// What is said of a field besides its name. `column` is its place in results.csv from 1 on, which
// never changes: a new one takes the next number. 0: it is in results.json alone.
struct Traits {
  int column = 0;
  int decimals = 0;               // of the column
  bool required = false;          // in files too, where others may be missing
  double least = 0, most = 1e12;  // that a run can find; a page leaves out the rest
  ColumnKind kind = ColumnKind::kFigure;
  Best best = Best::kNone;
  double times = 1, per = 1;  // people are shown value * times / per
  int shown_decimals = 0;
  bool is_change = false;  // shown with its sign
  // Where the figure surely lies, shown as ± what it may be off.
  std::optional<double> Summary::*low = nullptr, Summary::*high = nullptr;
  OnPage page;
  OnTerminal terminal;
};

// A member under its name. A derived one isn't measured: `derive` computes it from a row.
template <class Object, class Member>
struct Field {
  constexpr Field(std::string_view name, Member Object::*pointer, Traits more = {})
      : key(name), member(pointer), traits(more) {}
  constexpr Field(std::string_view name, Member Object::*pointer,
                  std::type_identity_t<Member (*)(const Basis&)> function, Traits more = {})
      : key(name), member(pointer), derive(function), traits(more) {}

  std::string_view key;
  Member Object::*member;
  Member (*derive)(const Basis&) = nullptr;
  Traits traits;
};

// A struct whose fields stand among those of the object that holds it. An optional one is there
// where its first field is.
template <class Object, class Part>
struct Embedded {
  constexpr explicit Embedded(Part Object::*pointer) : member(pointer) {}
  Part Object::*member;
};

// A base class, likewise.
template <class Part>
struct Base {};

// A variant of a result and how it failed: the fields of a failure stand among the object's, those
// of a result as well, or under the key.
template <class Object, class Variant>
struct Outcome {
  constexpr explicit Outcome(Variant Object::*pointer, std::string_view name = {})
      : member(pointer), key(name) {}
  Variant Object::*member;
  std::string_view key;
};

// Written, not read: what other members say in another way.
template <class Object, class Value>
struct Computed {
  constexpr Computed(std::string_view name, Value (*function)(const Object&))
      : key(name), compute(function) {}
  std::string_view key;
  Value (*compute)(const Object&);
};

// Specialised beside each struct: `kAll`, a tuple of the above, and for alternatives of a variant
// `kKind`, which tells them apart.
template <class T>
struct Fields;

template <class T>
concept HasFields = requires {
  Fields<std::remove_const_t<T>>::kAll;
};
template <class T>
concept HasKind = requires {
  Fields<std::remove_const_t<T>>::kKind;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

namespace internal {

template <class Entry>
struct IsComputed : std::false_type {};
template <class Object, class Value>
struct IsComputed<Computed<Object, Value>> : std::true_type {};

template <class Root, class Object, class Get, class Visit>
constexpr void EachField(const Get& get, const Visit& visit);

// Fields of a part that `get` finds in the root object.
template <class Root, class Object, class Member, class Get, class Visit>
constexpr void Enter(const Field<Object, Member>& field, const Get& get, const Visit& visit) {
  visit(field, [get, member = field.member](const Root& root) -> const Member* {
    const Object* const object = get(root);
    return object == nullptr ? nullptr : &(object->*member);
  });
}
template <class Root, class Object, class Part, class Get, class Visit>
constexpr void Enter(const Embedded<Object, Part>& entry, const Get& get, const Visit& visit) {
  EachField<Root, Part>(
      [get, member = entry.member](const Root& root) -> const Part* {
        const Object* const object = get(root);
        return object == nullptr ? nullptr : &(object->*member);
      },
      visit);
}
template <class Root, class Object, class Part, class Get, class Visit>
constexpr void Enter(const Embedded<Object, std::optional<Part>>& entry, const Get& get,
                     const Visit& visit) {
  EachField<Root, Part>(
      [get, member = entry.member](const Root& root) -> const Part* {
        const Object* const object = get(root);
        return object == nullptr || !(object->*member) ? nullptr : &*(object->*member);
      },
      visit);
}
template <class Root, class Part, class Get, class Visit>
constexpr void Enter(const Base<Part>&, const Get& get, const Visit& visit) {
  EachField<Root, Part>([get](const Root& root) -> const Part* { return get(root); }, visit);
}
template <class Root, class Object, class Value, class Get, class Visit>
constexpr void Enter(const Computed<Object, Value>&, const Get&, const Visit&) {}

template <class Root, class Object, class Get, class Visit>
constexpr void EachField(const Get& get, const Visit& visit) {
  std::apply([&](const auto&... entries) { (Enter<Root>(entries, get, visit), ...); },
             Fields<Object>::kAll);
}

}  // namespace internal

// Calls visit(field, get) for each field of T and of what it embeds; get(object) points to its
// member, or nowhere where an optional part is absent.
template <HasFields T, class Visit>
constexpr void ForEachField(const Visit& visit) {
  internal::EachField<T, T>([](const T& object) { return &object; }, visit);
}

}  // namespace quantbench
