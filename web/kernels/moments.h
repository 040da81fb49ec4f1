// Mean and variance of columns, by way of rows that come some at a time.

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

// Mean and sum of squares apart from it of each column, put together from blocks of rows (Chan, Golub and LeVeque 1983):
// few numbers are added at a time, and near to each other.
typedef struct {
  ptrdiff_t rows, cols;             // rows: so far
  real *mean, *squares;             // of these
  real *block_mean, *block_squares; // room for those of a block
} Moments;

enum { BLOCK_ROWS = 256 };

// Results go to `mean` and `variance`. Returns 0 if there is no memory.
static int begin_moments(Moments *m, ptrdiff_t columns, real *mean, real *variance) {
  real *room = PyMem_RawMalloc((size_t)(2 * columns) * sizeof *room);
  *m = (Moments){0, columns, mean, variance, room, room + columns};
  for (ptrdiff_t c = 0; room && c < columns; c++) mean[c] = variance[c] = 0;
  return room != NULL;
}

static void add_moments(Moments *m, Matrix x) {
  for (ptrdiff_t r = 0; r < x.rows; r += BLOCK_ROWS) {
    Matrix part = {x.data + r * x.rs, MIN(BLOCK_ROWS, x.rows - r), x.cols, x.rs, 1};
    EACH_COLUMNS(x.cols, sum_apart, part, m->block_mean, m->block_squares);
    real before = (real)m->rows, share = (real)part.rows / (real)(m->rows += part.rows);
    for (ptrdiff_t c = 0; c < x.cols; c++) {
      real apart = m->block_mean[c] - m->mean[c];
      m->mean[c] += apart * share;
      m->squares[c] += m->block_squares[c] + apart * apart * share * before;
    }
  }
}

static void end_moments(Moments *m) {
  for (ptrdiff_t c = 0; c < m->cols; c++)
    m->squares[c] = (m->squares[c] < 0 ? 0 : m->squares[c]) / (real)m->rows; // NaN stays
  PyMem_RawFree(m->block_mean);
}
