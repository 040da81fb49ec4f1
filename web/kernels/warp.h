// What augmentation does (nncore/warp_ops.py): images looked up at moved positions, strokes made thicker and thinner.

// x, or 0 where it is less than `least`; NaN stays
INLINE vec without_faint(vec x, real least) { return (vec)((ivec)x & ~(ivec)(x < splat(least))); }

static inline real magnitude(real x) { return x < 0 ? -x : x; }

static inline ptrdiff_t clamped(real x, ptrdiff_t most) {
  return x > 0 ? x < (real)most ? (ptrdiff_t)x : most : 0;
}

// The pixels (h, w) for which an affine map, moved by less than `slack` in rows and columns, looks at `ink` or beside it:
// the map's inverse of a rectangle is a slanted one, and this the upright one around it.
static Box looking_at(Box ink, const real *a, const real *slack, ptrdiff_t h, ptrdiff_t w) {
  const real det = a[0] * a[4] - a[1] * a[3];
  if (!(magnitude(det) > (real)0.01)) return (Box){0, h, 0, w};
  const real r = (real)(ink.top + ink.bottom - 1) / 2 - a[2], c = (real)(ink.left + ink.right - 1) / 2 - a[5];
  const real half_r = (real)(ink.bottom - ink.top + 1) / 2 + slack[0];
  const real half_c = (real)(ink.right - ink.left + 1) / 2 + slack[1];
  const real y = (a[4] * r - a[1] * c) / det, x = (a[0] * c - a[3] * r) / det;
  const real half_y = magnitude(a[4] / det) * half_r + magnitude(a[1] / det) * half_c;
  const real half_x = magnitude(a[3] / det) * half_r + magnitude(a[0] / det) * half_c;
  return (Box){clamped(y - half_y, h), clamped(y + half_y + 1, h), clamped(x - half_x, w), clamped(x + half_x + 1, w)};
}

// The neighbours p[i] and p[i + 1] at each of the places i: the left ones, the right ones.
INLINE void load_pairs(const real *p, ivec i, vec *left, vec *right) {
#if BITS == 32
  typedef int64_t halves __attribute__((vector_size(16)));
  halves two[2];
  for (int l = 0; l < LANES; l++) {
    int64_t pair;
    __builtin_memcpy(&pair, p + i[l], sizeof pair);
    two[l / 2][l % 2] = pair;
  }
  *left = SHUFFLE((vec)two[0], (vec)two[1], 0, 2, 4, 6), *right = SHUFFLE((vec)two[0], (vec)two[1], 1, 3, 5, 7);
#else
  vec a = load(p + i[0]), b = load(p + i[1]);
  *left = SHUFFLE(a, b, 0, 2), *right = SHUFFLE(a, b, 1, 3);
#endif
}

#define GRID 4 // the points of a bend, each way

// One row's displacements at the grid's columns: `grid` (GRID, GRID) joined by the weights (GRID, h) of row y.
static void bend_row(const real *grid, const real *weights, ptrdiff_t h, ptrdiff_t y, real *out) {
  for (int j = 0; j < GRID; j += LANES) {
    vec sum = splat(0);
    for (int i = 0; i < GRID; i++) sum = madd(splat(weights[i * h + y]), load(grid + i * GRID + j), sum);
    store(out + j, sum);
  }
}

// The most by which a grid's displacements of at most 1 can move a pixel: the largest sum of weights (GRID, n).
static real reach(const real *weights, ptrdiff_t n) {
  real most = 0;
  for (ptrdiff_t y = 0; y < n; y++) {
    real sum = 0;
    for (int i = 0; i < GRID; i++) sum += magnitude(weights[i * n + y]);
    most = MAX(most, sum);
  }
  return most;
}

static real largest_magnitude(const real *x, ptrdiff_t n) {
  real most = 0;
  for (ptrdiff_t i = 0; i < n; i++) most = MAX(most, magnitude(x[i]));
  return most;
}

// What `row`, displacements at the grid's columns, comes to at the pixels from x on; weights (GRID, w).
INLINE vec bend_at(const real *row, const real *weights, ptrdiff_t w, ptrdiff_t x, ptrdiff_t lanes) {
  vec sum = splat(0);
  for (int j = 0; j < GRID; j++) sum = madd(splat(row[j]), load_lanes(weights + j * w + x, lanes), sum);
  return sum;
}

