// Python's arrays: read through the buffer protocol (PEP 3118), seen as matrices and images.
//
// The protocol's C interface is part of Python's stable ABI; it is declared here, so that no header is needed.

typedef struct PyObject PyObject;
typedef struct {
  void *buf;
  PyObject *obj;
  ptrdiff_t len, itemsize;
  int readonly, ndim;
  char *format;
  ptrdiff_t *shape, *strides, *suboffsets;
  void *internal;
} Py_buffer;
enum { WRITABLE = 0x1, FORMAT = 0x4, STRIDES = 0x18 };

int PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags);
void PyBuffer_Release(Py_buffer *view);
void *PyMem_RawMalloc(size_t size);
void PyMem_RawFree(void *memory);

#define API(name) __attribute__((visibility("default"))) int NAMED(name) // linear_f32, linear_f64

// Opens `count` arrays, the last `writable` of them for writing; a null object gives a view with a null buffer.
// On failure, with a Python exception set, none is open and the result is 0.
static int open_views(Py_buffer *views, int count, int writable, PyObject *const *objects) {
  for (int i = 0; i < count; i++) {
    views[i] = (Py_buffer){0};
    if (objects[i] && PyObject_GetBuffer(objects[i], views + i, FORMAT | STRIDES | (i >= count - writable))) {
      while (i--) PyBuffer_Release(views + i);
      return 0;
    }
  }
  return 1;
}

static int close_views(Py_buffer *views, int count, int result) {
  for (int i = 0; i < count; i++) PyBuffer_Release(views + i); // does nothing to a null view
  return result;
}

#define OPEN(views, writable, ...)                                        \
  PyObject *views##_objects[] = {__VA_ARGS__};                            \
  enum { views##_count = sizeof views##_objects / sizeof *views##_objects }; \
  Py_buffer views[views##_count];                                         \
  if (!open_views(views, views##_count, writable, views##_objects)) return 0
#define CLOSE(views, result) close_views(views, views##_count, result)

typedef struct {
  const real *data;
  ptrdiff_t rows, cols, rs, cs; // sizes; strides in numbers
} Matrix;

typedef struct {
  real *data;
  ptrdiff_t n, h, w, c, ns, hs, ws, cs; // sizes; strides in numbers
} Image;

static int is_kind(const Py_buffer *v, char kind, ptrdiff_t size, int ndim) {
  if (v->ndim != ndim || v->itemsize != size || v->format[0] != kind || v->format[1]) return 0;
  if ((uintptr_t)v->buf % (uintptr_t)size) return 0;
  for (int i = 0; i < ndim; i++)
    if (v->strides[i] % size) return 0;
  return 1;
}

static int is_real(const Py_buffer *v, int ndim) { return is_kind(v, sizeof(real) == 4 ? 'f' : 'd', sizeof(real), ndim); }

static int as_matrix(const Py_buffer *v, Matrix *m) {
  if (!is_real(v, 2)) return 0;
  const ptrdiff_t *n = v->shape, *s = v->strides, size = sizeof(real);
  *m = (Matrix){v->buf, n[0], n[1], s[0] / size, s[1] / size};
  return 1;
}

static int as_image(const Py_buffer *v, Image *x) {
  if (!is_real(v, 4)) return 0;
  const ptrdiff_t *n = v->shape, *s = v->strides, size = sizeof(real);
  *x = (Image){v->buf, n[0], n[1], n[2], n[3], s[0] / size, s[1] / size, s[2] / size, s[3] / size};
  return 1;
}

static ptrdiff_t count_items(const Py_buffer *v) { return v->len / v->itemsize; }

// the items lie without gaps, in C order
static int is_contiguous(const Py_buffer *v) {
  ptrdiff_t step = v->itemsize;
  for (int i = v->ndim; i-- > 0; step *= v->shape[i])
    if (v->shape[i] > 1 && v->strides[i] != step && v->len) return 0;
  return 1;
}

// All are arrays of `real` of one shape and one layout without gaps (in any order of axes): then element i of one
// belongs to element i of the others.
static int are_aligned(const Py_buffer *v, int count) {
  for (int i = 0; i < count; i++) {
    if (!v[i].buf && !v[i].obj) continue;
    if (!is_real(v + i, v->ndim)) return 0;
    for (int d = 0; d < v->ndim; d++)
      if (v[i].shape[d] != v->shape[d] || (v->shape[d] > 1 && v[i].strides[d] != v->strides[d])) return 0;
  }
  ptrdiff_t step = v->itemsize;
  for (int d = 0, found; step < v->len; d = 0) { // find the axis whose stride is what lies inside it
    for (found = 0; d < v->ndim && !found; d++)
      if (v->shape[d] > 1 && v->strides[d] == step) step *= v->shape[d], found = 1;
    if (!found) return 0;
  }
  return 1;
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
