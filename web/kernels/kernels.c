// The float32 operations that dominate training, for WebAssembly SIMD and, for testing, for the host.
//
// One source, three builds: wasm32 with `simd128`, wasm32 with `relaxed-simd` (fused multiply-add), native. Vectors
// are four floats wide in all of them (clang and GCC vector extensions), so all builds run the same algorithm.
//
// The product C = A B
// -------------------
// A scalar loop is bound by loads, not by arithmetic. The product is therefore cut into blocks that fit each level
// of the memory (the scheme of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008):
//
//   for each slice of K of at most KC        one slice of A's columns and B's rows
//     for each block of A's rows             `pack_rows`: A_CAP floats, stay in the L2 cache
//       for each panel of B, NP columns      `pack_panel`: KC x NP floats; of these KC x NR stay in the L1 cache
//         for each MR rows x NR columns      `tile`: MR * NR / 4 vector accumulators stay in registers
//
// Packing copies a block into the order in which the inner loop reads it, so it loads consecutively whatever the
// strides were: transposed operands cost little more than plain ones. A panel is packed right before its use. Per
// step of k, the tile loads MR floats of A and NR of B and does MR * NR / 4 multiply-adds on vectors: 4 x 8 gives
// eight independent sums, enough to hide the latency of the multiplier, and with its operands fits the sixteen vector
// registers of x86-64. The first slice starts its sums from the bias (or zero), later ones from C.
//
// The inner loops are written plainly on purpose: V8 unrolls them itself, and those that came to it unrolled ran at
// half the speed. Tiles of 2 x 16, 5 x 8 and 6 x 8 were no faster.
//
// Skipping zeros
// --------------
// Four fifths of MNIST's pixels are zero. If most of A is, a row's block is not packed but listed: the nonzero
// values, each with its k. `sparse_row` then adds up, for NP columns held in registers, only the listed rows of the
// packed panel. That would hide an infinity or NaN of B that meets a zero (0 * inf is NaN, not 0), so packing a panel
// looks for one; where there is any, the dense product is taken. The choice rests on a count of the zeros in A.
//
// A step instead of a product
// ---------------------------
// A large layer's step is bound by memory: written, the gradient of its weights goes out to the L3 cache and comes back
// for the optimiser. `linear_sgd_step` and `linear_adam_step` therefore take the optimiser's step (`Step`) with each
// strip of the gradient while it is in the L1 cache, and nowhere write it. What rounds, and how, stays the same.
//
// Calling
// -------
// Entry points take Python objects and read them through the buffer protocol (PEP 3118; its C interface is part of
// Python's stable ABI, declared at the end of this file, so that no header is needed). They return 1 if the work is
// done, or 0 with nothing touched if they do not handle such arrays (dtype, shape, strides): the caller then falls
// back to NumPy. They share one block of scratch memory: call them with the GIL held (ctypes.PyDLL).

#include <stddef.h>
#include <stdint.h>

typedef float v4 __attribute__((vector_size(16)));
typedef int32_t i4 __attribute__((vector_size(16)));
typedef float v4_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define SHUFFLE __builtin_shufflevector
#define CEIL_DIV(a, b) (((a) + (b) - 1) / (b))

// madd(a, b, c) = a * b + c
#if defined(__wasm_relaxed_simd__)
#define madd(a, b, c) __builtin_wasm_relaxed_madd_f32x4(a, b, c)
#else
#define madd(a, b, c) ((a) * (b) + (c))
#endif

#define INLINE static inline __attribute__((always_inline)) // where an argument is to be a constant in the loop

static inline v4 splat(float x) { return (v4){x, x, x, x}; }
static inline v4 load(const float *p) { return *(const v4_unaligned *)p; }
static inline void store(float *p, v4 x) { *(v4_unaligned *)p = x; }
static inline v4 select(i4 mask, v4 yes, v4 no) { return (v4)((mask & (i4)yes) | (~mask & (i4)no)); }
static inline v4 minimum(v4 a, v4 b) { return select(a > b, b, a); }

// the first `lanes` of four numbers (1 to 4); the others are zeros
INLINE v4 load_lanes(const float *p, ptrdiff_t lanes) {
  if (lanes == 4) return load(p);
  return (v4){p[0], lanes > 1 ? p[1] : 0.f, lanes > 2 ? p[2] : 0.f, 0.f};
}

INLINE void store_lanes(float *p, v4 x, ptrdiff_t lanes) {
  if (lanes == 4) store(p, x);
  else for (ptrdiff_t l = 0; l < lanes; l++) p[l] = x[l];
}

static inline v4 square_root(v4 x) {
#if defined(__wasm_simd128__)
  return __builtin_wasm_sqrt_f32x4(x);
#else
  return (v4){__builtin_sqrtf(x[0]), __builtin_sqrtf(x[1]), __builtin_sqrtf(x[2]), __builtin_sqrtf(x[3])};
#endif
}

// f(i, lanes, ...) for i = 0, 4, 8, ... below n; `lanes` of the four numbers from i on are real: 4, fewer at the end.
#define EACH_VECTOR(n, f, ...)                            \
  do {                                                    \
    ptrdiff_t i_ = 0, n_ = (n);                           \
    for (; i_ + 4 <= n_; i_ += 4) f(i_, 4, __VA_ARGS__);  \
    if (i_ < n_) f(i_, n_ - i_, __VA_ARGS__);             \
  } while (0)

// ------------------------------------------------------------------------------------------------ optimisers' steps

// The formulas stand in nncore/optim_ops.py.

typedef struct {
  float lr, momentum, weight_decay;
  int nesterov;
} Sgd;

// `buf` is null without momentum
INLINE void sgd_at(ptrdiff_t i, ptrdiff_t lanes, float *param, const float *grad, float *buf, const Sgd *o) {
  v4 p = load_lanes(param + i, lanes), g = load_lanes(grad + i, lanes);
  if (o->weight_decay != 0.f) g = madd(splat(o->weight_decay), p, g);
  if (buf) {
    v4 b = madd(splat(o->momentum), load_lanes(buf + i, lanes), g);
    store_lanes(buf + i, b, lanes);
    g = o->nesterov ? madd(splat(o->momentum), b, g) : b;
  }
  store_lanes(param + i, madd(splat(-o->lr), g, p), lanes);
}

typedef struct {
  float rate, beta1, rest1, beta2, rest2, eps; // rest = 1 - beta; bias corrections are part of rate and eps
  float l2, keep;                              // L2 penalty, or the factor of decoupled weight decay
} Adam;