// One row of an image, from column `from` to before `to`; `canvas` is the image with a ring of zeros; a = the affine
// map's six numbers; `bend_y` and `bend_x` are the row's displacements at the grid's columns, or null.
static void warp_row(const real *canvas, ptrdiff_t h, ptrdiff_t w, const real *a, const real *bend_y,
                     const real *bend_x, const real *columns, ptrdiff_t y, ptrdiff_t from, ptrdiff_t to, real least,
                     real *out) {
  const ptrdiff_t width = w + 2;
  const vec row = splat(a[0] * (real)y + a[2] + 1), column = splat(a[3] * (real)y + a[5] + 1);
  vec place = splat((real)from);
  for (int l = 0; l < LANES; l++) place[l] += (real)l;
  for (ptrdiff_t x = from; x < to; x += LANES, place += splat(LANES)) {
    ptrdiff_t lanes = MIN(LANES, w - x);
    vec r = madd(splat(a[1]), place, row), c = madd(splat(a[4]), place, column);
    if (bend_y) r += bend_at(bend_y, columns, w, x, lanes), c += bend_at(bend_x, columns, w, x, lanes);
    // clipped to the ring of zeros, positions outside look up nothing but zeros
    r = clamp(r, 0, (real)h + (real)0.999), c = clamp(c, 0, (real)w + (real)0.999);
    vec top = whole_part(r), left = whole_part(c), down = r - top, right = c - left;
    ivec index = truncated(madd(top, splat((real)width), left));
    vec corner[4];
    load_pairs(canvas, index, corner, corner + 1);
    load_pairs(canvas + width, index, corner + 2, corner + 3);
    vec upper = corner[0] + right * (corner[1] - corner[0]), lower = corner[2] + right * (corner[3] - corner[2]);
    store_lanes(out + x, without_faint(upper + down * (lower - upper), least), lanes);
  }
}

// Whether an affine map only shifts, by whole pixels and by less than the image's sides.
static int is_whole_shift(const real *a, ptrdiff_t h, ptrdiff_t w) {
  return a[0] == 1 && a[1] == 0 && a[3] == 0 && a[4] == 1 && a[2] > (real)-h && a[2] < (real)h && a[5] > (real)-w &&
         a[5] < (real)w && a[2] == (real)(int)a[2] && a[5] == (real)(int)a[5];
}

INLINE void keep_at(ptrdiff_t x, ptrdiff_t lanes, const real *in, real least, real *out) {
  store_lanes(out + x, without_faint(load_lanes(in + x, lanes), least), lanes);
}

// `warp_row` for such a map: dy rows down, dx columns to the right
static void shift_row(const real *canvas, ptrdiff_t h, ptrdiff_t w, ptrdiff_t dy, ptrdiff_t dx, ptrdiff_t y, real least,
                      real *out) {
  const real *in = canvas + (y + dy + 1) * (w + 2) + dx + 1;
  ptrdiff_t first = MAX(0, -dx), end = MIN(w, w - dx);
  if (y + dy < 0 || y + dy >= h) first = end = w;
  for (ptrdiff_t x = 0; x < first; x++) out[x] = 0;
  EACH_VECTOR(end - first, keep_at, in + first, least, out + first);
  for (ptrdiff_t x = end; x < w; x++) out[x] = 0;
}

// whether `out`, in one piece, has the shape (n, h, w) of `images`
static int are_pictures(const Py_buffer *images, const Py_buffer *out) {
  int fits = is_real(images, 3) && is_real(out, 3) && is_contiguous(out);
  for (int d = 0; fits && d < 3; d++) fits = out->shape[d] == images->shape[d];
  return fits;
}

// The images (n, h, w) of a view, and a canvas for one of them with a ring of zeros. Returns 0 if there is no memory.
static int ring(const Py_buffer *v, Image *x, Canvas *canvas, Workspace *space) {
  const ptrdiff_t *size = v->shape, *step = v->strides, number = sizeof(real);
  *x = (Image){v->buf, size[0], size[1], size[2], 1, step[0] / number, step[1] / number, step[2] / number, 1};
  *canvas = (Canvas){NULL, x->h + 2, x->w + 2, 1};
  for (int turn = 0; turn < 2; turn++) {
    canvas->data = reserve(space, canvas->h * canvas->w, sizeof(real));
    if (!turn && !allocate(space)) return 0;
  }
  return 1;
}

