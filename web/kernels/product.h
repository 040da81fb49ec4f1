// C[MR x NR] = init + a b; a row stride of 0 repeats one row of init
static inline void tile(ptrdiff_t kc, const real *a, const real *b, const real *init, ptrdiff_t init_rs, real *c,
                        ptrdiff_t c_rs) {
  vec sum[MR][NR / LANES];
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NR / LANES; q++) sum[r][q] = load(init + r * init_rs + LANES * q);
  for (ptrdiff_t p = 0; p < kc; p++, a += MR, b += NR) {
    vec row[NR / LANES];
    for (int q = 0; q < NR / LANES; q++) row[q] = load(b + LANES * q);
    for (int r = 0; r < MR; r++)
      for (int q = 0; q < NR / LANES; q++) sum[r][q] = madd(splat(a[r]), row[q], sum[r][q]);
  }
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NR / LANES; q++) store(c + r * c_rs + LANES * q, sum[r][q]);
}

// c[NP] = init + the listed rows of the packed panel, each times its value
static inline void sparse_row(const Entry *e, ptrdiff_t count, const real *init, real *c) {
  vec sum[NP / LANES];
  for (int q = 0; q < NP / LANES; q++) sum[q] = load(init + LANES * q);
  for (const Entry *end = e + count; e < end; e++) {
    vec value = splat(e->value);
    const real *row = scratch->packed_panel + e->offset;
    for (int q = 0; q < NP / LANES; q++) sum[q] = madd(value, load(row + LANES * q), sum[q]);
  }
  for (int q = 0; q < NP / LANES; q++) store(c + LANES * q, sum[q]);
}

// Where a product goes: to an array; or, with a step, the array is a parameter and the product its gradient.
typedef struct {
  real *data;
  ptrdiff_t rs;
  const Step *step;
} Target;

static inline Target moved(Target c, ptrdiff_t row, ptrdiff_t column) {
  return (Target){c.data + row * c.rs + column, c.rs, c.step};
}

static __attribute__((noinline)) void copy(ptrdiff_t m, ptrdiff_t n, const real *in, ptrdiff_t in_rs, real *out,
                                          ptrdiff_t out_rs) {
  for (ptrdiff_t r = 0; r < m; r++)
    for (ptrdiff_t q = 0; q < n; q++) out[r * out_rs + q] = in[r * in_rs + q];
}

// Brings MR rows of NP numbers into the cache. WebAssembly has no prefetch, but a load nobody waits for is one.
static inline void fetch(Target c) {
  for (int r = 0; r < MR; r++)
    for (int q = 0; q < NP; q += CACHE_LINE) (void)*(const volatile real *)(c.data + r * c.rs + q);
}

// Takes what was computed aside, m <= MR rows of n <= NP numbers, to where it belongs.
static void deliver(ptrdiff_t m, ptrdiff_t n, const real *aside, Target c) {
  if (!c.step) copy(m, n, aside, NP, c.data, c.rs);
  else for (ptrdiff_t r = 0; r < m; r++) take_step(c.step, n, c.data + r * c.rs, aside + r * NP);
}

// c[m x n] = init + block of A times packed panel. Sums of fewer rows or columns than a tile has, and gradients to take
// a step with, are computed aside.
static void dense_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t kc, const real *init, ptrdiff_t init_rs, Target c) {
  real strip[MR * NP] = {0};
  for (ptrdiff_t i = 0; i < m; i += MR, init += MR * init_rs, c = moved(c, MR, 0)) {
    ptrdiff_t rows = MIN(MR, m - i), from_rs = init_rs, to_rs = c.rs;
    const real *from = init;
    real *to = c.data;
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

static void sparse_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t kc, const real *init, ptrdiff_t init_rs, Target c) {
  real row[NP] = {0};
  for (ptrdiff_t i = 0; i < m; i++, init += init_rs, c = moved(c, 1, 0)) {
    const real *from = init;
    real *to = c.step ? row : c.data;
    if (c.step && c.step->keeps_at_zero && !scratch->counts[i]) continue;
    if (n < NP) copy(1, n, init, 0, row, 0), from = to = row;
    sparse_row(scratch->entries + i * kc, scratch->counts[i], from, to);
    if (to == row) deliver(1, n, row, c);
  }
}

// C = A B + bias, with C's columns contiguous. Returns 0 if `sparse` and B is not finite (C is then unfinished).
// With a step, K is at most KC, and B is finite if `sparse`.
static int multiply(int sparse, Matrix a, Matrix b, const real *bias, Target c) {
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
        const real *init = s ? block.data : bias ? bias + j : zeros;
        (sparse ? sparse_block : dense_block)(m, n, kc, init, s ? c.rs : 0, block);
      }
    }
  }
  return 1;
}

// Whether to skip A's zeros. A listed nonzero costs about twice as much as an element of a dense tile, listing them about
// as much as a panel, and N is rounded up to whole panels; below one panel, counting the zeros would not pay.
static int is_worth_skipping(Matrix a, ptrdiff_t columns) {
  if (columns < NP) return 0;
  return 2 * count_nonzero(a) * CEIL_DIV(columns, NP) < a.rows * a.cols / NP * (columns - NP);
}

// C = A B + bias (bias may be null). Returns 0 if there is no memory.
static int product(Matrix a, Matrix b, const real *bias, int may_skip, Target c) {
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

// whether C has the shape of A B, and columns without gaps
static int fits_product(Matrix a, Matrix b, Matrix c) {
  return a.cols == b.rows && a.rows == c.rows && b.cols == c.cols && (c.cs == 1 || c.cols <= 1);
}

API(linear)(PyObject *x, PyObject *weight, PyObject *bias, PyObject *out, int may_skip) {
  OPEN(v, 1, x, weight, bias, out);
  Matrix a, b, c;
  int fits = as_matrix(v, &a) && as_matrix(v + 1, &b) && as_matrix(v + 3, &c) && fits_product(a, b, c);
  if (bias) fits = fits && is_real(v + 2, 1) && v[2].shape[0] == c.cols && is_contiguous(v + 2);
  return CLOSE(v, fits && product(a, b, v[2].buf, may_skip, (Target){v[3].buf, c.rs, NULL}));
}

// views: the factors x.T and g of a gradient, the parameter, its state (`count` in all)
static int linear_step(const Py_buffer *v, int count, int may_skip, const Step *step) {
  Matrix a, b, c;
  return as_matrix(v, &a) && as_matrix(v + 1, &b) && as_matrix(v + 2, &c) && fits_product(a, b, c) &&
         are_aligned(v + 2, count - 2) && product_step(a, b, may_skip, (Target){v[2].buf, c.rs, step});
}

API(linear_sgd_step)(PyObject *param, PyObject *x, PyObject *grad, PyObject *buf, real lr, real momentum,
                    real weight_decay, int nesterov, int may_skip) {
  OPEN(v, 2, x, grad, param, buf);
  Step step = sgd_of(v + 2, v + 3, lr, momentum, weight_decay, nesterov);
  return CLOSE(v, linear_step(v, 4, may_skip, &step));
}

API(linear_adam_step)(PyObject *param, PyObject *x, PyObject *grad, PyObject *m, PyObject *v_, real rate, real beta1,
                     real rest1, real beta2, real rest2, real eps, real l2, real keep, int may_skip) {
  OPEN(v, 3, x, grad, param, m, v_);
  Step step = adam_of(v + 2, v + 3, v + 4, (Adam){rate, beta1, rest1, beta2, rest2, eps, l2, keep});
  return CLOSE(v, linear_step(v, 5, may_skip, &step));
}
