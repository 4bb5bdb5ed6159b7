// SPDX-License-Identifier: Apache-2.0
// The pickle machine, opcode by opcode: what it understands and what it refuses.
#include "model/checkpoint/pickle.h"

#include <doctest/doctest.h>

#include "model/checkpoint/checkpoint.h"
#include "model/test_files.h"

namespace quantbench::pickle {
namespace {

using namespace std::string_literals;
using quantbench::testing::CheckRefused;

Document ParseText(const std::string& text) {
  return Parse(std::as_bytes(std::span(text.data(), text.size())), 0, CheckGlobal);
}

// The pickled object itself.
template <typename T>
const T& Root(const Document& document) {
  return std::get<T>(document.at(document.root));
}

TEST_CASE("numbers of every width and sign") {
  struct Case {
    std::string pickle;
    int64_t expected;
  };
  const Case cases[] = {
      {"K\xff."s, 255},
      {"M\xff\xff."s, 65535},
      {"J\xff\xff\xff\xff."s, -1},
      {"J\0\0\0\x80."s, INT32_MIN},
      {"\x8a\0."s, 0},  // LONG1 of no bytes
      {"\x8a\x01\xff."s, -1},
      {"\x8a\x02\xff\x7f."s, 32767},
      {"\x8a\x05\0\0\0\0\x80."s, -(int64_t{1} << 39)},
      {"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f."s, INT64_MAX},
      {"\x80\x04\x95\x05\0\0\0\0\0\0\0K\x07."s, 7},  // PROTO and FRAME
      {"K\x01q\0K\x02\x94h\0h\x01."s, 2},            // BINPUT, MEMOIZE, BINGET
      {"K\x01r\0\0\1\0j\0\0\1\0."s, 1},              // LONG_BINPUT, LONG_BINGET
  };
  for (const Case& c : cases) {
    const Document document = ParseText(c.pickle);
    CHECK(Root<int64_t>(document) == c.expected);
    CHECK(document.end == c.pickle.size());
  }
}

TEST_CASE("long integers, floats, texts and constants") {
  CHECK(Describe(ParseText("\x8a\x09"s + std::string(9, '\1') + ".").objects[0]) == "a long int");
  const Document number = ParseText("G\xbf\xe0\0\0\0\0\0\0."s);
  CHECK(Root<double>(number) == -0.5);
  for (const std::string& text :
       {"X\2\0\0\0hi."s, "U\2hi."s, "T\2\0\0\0hi."s, "\x8c\2hi."s, "\x8d\2\0\0\0\0\0\0\0hi."s})
    CHECK(Root<std::string>(ParseText(text)) == "hi");
  CHECK(Describe(ParseText("N.").objects[0]) == "None");
  CHECK(Root<bool>(ParseText("\x88.")));
  CHECK_FALSE(Root<bool>(ParseText("\x89.")));
}

TEST_CASE("containers refer to their items") {
  const Document tuple = ParseText("(K\1K\2K\3t.");
  CHECK(Root<Tuple>(tuple).items == std::vector<Ref>{0, 1, 2});
  const Document short_tuple = ParseText("K\1K\2K\3\x87.");
  CHECK(Root<Tuple>(short_tuple).items.size() == 3);
  const Document list = ParseText("](K\1K\2eK\3a.");
  CHECK(Root<List>(list).items == std::vector<Ref>{1, 2, 3});
  const Document dict = ParseText("}(U\1aK\1U\1bK\2uU\1cK\3s.");
  CHECK(Root<Dict>(dict).items.size() == 3);
  const Document cycle = ParseText("]q\0h\0a.\0"s);  // a list that holds itself
  CHECK(Root<List>(cycle).items == std::vector<Ref>{cycle.root});
}

TEST_CASE("an OrderedDict, as Python 3 and Python 2 write it, is a dict") {
  const std::string type = "ccollections\nOrderedDict\n";
  for (const std::string& pickle : {type + ")R(U\1aK\1u.", type + "](](U\1aK\1ee\x85R.",
                                    "\x8c\x0b"s + "collections\x8c\x0bOrderedDict\x93)RU\1aK\1s.",
                                    type + ")R(U\1aK\1u}U\x09_metadata}sb."}) {
    const Document document = ParseText(pickle);
    const auto [key, value] = Root<Dict>(document).items.at(0);
    CHECK(std::get<std::string>(document.at(key)) == "a");
    CHECK(std::get<int64_t>(document.at(value)) == 1);
  }
}

TEST_CASE(
    "everything that could run code, or that a state dict has no use for, is refused by name") {
  struct Case {
    std::string pickle;
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {"cos\nsystem\n(U\2lst R.", {"refuses GLOBAL 'os.system'", "no code was run"}},
      {"U\2osU\6system\x93.", {"refuses GLOBAL 'os.system'"}},
      {"cbuiltins\neval\n.", {"refuses GLOBAL 'builtins.eval'"}},
      {"ctorch\nload\n.", {"refuses GLOBAL 'torch.load'"}},
      {"c__builtin__\nexec\n.", {"refuses GLOBAL '__builtin__.exec'"}},
      {"csubprocess\nPopen.__init__\n.", {"refuses GLOBAL"}},
      {"cos.\x1b[2J\nsystem\n.", {"'os.?[2J.system'"}},  // no terminal sequences in messages
      {"(ios\nsystem\n.", {"refuses opcode INST (0x69) at byte 1"}},
      {"(cos\n", {"ends too early"}},
      {"o.", {"refuses opcode OBJ"}},
      {"\x82\1.", {"refuses opcode EXT1"}},
      {"P1\n.", {"refuses opcode PERSID"}},
      {"I1\n.", {"refuses opcode INT"}},
      {"2.", {"refuses opcode DUP"}},
      {"\x80\x06.", {"protocol 6 is unknown"}},
      {"\xff", {"0xff isn't a pickle opcode"}},
  };
  for (const Case& c : cases) CheckRefused([&] { ParseText(c.pickle); }, c.expected);
}

TEST_CASE("objects of any class are described and skipped, with all that is put into them") {
  struct Case {
    std::string pickle;
    const char* expected;  // the class
  };
  const Case cases[] = {
      {"cargparse\nNamespace\n)\x81}U\2lrK\1sb.", "argparse.Namespace"},
      {"ccollections\nCounter\n}K\x1eK\1s\x85R.", "collections.Counter"},
      {"ccollections\ndefaultdict\n)R(K\1K\2u.", "collections.defaultdict"},
      {"cmy\nList\n)\x81(K\1K\2eK\3a.", "my.List"},
      {"cmy\nKeywords\n)}\x92.", "my.Keywords"},
      {"cfunctools\npartial\n)R)R.", "a call's result"},
      {"cnumpy.core.multiarray\n_reconstruct\nC\1b\x85R.", "numpy.core.multiarray._reconstruct"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pickle);
    CHECK(Root<Call>(ParseText(c.pickle)).function == c.expected);
  }
  CHECK(Root<List>(ParseText("\x8f(K\1K\2\x90.")).items.size() == 2);  // a set
  CHECK(Root<Tuple>(ParseText("(K\1K\2\x91.")).items.size() == 2);     // a frozenset
  CHECK(Root<int64_t>(ParseText("K\1(K\2K\0031.")) == 1);              // POP_MARK
  CHECK(Root<int64_t>(ParseText("K\1K\0020.")) == 1);                  // POP
  CHECK(Root<int64_t>(ParseText("\x8b\2\0\0\0\xff\x7f."s)) == 32767);  // LONG4
  for (const std::string& bytes : {"C\2hi."s, "B\2\0\0\0hi."s, "\x8e\2\0\0\0\0\0\0\0hi."s})
    CHECK(Describe(ParseText(bytes).objects[0]) == "bytes");
}

TEST_CASE("broken pickles are refused, not followed") {
  struct Case {
    std::string pickle;
    const char* expected;
  };
  const Case cases[] = {
      {"", "ends too early"},
      {".", "stack is empty"},
      {"t.", "no mark"},
      {"K\1(a.", "stack is empty"},  // items below a mark are out of reach
      {"(.", "stack is empty"},
      {"K\1(K\2u.", "where a dict is needed"},
      {"}(K\2u.", "a key has no value"},
      {"h\0."s, "memo has no entry 0"},
      {"q\0."s, "stack is empty"},
      {"K\1K\1a.", "found an int where a list is needed"},
      {"K\1)R.", "a call needs a global and a tuple"},
      {"ctorch\nSize\nK\1R.", "a call needs a global and a tuple"},
      {"K\1)\x81.", "a call needs a global and a tuple"},
      {"ca\nB\nN\x81.", "a call needs a global and a tuple"},
      {"ca\nB\n)}\x92", "ends too early"},
      {"}}b.", "a dict has no state"},
      {"K\1}b.", "found an int where an object is needed"},
      {"Nb.", "stack is empty"},
      {"0.", "stack is empty"},
      {"1.", "no mark"},
      {"B\xff\xff\xff\xffhi", "4294967295 bytes are needed"},
      {"\x96\xff\xff\xff\xff\xff\xff\xff\xff", "are needed"},
      {"\x8b\xff\xff\xff\xff", "4294967295 bytes are needed"},
      {"K\1K\1\x93.", "name is not text"},
      {"X\xff\xff\xff\xffhi", "4294967295 bytes are needed"},
      {"\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi", "are needed"},
      {"ccollections\nOrderedDict\nK\1\x85R.", "not a list"},
      {"ccollections\nOrderedDict\n]K\1a\x85R.", "[key, value] pairs"},
      {std::string((1 << 20) + 1, 'N'), "too many for a state dict"},
      {std::string(1 << 20, 'N').insert(0, "]q\0("s) + "e.", "too many for a state dict"},
  };
  for (const Case& c : cases) CheckRefused([&] { ParseText(c.pickle); }, {c.expected});
}

TEST_CASE("one list as the argument of many calls can't unfold without end") {
  std::string pickle = "ccollections\nOrderedDict\nq\1](](U\1aK\1eq\2";
  for (int i = 0; i < 2000; ++i) pickle += "h\2";
  pickle += "e\x85q\3";
  for (int i = 0; i < 2000; ++i) pickle += "h\1h\3R";
  CheckRefused([&] { ParseText(pickle + "."); }, {"too large for a state dict"});
}

}  // namespace
}  // namespace quantbench::pickle