// images and out (n, h, w), affine (n, 6), bend (2, n, GRID, GRID) or null, rows (GRID, h), columns (GRID, w)
API(warp)(PyObject *images, PyObject *affine, PyObject *bend, PyObject *rows, PyObject *columns, PyObject *out,
          real faint) {
  OPEN(v, 1, images, affine, bend, rows, columns, out);
  int fits = are_pictures(v, v + 5) && is_real(v + 1, 2) && is_contiguous(v + 1) && v[1].shape[0] == v[0].shape[0] &&
             v[1].shape[1] == 6;
  for (int d = 0; fits && d < 2; d++) {
    const Py_buffer *weights = v + 3 + d;
    fits = is_real(weights, 2) && is_contiguous(weights) && weights->shape[0] == GRID &&
           weights->shape[1] == v[0].shape[d + 1];
  }
  if (fits && bend)
    fits = is_real(v + 2, 4) && is_contiguous(v + 2) && v[2].shape[0] == 2 && v[2].shape[1] == v[0].shape[0] &&
           v[2].shape[2] == GRID && v[2].shape[3] == GRID;
  Image x;
  Canvas canvas;
  Workspace space = {0};
  if (!fits || !ring(v, &x, &canvas, &space)) return CLOSE(v, 0);
  const ptrdiff_t n = x.n, h = x.h, w = x.w;
  const real *rows_at = v[3].buf, *columns_at = v[4].buf, reaching = reach(rows_at, h) * reach(columns_at, w);
  for (ptrdiff_t i = 0; i < n; i++) {
    const real *a = (real *)v[1].buf + 6 * i, *grid[2] = {NULL, NULL};
    real largest, slack[2] = {0, 0}, *picture = (real *)v[5].buf + i * h * w;
    lay(x, i, canvas, 1, 1);
    const Box ink = ink_of(canvas, 1, &largest);
    const real least = faint * largest;
    if (!bend && is_whole_shift(a, h, w)) {
      for (ptrdiff_t y = 0; y < h; y++)
        shift_row(canvas.data, h, w, (ptrdiff_t)a[2], (ptrdiff_t)a[5], y, least, picture + y * w);
      continue;
    }
    for (int d = 0; bend && d < 2; d++) {
      grid[d] = (real *)v[2].buf + (d * n + i) * GRID * GRID;
      slack[d] = reaching * largest_magnitude(grid[d], GRID * GRID);
    }
    const Box box = in_whole_vectors(looking_at(ink, a, slack, h, w), w);
    __builtin_memset(picture, 0, (size_t)(h * w) * sizeof(real));
    for (ptrdiff_t y = box.top; y < box.bottom; y++) {
      real moves[2][GRID];
      for (int d = 0; bend && d < 2; d++) bend_row(grid[d], rows_at, h, y, moves[d]);
      warp_row(canvas.data, h, w, a, bend ? moves[0] : NULL, moves[1], columns_at, y, box.left, box.right,
               least, picture + y * w);
    }
  }
  PyMem_RawFree(space.memory);
  return CLOSE(v, 1);
}

// One row of an image towards the largest of a pixel and its four neighbours, or the smallest; a NaN among them stays.
INLINE void thicken_at(ptrdiff_t x, ptrdiff_t lanes, const real *pixel, ptrdiff_t width, real amount, real least,
                       real *out) {
  const ptrdiff_t neighbours[] = {-width, width, -1, 1};
  vec centre = load_lanes(pixel + x, lanes), most = centre, sign = splat(amount > 0 ? 1 : -1);
  for (int i = 0; i < 4; i++) {
    vec other = load_lanes(pixel + x + neighbours[i], lanes);
    most = blend((ivec)(other * sign > most * sign) | (ivec)(other != other), other, most);
  }
  vec blended = madd(splat(amount > 0 ? amount : -amount), most - centre, centre);
  store_lanes(out + x, without_faint(blended, least), lanes);
}

// images and out (n, h, w), amount (n)
API(thicken)(PyObject *images, PyObject *amount, PyObject *out, real faint) {
  OPEN(v, 1, images, amount, out);
  Image x;
  Canvas canvas;
  Workspace space = {0};
  if (!are_pictures(v, v + 2) || !are_columns(v + 1, 1, v[0].shape[0]) || !ring(v, &x, &canvas, &space))
    return CLOSE(v, 0);
  for (ptrdiff_t i = 0; i < x.n; i++) {
    real largest, *picture = (real *)v[2].buf + i * x.h * x.w;
    lay(x, i, canvas, 1, 1);
    const Box ink = ink_of(canvas, 1, &largest);
    const real least = faint * largest;
    const Box around = {MAX(0, ink.top - 1), MIN(x.h, ink.bottom + 1), MAX(0, ink.left - 1), MIN(x.w, ink.right + 1)};
    const Box box = in_whole_vectors(around, x.w);
    __builtin_memset(picture, 0, (size_t)(x.h * x.w) * sizeof(real));
    for (ptrdiff_t y = box.top; y < box.bottom; y++)
      EACH_VECTOR(box.right - box.left, thicken_at, canvas.data + (y + 1) * canvas.w + 1 + box.left, canvas.w,
                  ((real *)v[1].buf)[i], least, picture + y * x.w + box.left);
  }
  PyMem_RawFree(space.memory);
  return CLOSE(v, 1);
}
