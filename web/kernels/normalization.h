// Batch normalisation (nncore/norm_ops.py): rows are samples or positions, columns are features.

INLINE vec square_apart(vec x, vec mean) { return (x - mean) * (x - mean); }
INLINE vec product_of(vec a, vec b) { return a * b; }

// xhat = (x - mean) scale, y = weight xhat + bias
INLINE void normalize_at(ptrdiff_t i, ptrdiff_t lanes, const real *x, const real *mean, const real *scale,
                         const real *weight, const real *bias, real *xhat, real *y) {
  vec hat = (load_lanes(x + i, lanes) - load_lanes(mean + i, lanes)) * load_lanes(scale + i, lanes);
  store_lanes(xhat + i, hat, lanes);
  store_lanes(y + i, madd(hat, load_lanes(weight + i, lanes), load_lanes(bias + i, lanes)), lanes);
}

// dx = factor (g - mean - xhat product)
INLINE void normalize_grad_at(ptrdiff_t i, ptrdiff_t lanes, const real *g, const real *xhat, const real *factor,
                              const real *mean, const real *product, real *dx) {
  vec rest = load_lanes(g + i, lanes) - load_lanes(mean + i, lanes);
  rest -= load_lanes(xhat + i, lanes) * load_lanes(product + i, lanes);
  store_lanes(dx + i, rest * load_lanes(factor + i, lanes), lanes);
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
  real *mean_at = v[1].buf, *variance_at = v[2].buf;
  sum_columns(first_of, x, x.data, x.rs, mean_at);
  for (ptrdiff_t c = 0; c < x.cols; c++) mean_at[c] /= (real)x.rows;
  sum_columns(square_apart, x, mean_at, 0, variance_at);
  for (ptrdiff_t c = 0; c < x.cols; c++) variance_at[c] /= (real)x.rows;
  return CLOSE(v, 1);
}

API(normalize)(PyObject *matrix, PyObject *mean, PyObject *scale, PyObject *weight, PyObject *bias, PyObject *xhat,
               PyObject *output) {
  OPEN(v, 2, matrix, mean, scale, weight, bias, xhat, output);
  Matrix x, hat, y;
  if (!as_rows(v, &x) || !as_rows(v + 5, &hat) || !as_rows(v + 6, &y) || !are_columns(v + 1, 4, x.cols) ||
      !are_rows(x, hat) || !are_rows(x, y))
    return CLOSE(v, 0);
  for (ptrdiff_t at = 0; at < x.rows * x.cols; at += x.cols)
    EACH_VECTOR(x.cols, normalize_at, x.data + at, v[1].buf, v[2].buf, v[3].buf, v[4].buf, (real *)v[5].buf + at,
                (real *)v[6].buf + at);
  return CLOSE(v, 1);
}

API(normalize_sums)(PyObject *grad, PyObject *xhat, PyObject *sums, PyObject *products) {
  OPEN(v, 2, grad, xhat, sums, products);
  Matrix g, x;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !are_rows(g, x) || !are_columns(v + 2, 2, g.cols)) return CLOSE(v, 0);
  sum_columns(first_of, g, g.data, g.rs, v[2].buf);
  sum_columns(product_of, g, x.data, x.rs, v[3].buf);
  return CLOSE(v, 1);
}

API(normalize_grad)(PyObject *grad, PyObject *xhat, PyObject *factor, PyObject *mean, PyObject *product,
                    PyObject *grad_input) {
  OPEN(v, 1, grad, xhat, factor, mean, product, grad_input);
  Matrix g, x, dx;
  if (!as_rows(v, &g) || !as_rows(v + 1, &x) || !as_rows(v + 5, &dx) || !are_rows(g, x) || !are_rows(g, dx) ||
      !are_columns(v + 2, 3, g.cols))
    return CLOSE(v, 0);
  for (ptrdiff_t at = 0; at < g.rows * g.cols; at += g.cols)
    EACH_VECTOR(g.cols, normalize_grad_at, g.data + at, x.data + at, v[2].buf, v[3].buf, v[4].buf,
                (real *)v[5].buf + at);
  return CLOSE(v, 1);
}
