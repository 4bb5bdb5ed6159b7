// SPDX-License-Identifier: Apache-2.0
// Exponentials, logarithms and what is made of them, from arithmetic alone: where C libraries round
// in ways of their own, and one library does on different CPUs, these have the same bits
// everywhere. In float64, good to some 1e-15 of the result: more than float32 or a table of bytes
// can show.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace quantbench::plugin::same {

// c[0] + c[1] * x + ... by Horner's rule, a product and a sum rounded at each step.
template <size_t kCount>
double Polynomial(const double (&c)[kCount], double x) {
  double sum = c[kCount - 1];
  for (size_t i = kCount - 1; i > 0; --i) sum = sum * x + c[i - 1];
  return sum;
}

// e^x as 2^n * e^r, |r| <= ln(2) / 2, and Taylor's series for e^r. Beyond 709 infinity, below -745
// 0, NaN for NaN.
inline double Exp(double x) {
  if (!(x < 709.0)) return x < 709.78 ? Exp(x - 1.0) * 2.718281828459045 : x + HUGE_VAL;
  if (x < -745.2) return 0.0;
  const double n = std::nearbyint(x * 1.4426950408889634);
  // ln(2) in two parts, the first short enough that its products with n are exact.
  const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  static constexpr double kTaylor[] = {1.0,
                                       1.0,
                                       1.0 / 2,
                                       1.0 / 6,
                                       1.0 / 24,
                                       1.0 / 120,
                                       1.0 / 720,
                                       1.0 / 5040,
                                       1.0 / 40320,
                                       1.0 / 362880,
                                       1.0 / 3628800,
                                       1.0 / 39916800,
                                       1.0 / 479001600,
                                       1.0 / 6227020800};
  // In two factors, as 2^n alone may be too small for a normal number.
  const int half = static_cast<int>(n) / 2, rest = static_cast<int>(n) - half;
  const auto power = [](int e) { return std::bit_cast<double>(int64_t{e + 1023} << 52); };
  return Polynomial(kTaylor, r) * power(half) * power(rest);
}

// e^x - 1, which near 0 is a series without the 1.
inline double Expm1(double x) {
  if (!(std::abs(x) < 0.35)) return Exp(x) - 1.0;
  static constexpr double kTaylor[] = {1.0,
                                       1.0 / 2,
                                       1.0 / 6,
                                       1.0 / 24,
                                       1.0 / 120,
                                       1.0 / 720,
                                       1.0 / 5040,
                                       1.0 / 40320,
                                       1.0 / 362880,
                                       1.0 / 3628800,
                                       1.0 / 39916800,
                                       1.0 / 479001600,
                                       1.0 / 6227020800};
  return x * Polynomial(kTaylor, x);
}

// The logarithm of (1 + s) / (1 - s), for |s| <= 0.18: 2 * (s + s^3 / 3 + s^5 / 5 + ...).
inline double LogOfQuotient(double s) {
  static constexpr double kOdd[] = {2.0,      2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9, 2.0 / 11,
                                    2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};
  return s * Polynomial(kOdd, s * s);
}

// log(x) as e * log(2) + log(m), sqrt(1/2) <= m < sqrt(2). 0 gives -infinity, below it NaN.
inline double Log(double x) {
  if (!(x > 0.0)) return x == 0.0 ? -HUGE_VAL : std::nan("");
  if (x == HUGE_VAL) return x;
  int e = 0;
  double m = std::frexp(x, &e);  // exact; m in [0.5, 1)
  if (m < 0.7071067811865476) m *= 2.0, --e;
  return e * 0.6931471805599453 + LogOfQuotient((m - 1.0) / (m + 1.0));
}

// log(1 + x)
inline double Log1p(double x) {
  return std::abs(x) < 0.3 ? LogOfQuotient(x / (2.0 + x)) : Log(1.0 + x);
}

// x^y for x >= 0
inline double Power(double x, double y) { return y == 0.0 ? 1.0 : Exp(y * Log(x)); }

inline double Tanh(double x) {
  if (std::abs(x) > 20.0) return x > 0.0 ? 1.0 : -1.0;
  const double t = Expm1(2.0 * x);
  return t / (t + 2.0);
}

// The complement of the error function for x >= 0.46875 by rational approximations (W. J. Cody,
// "Rational Chebyshev approximations for the error function", Mathematics of Computation 23, 1969).
inline double ErfcOfLarge(double x) {
  if (x > 27.0) return 0.0;
  if (x <= 4.0) {
    static constexpr double kAbove[] = {
        1.23033935479799725e3, 2.05107837782607147e3,  1.71204761263407058e3,
        8.81952221241769090e2, 2.98635138197400131e2,  6.61191906371416295e1,
        8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8};
    static constexpr double kBelow[] = {
        1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
        3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
        1.17693950891312499e2, 1.57449261107098347e1, 1.0};
    return Exp(-x * x) * Polynomial(kAbove, x) / Polynomial(kBelow, x);
  }
  static constexpr double kAbove[] = {6.58749161529837803e-4, 1.60837851487422766e-2,
                                      1.25781726111229246e-1, 3.60344899949804439e-1,
                                      3.05326634961232344e-1, 1.63153871373020978e-2};
  static constexpr double kBelow[] = {2.33520497626869185e-3, 6.05183413124413191e-2,
                                      5.27905102951428412e-1, 1.87295284992346047e0,
                                      2.56852019228982242e0,  1.0};
  const double square = 1.0 / (x * x);
  const double correction = square * Polynomial(kAbove, square) / Polynomial(kBelow, square);
  return Exp(-x * x) / x * (0.5641895835477563 - correction);
}

inline double ErfOfSmall(double x) {
  static constexpr double kAbove[] = {3.20937758913846947e3, 3.77485237685302021e2,
                                      1.13864154151050156e2, 3.16112374387056560e0,
                                      1.85777706184603153e-1};
  static constexpr double kBelow[] = {2.84423683343917062e3, 1.28261652607737228e3,
                                      2.44024637934444173e2, 2.36012909523441209e1, 1.0};
  return x * Polynomial(kAbove, x * x) / Polynomial(kBelow, x * x);
}

inline double Erf(double x) {
  if (!(std::abs(x) > 0.46875)) return ErfOfSmall(x);  // NaN too
  return x > 0.0 ? 1.0 - ErfcOfLarge(x) : ErfcOfLarge(-x) - 1.0;
}

inline double Erfc(double x) {
  if (!(std::abs(x) > 0.46875)) return 1.0 - ErfOfSmall(x);
  return x > 0.0 ? ErfcOfLarge(x) : 2.0 - ErfcOfLarge(-x);
}

}  // namespace quantbench::plugin::same
