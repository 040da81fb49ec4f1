// Batch normalisation (nncore/norm_ops.py): rows are samples or positions, columns are features.

// y = x factor + offset
INLINE void scale_columns(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix x, Scaling scaling, real *y) {
  vec factor[4], offset[4];
  for (int q = 0; q < vectors; q++) {
    factor[q] = load_lanes(scaling.factor + c + q * LANES, lanes);
    offset[q] = load_lanes(scaling.offset + c + q * LANES, lanes);
  }
  for (ptrdiff_t at = c, end = x.rows * x.cols; at < end; at += x.cols)
    for (int q = 0; q < vectors; q++)
      store_lanes(y + at + q * LANES, madd(load_lanes(x.data + at + q * LANES, lanes), factor[q], offset[q]), lanes);
}

// sums of g and of g xhat over the rows, with xhat = (x - mean) scale
INLINE void sum_gradients(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix g, Matrix x, const real *mean,
                          const real *scale, real *sums, real *products) {
  vec sum[4], product[4], centre[4];
  for (int q = 0; q < vectors; q++) {
    sum[q] = product[q] = splat(0);
    centre[q] = load_lanes(mean + c + q * LANES, lanes);
  }
  for (ptrdiff_t at = c, end = g.rows * g.cols; at < end; at += g.cols)
    for (int q = 0; q < vectors; q++) {
      vec grad = load_lanes(g.data + at + q * LANES, lanes);
      sum[q] += grad;
      product[q] = madd(grad, load_lanes(x.data + at + q * LANES, lanes) - centre[q], product[q]);
    }
  for (int q = 0; q < vectors; q++) {
    ptrdiff_t at = c + q * LANES;
    store_lanes(sums + at, sum[q], lanes);
    store_lanes(products + at, product[q] * load_lanes(scale + at, lanes), lanes);
  }
}

// These sums, and dx = factor (g - sum / rows - xhat product / rows) = g factor + x of_x + rest.
INLINE void back_through_columns(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix g, Matrix x, const real *mean,
                                 const real *scale, const real *factor, real *sums, real *products, real *dx) {
  vec of_g[4], of_x[4], rest[4];
  sum_gradients(c, vectors, lanes, g, x, mean, scale, sums, products);
  for (int q = 0; q < vectors; q++) {
    ptrdiff_t at = c + q * LANES;
    const vec share = load_lanes(factor + at, lanes) / splat((real)g.rows);
    of_g[q] = load_lanes(factor + at, lanes);
    of_x[q] = -share * load_lanes(products + at, lanes) * load_lanes(scale + at, lanes);
    rest[q] = -share * load_lanes(sums + at, lanes) - of_x[q] * load_lanes(mean + at, lanes);
  }
  for (ptrdiff_t at = c, end = g.rows * g.cols; at < end; at += g.cols)
    for (int q = 0; q < vectors; q++) {
      vec along = madd(load_lanes(x.data + at + q * LANES, lanes), of_x[q], rest[q]);
      store_lanes(dx + at + q * LANES, madd(load_lanes(g.data + at + q * LANES, lanes), of_g[q], along), lanes);
    }
}

// mean of each column, and the sum of squares apart from it, by way of the first row: what is apart from that is small
INLINE void sum_apart(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix x, real *mean, real *squares) {
  vec first[4], sum[4], square[4];
  for (int q = 0; q < vectors; q++) {
    sum[q] = square[q] = splat(0);
    first[q] = load_lanes(x.data + c + q * LANES, lanes);
  }
  for (ptrdiff_t at = c, end = x.rows * x.cols; at < end; at += x.cols)
    for (int q = 0; q < vectors; q++) {
      vec apart = load_lanes(x.data + at + q * LANES, lanes) - first[q];
      sum[q] += apart;
      square[q] = madd(apart, apart, square[q]);
    }
  for (int q = 0; q < vectors; q++) {
    vec share = sum[q] / splat((real)x.rows);
    store_lanes(mean + c + q * LANES, first[q] + share, lanes);
    store_lanes(squares + c + q * LANES, square[q] - sum[q] * share, lanes);
  }
}

