enum {
  MR = 4,          // rows of a register tile
  NR = 2 * LANES,  // columns of a register tile
  NP = 8 * LANES,  // columns of a panel of B: four tiles, or one row of the sparse product
  KC = 392,        // longest slice of K: KC x NR numbers and a strip of A fit a 32 KiB L1 cache with room to spare
  A_CAP = (1 << 18) / sizeof(real), // numbers in a block of A (256 KiB)
  CACHE_LINE = 64 / sizeof(real),   // numbers in a line of the cache
};

typedef struct {
  real value;
  int32_t offset; // of its row in the packed panel
} Entry;

// Allocated once, by the first product: static arrays would be stored in the file, zero by zero.
static struct Scratch {
  real packed_panel[KC * NP];
  real packed_rows[A_CAP + MR * KC];
  Entry entries[A_CAP];
  int32_t counts[A_CAP];
} *scratch;
static const real zeros[NP];

static int have_scratch(void) {
  if (!scratch) {
    char *memory = PyMem_RawMalloc(sizeof *scratch + 63); // loads across cache lines would cost a third more
    if (memory) scratch = (struct Scratch *)(memory + (-(uintptr_t)memory & 63));
  }
  return scratch != NULL;
}

// to[q] = column q of as many rows as there are columns, at in, in + stride, ...
static inline void transpose(const real *in, ptrdiff_t stride, vec to[LANES]) {
#if BITS == 64
  vec r0 = load(in), r1 = load(in + stride);
  to[0] = SHUFFLE(r0, r1, 0, 2), to[1] = SHUFFLE(r0, r1, 1, 3);
#else
  vec r0 = load(in), r1 = load(in + stride), r2 = load(in + 2 * stride), r3 = load(in + 3 * stride);
  vec a01 = SHUFFLE(r0, r1, 0, 4, 1, 5), b01 = SHUFFLE(r0, r1, 2, 6, 3, 7);
  vec a23 = SHUFFLE(r2, r3, 0, 4, 1, 5), b23 = SHUFFLE(r2, r3, 2, 6, 3, 7);
  to[0] = SHUFFLE(a01, a23, 0, 1, 4, 5), to[1] = SHUFFLE(a01, a23, 2, 3, 6, 7);
  to[2] = SHUFFLE(b01, b23, 0, 1, 4, 5), to[3] = SHUFFLE(b01, b23, 2, 3, 6, 7);
#endif
}

// rows [i, i + m) x columns [k, k + kc) of A in strips of MR rows, each k-major; the last strip is filled with zeros
static void pack_rows(Matrix a, ptrdiff_t i, ptrdiff_t m, ptrdiff_t k, ptrdiff_t kc) {
  real *out = scratch->packed_rows;
  for (ptrdiff_t strip = 0; strip < m; strip += MR, out += MR * kc) {
    const real *in = a.data + (i + strip) * a.rs + k * a.cs;
    ptrdiff_t rows = MIN(MR, m - strip), p = 0;
    if (rows == MR && a.rs == 1)
      for (; p < kc; p++)
        for (int r = 0; r < MR; r += LANES) store(out + p * MR + r, load(in + p * a.cs + r));
    if (rows == MR && a.cs == 1)
      for (; p + LANES <= kc; p += LANES)
        for (int r = 0; r < MR; r += LANES) {
          vec to[LANES];
          transpose(in + r * a.rs + p, a.rs, to);
          for (int q = 0; q < LANES; q++) store(out + (p + q) * MR + r, to[q]);
        }
    for (; p < kc; p++)
      for (ptrdiff_t r = 0; r < MR; r++) out[p * MR + r] = r < rows ? in[r * a.rs + p * a.cs] : 0;
  }
}

// Where column c of row p of a panel goes: sub-panels of `width` columns, each k-major.
INLINE real *panel_at(ptrdiff_t kc, int width, ptrdiff_t p, ptrdiff_t c) {
  return scratch->packed_panel + c / width * width * kc + p * width + c % width;
}

// rows of B that are contiguous: n of their columns, then zeros up to `cols`
INLINE vec pack_contiguous(const real *in, ptrdiff_t rs, ptrdiff_t kc, ptrdiff_t n, ptrdiff_t cols, int width,
                           int check_finite) {
  vec check[NP / LANES] = {0}; // one sum alone would wait for itself
  for (ptrdiff_t p = 0; p < kc; p++)
    for (ptrdiff_t c = 0; c < cols; c += LANES) {
      vec x = c < n ? load_lanes(in + p * rs + c, MIN(LANES, n - c)) : splat(0);
      if (check_finite) check[c / LANES] = madd(x, splat(0), check[c / LANES]);
      store(panel_at(kc, width, p, c), x);
    }
  for (int c = 1; c < NP / LANES; c++) check[0] += check[c];
  return check[0];
}