INLINE void adam_at(ptrdiff_t i, ptrdiff_t lanes, float *param, const float *grad, float *m, float *v, const Adam *o) {
  v4 p = load_lanes(param + i, lanes) * splat(o->keep), g = load_lanes(grad + i, lanes);
  if (o->l2 != 0.f) g = madd(splat(o->l2), p, g);
  v4 first = madd(splat(o->beta1), load_lanes(m + i, lanes), splat(o->rest1) * g);
  v4 second = madd(splat(o->beta2), load_lanes(v + i, lanes), splat(o->rest2) * (g * g));
  store_lanes(m + i, first, lanes);
  store_lanes(v + i, second, lanes);
  store_lanes(param + i, p - splat(o->rate) * first / (square_root(second) + splat(o->eps)), lanes);
}

typedef struct {
  enum { SGD, ADAM } kind;
  Sgd sgd;
  Adam adam;
  float *param, *state[2]; // of one shape; state: SGD's momentum or null, Adam's two means
  int keeps_at_zero;       // a gradient of zero changes nothing
} Step;

// the step for n numbers of the parameter, from `param` on
static void take_step(const Step *step, ptrdiff_t n, float *param, const float *grad) {
  ptrdiff_t at = param - step->param;
  float *first = step->state[0] ? step->state[0] + at : NULL;
  if (step->kind == ADAM) {
    const Adam adam = step->adam;
    EACH_VECTOR(n, adam_at, param, grad, first, step->state[1] + at, &adam);
  } else {
    const Sgd sgd = step->sgd;
    EACH_VECTOR(n, sgd_at, param, grad, first, &sgd);
  }
}

// ------------------------------------------------------------------------------------------------------- products

enum {
  MR = 4,          // rows of a register tile
  NR = 8,          // columns of a register tile
  NP = 32,         // columns of a panel of B: four tiles, or one row of the sparse product
  KC = 392,        // longest slice of K: KC * NR floats and a strip of A fit a 32 KiB L1 cache with room to spare
  A_CAP = 1 << 16, // floats in a block of A (256 KiB)
};

typedef struct {
  const float *data;
  ptrdiff_t rows, cols, rs, cs; // sizes; strides in floats
} Matrix;

typedef struct {
  float value;
  int32_t offset; // of its row in the packed panel
} Entry;

// Allocated once, by the first product: static arrays would be stored in the file, zero by zero.
static struct Scratch {
  float packed_panel[KC * NP];
  float packed_rows[A_CAP + MR * KC];
  Entry entries[A_CAP];
  int32_t counts[A_CAP];
} *scratch;
static const float zeros[NP];

void *PyMem_RawMalloc(size_t size);

// to[q] = column q of the four rows at in, in + stride, ...
static inline void transpose(const float *in, ptrdiff_t stride, v4 to[4]) {
  v4 r0 = load(in), r1 = load(in + stride), r2 = load(in + 2 * stride), r3 = load(in + 3 * stride);
  v4 a01 = SHUFFLE(r0, r1, 0, 4, 1, 5), b01 = SHUFFLE(r0, r1, 2, 6, 3, 7);
  v4 a23 = SHUFFLE(r2, r3, 0, 4, 1, 5), b23 = SHUFFLE(r2, r3, 2, 6, 3, 7);
  to[0] = SHUFFLE(a01, a23, 0, 1, 4, 5), to[1] = SHUFFLE(a01, a23, 2, 3, 6, 7);
  to[2] = SHUFFLE(b01, b23, 0, 1, 4, 5), to[3] = SHUFFLE(b01, b23, 2, 3, 6, 7);
}

// rows [i, i + m) x columns [k, k + kc) of A in strips of MR rows, each k-major; the last strip is filled with zeros
static void pack_rows(Matrix a, ptrdiff_t i, ptrdiff_t m, ptrdiff_t k, ptrdiff_t kc) {
  float *out = scratch->packed_rows;
  for (ptrdiff_t strip = 0; strip < m; strip += MR, out += MR * kc) {
    const float *in = a.data + (i + strip) * a.rs + k * a.cs;
    ptrdiff_t rows = MIN(MR, m - strip), p = 0;
    if (rows == MR && a.rs == 1)
      for (; p < kc; p++) store(out + p * MR, load(in + p * a.cs));
    if (rows == MR && a.cs == 1)
      for (; p + 4 <= kc; p += 4) {
        v4 to[4];
        transpose(in + p, a.rs, to);
        for (int q = 0; q < 4; q++) store(out + (p + q) * MR, to[q]);
      }
    for (; p < kc; p++)
      for (ptrdiff_t r = 0; r < MR; r++) out[p * MR + r] = r < rows ? in[r * a.rs + p * a.cs] : 0.f;
  }
}

// Where column c of row p of a panel goes: sub-panels of `width` columns, each k-major.
INLINE float *panel_at(ptrdiff_t kc, int width, ptrdiff_t p, ptrdiff_t c) {
  return scratch->packed_panel + c / width * width * kc + p * width + c % width;
}

// rows of B that are contiguous: n of their columns, then zeros up to `cols`
INLINE v4 pack_contiguous(const float *in, ptrdiff_t rs, ptrdiff_t kc, ptrdiff_t n, ptrdiff_t cols, int width,
                          int check_finite) {
  v4 check[NP / 4] = {0}; // one sum alone would wait for itself
  for (ptrdiff_t p = 0; p < kc; p++)
    for (ptrdiff_t c = 0; c < cols; c += 4) {
      v4 x = c < n ? load_lanes(in + p * rs + c, MIN(4, n - c)) : splat(0.f);
      if (check_finite) check[c / 4] = madd(x, splat(0.f), check[c / 4]);
      store(panel_at(kc, width, p, c), x);
    }
  for (int c = 1; c < NP / 4; c++) check[0] += check[c];
  return check[0];
}

