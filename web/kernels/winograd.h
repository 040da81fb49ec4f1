// Convolution of 3 x 3 kernels with fewer multiplications: Winograd's minimal filtering F(4 x 4, 3 x 3).
//
// Polynomials known at enough points are multiplied number by number. So a tile of 6 x 6 numbers of the image and a
// kernel, each brought to 36 points by additions, give 4 x 4 numbers of the output by 36 multiplications for each pair of
// channels; the plain way takes 144 (Winograd, Arithmetic Complexity of Computations, 1980; for networks: Lavin and Gray,
// Fast Algorithms for Convolutional Neural Networks, 2016, whose names B, G and A are used here). Over channels and tiles
// these are 36 products of matrices, small enough to stay in the cache.
//
//   forward           V = tiles of the image by B, U = kernels by G;  output = V U by A
//   gradient of x     the same of the output's gradient, with turned kernels
//   gradient of W     by the same steps backward: S = gradient of the output by A', gradient of W = V' S by G'
//
// It rounds more than the plain way, by a digit in the worst case. What is not finite spreads over its tile.

enum {
  SIDE = 6,             // of a tile of the image
  STEP = 4,             // of a tile of the output
  POINTS = SIDE * SIDE,
  BLOCK = 16,           // tiles taken together, about: their matrices stay in a cache of 512 KiB
  LEAST_CHANNELS = 8,   // of input and output: with fewer, going to the points and back costs what it saves
};

typedef void Change(const vec *in, vec *out);

// The points are 0, +-root(1/2), +-root(2) and infinity: measured, the rounding of 0, +-1, +-2 and infinity is four times
// as large.
static const real ROOT_HALF = (real)0.70710678118654752440, ROOT_TWO = (real)1.41421356237309504880;

INLINE void image_to_points(const vec *d, vec *v) { // B'
  vec even = d[4] - splat(2) * d[2], odd = splat(ROOT_HALF) * (d[3] - splat(2) * d[1]);
  v[1] = even + odd, v[2] = even - odd;
  even = d[4] - splat(0.5) * d[2], odd = splat(ROOT_TWO) * (d[3] - splat(0.5) * d[1]);
  v[3] = even + odd, v[4] = even - odd;
  v[0] = d[0] - splat(2.5) * d[2] + d[4];
  v[5] = d[1] - splat(2.5) * d[3] + d[5];
}

INLINE void kernel_to_points(const vec *g, vec *u) { // G
  vec even = splat(-2. / 3) * g[0] - splat(1. / 3) * g[2], odd = splat(-2. / 3 * ROOT_HALF) * g[1];
  u[1] = even + odd, u[2] = even - odd;
  even = splat(1. / 6) * g[0] + splat(1. / 3) * g[2], odd = splat(1. / 6 * ROOT_TWO) * g[1];
  u[3] = even + odd, u[4] = even - odd;
  u[0] = g[0], u[5] = g[2];
}

INLINE void kernel_from_points(const vec *u, vec *g) { // G'
  vec near = u[1] + u[2], far = u[3] + u[4];
  g[0] = u[0] - splat(2. / 3) * near + splat(1. / 6) * far;
  g[1] = splat(1. / 6 * ROOT_TWO) * (u[3] - u[4]) - splat(2. / 3 * ROOT_HALF) * (u[1] - u[2]);
  g[2] = splat(1. / 3) * (far - near) + u[5];
}

INLINE void output_from_points(const vec *m, vec *y) { // A'
  vec near = m[1] + m[2], near_odd = splat(ROOT_HALF) * (m[1] - m[2]);
  vec far = m[3] + m[4], far_odd = splat(ROOT_TWO) * (m[3] - m[4]);
  y[0] = m[0] + near + far;
  y[1] = near_odd + far_odd;
  y[2] = splat(0.5) * near + splat(2) * far;
  y[3] = splat(0.5) * near_odd + splat(2) * far_odd + m[5];
}

