// The inner loop of NumPy's `matmul`, behind `@` and np.matmul, for visitors' own code.
//
// NumPy's WebAssembly build has no BLAS: its loop multiplies number by number. A ufunc's loop can be replaced by its C
// interface (PyUFunc_ReplaceLoopBySignature, number 30 of the table that the capsule `_UFUNC_API` holds); dtypes,
// shapes, broadcasting, `out` and errors stay NumPy's business. Its own loop does what is small or oddly laid out.

typedef void Loop(char **args, const ptrdiff_t *dimensions, const ptrdiff_t *steps, void *data);
typedef int ReplaceLoop(PyObject *ufunc, Loop *loop, const int *signature, Loop **old);

void *PyCapsule_GetPointer(PyObject *capsule, const char *name);

static Loop *numpys_loop;

static int as_strided(char *data, ptrdiff_t rows, ptrdiff_t cols, ptrdiff_t rs, ptrdiff_t cs, Matrix *m) {
  const ptrdiff_t size = sizeof(real);
  *m = (Matrix){(real *)data, rows, cols, rs / size, cs / size};
  return !((uintptr_t)data % size || rs % size || cs % size);
}

// dimensions: how many products, then m, k, n of (m, k) @ (k, n); steps in bytes: from product to product of a, b and
// c, then along the rows and columns of each
static void matmul_loop(char **args, const ptrdiff_t *dimensions, const ptrdiff_t *steps, void *data) {
  const ptrdiff_t count = dimensions[0], m = dimensions[1], k = dimensions[2], n = dimensions[3];
  enum { WORTHWHILE = 4096 }; // multiplications; for fewer, packing costs more than it saves
  Matrix a, b, c;
  for (ptrdiff_t i = 0; i < count; i++) {
    char *at[] = {args[0] + i * steps[0], args[1] + i * steps[1], args[2] + i * steps[2]};
    int fits = m * k * n >= WORTHWHILE && as_strided(at[0], m, k, steps[3], steps[4], &a) &&
               as_strided(at[1], k, n, steps[5], steps[6], &b) && as_strided(at[2], m, n, steps[7], steps[8], &c) &&
               fits_product(a, b, c);
    if (fits && product(a, b, NULL, 1, (Target){(real *)at[2], c.rs, NULL})) continue;
    ptrdiff_t one[] = {1, m, k, n};
    numpys_loop(at, one, steps, data);
  }
}

// Makes `matmul` use this loop, or NumPy's own again. Returns 1 if that is done.
API(matmul_takes_kernels)(PyObject *ufunc_api, PyObject *matmul, int yes) {
  void **table = PyCapsule_GetPointer(ufunc_api, NULL);
  enum { NPY_FLOAT = 11, NPY_DOUBLE = 12, TYPE = BITS == 32 ? NPY_FLOAT : NPY_DOUBLE };
  const int signature[] = {TYPE, TYPE, TYPE};
  Loop *old;
  if (!table || (!yes && !numpys_loop)) return 0;
  if (((ReplaceLoop *)table[30])(matmul, yes ? matmul_loop : numpys_loop, signature, &old)) return 0;
  if (old != matmul_loop) numpys_loop = old;
  return 1;
}