// Packs rows [k, k + kc) x columns [j, j + n) of B, with zeros up to whole tiles. Returns 0 if asked to look
// for an infinity or NaN (0 times that is NaN) and there is one.
INLINE int pack_panel(Matrix b, ptrdiff_t k, ptrdiff_t kc, ptrdiff_t j, ptrdiff_t n, int width, int check_finite) {
  const float *in = b.data + k * b.rs + j * b.cs;
  ptrdiff_t cols = CEIL_DIV(n, width) * width, p = 0;
  v4 check = splat(0.f);
  if (b.cs == 1) {
    check = n == NP ? pack_contiguous(in, b.rs, kc, NP, NP, width, check_finite)
                    : pack_contiguous(in, b.rs, kc, n, cols, width, check_finite);
    p = kc;
  }
  if (n == NP && b.rs == 1 && kc >= 4)
    for (int c = 0; c < NP; c += 4) // four columns at a time: more would evict each other where cs is a power of two
      for (p = 0; p + 4 <= kc; p += 4) {
        v4 to[4];
        transpose(in + p + c * b.cs, b.cs, to);
        for (int q = 0; q < 4; q++) {
          if (check_finite) check = madd(to[q], splat(0.f), check);
          store(panel_at(kc, width, p + q, c), to[q]);
        }
      }
  for (; p < kc; p++)
    for (ptrdiff_t c = 0; c < cols; c++) {
      float x = c < n ? in[p * b.rs + c * b.cs] : 0.f;
      check[0] += x * 0.f;
      *panel_at(kc, width, p, c) = x;
    }
  float sum = check[0] + check[1] + check[2] + check[3];
  return sum == 0.f;
}

// C[MR x NR] = init + a b; a row stride of 0 repeats one row of init
static inline void tile(ptrdiff_t kc, const float *a, const float *b, const float *init, ptrdiff_t init_rs, float *c,
                        ptrdiff_t c_rs) {
  v4 sum[MR][NR / 4];
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NR / 4; q++) sum[r][q] = load(init + r * init_rs + 4 * q);
  for (ptrdiff_t p = 0; p < kc; p++, a += MR, b += NR) {
    v4 row[NR / 4];
    for (int q = 0; q < NR / 4; q++) row[q] = load(b + 4 * q);
    for (int r = 0; r < MR; r++)
      for (int q = 0; q < NR / 4; q++) sum[r][q] = madd(splat(a[r]), row[q], sum[r][q]);
  }
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NR / 4; q++) store(c + r * c_rs + 4 * q, sum[r][q]);
}

// c[NP] = init + the listed rows of the packed panel, each times its value
static inline void sparse_row(const Entry *e, ptrdiff_t count, const float *init, float *c) {
  v4 sum[NP / 4];
  for (int q = 0; q < NP / 4; q++) sum[q] = load(init + 4 * q);
  for (const Entry *end = e + count; e < end; e++) {
    v4 value = splat(e->value);
    const float *row = scratch->packed_panel + e->offset;
    for (int q = 0; q < NP / 4; q++) sum[q] = madd(value, load(row + 4 * q), sum[q]);
  }
  for (int q = 0; q < NP / 4; q++) store(c + 4 * q, sum[q]);
}

// Lists the nonzeros of rows [i, i + m) x columns [k, k + kc) of A: row r's at entries[r * kc ...], counts[r] of them.
// A list cannot overflow: before column p it holds at most p entries.
static void list_rows(Matrix a, ptrdiff_t i, ptrdiff_t m, ptrdiff_t k, ptrdiff_t kc) {
  for (ptrdiff_t r = 0; r < m; r++) scratch->counts[r] = 0;
  // walk along the axis that is contiguous, so that four zeros can be skipped at once
  int by_rows = a.cs == 1;
  ptrdiff_t outer = by_rows ? m : kc, inner = by_rows ? kc : m;
  ptrdiff_t outer_stride = by_rows ? a.rs : a.cs, inner_stride = by_rows ? a.cs : a.rs;
  for (ptrdiff_t o = 0; o < outer; o++) {
    const float *in = a.data + i * a.rs + k * a.cs + o * outer_stride;
    for (ptrdiff_t n = 0; n < inner; n += 4) {
      ptrdiff_t lanes = MIN(4, inner - n);
      if (inner_stride == 1 && lanes == 4) {
        uint64_t two[2];
        __builtin_memcpy(two, in + n, sizeof two);
        if (!((two[0] | two[1]) << 1)) continue;
      }
      for (ptrdiff_t l = n; l < n + lanes; l++) {
        ptrdiff_t r = by_rows ? o : l, p = by_rows ? l : o;
        float x = in[l * inner_stride];
        scratch->entries[r * kc + scratch->counts[r]] = (Entry){x, (int32_t)(p * NP)};
        scratch->counts[r] += x != 0.f;
      }
    }
  }
}

// Where a product goes: to an array; or, with a step, the array is a parameter and the product its gradient.
typedef struct {
  float *data;
  ptrdiff_t rs;
  const Step *step;
} Target;

static inline Target moved(Target c, ptrdiff_t row, ptrdiff_t column) {
  return (Target){c.data + row * c.rs + column, c.rs, c.step};
}

static __attribute__((noinline)) void copy(ptrdiff_t m, ptrdiff_t n, const float *in, ptrdiff_t in_rs, float *out,
                                           ptrdiff_t out_rs) {
  for (ptrdiff_t r = 0; r < m; r++)
    for (ptrdiff_t q = 0; q < n; q++) out[r * out_rs + q] = in[r * in_rs + q];
}

// Brings MR rows of NP numbers into the cache. WebAssembly has no prefetch, but a load nobody waits for is one.
static inline void fetch(Target c) {
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NP; q += 16) (void)*(const volatile float *)(c.data + r * c.rs + q); // 16: a cache line
}

// Takes what was computed aside, m <= MR rows of n <= NP numbers, to where it belongs.
static void deliver(ptrdiff_t m, ptrdiff_t n, const float *aside, Target c) {
  if (!c.step) copy(m, n, aside, NP, c.data, c.rs);
  else for (ptrdiff_t r = 0; r < m; r++) take_step(c.step, n, c.data + r * c.rs, aside + r * NP);
}

// c[m x n] = init + block of A times packed panel. Sums of fewer rows or columns than a tile has, and gradients to take
// a step with, are computed aside.
static void dense_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t kc, const float *init, ptrdiff_t init_rs, Target c) {
  float strip[MR * NP] = {0};
  for (ptrdiff_t i = 0; i < m; i += MR, init += MR * init_rs, c = moved(c, MR, 0)) {
    ptrdiff_t rows = MIN(MR, m - i), from_rs = init_rs, to_rs = c.rs;
    const float *from = init;
    float *to = c.data;
    if (c.step) {
      to = strip, to_rs = NP;
      if (i + 2 * MR <= m && n == NP) fetch(moved(c, MR, 0)); // the next strip's weights, while this one is computed
    }
    if (rows < MR || n % NR) copy(rows, n, init, init_rs, strip, NP), from = to = strip, from_rs = to_rs = NP;
    for (ptrdiff_t j = 0; j < n; j += NR)
      tile(kc, scratch->packed_rows + i * kc, scratch->packed_panel + j * kc, from + j, from_rs, to + j, to_rs);
    if (to == strip) deliver(rows, n, strip, c);
  }
}

