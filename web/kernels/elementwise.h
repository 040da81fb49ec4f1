// Activations, log-softmax, and pixels as numbers.

enum { TANH, RELU, LEAKY_RELU, SIGMOID };

// Another number is none that this file knows: it is refused, and never computed as one of these.
static inline int is_known(int kind) {
  return TANH <= kind && kind <= SIGMOID;
}

static inline vec activate(int kind, vec x, vec slope) {
  switch (kind) {
    case TANH: return hyperbolic_tangent(x);
    case RELU: return (vec)((ivec)x & ~(ivec)(x <= splat(0))); // NaN stays
    case LEAKY_RELU: return select((ivec)(x > splat(0)), x, x * slope);
    default: return sigmoid(x);
  }
}

// derivative at x, from y = activate(x)
static inline vec derivative(int kind, vec y, vec slope) {
  switch (kind) {
    case TANH: return splat(1) - y * y;
    case RELU: return select((ivec)(y > splat(0)), splat(1), splat(0));
    case LEAKY_RELU: return select((ivec)(y > splat(0)), splat(1), slope);
    default: return y * (splat(1) - y);
  }
}

INLINE void activate_at(ptrdiff_t i, ptrdiff_t lanes, int kind, const real *x, real *y, vec slope) {
  store_lanes(y + i, activate(kind, load_lanes(x + i, lanes), slope), lanes);
}

INLINE void derive_at(ptrdiff_t i, ptrdiff_t lanes, int kind, const real *y, const real *grad, real *out, vec slope) {
  vec product = load_lanes(grad + i, lanes) * derivative(kind, load_lanes(y + i, lanes), slope);
  store_lanes(out + i, without_traces(product), lanes);
}

// y = log(softmax(x)) = x - max - log(sum(e**(x - max))), row by row; y's rows have no gaps
static void log_softmax_rows(Matrix x, real *y) {
  for (ptrdiff_t r = 0; r < x.rows; r++, y += x.cols) {
    const real *in = x.data + r * x.rs;
    real most = in[0], sum = 0;
    for (ptrdiff_t c = 1; c < x.cols; c++) most = in[c] > most ? in[c] : most;
    for (ptrdiff_t c = 0; c < x.cols; c += LANES) {
      ptrdiff_t lanes = MIN(LANES, x.cols - c);
      vec z = load_lanes(in + c, lanes) - splat(most), e = exponential_down(z);
      store_lanes(y + c, z, lanes);
      for (ptrdiff_t l = 0; l < lanes; l++) sum += e[l];
    }
    real log_sum = logarithm(sum);
    for (ptrdiff_t c = 0; c < x.cols; c++) y[c] -= log_sum;
  }
}

// dx = g - e**y sum(g), row by row; dx's rows have no gaps
static void log_softmax_gradients(Matrix y, Matrix g, real *dx) {
  for (ptrdiff_t r = 0; r < y.rows; r++, dx += y.cols) {
    const real *value = y.data + r * y.rs, *grad = g.data + r * g.rs;
    real sum = 0;
    for (ptrdiff_t c = 0; c < y.cols; c++) sum += grad[c];
    for (ptrdiff_t c = 0; c < y.cols; c += LANES) {
      ptrdiff_t lanes = MIN(LANES, y.cols - c);
      vec p = exponential_down(load_lanes(value + c, lanes));
      store_lanes(dx + c, without_traces(load_lanes(grad + c, lanes) - p * splat(sum)), lanes);
    }
  }
}

static void activate_all(int kind, ptrdiff_t n, const real *x, real *y, real negative_slope) {
  vec slope = splat(negative_slope);
  switch (kind) { // one loop per kind, each without a switch inside
    case TANH: EACH_VECTOR(n, activate_at, TANH, x, y, slope); break;
    case RELU: EACH_VECTOR(n, activate_at, RELU, x, y, slope); break;
    case LEAKY_RELU: EACH_VECTOR(n, activate_at, LEAKY_RELU, x, y, slope); break;
    default: EACH_VECTOR(n, activate_at, SIGMOID, x, y, slope);
  }
}

API(activation)(int kind, PyObject *input, PyObject *output, real negative_slope) {
  OPEN(v, 1, input, output);
  if (!is_known(kind) || !are_aligned(v, 2)) return CLOSE(v, 0);
  activate_all(kind, count_items(v), v[0].buf, v[1].buf, negative_slope);
  return CLOSE(v, 1);
}