INLINE void output_to_points(const vec *y, vec *s) { // A
  vec even = y[0] + splat(0.5) * y[2], odd = splat(ROOT_HALF) * (y[1] + splat(0.5) * y[3]);
  s[1] = even + odd, s[2] = even - odd;
  even = y[0] + splat(2) * y[2], odd = splat(ROOT_TWO) * (y[1] + splat(2) * y[3]);
  s[3] = even + odd, s[4] = even - odd;
  s[0] = y[0], s[5] = y[3];
}

// The same change along rows and columns: n x n vectors become m x m. The strides are from row to row and column to
// column. What lies between is kept in memory on purpose: 36 vectors are more than registers, and V8 spills them worse.
INLINE void along_both(Change change, int n, int m, const real *in, ptrdiff_t in_rs, ptrdiff_t in_cs, real *out,
                       ptrdiff_t out_rs, ptrdiff_t out_cs) {
  real half[POINTS * LANES];
  vec from[SIDE], to[SIDE];
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) from[j] = load(in + i * in_rs + j * in_cs);
    change(from, to);
    for (int j = 0; j < m; j++) store(half + (i * m + j) * LANES, to[j]);
  }
  for (int j = 0; j < m; j++) {
    for (int i = 0; i < n; i++) from[i] = load(half + (i * m + j) * LANES);
    change(from, to);
    for (int i = 0; i < m; i++) store(out + i * out_rs + j * out_cs, to[i]);
  }
}

typedef struct {
  ptrdiff_t high, wide, each, images; // tiles of an image: down, across, in all; images taken together
  ptrdiff_t in, out, panels;          // channels; panels of NR of `out`
  Canvas canvas;                      // one image with its margin, up to whole tiles
  real *tiles;                        // V: tile after tile, POINTS x in
  real *kernels;                      // U: POINTS x panels, in x NR
  real *sums;                         // V U: tile after tile, POINTS x panels x NR
  ptrdiff_t spread_point;             // numbers of S from point to point
  real *spread;                       // S: POINTS x panels, tiles x NR
} Winograd;

static Winograd winograd_of(Window k, ptrdiff_t n, ptrdiff_t in, ptrdiff_t out) {
  ptrdiff_t high = CEIL_DIV(k.oh, STEP), wide = CEIL_DIV(k.ow, STEP), panels = CEIL_DIV(out, NR);
  ptrdiff_t images = MAX(1, MIN(n, BLOCK / (high * wide)));
  return (Winograd){.high = high, .wide = wide, .each = high * wide, .images = images,
                    .in = in, .out = out, .panels = panels,
                    .canvas = {NULL, high * STEP + 2, wide * STEP + 2, in},
                    .spread_point = panels * NR * images * high * wide + CACHE_LINE}; // never a power of two
}

static int suits_winograd(Window k, ptrdiff_t in, ptrdiff_t out) {
  ptrdiff_t tiles = CEIL_DIV(k.oh, STEP) * CEIL_DIV(k.ow, STEP);
  return k.h == 3 && k.w == 3 && k.stride == 1 && in % LANES == 0 && out % LANES == 0 && in >= LEAST_CHANNELS &&
         out >= LEAST_CHANNELS && 2 * POINTS * tiles <= 9 * k.oh * k.ow; // wanted: half the multiplications
}

// weight: 3 x 3 x in x out
static void kernels_to_points(const Winograd *w, const real *weight) {
  const ptrdiff_t tap = w->in * w->out, point = w->panels * w->in * NR;
  for (ptrdiff_t i = 0; i < w->in; i++)
    for (ptrdiff_t o = 0; o < w->out; o += LANES)
      along_both(kernel_to_points, 3, SIDE, weight + i * w->out + o, 3 * tap, tap,
                 w->kernels + (o / NR * w->in + i) * NR + o % NR, SIDE * point, point);
}

