// tanh, exp, log and the logistic function, to a few units in the last place. A NaN gives NaN: it is put back where the
// compiler may make relaxed minima of the cut-offs, which drop it.

#if BITS == 32
enum { LIMIT = 87, BIAS = 127, MANTISSA = 23 }; // exp(+-LIMIT) is a normal number; the format's constants
#define INVERSE_LN2 1.44269504f
#define LN2_HIGH 0.693359375f // so short that its products with whole numbers are exact
#define LN2_LOW -2.12194440e-4f

// (e**r - 1 - r) / r**2 for |r| <= ln(2) / 2, a minimax fit (relative error of e**r 3e-9 before rounding)
static inline vec exponential_rest(vec r) {
  vec q = splat(1.38144672e-3f);
  q = madd(q, r, splat(8.36878084e-3f));
  q = madd(q, r, splat(4.16683927e-2f));
  q = madd(q, r, splat(1.66665196e-1f));
  return madd(q, r, splat(0.5f));
}
#else
enum { LIMIT = 708, BIAS = 1023, MANTISSA = 52 };
#define INVERSE_LN2 1.4426950408889634
#define LN2_HIGH 0.693145751953125
#define LN2_LOW 1.4286068203094172e-6

// the same by its Taylor series, whose first term left out is below 1e-17
static inline vec exponential_rest(vec r) {
  static const double inverse[] = {1. / 3, 1. / 4, 1. / 5, 1. / 6, 1. / 7, 1. / 8, 1. / 9, 1. / 10, 1. / 11, 1. / 12, 1. / 13};
  vec q = splat(1); // 1/2 + r/6 + r**2/24 + ... = 1/2 (1 + r/3 (1 + r/4 (...)))
  for (int i = 10; i >= 0; i--) q = madd(q, r * splat(inverse[i]), splat(1));
  return q * splat(0.5);
}
#endif

// x = n ln 2 + r with |r| <= ln(2) / 2: returns e**r - 1, and 2**n, for |x| <= LIMIT
static inline vec exponential_parts(vec x, vec *power) {
  const real rounds = (real)((whole)3 << (MANTISSA - 1)); // adding it rounds to a whole number, in the lowest bits
  vec shifted = madd(x, splat(INVERSE_LN2), splat(rounds)), n = shifted - splat(rounds);
  vec r = madd(n, splat(-LN2_LOW), madd(n, splat(-LN2_HIGH), x));
  *power = (vec)(((ivec)shifted << MANTISSA) + isplat((whole)BIAS << MANTISSA));
  return madd(exponential_rest(r), r * r, r);
}

// e**x for |x| <= LIMIT
static inline vec exponential(vec x) {
  vec power, less_one = exponential_parts(x, &power);
  return (less_one + splat(1)) * power;
}

// e**x for x <= 0, cut off at -LIMIT
static inline vec exponential_down(vec x) {
  return select((ivec)(x == x), exponential(-minimum(-x, splat(LIMIT))), x);
}

// log x for x >= 1: Newton's method for e**y = x, from the exponent and mantissa as one number
static inline real logarithm(real x) {
  whole bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const real unit = (real)((whole)1 << MANTISSA);
  real y = (real)(bits - ((whole)BIAS << MANTISSA)) * ((real)0.6931471805599453 / unit); // at most 0.06 off
  for (int i = 0; i < (BITS == 32 ? 3 : 4); i++) y += x * exponential_down(splat(-y))[0] - 1; // squared, and halved
  return y;
}

// 1 / (1 + e**-x), cut off at +-LIMIT
static inline vec sigmoid(vec x) {
  vec cut = minimum(-minimum(-x, splat(LIMIT)), splat(LIMIT));
  return select((ivec)(x == x), splat(1) / (splat(1) + exponential(-cut)), x);
}

#if BITS == 32
// tanh x = x P(x**2) / Q(x**2), a minimax fit up to |x| = 8, from where tanh is 1 within 3e-7 (relative error 2e-8
// before rounding)
static inline vec hyperbolic_tangent(vec x) {
  vec cut = minimum(-minimum(-x, splat(8)), splat(8)), t = cut * cut;
  vec p = splat(1.52304658e-8f), q = splat(8.52246615e-7f);
  p = madd(p, t, splat(2.18946952e-5f)), q = madd(q, t, splat(3.41129547e-4f));
  p = madd(p, t, splat(3.57160019e-3f)), q = madd(q, t, splat(2.61644516e-2f));
  p = madd(p, t, splat(1.34444997e-1f)), q = madd(q, t, splat(4.67778265e-1f));
  p = madd(p, t, splat(1)), q = madd(q, t, splat(1));
  return select((ivec)(x == x), cut * p / q, x);
}
#else
// tanh |x| = t / (t + 2) with t = e**(2 |x|) - 1, put together so that nothing cancels near 0; 1 beyond 20
static inline vec hyperbolic_tangent(vec x) {
  const ivec sign = isplat((whole)((uint64_t)1 << 63));
  vec size = (vec)((ivec)x & ~sign), power;
  vec less_one = exponential_parts(minimum(size, splat(20)) * splat(2), &power);
  vec t = madd(power, less_one, power - splat(1));
  vec y = (vec)((ivec)(t / (t + splat(2))) | ((ivec)x & sign));
  return select((ivec)(x == x), y, x);
}
#endif
