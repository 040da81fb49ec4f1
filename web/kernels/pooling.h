// Windows that slide over an image, and max pooling.

typedef struct {
  ptrdiff_t h, w, stride, padding; // of the kernel
  ptrdiff_t oh, ow;                // of the output
} Window;

static Window window(Image x, ptrdiff_t h, ptrdiff_t w, ptrdiff_t stride, ptrdiff_t padding) {
  return (Window){h, w, stride, padding, (x.h + 2 * padding - h) / stride + 1, (x.w + 2 * padding - w) / stride + 1};
}

// What each channel is multiplied by before pooling, and what is added then; nothing is done where they are null.
typedef struct {
  const real *factor, *offset;
} Scaling;

// largest value of each window and its position in it, for up to a vector of channels; a NaN in the window is the result
INLINE void pool_at(ptrdiff_t c, ptrdiff_t lanes, Image x, Window k, Scaling scaling, const real *corner, real *best,
                    uint8_t *index) {
  vec most = splat(0), factor = splat(1), offset = splat(0);
  if (scaling.factor) factor = load_lanes(scaling.factor + c, lanes), offset = load_lanes(scaling.offset + c, lanes);
  ivec where = isplat(0);
  for (ptrdiff_t row = 0, p = 0; row < k.h; row++)
    for (ptrdiff_t column = 0; column < k.w; column++, p++) {
      const real *in = corner + row * x.hs + column * x.ws + c * x.cs;
      vec value = splat(0);
      if (x.cs == 1)
        value = load_lanes(in, lanes);
      else
        for (ptrdiff_t l = 0; l < lanes; l++) value[l] = in[l * x.cs];
      if (scaling.factor) value = madd(value, factor, offset);
      ivec greater = (ivec)(value > most), nan = (ivec)(value != value);
      where = p ? (ivec)blend(greater, (vec)isplat((whole)p), (vec)where) : where;
      most = p ? blend(greater | nan, value, most) : value;
    }
  store_lanes(best + c, most, lanes);
  store_bytes(index + c, where, lanes);
}

INLINE void pool_windows(Image x, Window k, Scaling scaling, real *best, uint8_t *index) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++, best += x.c, index += x.c) {
        const real *corner = x.data + n * x.ns + oy * k.stride * x.hs + ox * k.stride * x.ws;
        EACH_VECTOR(x.c, pool_at, x, k, scaling, corner, best, index);
      }
}

// The common window with constants, so that its loops are unrolled.
#define WITH_CONSTANTS(k) ((Window){2, 2, 2, 0, (k).oh, (k).ow})
static int is_common(Window k) { return k.h == 2 && k.w == 2 && k.stride == 2; }

INLINE void pool_scaled(Image x, Window k, Scaling scaling, real *best, uint8_t *index) {
  if (is_common(k)) pool_windows(x, WITH_CONSTANTS(k), scaling, best, index);
  else pool_windows(x, k, scaling, best, index);
}

static void pool(Image x, Window k, real *best, uint8_t *index) {
  const Scaling none = {0};
  pool_scaled(x, k, none, best, index);
}

// sends up to a vector of channels' gradients to the winners of a window, zeros to the others
INLINE void unpool_at(ptrdiff_t c, ptrdiff_t lanes, Image grad, Window k, const real *in, const uint8_t *index, Image x,
                      real *corner) {
  int adds = k.stride < k.h; // windows overlap
  vec value = splat(0);
  ivec where = load_bytes(index + c, lanes);
  if (grad.cs == 1) value = load_lanes(in + c, lanes);
  else for (ptrdiff_t l = 0; l < lanes; l++) value[l] = in[(c + l) * grad.cs];
  for (ptrdiff_t row = 0, p = 0; row < k.h; row++)
    for (ptrdiff_t column = 0; column < k.w; column++, p++) {
      real *out = corner + row * x.hs + column * x.ws + c;
      vec won = (vec)((ivec)(where == isplat((whole)p)) & (ivec)value);
      store_lanes(out, adds ? won + load_lanes(out, lanes) : won, lanes);
    }
}

INLINE void unpool_windows(Image grad, const uint8_t *index, Window k, Image x) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++, index += x.c) {
        const real *in = grad.data + n * grad.ns + oy * grad.hs + ox * grad.ws;
        real *corner = x.data + n * x.ns + oy * k.stride * x.hs + ox * k.stride * x.ws;
        EACH_VECTOR(x.c, unpool_at, grad, k, in, index, x, corner);
      }
}

// the windows cover an image of this height and width without overlapping
static int is_covered(Window k, ptrdiff_t h, ptrdiff_t w) {
  return k.stride == k.h && k.stride == k.w && k.oh * k.h == h && k.ow * k.w == w;
}

// x is contiguous
static void unpool(Image grad, const uint8_t *index, Window k, Image x) {
  if (!is_covered(k, x.h, x.w)) __builtin_memset(x.data, 0, (size_t)(x.n * x.h * x.w * x.c) * sizeof *x.data);
  if (is_common(k)) unpool_windows(grad, index, WITH_CONSTANTS(k), x);
  else unpool_windows(grad, index, k, x);
}

static int is_pooled(const Py_buffer *v, Image x, Window k) {
  return v->shape[0] == x.n && v->shape[1] == k.oh && v->shape[2] == k.ow && v->shape[3] == x.c;
}

// the places of the maxima in the windows of x
static int are_places(const Py_buffer *v, Image x, Window k) {
  return is_kind(v, 'B', 1, 4) && is_contiguous(v) && is_pooled(v, x, k);
}

API(max_pool2d)(PyObject *image, PyObject *best, PyObject *index, int size, int stride) {
  OPEN(v, 2, image, best, index);
  Image x, y;
  if (!as_image(v, &x) || !as_image(v + 1, &y)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 1) || !is_pooled(v + 1, x, k) || !are_places(v + 2, x, k)) return CLOSE(v, 0);
  pool(x, k, y.data, v[2].buf);
  return CLOSE(v, 1);
}

API(max_pool2d_backward)(PyObject *grad, PyObject *index, PyObject *image, int size, int stride) {
  OPEN(v, 1, grad, index, image);
  Image g, x;
  if (!as_image(v, &g) || !as_image(v + 2, &x)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 2) || !is_pooled(v, x, k) || !are_places(v + 1, x, k)) return CLOSE(v, 0);
  unpool(g, v[1].buf, k, x);
  return CLOSE(v, 1);
}