static void sparse_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t kc, const float *init, ptrdiff_t init_rs, Target c) {
  float row[NP] = {0};
  for (ptrdiff_t i = 0; i < m; i++, init += init_rs, c = moved(c, 1, 0)) {
    const float *from = init;
    float *to = c.step ? row : c.data;
    if (c.step && c.step->keeps_at_zero && !scratch->counts[i]) continue;
    if (n < NP) copy(1, n, init, 0, row, 0), from = to = row;
    sparse_row(scratch->entries + i * kc, scratch->counts[i], from, to);
    if (to == row) deliver(1, n, row, c);
  }
}

// C = A B + bias, with C's columns contiguous. Returns 0 if `sparse` and B is not finite (C is then unfinished).
// With a step, K is at most KC, and B is finite if `sparse`.
static int multiply(int sparse, Matrix a, Matrix b, const float *bias, Target c) {
  ptrdiff_t M = a.rows, N = b.cols, K = a.cols;
  ptrdiff_t slices = K ? CEIL_DIV(K, KC) : 1, kc_most = CEIL_DIV(K, slices); // slices of equal length
  ptrdiff_t mc_most = MIN(A_CAP / (kc_most ? kc_most : 1), M);
  if (M > mc_most) mc_most = mc_most / MR * MR;
  for (ptrdiff_t s = 0, k = 0; s < slices; s++, k += kc_most) {
    ptrdiff_t kc = MIN(kc_most, K - k);
    for (ptrdiff_t i = 0; i < M; i += mc_most) {
      ptrdiff_t m = MIN(mc_most, M - i);
      if (sparse)
        list_rows(a, i, m, k, kc);
      else
        pack_rows(a, i, m, k, kc);
      for (ptrdiff_t j = 0; j < N; j += NP) {
        ptrdiff_t n = MIN(NP, N - j);
        if (sparse) {
          if (!pack_panel(b, k, kc, j, n, NP, !c.step)) return 0; // never with a step
        } else {
          pack_panel(b, k, kc, j, n, NR, 0);
        }
        Target block = moved(c, i, j);
        const float *init = s ? block.data : bias ? bias + j : zeros;
        (sparse ? sparse_block : dense_block)(m, n, kc, init, s ? c.rs : 0, block);
      }
    }
  }
  return 1;
}

// nonzeros of A
static ptrdiff_t count_nonzero(Matrix a) {
  if (a.rs == 1) a = (Matrix){a.data, a.cols, a.rows, a.cs, a.rs};
  ptrdiff_t count = 0;
  for (ptrdiff_t i = 0; i < a.rows; i++) {
    const float *in = a.data + i * a.rs;
    ptrdiff_t k = 0;
    if (a.cs == 1) {
      i4 sum = {0, 0, 0, 0};
      for (; k + 4 <= a.cols; k += 4) sum -= (i4)(load(in + k) != splat(0.f));
      count += (ptrdiff_t)sum[0] + sum[1] + sum[2] + sum[3];
    }
    for (; k < a.cols; k++) count += in[k * a.cs] != 0.f;
  }
  return count;
}

// whether A holds neither infinity nor NaN
static int is_finite(Matrix a) {
  if (a.rs == 1) a = (Matrix){a.data, a.cols, a.rows, a.cs, a.rs};
  v4 check[4] = {0}; // 0 times infinity or NaN is NaN
  for (ptrdiff_t i = 0; i < a.rows; i++) {
    const float *in = a.data + i * a.rs;
    ptrdiff_t k = 0;
    if (a.cs == 1)
      for (; k + 16 <= a.cols; k += 16)
        for (int q = 0; q < 4; q++) check[q] = madd(load(in + k + 4 * q), splat(0.f), check[q]);
    for (; k < a.cols; k++) check[0][0] += in[k * a.cs] * 0.f;
  }
  v4 sum = check[0] + check[1] + check[2] + check[3];
  return sum[0] + sum[1] + sum[2] + sum[3] == 0.f;
}

static int have_scratch(void) {
  if (!scratch) {
    char *memory = PyMem_RawMalloc(sizeof *scratch + 63); // loads across cache lines would cost a third more
    if (memory) scratch = (struct Scratch *)(memory + (-(uintptr_t)memory & 63));
  }
  return scratch != NULL;
}

// Whether to skip A's zeros. A listed nonzero costs about twice as much as an element of a dense tile, and N is rounded
// up to whole panels; below one panel, counting the zeros would not pay.
static int is_worth_skipping(Matrix a, ptrdiff_t columns) {
  if (columns < NP) return 0;
  return 2 * count_nonzero(a) * CEIL_DIV(columns, NP) < a.rows * a.cols / NP * columns;
}

// C = A B + bias (bias may be null). Returns 0 if there is no memory.
static int product(Matrix a, Matrix b, const float *bias, int may_skip, Target c) {
  if (!have_scratch()) return 0;
  if (may_skip && is_worth_skipping(a, b.cols) && multiply(1, a, b, bias, c)) return 1;
  return multiply(0, a, b, bias, c);
}

// Takes the step with the gradient A B. Returns 0 if there is no memory or the sums are too long for one slice.
static int product_step(Matrix a, Matrix b, int may_skip, Target param) {
  if (!have_scratch() || a.cols > KC) return 0;
  // an infinity must be seen before the first weight has changed
  int sparse = may_skip && is_worth_skipping(a, b.cols) && is_finite(b);
  return multiply(sparse, a, b, NULL, param);
}

// -------------------------------------------------------------------------------------------- elementwise operations

