// Batch normalisation (nncore/norm_ops.py): rows are samples or positions, columns are features.

INLINE vec square_apart(vec x, vec mean) { return (x - mean) * (x - mean); }

// y = (x - mean) factor + bias
INLINE void normalize_at(ptrdiff_t i, ptrdiff_t lanes, const real *x, const real *mean, const real *factor,
                         const real *bias, real *y) {
  vec apart = load_lanes(x + i, lanes) - load_lanes(mean + i, lanes);
  store_lanes(y + i, madd(apart, load_lanes(factor + i, lanes), load_lanes(bias + i, lanes)), lanes);
}

static void normalize_rows(Matrix x, const real *mean, const real *factor, const real *bias, real *y) {
  for (ptrdiff_t at = 0; at < x.rows * x.cols; at += x.cols)
    EACH_VECTOR(x.cols, normalize_at, x.data + at, mean, factor, bias, y + at);
}

// dx = factor (g - g_mean - (x - mean) slope)
INLINE void normalize_grad_at(ptrdiff_t i, ptrdiff_t lanes, const real *g, const real *x, const real *mean,
                              const real *factor, const real *g_mean, const real *slope, real *dx) {
  vec rest = load_lanes(g + i, lanes) - load_lanes(g_mean + i, lanes);
  rest -= (load_lanes(x + i, lanes) - load_lanes(mean + i, lanes)) * load_lanes(slope + i, lanes);
  store_lanes(dx + i, rest * load_lanes(factor + i, lanes), lanes);
}

// sums of g and of g (x - mean) over the rows, for a vector of columns
INLINE void gradient_sums_at(ptrdiff_t c, ptrdiff_t lanes, Matrix g, Matrix x, const real *mean, real *sums,
                             real *products) {
  vec sum = splat(0), product = splat(0), centre = load_lanes(mean + c, lanes);
  for (ptrdiff_t at = c, r = 0; r < g.rows; r++, at += g.cols) {
    vec grad = load_lanes(g.data + at, lanes);
    sum += grad;
    product = madd(grad, load_lanes(x.data + at, lanes) - centre, product);
  }
  store_lanes(sums + c, sum, lanes);
  store_lanes(products + c, product, lanes);
}

// Mean and mean square apart from it of each column, put together from blocks of rows that fit the cache (Chan, Golub
// and LeVeque 1983), so that x is read from memory once. `block` has room for two rows.
enum { BLOCK_BYTES = 1 << 16 };
static void column_moments(Matrix x, real *mean, real *variance, real *block) {
  real *block_mean = block, *block_squares = block + x.cols;
  ptrdiff_t size = MAX(16, BLOCK_BYTES / (ptrdiff_t)sizeof(real) / x.cols);
  for (ptrdiff_t c = 0; c < x.cols; c++) mean[c] = variance[c] = 0;
  for (ptrdiff_t r = 0; r < x.rows; r += size) {
    Matrix part = {x.data + r * x.rs, MIN(size, x.rows - r), x.cols, x.rs, 1};
    sum_columns(first_of, part, part.data, part.rs, block_mean);
    for (ptrdiff_t c = 0; c < x.cols; c++) block_mean[c] /= (real)part.rows;
    sum_columns(square_apart, part, block_mean, 0, block_squares);
    real share = (real)part.rows / (real)(r + part.rows);
    for (ptrdiff_t c = 0; c < x.cols; c++) {
      real apart = block_mean[c] - mean[c];
      mean[c] += apart * share;
      variance[c] += block_squares[c] + apart * apart * share * (real)r;
    }
  }
  for (ptrdiff_t c = 0; c < x.cols; c++) variance[c] /= (real)x.rows;
}

// `count` vectors without gaps, each with one number for each column
static int are_columns(const Py_buffer *v, int count, ptrdiff_t columns) {
  for (int i = 0; i < count; i++)
    if (!is_real(v + i, 1) || !is_contiguous(v + i) || v[i].shape[0] != columns) return 0;
  return 1;
}

// a matrix of rows without gaps, at least one of them
static int as_rows(const Py_buffer *v, Matrix *m) {
  return as_matrix(v, m) && m->rows > 0 && m->cols > 0 && is_contiguous(v);
}

