// Mean and covariance of an image's patches, from which batch norm after a convolution knows what comes out of it
// (nncore/normalized_conv.py). For images of one channel and a stride of 1: the same number of patches side by side are
// then neighbours, and are taken as vectors.

enum { TILE_A = 4, TILE_B = 2 }; // numbers of a patch by numbers of a patch, multiplied at once

typedef struct {
  Canvas canvas;
  Box places; // of the patches that are not 0 everywhere
  ptrdiff_t numbers, wide; // of a patch; that, up to whole tiles
  int32_t *taps;           // where each number of a patch stands on the canvas
  real *sums, *products;   // over all patches so far; products[b * wide + a] for a up to b
} Patches;

static void reserve_patches(Workspace *w, Patches *p) {
  p->canvas.data = reserve(w, p->canvas.h * p->canvas.w, sizeof(real));
  p->taps = reserve(w, p->wide, sizeof *p->taps);
  p->sums = reserve(w, p->wide, sizeof(real));
  p->products = reserve(w, p->wide * p->wide, sizeof(real));
}

// number a of the first patch
static const real *first_of(const Patches *p, ptrdiff_t a) {
  return p->canvas.data + p->places.top * p->canvas.w + p->places.left + p->taps[a];
}

INLINE void add_vector(ptrdiff_t i, ptrdiff_t lanes, const real *in, vec *sum) { *sum += load_lanes(in + i, lanes); }

// the sums over one image's patches, for each number of them
static void add_patches(const Patches *p) {
  for (ptrdiff_t a = 0; a < p->numbers; a++) {
    vec sum = splat(0);
    const real *row = first_of(p, a);
    for (ptrdiff_t y = p->places.top; y < p->places.bottom; y++, row += p->canvas.w)
      EACH_VECTOR(p->places.right - p->places.left, add_vector, row, &sum);
    p->sums[a] += sum_of(sum);
  }
}

INLINE void add_tile(ptrdiff_t i, ptrdiff_t lanes, const real *const a[TILE_A], const real *const b[TILE_B],
                     vec sum[TILE_B][TILE_A]) {
  vec right[TILE_B];
  for (int r = 0; r < TILE_B; r++) right[r] = load_lanes(b[r] + i, lanes);
  for (int q = 0; q < TILE_A; q++) {
    vec left = load_lanes(a[q] + i, lanes);
    for (int r = 0; r < TILE_B; r++) sum[r][q] = madd(left, right[r], sum[r][q]);
  }
}

static void add_products(const Patches *p) {
  for (ptrdiff_t j = 0; j < p->numbers; j += TILE_B)
    for (ptrdiff_t i = 0; i < j + TILE_B; i += TILE_A) {
      vec sum[TILE_B][TILE_A] = {0};
      const real *a[TILE_A], *b[TILE_B];
      for (int q = 0; q < TILE_A; q++) a[q] = first_of(p, i + q);
      for (int r = 0; r < TILE_B; r++) b[r] = first_of(p, j + r);
      for (ptrdiff_t y = p->places.top; y < p->places.bottom; y++) {
        EACH_VECTOR(p->places.right - p->places.left, add_tile, a, b, sum);
        for (int q = 0; q < TILE_A; q++) a[q] += p->canvas.w;
        for (int r = 0; r < TILE_B; r++) b[r] += p->canvas.w;
      }
      for (int r = 0; r < TILE_B; r++)
        for (int q = 0; q < TILE_A; q++) p->products[(j + r) * p->wide + i + q] += sum_of(sum[r][q]);
    }
}

// A number near to those of an image: 0 if most of them are, else their mean.
static real near_to(Image x) {
  real sum = 0;
  ptrdiff_t zeros = 0;
  for (ptrdiff_t i = 0; i < x.h; i++)
    for (ptrdiff_t j = 0; j < x.w; j++) {
      const real number = x.data[i * x.hs + j * x.ws];
      sum += number, zeros += number == 0;
    }
  return 2 * zeros > x.h * x.w ? 0 : sum / (real)(x.h * x.w);
}

// The patches of k in which there is `ink`.
static Box patches_at(Box ink, Window k) {
  Box places = {ink.top + k.padding - k.h + 1, ink.bottom + k.padding, ink.left + k.padding - k.w + 1,
                ink.right + k.padding};
  places = (Box){MAX(0, places.top), MIN(k.oh, places.bottom), MAX(0, places.left), MIN(k.ow, places.right)};
  return in_whole_vectors(places, k.ow);
}

// Everything on the canvas, its margin too, is taken less one number near to it: this does not change the covariance, and
// its sums stay small. Where that is 0, what is 0 adds nothing to them. Returns 0 if there is no memory.
static int patch_moments(Image x, Window k, real *mean, real *covariance) {
  ptrdiff_t numbers = k.h * k.w, wide = CEIL_DIV(numbers, TILE_A) * TILE_A;
  Patches p = {.canvas = canvas_of(x, k), .places = {0, k.oh, 0, k.ow}, .numbers = numbers, .wide = wide};
  Workspace w = {0};
  for (int turn = 0; turn < 2; turn++) {
    reserve_patches(&w, &p);
    if (!turn && !allocate(&w)) return 0;
  }
  for (ptrdiff_t i = 0; i < wide; i++) {
    ptrdiff_t number = MIN(i, numbers - 1);
    p.taps[i] = (int32_t)(number / k.w * p.canvas.w + number % k.w);
  }
  real largest, near = near_to(x), count = (real)(x.n * k.oh * k.ow);
  for (ptrdiff_t n = 0; n < x.n; n++) {
    ptrdiff_t size = p.canvas.h * p.canvas.w;
    __builtin_memset(p.canvas.data, 0, (size_t)size * sizeof(real));
    lay(x, n, p.canvas, k.padding, 1);
    if (near == 0) p.places = patches_at(ink_of(p.canvas, k.padding, &largest), k);
    else for (ptrdiff_t i = 0; i < size; i++) p.canvas.data[i] -= near;
    add_patches(&p);
    add_products(&p);
  }
  for (ptrdiff_t b = 0; b < numbers; b++) {
    mean[b] = near + p.sums[b] / count;
    for (ptrdiff_t a = 0; a <= b; a++) {
      real product = p.products[b * wide + a] - p.sums[a] * (p.sums[b] / count);
      covariance[a * numbers + b] = covariance[b * numbers + a] = product / count;
    }
  }
  PyMem_RawFree(w.memory);
  return 1;
}

API(patch_moments)(PyObject *image, PyObject *mean, PyObject *covariance, int height, int width, int stride,
                   int padding) {
  OPEN(v, 2, image, mean, covariance);
  Image x;
  if (!as_image(v, &x) || height < 1 || width < 1 || stride != 1 || padding < 0) return CLOSE(v, 0);
  Window k = window(x, height, width, stride, padding);
  ptrdiff_t numbers = height * width;
  int fits = x.n > 0 && x.c == 1 && k.oh > 0 && k.ow > 0 && is_real(v + 1, 1) && is_real(v + 2, 2) &&
             is_contiguous(v + 1) && is_contiguous(v + 2) && v[1].shape[0] == numbers && v[2].shape[0] == numbers &&
             v[2].shape[1] == numbers;
  return CLOSE(v, fits && patch_moments(x, k, v[1].buf, v[2].buf));
}
