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

// The gradient g in what was normalised, x: as rows, or behind the pooling that followed.
typedef struct {
  Matrix g, x;
  const Behind *behind; // null: as rows
  Window image;         // of its maps, else
} Normalized;

// Rows that are gone over at a time: those of an image whose gradient is to be spread, else so few that they are still in
// the cache when the next group of columns is taken from them.
static ptrdiff_t rows_at_once(const Normalized *b) {
  return b->behind ? b->image.oh * b->image.ow : MAX(64, 4096 / b->x.cols);
}

// Some rows of x and of the gradient in them, which is spread at `maps` if need be.
static Normalized rows_from(const Normalized *b, ptrdiff_t row, real *maps) {
  Normalized part = *b;
  part.x.rows = MIN(rows_at_once(b), b->x.rows - row), part.x.data += row * b->x.cols;
  part.g = part.x;
  part.g.data = b->behind ? unpool_image(b->behind, row / part.x.rows, b->image, maps).data : b->g.data + row * b->x.cols;
  return part;
}

// adds the sums of g and of g (x - mean) over the rows
INLINE void add_gradients(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix g, Matrix x, const real *mean, real *sums,
                          real *products) {
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
    store_lanes(sums + at, load_lanes(sums + at, lanes) + sum[q], lanes);
    store_lanes(products + at, load_lanes(products + at, lanes) + product[q], lanes);
  }
}

// sums of g and of g xhat over the rows, with xhat = (x - mean) scale; there is room for one image at `maps`
static void sum_gradients(const Normalized *b, const real *mean, const real *scale, real *sums, real *products,
                          real *maps) {
  for (ptrdiff_t c = 0; c < b->x.cols; c++) sums[c] = products[c] = 0;
  for (ptrdiff_t row = 0, step = rows_at_once(b); row < b->x.rows; row += step) {
    Normalized part = rows_from(b, row, maps);
    EACH_COLUMNS(b->x.cols, add_gradients, part.g, part.x, mean, sums, products);
  }
  for (ptrdiff_t c = 0; c < b->x.cols; c++) products[c] *= scale[c];
}

// dx = factor (g - sum / n - xhat product / n) = g factor + x of_x + rest, for some of n rows
INLINE void back_through_columns(ptrdiff_t c, int vectors, ptrdiff_t lanes, Matrix g, Matrix x, ptrdiff_t n,
                                 const real *mean, const real *scale, const real *factor, const real *sums,
                                 const real *products, real *dx) {
  vec of_g[4], of_x[4], rest[4];
  for (int q = 0; q < vectors; q++) {
    ptrdiff_t at = c + q * LANES;
    const vec share = load_lanes(factor + at, lanes) / splat((real)n);
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

// These sums and the gradient in x, from the last rows to the first: the cache still has the last.
static void back_through(const Normalized *b, const real *mean, const real *scale, const real *factor, real *sums,
                         real *products, real *dx) {
  sum_gradients(b, mean, scale, sums, products, dx);
  ptrdiff_t step = rows_at_once(b);
  for (ptrdiff_t row = (b->x.rows - 1) / step * step; row >= 0; row -= step) {
    real *out = dx + row * b->x.cols;
    Normalized part = rows_from(b, row, out);
    EACH_COLUMNS(b->x.cols, back_through_columns, part.g, part.x, b->x.rows, mean, scale, factor, sums, products, out);
  }
}

API(moments)(PyObject *matrix, PyObject *mean, PyObject *variance) {
  OPEN(v, 2, matrix, mean, variance);
  Matrix x;
  Moments m;
  if (!as_rows(v, &x) || !are_columns(v + 1, 2, x.cols) || !begin_moments(&m, x.cols, v[1].buf, v[2].buf))
    return CLOSE(v, 0);
  add_moments(&m, x);
  end_moments(&m);
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

static int are_alike(Image a, Image b) { return a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c; }

// Normalised images, pooled where `index` is not null, with an activation: one image after the other.
API(normalize_block)(PyObject *images, PyObject *mean, PyObject *factor, PyObject *bias, PyObject *output,
                     PyObject *index, int pool_size, int pool_stride, int kind, real slope) {
  OPEN(v, 2, images, mean, factor, bias, output, index);
  Image x, y;
  if (!is_known(kind) || !as_image(v, &x) || !as_image(v + 4, &y) || !is_contiguous(v) || !is_contiguous(v + 4) ||
      !are_columns(v + 1, 3, x.c) || x.c < 1 || x.n != y.n)
    return CLOSE(v, 0);
  Window k = window(x, pool_size, pool_size, pool_stride, 0);
  if (index ? !is_pooled(v + 4, x, k) || !are_places(v + 5, x, k) : !are_alike(x, y)) return CLOSE(v, 0);
  real *offset = offsets_of(v[1].buf, v[2].buf, v[3].buf, x.c);
  if (!offset) return CLOSE(v, 0);
  Scaling scaling = {v[2].buf, offset};
  ptrdiff_t taken = x.h * x.w * x.c, given = y.h * y.w * y.c;
  for (ptrdiff_t n = x.n; n-- > 0;) { // from the last to the first: the cache still has the last
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
  Normalized b = {0};
  if (!as_rows(v, &b.g) || !as_rows(v + 1, &b.x) || !are_rows(b.g, b.x) || !are_columns(v + 2, 4, b.x.cols))
    return CLOSE(v, 0);
  sum_gradients(&b, v[2].buf, v[3].buf, v[4].buf, v[5].buf, NULL);
  return CLOSE(v, 1);
}

// `index` is null, or `grad` is that behind pooling.
API(normalize_backward)(PyObject *grad, PyObject *index, PyObject *images, PyObject *mean, PyObject *scale,
                        PyObject *factor, PyObject *sums, PyObject *products, PyObject *grad_images, int pool_size,
                        int pool_stride) {
  OPEN(v, 3, grad, index, images, mean, scale, factor, sums, products, grad_images);
  Image g, x, dx;
  if (!as_image(v, &g) || !as_image(v + 2, &x) || !as_image(v + 8, &dx) || !is_contiguous(v) || !is_contiguous(v + 2) ||
      !is_contiguous(v + 8) || !are_columns(v + 3, 5, x.c) || x.n * x.h * x.w * x.c < 1 || !are_alike(x, dx))
    return CLOSE(v, 0);
  Behind behind = {g, v[1].buf, window(x, pool_size, pool_size, pool_stride, 0)};
  if (index ? !is_pooled(v, x, behind.window) || !are_places(v + 1, x, behind.window) : !are_alike(g, x))
    return CLOSE(v, 0);
  Matrix rows = {x.data, x.n * x.h * x.w, x.c, x.c, 1};
  Normalized b = {rows, rows, index ? &behind : NULL, {.oh = x.h, .ow = x.w}};
  b.g.data = g.data;
  back_through(&b, v[3].buf, v[4].buf, v[5].buf, v[6].buf, v[7].buf, dx.data);
  return CLOSE(v, 1);
}
