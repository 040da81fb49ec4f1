// Convolution without the detour over memory.
//
// A convolution is a product of the image's patches with the weight seen as a matrix (Chellapilla, Puri and Simard, 2006).
// Written out, the patches of a 3 x 3 kernel are nine times the image: they go to memory and come back for nothing. Here
// one image at a time is laid on a canvas with its margin of zeros, which stays in the L1 cache, and the register tile
// reads the patches where they lie: a patch is `runs` runs of `run` numbers each, one for each row of the kernel, and of
// four patches each number stands at four places of the canvas.
//
//   forward           patches of the image x weight                        a tile: 4 positions x NR channels
//   gradient of x     patches of the output's gradient x turned weight     the same
//   gradient of W     image, at the kernel's offsets x output's gradient   a tile: 4 numbers of a patch x NR channels
//
// With a stride, the output's gradient is laid out with gaps of zeros between its numbers. Kernels of 3 x 3 go another way
// where it is shorter (winograd.h).

// ---------------------------------------------------------------------------------------------- forward and backward

typedef struct {
  Canvas canvas;
  ptrdiff_t rows, run, runs, jump; // of the weight's matrix; of a patch on the canvas
  ptrdiff_t positions, channels;   // of the output
  int32_t *offsets;                // of each position's patch
  int32_t *taps;                   // of each number of a patch, where runs are too short to be worth a loop
  real *panels, *bias;             // the weight, NR channels after NR channels, and its bias, with zeros up to whole panels
} Convolution;

enum { SHORT_RUN = 8 };

static void reserve_convolution(Workspace *w, Convolution *c) {
  ptrdiff_t panels = CEIL_DIV(c->channels, NR);
  c->canvas.data = reserve(w, c->canvas.h * c->canvas.w * c->canvas.c, sizeof(real));
  c->offsets = reserve(w, c->positions, sizeof *c->offsets);
  c->taps = reserve(w, c->rows, sizeof *c->taps);
  c->panels = reserve(w, panels * c->rows * NR, sizeof(real));
  c->bias = reserve(w, panels * NR, sizeof(real));
}

// where the patches of a kernel of k.h x k.w begin on the canvas, for a grid of oh x ow of them
static void list_offsets(int32_t *offsets, Canvas canvas, ptrdiff_t stride, ptrdiff_t oh, ptrdiff_t ow) {
  for (ptrdiff_t y = 0; y < oh; y++)
    for (ptrdiff_t x = 0; x < ow; x++) *offsets++ = (int32_t)((y * canvas.w + x) * stride * canvas.c);
}

// the same as `accumulate`, for numbers of A's rows that lie anywhere
INLINE void accumulate_taps(ptrdiff_t n, const int32_t *taps, const real *const at[MR], const real *b,
                            vec sum[MR][NR / LANES]) {
  for (ptrdiff_t p = 0; p < n; p++, b += NR)
    for (int q = 0; q < NR / LANES; q++) {
      vec row = load(b + LANES * q);
      for (int r = 0; r < MR; r++) sum[r][q] = madd(splat(at[r][taps[p]]), row, sum[r][q]);
    }
}

// z[positions x channels] = the convolution of what lies on the canvas
static void convolve(const Convolution *c, real *z) {
  for (ptrdiff_t j = 0; j < c->channels; j += NR)
    for (ptrdiff_t p = 0; p < c->positions; p += MR) {
      const real *at[MR];
      vec sum[MR][NR / LANES];
      ptrdiff_t rows = MIN(MR, c->positions - p), columns = MIN(NR, c->channels - j);
      for (int r = 0; r < MR; r++) {
        at[r] = c->canvas.data + c->offsets[p + MIN(r, rows - 1)];
        for (int q = 0; q < NR / LANES; q++) sum[r][q] = load(c->bias + j + LANES * q);
      }
      if (c->run < SHORT_RUN) accumulate_taps(c->rows, c->taps, at, c->panels + j * c->rows, sum);
      else accumulate(c->runs, c->run, at, 0, 1, c->jump, c->panels + j * c->rows, sum);
      real *out = z + p * c->channels + j;
      if (rows == MR && columns == NR)
        for (int r = 0; r < MR; r++)
          for (int q = 0; q < NR / LANES; q++) store(out + r * c->channels + LANES * q, sum[r][q]);
      else
        for (ptrdiff_t r = 0; r < rows; r++)
          for (ptrdiff_t q = 0; q < columns; q++) out[r * c->channels + q] = sum[r][q / LANES][q % LANES];
    }
}

