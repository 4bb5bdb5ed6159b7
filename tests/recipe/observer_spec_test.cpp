// SPDX-License-Identifier: Apache-2.0
// Observers with options as text: what is read, what is printed, what is refused.
#include "recipe/observer_spec.h"

#include <doctest/doctest.h>

#include <string>

#include "support/error.h"

namespace quantbench {

TEST_CASE("observer specs print what they were read from, in one order, defaults left out") {
  const struct {
    std::string text, printed;
  } cases[] = {
      {"minmax", "minmax"},
      {"mse", "mse"},
      {"histogram+reduce_range", "histogram+reduce_range"},
      {"histogram+reduce_range=true+bins=2048", "histogram+reduce_range"},
      {"histogram+reduce_range=false", "histogram"},
      {"percentile+percentile=99.9+bins=1024", "percentile+bins=1024+percentile=99.9"},
      {"minmax+quant_max=127+quant_min=0", "minmax+quant_min=0+quant_max=127"},
      {"entropy+scheme=symmetric+dtype=qint8", "entropy+dtype=qint8+scheme=symmetric"},
      {"moving_average_minmax+averaging_constant=0.5+eps=1e-4",
       "moving_average_minmax+eps=1e-04+averaging_constant=0.5"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    const ObserverSpec spec = ParseObserverSpec(one.text);
    CHECK(ToString(spec) == one.printed);
    CHECK(ParseObserverSpec(one.printed) == spec);
  }
}

TEST_CASE("the integers of a spec are PyTorch 1.13's") {
  const struct {
    std::string text;
    IntegerRange integers;
  } cases[] = {
      {"minmax", {0, 255}},
      {"minmax+reduce_range", {0, 127}},
      {"minmax+dtype=qint8", {-128, 127}},
      {"minmax+dtype=qint8+reduce_range", {-64, 63}},
      {"minmax+quant_min=0+quant_max=127", {0, 127}},
      {"minmax+quant_min=0+quant_max=127+reduce_range", {0, 63}},
      {"minmax+dtype=qint8+quant_min=-127+quant_max=127", {-127, 127}},
      {"minmax+dtype=qint8+quant_min=-127+quant_max=127+reduce_range", {-64, 63}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    CHECK(IntegersOf(ParseObserverSpec(one.text)) == one.integers);
  }
}

TEST_CASE("refused observer specs say what is allowed") {
  const struct {
    std::string text, message;
  } cases[] = {
      {"max",
       "there is no observer 'max'; there are: minmax, moving_average_minmax, histogram, "
       "percentile, entropy, mse"},
      {"",
       "there is no observer ''; there are: minmax, moving_average_minmax, histogram, "
       "percentile, entropy, mse"},
      {"minmax+bins=2048",
       "observer minmax: bins: isn't an option of minmax; it has: dtype, scheme, "
       "reduce_range, quant_min, quant_max, eps"},
      {"histogram+bins", "observer histogram: expected option=value after '+', found 'bins'"},
      {"histogram+", "observer histogram: expected option=value after '+', found ''"},
      {"histogram+bins=12",
       "observer histogram: bins: expected an integer from 256 to 65536, found '12'"},
      {"histogram+bins=1e3",
       "observer histogram: bins: expected an integer from 256 to 65536, found '1e3'"},
      {"minmax+eps=0", "observer minmax: eps: expected a number above 0 up to 1, found '0'"},
      {"minmax+eps=nan", "observer minmax: eps: expected a number above 0 up to 1, found 'nan'"},
      {"percentile+percentile=100.1",
       "observer percentile: percentile: expected a number above 50 up to 100, found '100.1'"},
      {"minmax+reduce_range=yes",
       "observer minmax: reduce_range: expected true or false, found 'yes'"},
      {"minmax+dtype=int8", "observer minmax: dtype: 'int8' is unknown; allowed: quint8, qint8"},
      {"minmax+scheme=per_tensor",
       "observer minmax: scheme: 'per_tensor' is unknown; allowed: affine, symmetric"},
      {"minmax+quant_max=127", "quant_min and quant_max must be given together"},
      {"minmax+quant_min=0+quant_max=0",
       "quant_min 0 and quant_max 0 don't bound integers of quint8, which has 0 to 255"},
      {"minmax+quant_min=-1+quant_max=127",
       "quant_min -1 and quant_max 127 don't bound integers of quint8, which has 0 to 255"},
      {"minmax+dtype=qint8+quant_min=0+quant_max=255",
       "quant_min 0 and quant_max 255 don't bound integers of qint8, which has -128 to 127"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    CHECK_THROWS_WITH_AS(ParseObserverSpec(one.text), one.message.c_str(), Error);
  }
}

}  // namespace quantbench