// V of the tiles from number `first` on, those of the image on the canvas
static void image_tiles(const Winograd *w, ptrdiff_t first) {
  const ptrdiff_t row = w->canvas.w * w->in;
  for (ptrdiff_t t = 0; t < w->each; t++) {
    const real *from = w->canvas.data + t / w->wide * STEP * row + t % w->wide * STEP * w->in;
    real *to = w->tiles + (first + t) * POINTS * w->in;
    for (ptrdiff_t c = 0; c < w->in; c += LANES)
      along_both(image_to_points, SIDE, SIDE, from + c, row, w->in, to + c, SIDE * w->in, w->in);
  }
}

// V U of so many tiles
static void multiply_points(const Winograd *w, ptrdiff_t tiles) {
  for (ptrdiff_t p = 0; p < POINTS; p++)
    for (ptrdiff_t j = 0; j < w->panels; j++)
      for (ptrdiff_t t = 0; t < tiles; t += MR) {
        ptrdiff_t rows = MIN(MR, tiles - t);
        const real *at[MR];
        vec sum[MR][NR / LANES];
        for (int r = 0; r < MR; r++) {
          at[r] = w->tiles + ((t + MIN(r, rows - 1)) * POINTS + p) * w->in;
          for (int q = 0; q < NR / LANES; q++) sum[r][q] = splat(0);
        }
        accumulate(1, w->in, at, 0, 1, 0, w->kernels + (p * w->panels + j) * w->in * NR, sum);
        for (ptrdiff_t r = 0; r < rows; r++)
          for (int q = 0; q < NR / LANES; q++)
            store(w->sums + (((t + r) * POINTS + p) * w->panels + j) * NR + LANES * q, sum[r][q]);
      }
}

// z[oh x ow x out] of the image whose tiles begin with number `first`; bias may be null
static void output_tiles(const Winograd *w, ptrdiff_t first, Window k, const real *bias, real *z) {
  const ptrdiff_t point = w->panels * NR;
  real whole_tile[STEP * STEP * LANES];
  for (ptrdiff_t t = 0; t < w->each; t++) {
    const real *from = w->sums + (first + t) * POINTS * w->panels * NR;
    ptrdiff_t y = t / w->wide * STEP, x = t % w->wide * STEP;
    ptrdiff_t rows = MIN(STEP, k.oh - y), columns = MIN(STEP, k.ow - x);
    for (ptrdiff_t o = 0; o < w->out; o += LANES) {
      along_both(output_from_points, SIDE, STEP, from + o, SIDE * point, point, whole_tile, STEP * LANES, LANES);
      vec more = bias ? load(bias + o) : splat(0);
      for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < columns; j++)
          store(z + ((y + i) * k.ow + x + j) * w->out + o, load(whole_tile + (i * STEP + j) * LANES) + more);
    }
  }
}

// S of the tiles from number `first` on, of the output's gradient on the canvas `from`
static void spread_tiles(const Winograd *w, ptrdiff_t first, Canvas from) {
  const ptrdiff_t row = from.w * from.c, point = w->spread_point;
  for (ptrdiff_t t = 0; t < w->each; t++)
    for (ptrdiff_t o = 0; o < w->out; o += LANES)
      along_both(output_to_points, STEP, SIDE,
                 from.data + t / w->wide * STEP * row + t % w->wide * STEP * from.c + o, row, from.c,
                 w->spread + (o / NR * w->images * w->each + first + t) * NR + o % NR, SIDE * point, point);
}

// gradients[POINTS x in x panels x NR] += V' S of so many tiles
static void multiply_back(const Winograd *w, ptrdiff_t tiles, real *gradients) {
  for (ptrdiff_t p = 0; p < POINTS; p++)
    for (ptrdiff_t j = 0; j < w->panels; j++)
      for (ptrdiff_t i = 0; i < w->in; i += MR) {
        const real *at[MR] = {w->tiles + p * w->in + i};
        const real *panel = w->spread + p * w->spread_point + j * w->images * w->each * NR;
        real *to = gradients + ((p * w->in + i) * w->panels + j) * NR;
        ptrdiff_t rows = MIN(MR, w->in - i), row = w->panels * NR;
        vec sum[MR][NR / LANES];
        for (int r = 0; r < MR; r++)
          for (int q = 0; q < NR / LANES; q++) sum[r][q] = r < rows ? load(to + r * row + LANES * q) : splat(0);
        accumulate(1, tiles, at, 1, POINTS * w->in, 0, panel, sum);
        for (ptrdiff_t r = 0; r < rows; r++)
          for (int q = 0; q < NR / LANES; q++) store(to + r * row + LANES * q, sum[r][q]);
      }
}