// y, contiguous, of x laid on the canvas with a gap from number to number; weight: k.h x k.w x x.c x channels. Returns 0
// if there is no memory.
static int convolve_images(Image x, Canvas canvas, ptrdiff_t gap, Window k, const real *weight, const real *bias,
                           ptrdiff_t channels, Epilogue then, real *y) {
  ptrdiff_t run = k.w * x.c, given = given_by(then, k, channels);
  Convolution c = {.canvas = canvas, .rows = k.h * run, .run = run, .runs = k.h, .jump = canvas.w * canvas.c - run,
                   .positions = k.oh * k.ow, .channels = channels};
  real *z;
  Workspace w = {0};
  for (int turn = 0; turn < 2; turn++) {
    reserve_convolution(&w, &c);
    z = reserve(&w, then.index ? c.positions * channels : 0, sizeof(real));
    if (!turn && !allocate(&w)) return 0;
  }
  list_offsets(c.offsets, c.canvas, k.stride, k.oh, k.ow);
  for (ptrdiff_t i = 0; i < c.rows; i++) c.taps[i] = (int32_t)(i / run * (run + c.jump) + i % run);
  for (ptrdiff_t i = 0; i < c.rows; i++)
    for (ptrdiff_t o = 0; o < channels; o++) c.panels[o / NR * NR * c.rows + i * NR + o % NR] = weight[i * channels + o];
  for (ptrdiff_t o = 0; bias && o < channels; o++) c.bias[o] = bias[o];
  for (ptrdiff_t n = 0; n < x.n; n++, y += given) {
    lay(x, n, c.canvas, k.padding, gap);
    convolve(&c, then.index ? z : y);
    finish(then, k, channels, z, n, y);
  }
  PyMem_RawFree(w.memory);
  return 1;
}

static int convolve_forward(Image x, Window k, const real *weight, const real *bias, ptrdiff_t channels, Epilogue then,
                            real *y) {
  if (suits_winograd(k, x.c, channels)) return winograd_images(x, k, weight, bias, channels, then, y);
  Canvas canvas = canvas_of(x, k);
  return convolve_images(x, canvas, 1, k, weight, bias, channels, then, y);
}

// dx of x's shape, contiguous, from the output's gradient g: its convolution with the kernel turned by half a circle,
// inputs and outputs exchanged
static int convolve_back(Image g, Window k, const real *weight, Image dx) {
  const Epilogue nothing = {.kind = -1};
  Window back = {k.h, k.w, 1, k.h - 1 - k.padding, dx.h, dx.w};
  Canvas canvas = {NULL, dx.h + k.h - 1, dx.w + k.w - 1, g.c};
  real *turned = PyMem_RawMalloc((size_t)(k.h * k.w * g.c * dx.c) * sizeof *turned);
  if (!turned) return 0;
  for (ptrdiff_t tap = 0; tap < k.h * k.w; tap++)
    for (ptrdiff_t i = 0; i < g.c; i++)
      for (ptrdiff_t o = 0; o < dx.c; o++)
        turned[((k.h * k.w - 1 - tap) * g.c + i) * dx.c + o] = weight[(tap * dx.c + o) * g.c + i];
  int done = k.stride == 1 && suits_winograd(back, g.c, dx.c)
               ? winograd_images(g, back, turned, NULL, dx.c, nothing, dx.data)
               : convolve_images(g, canvas, k.stride, back, turned, NULL, dx.c, nothing, dx.data);
  PyMem_RawFree(turned);
  return done;
}

// Pooling that follows a convolution: the gradient behind it, and the places of the maxima.
typedef struct {
  Image grad;
  const uint8_t *index;
  Window window;
} Behind;

// Spreads the gradient behind the pooling over one image's maps, without gaps.
static Image unpool_image(const Behind *b, ptrdiff_t n, Window k, real *maps) {
  Image grad = b->grad, to = {maps, 1, k.oh, k.ow, grad.c, 0, k.ow * grad.c, grad.c, 1};
  grad.n = 1, grad.data += n * grad.ns;
  unpool(grad, b->index + n * grad.h * grad.w * grad.c, b->window, to);
  return to;
}

