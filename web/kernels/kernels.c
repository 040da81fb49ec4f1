// The operations that dominate training, for WebAssembly SIMD and, for testing, for the host.
//
// Compiled once for float32 and once for float64 (-D BITS=32, 64), and each of these for three machines: wasm32 with
// `simd128`, wasm32 with `relaxed-simd` (fused multiply-add), native. Vectors have 16 bytes in all of them (clang and GCC
// vector extensions), so all builds run the same algorithm.
//
//   vector.h        numbers and vectors of them
//   arrays.h        Python's arrays
//   functions.h     tanh, exp, log
//   elementwise.h   activations, log-softmax, pixels
//   steps.h         the optimisers' steps
//   packing.h       blocks of a product's factors, in the order in which the product reads them
//   product.h       products, and steps taken with them
//   pooling.h       max pooling
//   moments.h       mean and variance of columns
//   canvas.h        what both ways of convolving share
//   winograd.h      kernels of 3 x 3, with fewer multiplications
//   depthwise.h     convolution of each channel by itself
//   patches.h       mean and covariance of an image's patches
//   convolution.h   convolution, with what follows it, and its two gradients
//   normalization.h batch normalisation
//   ink.h           where in an image there is any
//   warp.h          images moved and bent, strokes made thicker and thinner
//   matmul_loop.h   products for NumPy's own `@`
//
// Entry points, `API(name)`, take Python objects and read them through the buffer protocol. They return 1 if the work is
// done, or 0 with nothing touched if they do not handle such arrays (dtype, shape, strides): the caller then falls back
// to NumPy. They share one block of scratch memory: call them with the GIL held (ctypes.PyDLL).

#include "vector.h"

#include "arrays.h"
#include "functions.h"

#include "elementwise.h"
#include "steps.h"

#include "packing.h"

#include "product.h"

#include "pooling.h"

#include "moments.h"

#include "canvas.h"
#include "ink.h"
#include "winograd.h"
#include "depthwise.h"

#include "patches.h"

#include "convolution.h"
#include "matmul_loop.h"
#include "normalization.h"
#include "warp.h"

// 12 LANES n multiply-adds in twelve independent chains, nothing loaded or stored: the benchmark's measure of how fast
// this machine can calculate at this SIMD width.
__attribute__((visibility("default"))) real NAMED(multiply_adds)(int n) {
  vec sum[12], total = splat(0);
  for (int c = 0; c < 12; c++) sum[c] = splat((real)c);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < 12; c++) sum[c] = madd(sum[c], splat((real)0.999), splat((real)0.001));
  for (int c = 0; c < 12; c++) total += sum[c];
  return sum_of(total);
}