API(activation_grad)(int kind, PyObject *output, PyObject *grad, PyObject *grad_input, real negative_slope) {
  OPEN(v, 1, output, grad, grad_input);
  if (!is_known(kind) || !are_aligned(v, 3)) return CLOSE(v, 0);
  const real *y = v[0].buf, *g = v[1].buf;
  real *to = v[2].buf;
  vec slope = splat(negative_slope);
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

API(log_softmax)(PyObject *input, PyObject *output) {
  OPEN(v, 1, input, output);
  Matrix x, y;
  if (!as_matrix(v, &x) || !as_matrix(v + 1, &y) || !are_rows(x, y) || !is_contiguous(v + 1)) return CLOSE(v, 0);
  log_softmax_rows(x, v[1].buf);
  return CLOSE(v, 1);
}

API(log_softmax_grad)(PyObject *output, PyObject *grad, PyObject *grad_input) {
  OPEN(v, 1, output, grad, grad_input);
  Matrix y, g, dx;
  int fits = as_matrix(v, &y) && as_matrix(v + 1, &g) && as_matrix(v + 2, &dx) && are_rows(y, g) && are_rows(y, dx);
  if (!fits || !is_contiguous(v + 2)) return CLOSE(v, 0);
  log_softmax_gradients(y, g, v[2].buf);
  return CLOSE(v, 1);
}

// sums over the rows
INLINE void sum_columns(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix x, real *sums) {
  vec sum[4];
  for (int q = 0; q < vectors; q++) sum[q] = splat(0);
  for (ptrdiff_t r = 0; r < x.rows; r++)
    for (int q = 0; q < vectors; q++) sum[q] += load_lanes(x.data + r * x.rs + c + q * LANES, lanes);
  for (int q = 0; q < vectors; q++) store_lanes(sums + c + q * LANES, sum[q], lanes);
}

API(sum_rows)(PyObject *matrix, PyObject *sums) {
  OPEN(v, 1, matrix, sums);
  Matrix x;
  if (!as_matrix(v, &x) || x.cs != 1 || !is_real(v + 1, 1) || !is_contiguous(v + 1) || v[1].shape[0] != x.cols)
    return CLOSE(v, 0);
  EACH_COLUMNS(x.cols, sum_columns, x, v[1].buf);
  return CLOSE(v, 1);
}

API(scaled)(PyObject *images, PyObject *out, real max_value) {
  OPEN(v, 1, images, out);
  if (!is_kind(v, 'B', 1, v->ndim) || !is_real(v + 1, v->ndim) || v[1].len != v[0].len * (ptrdiff_t)sizeof(real) ||
      !is_contiguous(v) || !is_contiguous(v + 1))
    return CLOSE(v, 0);
  const uint8_t *pixels = v[0].buf;
  real *to = v[1].buf;
  for (ptrdiff_t i = 0, n = v[0].len; i < n; i++) to[i] = pixels[i] / max_value;
  return CLOSE(v, 1);
}

// As half precision (IEEE 754 binary16), to the nearest, of two the even one; stops where a number does not fit.
#if BITS == 32
static int halve(ptrdiff_t n, const real *x, uint16_t *out) {
  const ivec smallest = isplat(113 << 23), largest = isplat(0x477fe000); // the bits of 2**-14 and of 65504
  for (ptrdiff_t i = 0; i < n; i += LANES) {
    ptrdiff_t lanes = MIN(LANES, n - i);
    ivec bits = (ivec)load_lanes(x + i, lanes), size = bits & isplat(0x7fffffff), fits = size < largest;
    // another exponent, and the thirteen last bits rounded away
    ivec normal = (size - isplat(112 << 23) + isplat(0xfff) + ((size >> 13) & isplat(1))) >> 13;
    // in units of 2**-24, those of a half's smallest numbers: what they are worth as the last bits of 0.5
    ivec tiny = (ivec)((vec)size + splat((real)0.5)) - (ivec)splat((real)0.5);
    ivec half = (ivec)select(size < smallest, (vec)tiny, (vec)normal) | ((bits >> 16) & isplat(0x8000));
    for (ptrdiff_t l = 0; l < lanes; l++) {
      if (!fits[l]) return 0;
      out[i + l] = (uint16_t)half[l];
    }
  }
  return 1;
}
#endif

API(half)(PyObject *input, PyObject *output) {
  OPEN(v, 1, input, output);
#if BITS == 32
  if (is_real(v, v->ndim) && is_kind(v + 1, 'e', 2, v->ndim) && is_contiguous(v) && is_contiguous(v + 1) &&
      count_items(v) == count_items(v + 1))
    return CLOSE(v, halve(count_items(v), v[0].buf, v[1].buf));
#endif
  return CLOSE(v, 0);
}