// dw[3 x 3 x in x out] of gradients at the points
static void kernels_from_points(const Winograd *w, const real *gradients, real *dw) {
  const ptrdiff_t tap = w->in * w->out, point = w->in * w->panels * NR;
  for (ptrdiff_t i = 0; i < w->in; i++)
    for (ptrdiff_t o = 0; o < w->out; o += LANES)
      along_both(kernel_from_points, SIDE, 3, gradients + i * w->panels * NR + o, SIDE * point, point,
                 dw + i * w->out + o, 3 * tap, tap);
}

static int winograd_images(Image x, Window k, const real *weight, const real *bias, ptrdiff_t channels, Epilogue then,
                           real *y) {
  Winograd w = winograd_of(k, x.n, x.c, channels);
  ptrdiff_t given = given_by(then, k, channels);
  real *z;
  Workspace space = {0};
  for (int turn = 0; turn < 2; turn++) {
    w.canvas.data = reserve(&space, w.canvas.h * w.canvas.w * w.in, sizeof(real));
    w.tiles = reserve(&space, w.images * w.each * POINTS * w.in, sizeof(real));
    w.kernels = reserve(&space, POINTS * w.panels * w.in * NR, sizeof(real));
    w.sums = reserve(&space, w.images * w.each * POINTS * w.panels * NR, sizeof(real));
    z = reserve(&space, then.index ? k.oh * k.ow * channels : 0, sizeof(real));
    if (!turn && !allocate(&space)) return 0;
  }
  kernels_to_points(&w, weight);
  for (ptrdiff_t n = 0; n < x.n; n += w.images) {
    ptrdiff_t images = MIN(w.images, x.n - n);
    for (ptrdiff_t i = 0; i < images; i++) {
      lay(x, n + i, w.canvas, k.padding, 1);
      image_tiles(&w, i * w.each);
    }
    multiply_points(&w, images * w.each);
    for (ptrdiff_t i = 0; i < images; i++) {
      real *out = y + (n + i) * given;
      output_tiles(&w, i * w.each, k, bias, then.index ? z : out);
      finish(then, k, channels, z, n + i, out);
    }
  }
  PyMem_RawFree(space.memory);
  return 1;
}

static int winograd_correlate(Image x, Image g, Window k, real *dw) {
  Winograd w = winograd_of(k, x.n, x.c, g.c);
  Canvas canvas = {NULL, w.high * STEP, w.wide * STEP, g.c};
  real *gradients;
  Workspace space = {0};
  for (int turn = 0; turn < 2; turn++) {
    w.canvas.data = reserve(&space, w.canvas.h * w.canvas.w * w.in, sizeof(real));
    canvas.data = reserve(&space, canvas.h * canvas.w * canvas.c, sizeof(real));
    w.tiles = reserve(&space, w.images * w.each * POINTS * w.in + MR, sizeof(real));
    w.spread = reserve(&space, POINTS * w.spread_point, sizeof(real));
    gradients = reserve(&space, POINTS * w.in * w.panels * NR, sizeof(real));
    if (!turn && !allocate(&space)) return 0;
  }
  for (ptrdiff_t n = 0; n < x.n; n += w.images) {
    ptrdiff_t images = MIN(w.images, x.n - n);
    for (ptrdiff_t i = 0; i < images; i++) {
      lay(x, n + i, w.canvas, k.padding, 1);
      image_tiles(&w, i * w.each);
      lay(g, n + i, canvas, 0, 1);
      spread_tiles(&w, i * w.each, canvas);
    }
    multiply_back(&w, images * w.each, gradients);
  }
  kernels_from_points(&w, gradients, dw);
  PyMem_RawFree(space.memory);
  return 1;
}
