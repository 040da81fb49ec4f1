// Patches of images for convolution, and max pooling.

typedef struct {
  ptrdiff_t h, w, stride, padding; // of the kernel
  ptrdiff_t oh, ow;                // of the output
} Window;

INLINE void copy_at(ptrdiff_t i, ptrdiff_t lanes, real *out, const real *in) {
  store_lanes(out + i, load_lanes(in + i, lanes), lanes);
}

INLINE void zero_at(ptrdiff_t i, ptrdiff_t lanes, real *out) { store_lanes(out + i, splat(0), lanes); }

INLINE void add_at(ptrdiff_t i, ptrdiff_t lanes, real *out, const real *in) {
  store_lanes(out + i, load_lanes(out + i, lanes) + load_lanes(in + i, lanes), lanes);
}

static inline void copy_run(real *out, const real *in, ptrdiff_t stride, ptrdiff_t n) {
  if (stride == 1)
    EACH_VECTOR(n, copy_at, out, in);
  else
    for (ptrdiff_t i = 0; i < n; i++) out[i] = in[i * stride];
}

// every patch as a row (kernel row, kernel column, channel) of `rows`, which is contiguous
static void image_to_rows(Image x, Window k, real *rows) {
  int whole_runs = x.cs == 1 && x.ws == x.c; // a row of a patch lies in one piece
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t i = 0; i < k.h; i++, rows += k.w * x.c) {
          ptrdiff_t y = oy * k.stride + i - k.padding, left = ox * k.stride - k.padding;
          const real *in = x.data + n * x.ns + y * x.hs + left * x.ws;
          if (y < 0 || y >= x.h) {
            EACH_VECTOR(k.w * x.c, zero_at, rows);
          } else if (whole_runs && left >= 0 && left + k.w <= x.w) {
            copy_run(rows, in, 1, k.w * x.c);
          } else {
            for (ptrdiff_t j = 0; j < k.w; j++)
              if (left + j < 0 || left + j >= x.w)
                EACH_VECTOR(x.c, zero_at, rows + j * x.c);
              else
                copy_run(rows + j * x.c, in + j * x.ws, x.cs, x.c);
          }
        }
}

// the transpose: adds rows to a contiguous image, which starts as zeros
static void rows_to_image(const real *rows, Window k, Image x) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t i = 0; i < k.h; i++, rows += k.w * x.c) {
          ptrdiff_t y = oy * k.stride + i - k.padding, left = ox * k.stride - k.padding;
          ptrdiff_t from = left < 0 ? -left : 0, to = MIN(k.w, x.w - left);
          if (y < 0 || y >= x.h || from >= to) continue;
          real *out = x.data + n * x.ns + y * x.hs + (left + from) * x.ws;
          EACH_VECTOR((to - from) * x.c, add_at, out, rows + from * x.c);
        }
}

// largest value of each window and its position in it, for up to a vector of channels; a NaN in the window is the result
INLINE void pool_at(ptrdiff_t c, ptrdiff_t lanes, Image x, Window k, const real *corner, real *best, uint8_t *index) {
  vec most = splat(0);
  ivec where = isplat(0);
  for (ptrdiff_t row = 0, p = 0; row < k.h; row++)
    for (ptrdiff_t column = 0; column < k.w; column++, p++) {
      const real *in = corner + row * x.hs + column * x.ws + c * x.cs;
      vec value = splat(0);
      if (x.cs == 1)
        value = load_lanes(in, lanes);
      else
        for (ptrdiff_t l = 0; l < lanes; l++) value[l] = in[l * x.cs];
      ivec greater = (ivec)(value > most), nan = (ivec)(value != value);
      where = p ? (ivec)select(greater, (vec)isplat(p), (vec)where) : where;
      most = p ? select(greater | nan, value, most) : value;
    }
  store_lanes(best + c, most, lanes);
  for (ptrdiff_t l = 0; l < lanes; l++) index[c + l] = (uint8_t)where[l];
}