// dw = the gradient of the weight, contiguous, from the output's gradient g, or that behind pooling, unless it is null
static int correlate(Image x, Image g, const Behind *behind, Window k, real *dw) {
  if (!behind && suits_winograd(k, x.c, g.c)) return winograd_correlate(x, g, k, dw);
  ptrdiff_t run = k.w * x.c, rows = k.h * run, strips = CEIL_DIV(rows, MR), panels = CEIL_DIV(g.c, NR), jump;
  Canvas canvas = canvas_of(x, k);
  int32_t *offsets;
  real *panel, *sums, *maps;
  Workspace w = {0};
  for (int turn = 0; turn < 2; turn++) {
    canvas.data = reserve(&w, canvas.h * canvas.w * canvas.c, sizeof(real));
    offsets = reserve(&w, strips * MR, sizeof *offsets);
    panel = reserve(&w, k.oh * k.ow * NR, sizeof(real));
    sums = reserve(&w, strips * MR * panels * NR, sizeof(real)); // tile after tile
    maps = reserve(&w, behind ? k.oh * k.ow * g.c : 0, sizeof(real));
    if (!turn && !allocate(&w)) return 0;
  }
  for (ptrdiff_t i = 0; i < strips * MR; i++) {
    ptrdiff_t row = MIN(i, rows - 1);
    offsets[i] = (int32_t)(row / run * canvas.w * canvas.c + row % run);
  }
  jump = (k.stride * canvas.w - k.stride * k.ow) * canvas.c;
  for (ptrdiff_t n = 0; n < x.n; n++) {
    lay(x, n, canvas, k.padding, 1);
    Image grad = behind ? unpool_image(behind, n, k, maps) : g;
    const real *from = behind ? maps : g.data + n * g.ns;
    real *sum_at = sums;
    for (ptrdiff_t j = 0; j < g.c; j += NR) {
      ptrdiff_t columns = MIN(NR, g.c - j);
      for (ptrdiff_t oy = 0; oy < k.oh; oy++)
        for (ptrdiff_t ox = 0; ox < k.ow; ox++)
          copy_run(panel + (oy * k.ow + ox) * NR, from + oy * grad.hs + ox * grad.ws + j * grad.cs, grad.cs, columns);
      for (ptrdiff_t i = 0; i < strips * MR; i += MR, sum_at += MR * NR) {
        const real *at[MR];
        vec sum[MR][NR / LANES];
        for (int r = 0; r < MR; r++) {
          at[r] = canvas.data + offsets[i + r];
          for (int q = 0; q < NR / LANES; q++) sum[r][q] = load(sum_at + r * NR + LANES * q);
        }
        if (run % MR == 0) accumulate(k.oh, k.ow, at, 1, k.stride * canvas.c, jump, panel, sum);
        else accumulate(k.oh, k.ow, at, 0, k.stride * canvas.c, jump, panel, sum);
        for (int r = 0; r < MR; r++)
          for (int q = 0; q < NR / LANES; q++) store(sum_at + r * NR + LANES * q, sum[r][q]);
      }
      if (j + NR > g.c) break;
    }
  }
  for (ptrdiff_t i = 0; i < rows; i++)
    for (ptrdiff_t o = 0; o < g.c; o++) dw[i * g.c + o] = sums[o / NR * strips * MR * NR + i * NR + o % NR];
  PyMem_RawFree(w.memory);
  return 1;
}

// ------------------------------------------------------------------------------------------------------ entry points

static int is_depthwise(const Py_buffer *weight, Image x) {
  return x.c > 1 && weight->shape[2] == 1 && weight->shape[3] == x.c;
}

// The weight's view is (k.h, k.w, x.c, channels) without gaps, or (k.h, k.w, 1, x.c) where it is depthwise; x and y are
// images that fit it.
static int fits_convolution(const Py_buffer *weight, Image x, Image y, ptrdiff_t stride, ptrdiff_t padding, Window *k) {
  if (!is_real(weight, 4) || !is_contiguous(weight) || stride < 1 || padding < 0) return 0;
  const ptrdiff_t *n = weight->shape;
  *k = window(x, n[0], n[1], stride, padding);
  int channels = n[3] == y.c && (n[2] == x.c || is_depthwise(weight, x));
  return n[0] > 0 && n[1] > 0 && channels && x.n == y.n && k->oh == y.h && k->ow == y.w && k->oh > 0 && k->ow > 0;
}

static int forward(const Py_buffer *weight, Image x, Window k, const real *bias, ptrdiff_t channels, Epilogue then,
                   real *y) {
  return is_depthwise(weight, x) ? filter_forward(x, k, weight->buf, bias, then, y)
                                 : convolve_forward(x, k, weight->buf, bias, channels, then, y);
}

