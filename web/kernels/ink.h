// Where images of one channel are not 0: most of a drawing is paper, for which nothing needs to be done.

// The rows of an image from `top` on that come before `bottom`, the columns from `left` on that come before `right`.
typedef struct {
  ptrdiff_t top, bottom, left, right;
} Box;

static int has_ink(const real *row, ptrdiff_t w) {
  ivec any = {0};
  for (ptrdiff_t x = 0; x < w; x += LANES) any |= (ivec)load_lanes(row + x, MIN(LANES, w - x));
  for (int l = 1; l < LANES; l++) any[0] |= any[l];
  return any[0] != 0;
}

// The same rows, and columns that fill whole vectors where an image of `w` columns has so many.
static Box in_whole_vectors(Box box, ptrdiff_t w) {
  const ptrdiff_t columns = CEIL_DIV(MAX(0, box.right - box.left), LANES) * LANES;
  const ptrdiff_t left = MAX(0, MIN(box.left, w - columns));
  return (Box){box.top, box.bottom, left, MIN(w, left + columns)};
}

// Where the image within the `margin` of a canvas is not 0; its largest number, at least 0.
static Box ink_of(Canvas canvas, ptrdiff_t margin, real *largest) {
  const ptrdiff_t h = canvas.h - 2 * margin, w = canvas.w - 2 * margin;
  const real *image = canvas.data + margin * (canvas.w + 1);
  Box ink = {0, h, w, 0};
  *largest = 0;
  for (ptrdiff_t x = 0; x < w; x += LANES) {
    vec most = splat(0);
    ivec any = {0};
    for (ptrdiff_t y = 0; y < h; y++) {
      vec numbers = load_lanes(image + y * canvas.w + x, MIN(LANES, w - x));
      most = maximum(most, numbers), any |= (ivec)numbers;
    }
    for (int l = 0; l < LANES; l++) {
      *largest = MAX(*largest, most[l]);
      if (any[l]) ink.left = MIN(ink.left, x + l), ink.right = x + l + 1;
    }
  }
  while (ink.top < ink.bottom && !has_ink(image + ink.top * canvas.w, w)) ink.top++;
  while (ink.bottom > ink.top && !has_ink(image + (ink.bottom - 1) * canvas.w, w)) ink.bottom--;
  return ink;
}