// tanh x = x P(x**2) / Q(x**2), a minimax fit up to |x| = 8, from where tanh is 1 within 3e-7 (relative error 2e-8
// before rounding). NaN is put back: the compiler may make relaxed minima of the cut-offs, which drop it.
static inline v4 hyperbolic_tangent(v4 x) {
  v4 cut = minimum(-minimum(-x, splat(8.f)), splat(8.f)), t = cut * cut;
  v4 p = splat(1.52304658e-8f), q = splat(8.52246615e-7f);
  p = madd(p, t, splat(2.18946952e-5f)), q = madd(q, t, splat(3.41129547e-4f));
  p = madd(p, t, splat(3.57160019e-3f)), q = madd(q, t, splat(2.61644516e-2f));
  p = madd(p, t, splat(1.34444997e-1f)), q = madd(q, t, splat(4.67778265e-1f));
  p = madd(p, t, splat(1.f)), q = madd(q, t, splat(1.f));
  return select(x == x, cut * p / q, x);
}

// e**x for |x| <= 87, where it is a normal float32; NaN gives NaN.
// e**x = 2**n e**r with n = round(x / ln 2), |r| <= ln(2) / 2; ln 2 in two parts, so that n ln 2 is exact enough.
// The coefficients are a minimax fit of (e**r - 1 - r) / r**2 (relative error of e**r 3e-9 before rounding).
static inline v4 exponential(v4 x) {
  v4 shifted = madd(x, splat(1.44269504f), splat(12582912.f)); // adding 1.5 * 2**23 rounds to an integer
  v4 n = shifted - splat(12582912.f);
  v4 r = madd(n, splat(-0.693359375f), x);
  r = madd(n, splat(2.12194440e-4f), r);
  v4 q = splat(1.38144672e-3f);
  q = madd(q, r, splat(8.36878084e-3f));
  q = madd(q, r, splat(4.16683927e-2f));
  q = madd(q, r, splat(1.66665196e-1f));
  q = madd(q, r, splat(0.5f));
  i4 power = ((i4)shifted << 23) + (127 << 23); // the bits of 2**n
  return (madd(q, r * r, r) + splat(1.f)) * (v4)power;
}

// e**x for x <= 0, cut off at -87 (1.6e-38); NaN as above
static inline v4 exponential_down(v4 x) {
  return select(x == x, exponential(-minimum(-x, splat(87.f))), x);
}

// log x for x >= 1: Newton's method for e**y = x, from the exponent and mantissa as one number; NaN gives NaN
static inline float logarithm(float x) {
  int32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  float y = (float)(bits - 0x3f800000) * (0.69314718f / 8388608.f); // at most 0.06 off; thrice squared, and halved
  for (int i = 0; i < 3; i++) y += x * exponential_down(splat(-y))[0] - 1.f;
  return y;
}

// 1 / (1 + e**-x), cut off at +-87; NaN as above
static inline v4 sigmoid(v4 x) {
  v4 cut = minimum(-minimum(-x, splat(87.f)), splat(87.f));
  return select(x == x, splat(1.f) / (splat(1.f) + exponential(-cut)), x);
}

enum { TANH, RELU, LEAKY_RELU, SIGMOID };

static inline v4 activate(int kind, v4 x, v4 slope) {
  switch (kind) {
    case TANH: return hyperbolic_tangent(x);
    case RELU: return (v4)((i4)x & ~(i4)(x <= splat(0.f))); // NaN stays
    case LEAKY_RELU: return select(x > splat(0.f), x, x * slope);
    default: return sigmoid(x);
  }
}

// derivative at x, from y = activate(x)
static inline v4 derivative(int kind, v4 y, v4 slope) {
  switch (kind) {
    case TANH: return splat(1.f) - y * y;
    case RELU: return select(y > splat(0.f), splat(1.f), splat(0.f));
    case LEAKY_RELU: return select(y > splat(0.f), splat(1.f), slope);
    default: return y * (splat(1.f) - y);
  }
}

INLINE void activate_at(ptrdiff_t i, ptrdiff_t lanes, int kind, const float *x, float *y, v4 slope) {
  store_lanes(y + i, activate(kind, load_lanes(x + i, lanes), slope), lanes);
}

INLINE void derive_at(ptrdiff_t i, ptrdiff_t lanes, int kind, const float *y, const float *grad, float *out, v4 slope) {
  store_lanes(out + i, load_lanes(grad + i, lanes) * derivative(kind, load_lanes(y + i, lanes), slope), lanes);
}

// y = log(softmax(x)) = x - max - log(sum(e**(x - max))), row by row; y's rows have no gaps
static void log_softmax_rows(Matrix x, float *y) {
  for (ptrdiff_t r = 0; r < x.rows; r++, y += x.cols) {
    const float *in = x.data + r * x.rs;
    float most = in[0], sum = 0.f;
    for (ptrdiff_t c = 1; c < x.cols; c++) most = in[c] > most ? in[c] : most;
    for (ptrdiff_t c = 0; c < x.cols; c += 4) {
      ptrdiff_t lanes = MIN(4, x.cols - c);
      v4 z = load_lanes(in + c, lanes) - splat(most), e = exponential_down(z);
      store_lanes(y + c, z, lanes);
      for (ptrdiff_t l = 0; l < lanes; l++) sum += e[l];
    }
    float log_sum = logarithm(sum);
    for (ptrdiff_t c = 0; c < x.cols; c++) y[c] -= log_sum;
  }
}

// dx = g - e**y sum(g), row by row; dx's rows have no gaps
static void log_softmax_gradients(Matrix y, Matrix g, float *dx) {
  for (ptrdiff_t r = 0; r < y.rows; r++, dx += y.cols) {
    const float *value = y.data + r * y.rs, *grad = g.data + r * g.rs;
    float sum = 0.f;
    for (ptrdiff_t c = 0; c < y.cols; c++) sum += grad[c];
    for (ptrdiff_t c = 0; c < y.cols; c += 4) {
      ptrdiff_t lanes = MIN(4, y.cols - c);
      v4 p = exponential_down(load_lanes(value + c, lanes));
      store_lanes(dx + c, load_lanes(grad + c, lanes) - p * splat(sum), lanes);
    }
  }
}

// ---------------------------------------------------------------------------------------------- convolution, pooling

typedef struct {
  float *data;
  ptrdiff_t n, h, w, c, ns, hs, ws, cs; // sizes; strides in floats
} Image;

typedef struct {
  ptrdiff_t h, w, stride, padding; // of the kernel
  ptrdiff_t oh, ow;                // of the output
} Window;

INLINE void copy_at(ptrdiff_t i, ptrdiff_t lanes, float *out, const float *in) {
  store_lanes(out + i, load_lanes(in + i, lanes), lanes);
}

INLINE void zero_at(ptrdiff_t i, ptrdiff_t lanes, float *out) { store_lanes(out + i, splat(0.f), lanes); }