// `index` is null without pooling, `kind` negative without activation.
API(conv2d)(PyObject *image, PyObject *weight, PyObject *bias, PyObject *output, PyObject *index, int stride,
            int padding, int pool_size, int pool_stride, int kind, real slope) {
  OPEN(v, 2, image, weight, bias, output, index);
  Image x, y;
  Window k;
  Epilogue then = {.index = v[4].buf, .kind = kind, .slope = slope};
  if (kind >= 0 && !is_known(kind)) return CLOSE(v, 0);
  if (!as_image(v, &x) || !as_image(v + 3, &y) || !is_contiguous(v + 3)) return CLOSE(v, 0);
  Image z = y; // before pooling
  if (index) {
    k = window(x, v[1].ndim == 4 ? v[1].shape[0] : 1, v[1].ndim == 4 ? v[1].shape[1] : 1, stride, padding);
    z.h = k.oh, z.w = k.ow;
    then.pool = window(z, pool_size, pool_size, pool_stride, 0);
    if (!is_pooled(v + 3, z, then.pool) || !are_places(v + 4, z, then.pool)) return CLOSE(v, 0);
  }
  int fits = fits_convolution(v + 1, x, z, stride, padding, &k);
  if (bias) fits = fits && are_columns(v + 2, 1, y.c);
  if (!fits) return CLOSE(v, 0);
  return CLOSE(v, forward(v + 1, x, k, v[2].buf, y.c, then, v[3].buf));
}

// Mean and variance of each channel of the output too.
API(conv2d_moments)(PyObject *image, PyObject *weight, PyObject *bias, PyObject *output, PyObject *mean,
                    PyObject *variance, int stride, int padding) {
  OPEN(v, 3, image, weight, bias, output, mean, variance);
  Image x, y;
  Window k;
  Moments moments;
  int fits = as_image(v, &x) && as_image(v + 3, &y) && is_contiguous(v + 3) &&
             fits_convolution(v + 1, x, y, stride, padding, &k) && x.n > 0 && y.c > 0 &&
             are_columns(v + 4, 2, y.c) && (!bias || are_columns(v + 2, 1, y.c));
  if (!fits || !begin_moments(&moments, y.c, v[4].buf, v[5].buf)) return CLOSE(v, 0);
  int done = forward(v + 1, x, k, v[2].buf, y.c, (Epilogue){.kind = -1, .moments = &moments}, v[3].buf);
  end_moments(&moments);
  return CLOSE(v, done);
}

API(conv2d_grad_input)(PyObject *grad, PyObject *weight, PyObject *grad_image, int stride, int padding) {
  OPEN(v, 1, grad, weight, grad_image);
  Image g, dx;
  Window k;
  int fits = as_image(v, &g) && as_image(v + 2, &dx) && fits_convolution(v + 1, dx, g, stride, padding, &k) &&
             is_contiguous(v + 2) && padding < k.h && padding < k.w && k.h == k.w;
  if (!fits) return CLOSE(v, 0);
  return CLOSE(v, is_depthwise(v + 1, dx) ? filter_back(g, k, v[1].buf, dx) : convolve_back(g, k, v[1].buf, dx));
}

API(conv2d_grad_weight)(PyObject *image, PyObject *grad, PyObject *grad_weight, int stride, int padding) {
  OPEN(v, 1, image, grad, grad_weight);
  Image x, g;
  Window k;
  int fits = as_image(v, &x) && as_image(v + 1, &g) && fits_convolution(v + 2, x, g, stride, padding, &k);
  if (!fits) return CLOSE(v, 0);
  return CLOSE(v, is_depthwise(v + 2, x) ? filter_correlate(x, g, k, v[2].buf) : correlate(x, g, NULL, k, v[2].buf));
}

// The same from the gradient behind pooling; not where a way is shorter that wants the gradient spread out.
API(conv2d_pooled_grad_weight)(PyObject *image, PyObject *grad, PyObject *index, PyObject *grad_weight, int stride,
                               int padding, int pool_size, int pool_stride) {
  OPEN(v, 1, image, grad, index, grad_weight);
  Image x;
  Behind b = {.index = v[2].buf};
  if (!as_image(v, &x) || !as_image(v + 1, &b.grad) || v[3].ndim != 4) return CLOSE(v, 0);
  Window k = window(x, v[3].shape[0], v[3].shape[1], stride, padding);
  Image g = {NULL, x.n, k.oh, k.ow, b.grad.c, 0, 0, 0, 0};
  b.window = window(g, pool_size, pool_size, pool_stride, 0);
  int fits = fits_convolution(v + 3, x, g, stride, padding, &k) && !is_depthwise(v + 3, x) &&
             !suits_winograd(k, x.c, g.c) && is_pooled(v + 1, g, b.window) && are_places(v + 2, g, b.window);
  return CLOSE(v, fits && correlate(x, g, &b, k, v[3].buf));
}