static void pool(Image x, Window k, real *best, uint8_t *index) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++, best += x.c, index += x.c) {
        const real *corner = x.data + n * x.ns + oy * k.stride * x.hs + ox * k.stride * x.ws;
        EACH_VECTOR(x.c, pool_at, x, k, corner, best, index);
      }
}

// sends each gradient to the winner of its window, in a contiguous image that starts as zeros
static void unpool(Image grad, const uint8_t *index, Window k, Image x) {
  for (ptrdiff_t n = 0; n < x.n; n++)
    for (ptrdiff_t oy = 0; oy < k.oh; oy++)
      for (ptrdiff_t ox = 0; ox < k.ow; ox++)
        for (ptrdiff_t c = 0; c < x.c; c++) {
          ptrdiff_t p = *index++, y = oy * k.stride + p / k.w, column = ox * k.stride + p % k.w;
          x.data[n * x.ns + y * x.hs + column * x.ws + c] +=
            grad.data[n * grad.ns + oy * grad.hs + ox * grad.ws + c * grad.cs];
        }
}

static Window window(Image x, ptrdiff_t h, ptrdiff_t w, ptrdiff_t stride, ptrdiff_t padding) {
  return (Window){h, w, stride, padding, (x.h + 2 * padding - h) / stride + 1, (x.w + 2 * padding - w) / stride + 1};
}

static int is_rows(const Py_buffer *v, Image x, Window k) {
  return is_real(v, 2) && is_contiguous(v) && v->shape[0] == x.n * k.oh * k.ow &&
         v->shape[1] == k.h * k.w * x.c;
}

API(im2col)(PyObject *image, PyObject *rows, int kernel_h, int kernel_w, int stride, int padding) {
  OPEN(v, 1, image, rows);
  Image x;
  if (!as_image(v, &x)) return CLOSE(v, 0);
  Window k = window(x, kernel_h, kernel_w, stride, padding);
  if (!is_rows(v + 1, x, k)) return CLOSE(v, 0);
  image_to_rows(x, k, v[1].buf);
  return CLOSE(v, 1);
}

API(col2im)(PyObject *rows, PyObject *image, int kernel_h, int kernel_w, int stride, int padding) {
  OPEN(v, 1, rows, image);
  Image x;
  if (!as_image(v + 1, &x) || !is_contiguous(v + 1)) return CLOSE(v, 0);
  Window k = window(x, kernel_h, kernel_w, stride, padding);
  if (!is_rows(v, x, k)) return CLOSE(v, 0);
  rows_to_image(v[0].buf, k, x);
  return CLOSE(v, 1);
}

static int is_pooled(const Py_buffer *v, Image x, Window k) {
  return v->shape[0] == x.n && v->shape[1] == k.oh && v->shape[2] == k.ow && v->shape[3] == x.c;
}

API(max_pool2d)(PyObject *image, PyObject *best, PyObject *index, int size, int stride) {
  OPEN(v, 2, image, best, index);
  Image x, y;
  if (!as_image(v, &x) || !as_image(v + 1, &y) || !is_kind(v + 2, 'B', 1, 4)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 1) || !is_contiguous(v + 2) || !is_pooled(v + 1, x, k) || !is_pooled(v + 2, x, k))
    return CLOSE(v, 0);
  pool(x, k, y.data, v[2].buf);
  return CLOSE(v, 1);
}

API(max_pool2d_backward)(PyObject *grad, PyObject *index, PyObject *image, int size, int stride) {
  OPEN(v, 1, grad, index, image);
  Image g, x;
  if (!as_image(v, &g) || !as_image(v + 2, &x) || !is_kind(v + 1, 'B', 1, 4)) return CLOSE(v, 0);
  Window k = window(x, size, size, stride, 0);
  if (!is_contiguous(v + 1) || !is_contiguous(v + 2) || !is_pooled(v, x, k) || !is_pooled(v + 1, x, k))
    return CLOSE(v, 0);
  unpool(g, v[1].buf, k, x);
  return CLOSE(v, 1);
}