API(moments)(PyObject *matrix, PyObject *mean, PyObject *variance) {
  OPEN(v, 2, matrix, mean, variance);
  Matrix x;
  if (!as_rows(v, &x) || !are_columns(v + 1, 2, x.cols)) return CLOSE(v, 0);
  real *block = PyMem_RawMalloc((size_t)(2 * x.cols) * sizeof *block);
  if (!block) return CLOSE(v, 0);
  column_moments(x, v[1].buf, v[2].buf, block);
  PyMem_RawFree(block);
  return CLOSE(v, 1);
}

API(normalize)(PyObject *matrix, PyObject *mean, PyObject *factor, PyObject *bias, PyObject *output) {
  OPEN(v, 1, matrix, mean, factor, bias, output);
  Matrix x, y;
  if (!as_rows(v, &x) || !as_rows(v + 4, &y) || !are_columns(v + 1, 3, x.cols) || !are_rows(x, y)) return CLOSE(v, 0);
  normalize_rows(x, v[1].buf, v[2].buf, v[3].buf, v[4].buf);
  return CLOSE(v, 1);
}

// Normalised images with an activation, and pooled where `index` is not null: one image after the other.
API(normalize_block)(PyObject *images, PyObject *mean, PyObject *factor, PyObject *bias, PyObject *output,
                     PyObject *index, int pool_size, int pool_stride, int kind, real slope) {
  OPEN(v, 2, images, mean, factor, bias, output, index);
  Image x, y;
  Epilogue then = {v[5].buf, {0}, kind, slope};
  if (!is_known(kind) || !as_image(v, &x) || !as_image(v + 4, &y) || !is_contiguous(v) || !is_contiguous(v + 4) ||
      !are_columns(v + 1, 3, x.c) || x.c < 1)
    return CLOSE(v, 0);
  Window whole = {.oh = x.h, .ow = x.w};
  if (index) {
    then.pool = window(x, pool_size, pool_size, pool_stride, 0);
    if (!is_kind(v + 5, 'B', 1, 4) || !is_contiguous(v + 5) || !is_pooled(v + 4, x, then.pool) ||
        !is_pooled(v + 5, x, then.pool))
      return CLOSE(v, 0);
  } else if (y.n != x.n || y.h != x.h || y.w != x.w || y.c != x.c) return CLOSE(v, 0);
  real *z = index ? PyMem_RawMalloc((size_t)(x.h * x.w * x.c) * sizeof *z) : NULL;
  if (index && !z) return CLOSE(v, 0);
  for (ptrdiff_t n = 0; n < x.n; n++, y.data += given_by(then, whole, x.c)) {
    Matrix rows = {x.data + n * x.h * x.w * x.c, x.h * x.w, x.c, x.c, 1};
    normalize_rows(rows, v[1].buf, v[2].buf, v[3].buf, index ? z : y.data);
    finish(then, whole, x.c, z, n, y.data);
  }
  PyMem_RawFree(z);
  return CLOSE(v, 1);
}

API(normalize_sums)(PyObject *grad, PyObject *matrix, PyObject *mean, PyObject *sums, PyObject *products) {
  OPEN(v, 2, grad, matrix, mean, sums, products);
  Matrix g, x;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !are_rows(g, x) || !are_columns(v + 2, 3, g.cols)) return CLOSE(v, 0);
  EACH_VECTOR(g.cols, gradient_sums_at, g, x, v[2].buf, v[3].buf, v[4].buf);
  return CLOSE(v, 1);
}

API(normalize_grad)(PyObject *grad, PyObject *matrix, PyObject *mean, PyObject *factor, PyObject *grad_mean,
                    PyObject *slope, PyObject *grad_input) {
  OPEN(v, 1, grad, matrix, mean, factor, grad_mean, slope, grad_input);
  Matrix g, x, dx;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !as_rows(v + 6, &dx) || !are_rows(g, x) || !are_rows(g, dx) ||
      !are_columns(v + 2, 4, g.cols))
    return CLOSE(v, 0);
  for (ptrdiff_t at = 0; at < g.rows * g.cols; at += g.cols)
    EACH_VECTOR(g.cols, normalize_grad_at, g.data + at, x.data + at, v[2].buf, v[3].buf, v[4].buf, v[5].buf,
                (real *)v[6].buf + at);
  return CLOSE(v, 1);
}
