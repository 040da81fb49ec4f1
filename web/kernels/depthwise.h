// Depthwise convolution: each channel has one kernel of its own. There is no sum over channels, hence no product of
// matrices: vectors of channels are multiplied number by number, on a canvas as in convolution.h.

enum { FEW = 9 }; // numbers of a kernel, which then stay in registers

// Where number t of a kernel lies on the canvas, seen from the kernel's corner.
INLINE ptrdiff_t tap_at(Window k, Canvas canvas, ptrdiff_t t) { return (t / k.w * canvas.w + t % k.w) * canvas.c; }

// a row of the output, from `corner` of the canvas on, for up to a vector of channels
INLINE void filter_at(ptrdiff_t c, ptrdiff_t lanes, Canvas canvas, const real *corner, Window k, const real *weight,
                      const real *bias, real *z) {
  ptrdiff_t taps = k.h * k.w;
  vec start = bias ? load_lanes(bias + c, lanes) : splat(0), kernel[FEW];
  for (ptrdiff_t t = 0; t < taps && taps <= FEW; t++) kernel[t] = load_lanes(weight + t * canvas.c + c, lanes);
  for (ptrdiff_t x = 0; x < k.ow; x++, corner += k.stride * canvas.c, z += canvas.c) {
    vec sum = start;
    for (ptrdiff_t t = 0; t < taps; t++) {
      vec number = taps <= FEW ? kernel[t] : load_lanes(weight + t * canvas.c + c, lanes);
      sum = madd(load_lanes(corner + tap_at(k, canvas, t) + c, lanes), number, sum);
    }
    store_lanes(z + c, sum, lanes);
  }
}

// the same of the weight's gradient: what a row of the output's gradient g adds to it
INLINE void correlate_at(ptrdiff_t c, ptrdiff_t lanes, Canvas canvas, const real *corner, Window k, const real *g,
                         real *dw) {
  ptrdiff_t taps = k.h * k.w;
  for (ptrdiff_t first = 0; first < taps; first += FEW) {
    ptrdiff_t count = taps <= FEW ? taps : MIN(FEW, taps - first);
    vec sum[FEW];
    for (ptrdiff_t t = 0; t < count; t++) sum[t] = load_lanes(dw + (first + t) * canvas.c + c, lanes);
    for (ptrdiff_t x = 0; x < k.ow; x++) {
      const real *at = corner + x * k.stride * canvas.c + c;
      vec value = load_lanes(g + x * canvas.c + c, lanes);
      for (ptrdiff_t t = 0; t < count; t++)
        sum[t] = madd(load_lanes(at + tap_at(k, canvas, first + t), lanes), value, sum[t]);
    }
    for (ptrdiff_t t = 0; t < count; t++) store_lanes(dw + (first + t) * canvas.c + c, sum[t], lanes);
  }
}

// The common kernel with constants, so that its loops are unrolled.
static int is_three(Window k) { return k.h == 3 && k.w == 3; }
#define THREE(k) ((Window){3, 3, (k).stride, (k).padding, (k).oh, (k).ow})

// y of x laid on the canvas with a gap from number to number; see convolve_images
static int filter_images(Image x, Canvas canvas, ptrdiff_t gap, Window k, const real *weight, const real *bias,
                         Epilogue then, real *y) {
  ptrdiff_t given = given_by(then, k, x.c), size = k.oh * k.ow * x.c;
  real *z;
  Workspace w = {0};
  for (int turn = 0; turn < 2; turn++) {
    canvas.data = reserve(&w, canvas.h * canvas.w * canvas.c, sizeof(real));
    z = reserve(&w, then.index ? size : 0, sizeof(real));
    if (!turn && !allocate(&w)) return 0;
  }
  for (ptrdiff_t n = 0; n < x.n; n++, y += given) {
    real *out = then.index ? z : y;
    lay(x, n, canvas, k.padding, gap);
    for (ptrdiff_t row = 0; row < k.oh; row++) {
      const real *corner = canvas.data + row * k.stride * canvas.w * canvas.c;
      real *line = out + row * k.ow * x.c;
      if (is_three(k)) EACH_VECTOR(x.c, filter_at, canvas, corner, THREE(k), weight, bias, line);
      else EACH_VECTOR(x.c, filter_at, canvas, corner, k, weight, bias, line);
    }
    finish(then, k, x.c, z, n, y);
  }
  PyMem_RawFree(w.memory);
  return 1;
}

static int filter_forward(Image x, Window k, const real *weight, const real *bias, Epilogue then, real *y) {
  Canvas canvas = canvas_of(x, k);
  return filter_images(x, canvas, 1, k, weight, bias, then, y);
}

// dx from the output's gradient g, as convolve_back has it
static int filter_back(Image g, Window k, const real *weight, Image dx) {
  const Epilogue nothing = {.kind = -1};
  ptrdiff_t taps = k.h * k.w;
  Window back = {k.h, k.w, 1, k.h - 1 - k.padding, dx.h, dx.w};
  Canvas canvas = {NULL, dx.h + k.h - 1, dx.w + k.w - 1, g.c};
  real *turned = PyMem_RawMalloc((size_t)(taps * g.c) * sizeof *turned);
  if (!turned) return 0;
  for (ptrdiff_t t = 0; t < taps; t++) copy_run(turned + (taps - 1 - t) * g.c, weight + t * g.c, 1, g.c);
  int done = filter_images(g, canvas, k.stride, back, turned, NULL, nothing, dx.data);
  PyMem_RawFree(turned);
  return done;
}

static int filter_correlate(Image x, Image g, Window k, real *dw) {
  Canvas canvas = canvas_of(x, k), grad = {NULL, g.h, g.w, g.c};
  Workspace w = {0};
  for (int turn = 0; turn < 2; turn++) {
    canvas.data = reserve(&w, canvas.h * canvas.w * canvas.c, sizeof(real));
    grad.data = reserve(&w, grad.h * grad.w * grad.c, sizeof(real));
    if (!turn && !allocate(&w)) return 0;
  }
  for (ptrdiff_t i = 0; i < k.h * k.w * x.c; i++) dw[i] = 0;
  for (ptrdiff_t n = 0; n < x.n; n++) {
    lay(x, n, canvas, k.padding, 1);
    lay(g, n, grad, 0, 1);
    for (ptrdiff_t row = 0; row < k.oh; row++) {
      const real *corner = canvas.data + row * k.stride * canvas.w * canvas.c;
      const real *line = grad.data + row * grad.w * grad.c;
      if (is_three(k)) EACH_VECTOR(x.c, correlate_at, canvas, corner, THREE(k), line, dw);
      else EACH_VECTOR(x.c, correlate_at, canvas, corner, k, line, dw);
    }
  }
  PyMem_RawFree(w.memory);
  return 1;
}
