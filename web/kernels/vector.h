// Vectors of 16 bytes: four float32 or two float64, by `BITS`, with which the file is compiled.

#include <stddef.h>
#include <stdint.h>

#if BITS == 32
typedef float real;
typedef int32_t whole;
#define NAMED(name) name##_f32
#define WASM(operation) __builtin_wasm_##operation##_f32x4
#define TRACE (1e8f * 1.17549435e-38f)
#else
typedef double real;
typedef int64_t whole;
#define NAMED(name) name##_f64
#define WASM(operation) __builtin_wasm_##operation##_f64x2
#define TRACE (1e8 * 2.2250738585072014e-308)
#endif

enum { LANES = 16 / sizeof(real) };
typedef real vec __attribute__((vector_size(16)));
typedef whole ivec __attribute__((vector_size(16)));
typedef real vec_unaligned __attribute__((vector_size(16), aligned(sizeof(real)), may_alias));

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define SHUFFLE __builtin_shufflevector
#define CEIL_DIV(a, b) (((a) + (b) - 1) / (b))
#define INLINE static inline __attribute__((always_inline)) // where an argument is to be a constant in the loop

// madd(a, b, c) = a * b + c
#if defined(__wasm_relaxed_simd__)
#define madd(a, b, c) WASM(relaxed_madd)(a, b, c)
#else
#define madd(a, b, c) ((a) * (b) + (c))
#endif

#if BITS == 32
static inline vec splat(real x) { return (vec){x, x, x, x}; }
static inline ivec isplat(whole x) { return (ivec){x, x, x, x}; }
#else
static inline vec splat(real x) { return (vec){x, x}; }
static inline ivec isplat(whole x) { return (ivec){x, x}; }
#endif
static inline vec load(const real *p) { return *(const vec_unaligned *)p; }
static inline void store(real *p, vec x) { *(vec_unaligned *)p = x; }
static inline vec select(ivec mask, vec yes, vec no) { return (vec)((mask & (ivec)yes) | (~mask & (ivec)no)); }
// The same in one instruction, where there is one: faster in short loops, slower in long ones such as tanh.
#if defined(__wasm_relaxed_simd__) && BITS == 32
static inline vec blend(ivec mask, vec yes, vec no) {
  return (vec)__builtin_wasm_relaxed_laneselect_i32x4((ivec)yes, (ivec)no, mask);
}
#else
static inline vec blend(ivec mask, vec yes, vec no) { return select(mask, yes, no); }
#endif
static inline vec minimum(vec a, vec b) { return select((ivec)(a > b), b, a); }

// the larger one, `a` where b is NaN
static inline vec maximum(vec a, vec b) {
#if defined(__wasm_simd128__)
  return WASM(pmax)(a, b);
#else
  return select((ivec)(b > a), b, a);
#endif
}

// What is so small that it counts for nothing becomes 0 (nncore/arrays.py says why); NaN stays.
static inline vec without_traces(vec x) {
  const ivec size = (ivec)x & ~isplat((whole)((uint64_t)1 << (8 * sizeof(real) - 1)));
  return (vec)((ivec)x & ~(ivec)((vec)size < splat(TRACE)));
}

// x between two numbers; NaN becomes `low`
static inline vec clamp(vec x, real low, real high) {
#if defined(__wasm_simd128__)
  return WASM(pmin)(splat(high), maximum(splat(low), x));
#else
  return minimum(maximum(splat(low), x), splat(high));
#endif
}

// Numbers of at least 0 that fit `whole`: as such, without what is behind the point; and these as reals.
static inline ivec truncated(vec x) {
#if defined(__wasm_relaxed_simd__) && BITS == 32
  return (ivec)__builtin_wasm_relaxed_trunc_s_i32x4_f32x4(x);
#else
  return __builtin_convertvector(x, ivec);
#endif
}
static inline vec whole_part(vec x) {
#if defined(__wasm_simd128__)
  return WASM(floor)(x);
#else
  return __builtin_convertvector(truncated(x), vec);
#endif
}

static inline real sum_of(vec x) {
  real sum = 0;
  for (int l = 0; l < LANES; l++) sum += x[l];
  return sum;
}

// the first `lanes` numbers of a vector (at least 1); the others are zeros
INLINE vec load_lanes(const real *p, ptrdiff_t lanes) {
  if (lanes == LANES) return load(p);
  vec x = splat(0);
  for (ptrdiff_t l = 0; l < LANES - 1; l++)
    if (l < lanes) x[l] = p[l];
  return x;
}

INLINE void store_lanes(real *p, vec x, ptrdiff_t lanes) {
  if (lanes == LANES) store(p, x);
  else for (ptrdiff_t l = 0; l < lanes; l++) p[l] = x[l];
}

// whole numbers below 256, a byte for each of the first `lanes`
typedef uint8_t bytes __attribute__((vector_size(16)));
INLINE ivec load_bytes(const uint8_t *p, ptrdiff_t lanes) {
  bytes x = {0}, none = {0};
  if (lanes == LANES) __builtin_memcpy(&x, p, LANES);
  else for (ptrdiff_t l = 0; l < lanes; l++) x[l] = p[l];
#if BITS == 32
  return (ivec)SHUFFLE(x, none, 0, 16, 16, 16, 1, 16, 16, 16, 2, 16, 16, 16, 3, 16, 16, 16);
#else
  return (ivec)SHUFFLE(x, none, 0, 16, 16, 16, 16, 16, 16, 16, 1, 16, 16, 16, 16, 16, 16, 16);
#endif
}

INLINE void store_bytes(uint8_t *p, ivec x, ptrdiff_t lanes) {
#if BITS == 32
  bytes b = SHUFFLE((bytes)x, (bytes)x, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
#else
  bytes b = SHUFFLE((bytes)x, (bytes)x, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
#endif
  if (lanes == LANES) __builtin_memcpy(p, &b, LANES);
  else for (ptrdiff_t l = 0; l < lanes; l++) p[l] = (uint8_t)x[l];
}

static inline vec square_root(vec x) {
#if defined(__wasm_simd128__)
  return WASM(sqrt)(x);
#else
  for (int l = 0; l < LANES; l++) x[l] = sizeof(real) == 4 ? __builtin_sqrtf(x[l]) : __builtin_sqrt(x[l]);
  return x;
#endif
}

// f(i, lanes, ...) for i = 0, LANES, 2 LANES, ... below n; `lanes` of the numbers from i on are real: all, fewer at the end.
#define EACH_VECTOR(n, f, ...)                                            \
  do {                                                                    \
    ptrdiff_t i_ = 0, n_ = (n);                                           \
    for (; i_ + LANES <= n_; i_ += LANES) f(i_, LANES, __VA_ARGS__);      \
    if (i_ < n_) f(i_, n_ - i_, __VA_ARGS__);                             \
  } while (0)

// f(c, vectors, lanes, ...) for column c = 0, ...: four vectors of columns at a time, a line of the cache, then one
#define EACH_COLUMNS(cols, f, ...)                                             \
  do {                                                                         \
    ptrdiff_t c_ = 0, n_ = (cols);                                             \
    for (; c_ + 4 * LANES <= n_; c_ += 4 * LANES) f(c_, 4, LANES, __VA_ARGS__); \
    for (; c_ < n_; c_ += LANES) f(c_, 1, MIN(LANES, n_ - c_), __VA_ARGS__);    \
  } while (0)