// Mean and mean square apart from it of each column, put together from blocks of rows (Chan, Golub and LeVeque 1983): few
// numbers are added at a time, and near to each other. `block` has room for two rows.
enum { BLOCK_ROWS = 256 };
static void column_moments(Matrix x, real *mean, real *variance, real *block) {
  real *block_mean = block, *block_squares = block + x.cols;
  for (ptrdiff_t c = 0; c < x.cols; c++) mean[c] = variance[c] = 0;
  for (ptrdiff_t r = 0; r < x.rows; r += BLOCK_ROWS) {
    Matrix part = {x.data + r * x.rs, MIN(BLOCK_ROWS, x.rows - r), x.cols, x.rs, 1};
    EACH_COLUMNS(x.cols, sum_apart, part, block_mean, block_squares);
    real share = (real)part.rows / (real)(r + part.rows);
    for (ptrdiff_t c = 0; c < x.cols; c++) {
      real apart = block_mean[c] - mean[c];
      mean[c] += apart * share;
      variance[c] += block_squares[c] + apart * apart * share * (real)r;
    }
  }
  for (ptrdiff_t c = 0; c < x.cols; c++) variance[c] = (variance[c] < 0 ? 0 : variance[c]) / (real)x.rows; // NaN stays
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

// y = (x - mean) factor + bias as x factor + offset; the result, the offsets, is to be freed. x has rounding errors as
// large as those of the product.
static real *offsets_of(const real *mean, const real *factor, const real *bias, ptrdiff_t columns) {
  real *offset = PyMem_RawMalloc((size_t)columns * sizeof *offset);
  for (ptrdiff_t c = 0; offset && c < columns; c++) offset[c] = bias[c] - mean[c] * factor[c];
  return offset;
}

API(normalize)(PyObject *matrix, PyObject *mean, PyObject *factor, PyObject *bias, PyObject *output) {
  OPEN(v, 1, matrix, mean, factor, bias, output);
  Matrix x, y;
  if (!as_rows(v, &x) || !as_rows(v + 4, &y) || !are_columns(v + 1, 3, x.cols) || !are_rows(x, y)) return CLOSE(v, 0);
  real *offset = offsets_of(v[1].buf, v[2].buf, v[3].buf, x.cols);
  if (!offset) return CLOSE(v, 0);
  Scaling scaling = {v[2].buf, offset};
  EACH_COLUMNS(x.cols, scale_columns, x, scaling, v[4].buf);
  PyMem_RawFree(offset);
  return CLOSE(v, 1);
}

// Normalised images, pooled where `index` is not null, with an activation: one image after the other.
API(normalize_block)(PyObject *images, PyObject *mean, PyObject *factor, PyObject *bias, PyObject *output,
                     PyObject *index, int pool_size, int pool_stride, int kind, real slope) {
  OPEN(v, 2, images, mean, factor, bias, output, index);
  Image x, y;
  if (!is_known(kind) || !as_image(v, &x) || !as_image(v + 4, &y) || !is_contiguous(v) || !is_contiguous(v + 4) ||
      !are_columns(v + 1, 3, x.c) || x.c < 1 || x.n != y.n)
    return CLOSE(v, 0);
  Window k = window(x, pool_size, pool_size, pool_stride, 0);
  if (index ? !is_kind(v + 5, 'B', 1, 4) || !is_contiguous(v + 5) || !is_pooled(v + 4, x, k) || !is_pooled(v + 5, x, k)
            : x.h != y.h || x.w != y.w || x.c != y.c)
    return CLOSE(v, 0);
  real *offset = offsets_of(v[1].buf, v[2].buf, v[3].buf, x.c);
  if (!offset) return CLOSE(v, 0);
  Scaling scaling = {v[2].buf, offset};
  ptrdiff_t taken = x.h * x.w * x.c, given = y.h * y.w * y.c;
  for (ptrdiff_t n = 0; n < x.n; n++) {
    real *out = y.data + n * given;
    Image image = x;
    image.n = 1, image.data += n * taken;
    Matrix rows = {image.data, x.h * x.w, x.c, x.c, 1};
    if (index) pool_scaled(image, k, scaling, out, (uint8_t *)v[5].buf + n * given);
    else EACH_COLUMNS(x.c, scale_columns, rows, scaling, out);
    activate_all(kind, given, out, out, slope);
  }
  PyMem_RawFree(offset);
  return CLOSE(v, 1);
}

API(normalize_sums)(PyObject *grad, PyObject *matrix, PyObject *mean, PyObject *scale, PyObject *sums,
                    PyObject *products) {
  OPEN(v, 2, grad, matrix, mean, scale, sums, products);
  Matrix g, x;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !are_rows(g, x) || !are_columns(v + 2, 4, g.cols)) return CLOSE(v, 0);
  EACH_COLUMNS(g.cols, sum_gradients, g, x, v[2].buf, v[3].buf, v[4].buf, v[5].buf);
  return CLOSE(v, 1);
}

API(normalize_backward)(PyObject *grad, PyObject *matrix, PyObject *mean, PyObject *scale, PyObject *factor,
                        PyObject *sums, PyObject *products, PyObject *grad_input) {
  OPEN(v, 3, grad, matrix, mean, scale, factor, sums, products, grad_input);
  Matrix g, x, dx;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !as_rows(v + 7, &dx) || !are_rows(g, x) || !are_rows(g, dx) ||
      !are_columns(v + 2, 5, g.cols))
    return CLOSE(v, 0);
  EACH_COLUMNS(g.cols, back_through_columns, g, x, v[2].buf, v[3].buf, v[4].buf, v[5].buf, v[6].buf, v[7].buf);
  return CLOSE(v, 1);
}