INLINE void add_at(ptrdiff_t i, ptrdiff_t lanes, float *out, const float *in) {
  store_lanes(out + i, load_lanes(out + i, lanes) + load_lanes(in + i, lanes), lanes);
}

static inline void copy_run(float *out, const float *in, ptrdiff_t stride, ptrdiff_t n) {
  if (stride == 1)
    EACH_VECTOR(n, copy_at, out, in);
  else
    for (ptrdiff_t i = 0; i < n; i++) out[i] = in[i * stride];
}

// every patch as a row (kernel row, kernel column, channel) of `rows`, which is contiguous
static void image_to_rows(Image x, Window k, float *rows) {
  int whole_runs = x.cs == 1 && x.ws == x.c; // a row of a patch lies in one piece
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t i = 0; i < k.h; i++, rows += k.w * x.c) {
          ptrdiff_t y = oy * k.stride + i - k.padding, left = ox * k.stride - k.padding;
          const float *in = x.data + n * x.ns + y * x.hs + left * x.ws;
          if (y < 0 || y >= x.h) {
            EACH_VECTOR(k.w * x.c, zero_at, rows);
          } else if (whole_runs && left >= 0 && left + k.w <= x.w) {
            copy_run(rows, in, 1, k.w * x.c);
          } else {
            for (ptrdiff_t j = 0; j < k.w; j++)
              if (left + j < 0 || left + j >= x.w)
                EACH_VECTOR(x.c, zero_at, rows + j * x.c);
              else
                copy_run(rows + j * x.c, in + j * x.ws, x.cs, x.c);
          }
        }
}

// the transpose: adds rows to a contiguous image, which starts as zeros
static void rows_to_image(const float *rows, Window k, Image x) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t i = 0; i < k.h; i++, rows += k.w * x.c) {
          ptrdiff_t y = oy * k.stride + i - k.padding, left = ox * k.stride - k.padding;
          ptrdiff_t from = left < 0 ? -left : 0, to = MIN(k.w, x.w - left);
          if (y < 0 || y >= x.h || from >= to) continue;
          float *out = x.data + n * x.ns + y * x.hs + (left + from) * x.ws;
          EACH_VECTOR((to - from) * x.c, add_at, out, rows + from * x.c);
        }
}

// largest value of each window and its position in it, for up to four channels; a NaN in the window is the result
INLINE void pool_at(ptrdiff_t c, ptrdiff_t lanes, Image x, Window k, const float *corner, float *best, uint8_t *index) {
  v4 most = splat(0.f);
  i4 where = {0, 0, 0, 0};
  for (ptrdiff_t row = 0, p = 0; row < k.h; row++)
    for (ptrdiff_t column = 0; column < k.w; column++, p++) {
      const float *in = corner + row * x.hs + column * x.ws + c * x.cs;
      v4 value = splat(0.f);
      if (x.cs == 1)
        value = load_lanes(in, lanes);
      else
        for (ptrdiff_t l = 0; l < lanes; l++) value[l] = in[l * x.cs];
      i4 greater = (i4)(value > most), nan = (i4)(value != value);
      where = p ? (i4)select(greater, (v4)((i4){1, 1, 1, 1} * (int32_t)p), (v4)where) : where;
      most = p ? select(greater | nan, value, most) : value;
    }
  store_lanes(best + c, most, lanes);
  for (ptrdiff_t l = 0; l < lanes; l++) index[c + l] = (uint8_t)where[l];
}

static void pool(Image x, Window k, float *best, uint8_t *index) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++, best += x.c, index += x.c) {
        const float *corner = x.data + n * x.ns + oy * k.stride * x.hs + ox * k.stride * x.ws;
        EACH_VECTOR(x.c, pool_at, x, k, corner, best, index);
      }
}

// sends each gradient to the winner of its window, in a contiguous image that starts as zeros
static void unpool(Image grad, const uint8_t *index, Window k, Image x) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t c = 0; c < x.c; c++) {
          ptrdiff_t p = *index++, y = oy * k.stride + p / k.w, column = ox * k.stride + p % k.w;
          x.data[n * x.ns + y * x.hs + column * x.ws + c] +=
            grad.data[n * grad.ns + oy * grad.hs + ox * grad.ws + c * grad.cs];
        }
}

// ------------------------------------------------------------------------------------------------------ entry points

typedef struct PyObject PyObject;
typedef struct {
  void *buf;
  PyObject *obj;
  ptrdiff_t len, itemsize;
  int readonly, ndim;
  char *format;
  ptrdiff_t *shape, *strides, *suboffsets;
  void *internal;
} Py_buffer;
enum { WRITABLE = 0x1, FORMAT = 0x4, STRIDES = 0x18 };

int PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags);
void PyBuffer_Release(Py_buffer *view);

#define API __attribute__((visibility("default"))) int

// Opens `count` arrays, the last `writable` of them for writing; a null object gives a view with a null buffer.
// On failure, with a Python exception set, none is open and the result is 0.
static int open_views(Py_buffer *views, int count, int writable, PyObject *const *objects) {
  for (int i = 0; i < count; i++) {
    views[i] = (Py_buffer){0};
    if (objects[i] && PyObject_GetBuffer(objects[i], views + i, FORMAT | STRIDES | (i >= count - writable))) {
      while (i--) PyBuffer_Release(views + i);
      return 0;
    }
  }
  return 1;
}

static int close_views(Py_buffer *views, int count, int result) {
  for (int i = 0; i < count; i++) PyBuffer_Release(views + i); // does nothing to a null view
  return result;
}

