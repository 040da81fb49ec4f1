// What both ways of convolving share: an image on a canvas, memory for one call, a register tile that reads where numbers
// lie, and what follows a convolution.

INLINE void copy_at(ptrdiff_t i, ptrdiff_t lanes, real *out, const real *in) {
  store_lanes(out + i, load_lanes(in + i, lanes), lanes);
}

static inline void copy_run(real *out, const real *in, ptrdiff_t stride, ptrdiff_t n) {
  if (stride == 1)
    EACH_VECTOR(n, copy_at, out, in);
  else
    for (ptrdiff_t i = 0; i < n; i++) out[i] = in[i * stride];
}

// One image, contiguous, with zeros around it.
typedef struct {
  real *data;
  ptrdiff_t h, w, c;
} Canvas;

// for an image of x with the margin of the window k
static Canvas canvas_of(Image x, Window k) {
  return (Canvas){NULL, x.h + 2 * k.padding, x.w + 2 * k.padding, x.c};
}

// Lays image n of x on the canvas, `margin` from its top and left, `gap` from number to number (1: none between).
static void lay(Image x, ptrdiff_t n, Canvas to, ptrdiff_t margin, ptrdiff_t gap) {
  int whole_rows = x.cs == 1 && x.ws == x.c && gap == 1;
  for (ptrdiff_t y = 0; y < x.h; y++) {
    const real *in = x.data + n * x.ns + y * x.hs;
    real *out = to.data + ((margin + y * gap) * to.w + margin) * to.c;
    if (whole_rows) copy_run(out, in, 1, x.w * x.c);
    else for (ptrdiff_t i = 0; i < x.w; i++) copy_run(out + i * gap * to.c, in + i * x.ws, x.cs, x.c);
  }
}

// Memory for one call, in one piece; `reserve` is called twice for each part, first to add up the sizes.
typedef struct {
  char *memory;
  size_t used;
} Workspace;

static void *reserve(Workspace *w, ptrdiff_t count, size_t size) {
  void *part = w->memory ? w->memory + w->used : NULL;
  w->used += ((size_t)count * size + 63) / 64 * 64;
  return part;
}

static int allocate(Workspace *w) {
  size_t size = w->used;
  char *memory = PyMem_RawMalloc(size + 64);
  if (!memory) return 0;
  __builtin_memset(memory, 0, size + 64);
  *w = (Workspace){memory, 0};
  return 1;
}

// sum[r] += the products of `runs` runs of `run` numbers of A's row r, from at[r] on, with rows of B; if the rows are
// neighbours, at[r] is at[0] + r
INLINE void accumulate(ptrdiff_t runs, ptrdiff_t run, const real *const at[MR], int neighbours, ptrdiff_t a_step,
                       ptrdiff_t a_jump, const real *b, vec sum[MR][NR / LANES]) {
  const real *a[MR];
  for (int r = 0; r < MR; r++) a[r] = neighbours ? at[0] + r : at[r];
  for (ptrdiff_t s = 0; s < runs; s++) {
    for (ptrdiff_t p = 0; p < run; p++, b += NR) {
      vec row[NR / LANES];
      for (int q = 0; q < NR / LANES; q++) row[q] = load(b + LANES * q);
      for (int r = 0; r < MR; r++) {
        for (int q = 0; q < NR / LANES; q++) sum[r][q] = madd(splat(*a[r]), row[q], sum[r][q]);
        a[r] += a_step;
      }
    }
    for (int r = 0; r < MR; r++) a[r] += a_jump;
  }
}

// What follows a convolution while its output is in the cache: max pooling, unless `index` is null, an activation, unless
// `kind` is negative, and a look at its mean and variance, unless `moments` is null. The activations grow with x, so
// pooling first gives the same, from fewer of them.
typedef struct {
  uint8_t *index;
  Window pool;
  int kind;
  real slope;
  Moments *moments;
} Epilogue;

// numbers that this leaves of an image's k.oh x k.ow x channels
static ptrdiff_t given_by(Epilogue then, Window k, ptrdiff_t channels) {
  return (then.index ? then.pool.oh * then.pool.ow : k.oh * k.ow) * channels;
}

// Takes image n of a convolution's output to y: from z, or, without pooling, where it stands already.
static void finish(Epilogue then, Window k, ptrdiff_t channels, real *z, ptrdiff_t n, real *y) {
  ptrdiff_t given = given_by(then, k, channels);
  Image image = {z, 1, k.oh, k.ow, channels, k.oh * k.ow * channels, k.ow * channels, channels, 1};
  if (then.index) pool(image, then.pool, y, then.index + n * given);
  if (then.kind >= 0) activate_all(then.kind, given, y, y, then.slope);
  if (then.moments) add_moments(then.moments, (Matrix){y, given / channels, channels, channels, 1});
}