// Packs rows [k, k + kc) x columns [j, j + n) of B, with zeros up to whole tiles. Returns 0 if asked to look
// for an infinity or NaN (0 times that is NaN) and there is one.
INLINE int pack_panel(Matrix b, ptrdiff_t k, ptrdiff_t kc, ptrdiff_t j, ptrdiff_t n, int width, int check_finite) {
  const real *in = b.data + k * b.rs + j * b.cs;
  ptrdiff_t cols = CEIL_DIV(n, width) * width, p = 0;
  vec check = splat(0);
  if (b.cs == 1) {
    check = n == NP ? pack_contiguous(in, b.rs, kc, NP, NP, width, check_finite)
                    : pack_contiguous(in, b.rs, kc, n, cols, width, check_finite);
    p = kc;
  }
  if (n == NP && b.rs == 1 && kc >= LANES)
    for (int c = 0; c < NP; c += LANES) // few columns at a time: more would evict each other where cs is a power of two
      for (p = 0; p + LANES <= kc; p += LANES) {
        vec to[LANES];
        transpose(in + p + c * b.cs, b.cs, to);
        for (int q = 0; q < LANES; q++) {
          if (check_finite) check = madd(to[q], splat(0), check);
          store(panel_at(kc, width, p + q, c), to[q]);
        }
      }
  for (; p < kc; p++)
    for (ptrdiff_t c = 0; c < cols; c++) {
      real x = c < n ? in[p * b.rs + c * b.cs] : 0;
      check[0] += x * 0;
      *panel_at(kc, width, p, c) = x;
    }
  return sum_of(check) == 0;
}

// Lists the nonzeros of rows [i, i + m) x columns [k, k + kc) of A: row r's at entries[r * kc ...], counts[r] of them.
// A list cannot overflow: before column p it holds at most p entries.
static void list_rows(Matrix a, ptrdiff_t i, ptrdiff_t m, ptrdiff_t k, ptrdiff_t kc) {
  for (ptrdiff_t r = 0; r < m; r++) scratch->counts[r] = 0;
  // walk along the axis that is contiguous, so that a vector of zeros can be skipped at once
  int by_rows = a.cs == 1;
  ptrdiff_t outer = by_rows ? m : kc, inner = by_rows ? kc : m;
  ptrdiff_t outer_stride = by_rows ? a.rs : a.cs, inner_stride = by_rows ? a.cs : a.rs;
  for (ptrdiff_t o = 0; o < outer; o++) {
    const real *in = a.data + i * a.rs + k * a.cs + o * outer_stride;
    for (ptrdiff_t n = 0; n < inner; n += LANES) {
      ptrdiff_t lanes = MIN(LANES, inner - n);
      if (inner_stride == 1 && lanes == LANES) {
        uint64_t two[2];
        __builtin_memcpy(two, in + n, sizeof two);
        if (!((two[0] | two[1]) << 1)) continue;
      }
      for (ptrdiff_t l = n; l < n + lanes; l++) {
        ptrdiff_t r = by_rows ? o : l, p = by_rows ? l : o;
        real x = in[l * inner_stride];
        scratch->entries[r * kc + scratch->counts[r]] = (Entry){x, (int32_t)(p * NP)};
        scratch->counts[r] += x != 0;
      }
    }
  }
}

// nonzeros of A
static ptrdiff_t count_nonzero(Matrix a) {
  if (a.rs == 1) a = (Matrix){a.data, a.cols, a.rows, a.cs, a.rs};
  ptrdiff_t count = 0;
  for (ptrdiff_t i = 0; i < a.rows; i++) {
    const real *in = a.data + i * a.rs;
    ptrdiff_t k = 0;
    if (a.cs == 1) {
      ivec sum = isplat(0);
      for (; k + LANES <= a.cols; k += LANES) sum -= (ivec)(load(in + k) != splat(0));
      for (int l = 0; l < LANES; l++) count += (ptrdiff_t)sum[l];
    }
    for (; k < a.cols; k++) count += in[k * a.cs] != 0;
  }
  return count;
}

// whether A holds neither infinity nor NaN
static int is_finite(Matrix a) {
  if (a.rs == 1) a = (Matrix){a.data, a.cols, a.rows, a.cs, a.rs};
  vec check[4] = {0}; // 0 times infinity or NaN is NaN
  for (ptrdiff_t i = 0; i < a.rows; i++) {
    const real *in = a.data + i * a.rs;
    ptrdiff_t k = 0;
    if (a.cs == 1)
      for (; k + 4 * LANES <= a.cols; k += 4 * LANES)
        for (int q = 0; q < 4; q++) check[q] = madd(load(in + k + LANES * q), splat(0), check[q]);
    for (; k < a.cols; k++) check[0][0] += in[k * a.cs] * 0;
  }
  return sum_of(check[0] + check[1] + check[2] + check[3]) == 0;
}