#define OPEN(views, writable, ...)                                        \
  PyObject *views##_objects[] = {__VA_ARGS__};                            \
  enum { views##_count = sizeof views##_objects / sizeof *views##_objects }; \
  Py_buffer views[views##_count];                                         \
  if (!open_views(views, views##_count, writable, views##_objects)) return 0
#define CLOSE(views, result) close_views(views, views##_count, result)

static int is_kind(const Py_buffer *v, char kind, ptrdiff_t size, int ndim) {
  if (v->ndim != ndim || v->itemsize != size || v->format[0] != kind || v->format[1]) return 0;
  if ((uintptr_t)v->buf % (uintptr_t)size) return 0;
  for (int i = 0; i < ndim; i++)
    if (v->strides[i] % size) return 0;
  return 1;
}

static int as_matrix(const Py_buffer *v, Matrix *m) {
  if (!is_kind(v, 'f', 4, 2)) return 0;
  *m = (Matrix){v->buf, v->shape[0], v->shape[1], v->strides[0] / 4, v->strides[1] / 4};
  return 1;
}

static int as_image(const Py_buffer *v, Image *x) {
  if (!is_kind(v, 'f', 4, 4)) return 0;
  const ptrdiff_t *n = v->shape, *s = v->strides;
  *x = (Image){v->buf, n[0], n[1], n[2], n[3], s[0] / 4, s[1] / 4, s[2] / 4, s[3] / 4};
  return 1;
}

static ptrdiff_t count_items(const Py_buffer *v) { return v->len / v->itemsize; }

// the items lie without gaps, in C order
static int is_contiguous(const Py_buffer *v) {
  ptrdiff_t step = v->itemsize;
  for (int i = v->ndim; i-- > 0; step *= v->shape[i])
    if (v->shape[i] > 1 && v->strides[i] != step && v->len) return 0;
  return 1;
}

// All are float32 arrays of one shape and one layout without gaps (in any order of axes): then element i of one
// belongs to element i of the others.
static int are_aligned(const Py_buffer *v, int count) {
  for (int i = 0; i < count; i++) {
    if (!v[i].buf && !v[i].obj) continue;
    if (!is_kind(v + i, 'f', 4, v->ndim)) return 0;
    for (int d = 0; d < v->ndim; d++)
      if (v[i].shape[d] != v->shape[d] || (v->shape[d] > 1 && v[i].strides[d] != v->strides[d])) return 0;
  }
  ptrdiff_t step = v->itemsize;
  for (int d = 0, found; step < v->len; d = 0) { // find the axis whose stride is what lies inside it
    for (found = 0; d < v->ndim && !found; d++)
      if (v->shape[d] > 1 && v->strides[d] == step) step *= v->shape[d], found = 1;
    if (!found) return 0;
  }
  return 1;
}

// whether C has the shape of A B, and columns without gaps
static int fits_product(Matrix a, Matrix b, Matrix c) {
  return a.cols == b.rows && a.rows == c.rows && b.cols == c.cols && (c.cs == 1 || c.cols <= 1);
}

API linear(PyObject *x, PyObject *weight, PyObject *bias, PyObject *out, int may_skip) {
  OPEN(v, 1, x, weight, bias, out);
  Matrix a, b, c;
  int fits = as_matrix(v, &a) && as_matrix(v + 1, &b) && as_matrix(v + 3, &c) && fits_product(a, b, c);
  if (bias) fits = fits && is_kind(v + 2, 'f', 4, 1) && v[2].shape[0] == c.cols && is_contiguous(v + 2);
  return CLOSE(v, fits && product(a, b, v[2].buf, may_skip, (Target){v[3].buf, c.rs, NULL}));
}

API activation(int kind, PyObject *input, PyObject *output, float negative_slope) {
  OPEN(v, 1, input, output);
  if (!are_aligned(v, 2)) return CLOSE(v, 0);
  const float *x = v[0].buf;
  float *y = v[1].buf;
  v4 slope = splat(negative_slope);
  ptrdiff_t n = count_items(v);
  switch (kind) { // one loop per kind, each without a switch inside
    case TANH: EACH_VECTOR(n, activate_at, TANH, x, y, slope); break;
    case RELU: EACH_VECTOR(n, activate_at, RELU, x, y, slope); break;
    case LEAKY_RELU: EACH_VECTOR(n, activate_at, LEAKY_RELU, x, y, slope); break;
    default: EACH_VECTOR(n, activate_at, SIGMOID, x, y, slope);
  }
  return CLOSE(v, 1);
}

API activation_grad(int kind, PyObject *output, PyObject *grad, PyObject *grad_input, float negative_slope) {
  OPEN(v, 1, output, grad, grad_input);
  if (!are_aligned(v, 3)) return CLOSE(v, 0);
  const float *y = v[0].buf, *g = v[1].buf;
  float *to = v[2].buf;
  v4 slope = splat(negative_slope);
  ptrdiff_t n = count_items(v);
  switch (kind) {
    case TANH: EACH_VECTOR(n, derive_at, TANH, y, g, to, slope); break;
    case RELU: EACH_VECTOR(n, derive_at, RELU, y, g, to, slope); break;
    case LEAKY_RELU: EACH_VECTOR(n, derive_at, LEAKY_RELU, y, g, to, slope); break;
    default: EACH_VECTOR(n, derive_at, SIGMOID, y, g, to, slope);
  }
  return CLOSE(v, 1);
}

// whether two matrices have one shape, at least a column, and rows in one piece
static int are_rows(Matrix a, Matrix b) {
  return a.rows == b.rows && a.cols == b.cols && a.cols > 0 && a.cs == 1 && b.cs == 1;
}

API log_softmax(PyObject *input, PyObject *output) {
  OPEN(v, 1, input, output);
  Matrix x, y;
  if (!as_matrix(v, &x) || !as_matrix(v + 1, &y) || !are_rows(x, y) || !is_contiguous(v + 1)) return CLOSE(v, 0);
  log_softmax_rows(x, v[1].buf);
  return CLOSE(v, 1);
}

API log_softmax_grad(PyObject *output, PyObject *grad, PyObject *grad_input) {
  OPEN(v, 1, output, grad, grad_input);
  Matrix y, g, dx;
  int fits = as_matrix(v, &y) && as_matrix(v + 1, &g) && as_matrix(v + 2, &dx) && are_rows(y, g) && are_rows(y, dx);
  if (!fits || !is_contiguous(v + 2)) return CLOSE(v, 0);
  log_softmax_gradients(y, g, v[2].buf);
  return CLOSE(v, 1);
}

static Step sgd_of(const Py_buffer *param, const Py_buffer *buf, float lr, float momentum, float weight_decay, int nesterov) {
  Sgd options = {lr, momentum, weight_decay, nesterov};
  return (Step){.kind = SGD, .sgd = options, .param = param->buf, .state = {buf->buf, NULL},
                .keeps_at_zero = !buf->buf && weight_decay == 0.f};
}

static Step adam_of(const Py_buffer *param, const Py_buffer *m, const Py_buffer *v, Adam options) {
  return (Step){.kind = ADAM, .adam = options, .param = param->buf, .state = {m->buf, v->buf}};
}

API sgd_step(PyObject *param, PyObject *grad, PyObject *buf, float lr, float momentum, float weight_decay,
             int nesterov) {
  OPEN(v, 2, grad, param, buf);
  if (!are_aligned(v, 3)) return CLOSE(v, 0);
  Step step = sgd_of(v + 1, v + 2, lr, momentum, weight_decay, nesterov);
  take_step(&step, count_items(v), v[1].buf, v[0].buf);
  return CLOSE(v, 1);
}

API adam_step(PyObject *param, PyObject *grad, PyObject *m, PyObject *v_, float rate, float beta1, float rest1,
              float beta2, float rest2, float eps, float l2, float keep) {
  OPEN(v, 3, grad, param, m, v_);
  if (!are_aligned(v, 4)) return CLOSE(v, 0);
  Step step = adam_of(v + 1, v + 2, v + 3, (Adam){rate, beta1, rest1, beta2, rest2, eps, l2, keep});
  take_step(&step, count_items(v), v[1].buf, v[0].buf);
  return CLOSE(v, 1);
}

// views: the factors x.T and g of a gradient, the parameter, its state (`count` in all)
static int linear_step(const Py_buffer *v, int count, int may_skip, const Step *step) {
  Matrix a, b, c;
  return as_matrix(v, &a) && as_matrix(v + 1, &b) && as_matrix(v + 2, &c) && fits_product(a, b, c) &&
         are_aligned(v + 2, count - 2) && product_step(a, b, may_skip, (Target){v[2].buf, c.rs, step});
}

API linear_sgd_step(PyObject *param, PyObject *x, PyObject *grad, PyObject *buf, float lr, float momentum,
                    float weight_decay, int nesterov, int may_skip) {
  OPEN(v, 2, x, grad, param, buf);
  Step step = sgd_of(v + 2, v + 3, lr, momentum, weight_decay, nesterov);
  return CLOSE(v, linear_step(v, 4, may_skip, &step));
}

API linear_adam_step(PyObject *param, PyObject *x, PyObject *grad, PyObject *m, PyObject *v_, float rate, float beta1,
                     float rest1, float beta2, float rest2, float eps, float l2, float keep, int may_skip) {
  OPEN(v, 3, x, grad, param, m, v_);
  Step step = adam_of(v + 2, v + 3, v + 4, (Adam){rate, beta1, rest1, beta2, rest2, eps, l2, keep});
  return CLOSE(v, linear_step(v, 5, may_skip, &step));
}

API scaled(PyObject *images, PyObject *out, float max_value) {
  OPEN(v, 1, images, out);
  if (!is_kind(v, 'B', 1, v->ndim) || !is_kind(v + 1, 'f', 4, v->ndim) || v[1].len != 4 * v[0].len ||
      !is_contiguous(v) || !is_contiguous(v + 1))
    return CLOSE(v, 0);
  const uint8_t *pixels = v[0].buf;
  float *to = v[1].buf;
  for (ptrdiff_t i = 0, n = v[0].len; i < n; i++) to[i] = pixels[i] / max_value;
  return CLOSE(v, 1);
}

static Window window(Image x, ptrdiff_t h, ptrdiff_t w, ptrdiff_t stride, ptrdiff_t padding) {
  return (Window){h, w, stride, padding, (x.h + 2 * padding - h) / stride + 1, (x.w + 2 * padding - w) / stride + 1};
}

static int is_rows(const Py_buffer *v, Image x, Window k) {
  return is_kind(v, 'f', 4, 2) && is_contiguous(v) && v->shape[0] == x.n * k.oh * k.ow &&
         v->shape[1] == k.h * k.w * x.c;
}

API im2col(PyObject *image, PyObject *rows, int kernel_h, int kernel_w, int stride, int padding) {
  OPEN(v, 1, image, rows);
  Image x;
  if (!as_image(v, &x)) return CLOSE(v, 0);
  Window k = window(x, kernel_h, kernel_w, stride, padding);
  if (!is_rows(v + 1, x, k)) return CLOSE(v, 0);
  image_to_rows(x, k, v[1].buf);
  return CLOSE(v, 1);
}

API col2im(PyObject *rows, PyObject *image, int kernel_h, int kernel_w, int stride, int padding) {
  OPEN(v, 1, rows, image);
  Image x;
  if (!as_image(v + 1, &x) || !is_contiguous(v + 1)) return CLOSE(v, 0);
  Window k = window(x, kernel_h, kernel_w, stride, padding);
  if (!is_rows(v, x, k)) return CLOSE(v, 0);
  rows_to_image(v[0].buf, k, x);
  return CLOSE(v, 1);
}

static int is_pooled(const Py_buffer *v, Image x, Window k) {
  return v->shape[0] == x.n && v->shape[1] == k.oh && v->shape[2] == k.ow && v->shape[3] == x.c;
}

API max_pool2d(PyObject *image, PyObject *best, PyObject *index, int size, int stride) {
  OPEN(v, 2, image, best, index);
  Image x, y;
  if (!as_image(v, &x) || !as_image(v + 1, &y) || !is_kind(v + 2, 'B', 1, 4)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 1) || !is_contiguous(v + 2) || !is_pooled(v + 1, x, k) || !is_pooled(v + 2, x, k))
    return CLOSE(v, 0);
  pool(x, k, y.data, v[2].buf);
  return CLOSE(v, 1);
}

API max_pool2d_backward(PyObject *grad, PyObject *index, PyObject *image, int size, int stride) {
  OPEN(v, 1, grad, index, image);
  Image g, x;
  if (!as_image(v, &g) || !as_image(v + 2, &x) || !is_kind(v + 1, 'B', 1, 4)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 1) || !is_contiguous(v + 2) || !is_pooled(v, x, k) || !is_pooled(v + 1, x, k))
    return CLOSE(v, 0);
  unpool(g, v[1].buf, k, x);
  return CLOSE(v, 1);
}

// 48 n multiply-adds in twelve independent chains, nothing loaded or stored: the benchmark's measure of how fast this
// machine can calculate at this SIMD width.
__attribute__((visibility("default"))) float multiply_adds(int n) {
  v4 sum[12], total = splat(0.f);
  for (int c = 0; c < 12; c++) sum[c] = splat((float)c);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < 12; c++) sum[c] = madd(sum[c], splat(0.999f), splat(0.001f));
  for (int c = 0; c < 12; c++) total += sum[c];
  return total[0] + total[1] + total[2] + total[3];
}
