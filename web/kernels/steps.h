// The optimisers' steps. The formulas stand in nncore/optim.py.

typedef struct {
  real lr, momentum, weight_decay;
  int nesterov;
} Sgd;

// `buf` is null without momentum
INLINE void sgd_at(ptrdiff_t i, ptrdiff_t lanes, real *param, const real *grad, real *buf, const Sgd *o) {
  vec p = load_lanes(param + i, lanes), g = load_lanes(grad + i, lanes);
  if (o->weight_decay != 0) g = madd(splat(o->weight_decay), p, g);
  if (buf) {
    vec b = madd(splat(o->momentum), load_lanes(buf + i, lanes), g);
    store_lanes(buf + i, b, lanes);
    g = o->nesterov ? madd(splat(o->momentum), b, g) : b;
  }
  store_lanes(param + i, madd(splat(-o->lr), g, p), lanes);
}

typedef struct {
  real rate, beta1, rest1, beta2, rest2, eps; // rest = 1 - beta; bias corrections are part of rate and eps
  real l2, keep;                              // L2 penalty, or the factor of decoupled weight decay
} Adam;

INLINE void adam_at(ptrdiff_t i, ptrdiff_t lanes, real *param, const real *grad, real *m, real *v, const Adam *o) {
  vec p = load_lanes(param + i, lanes) * splat(o->keep), g = load_lanes(grad + i, lanes);
  if (o->l2 != 0) g = madd(splat(o->l2), p, g);
  vec first = madd(splat(o->beta1), load_lanes(m + i, lanes), splat(o->rest1) * g);
  vec second = madd(splat(o->beta2), load_lanes(v + i, lanes), splat(o->rest2) * (g * g));
  store_lanes(m + i, first, lanes);
  store_lanes(v + i, second, lanes);
  store_lanes(param + i, p - splat(o->rate) * first / (square_root(second) + splat(o->eps)), lanes);
}

typedef struct {
  enum { SGD, ADAM } kind;
  Sgd sgd;
  Adam adam;
  real *param, *state[2]; // of one shape; state: SGD's momentum or null, Adam's two means
  int keeps_at_zero;      // a gradient of zero changes nothing
} Step;

// the step for n numbers of the parameter, from `param` on
static void take_step(const Step *step, ptrdiff_t n, real *param, const real *grad) {
  ptrdiff_t at = param - step->param;
  real *first = step->state[0] ? step->state[0] + at : NULL;
  if (step->kind == ADAM) {
    const Adam adam = step->adam;
    EACH_VECTOR(n, adam_at, param, grad, first, step->state[1] + at, &adam);
  } else {
    const Sgd sgd = step->sgd;
    EACH_VECTOR(n, sgd_at, param, grad, first, &sgd);
  }
}

static Step sgd_of(const Py_buffer *param, const Py_buffer *buf, real lr, real momentum, real weight_decay,
                   int nesterov) {
  Sgd options = {lr, momentum, weight_decay, nesterov};
  return (Step){.kind = SGD, .sgd = options, .param = param->buf, .state = {buf->buf, NULL},
                .keeps_at_zero = !buf->buf && weight_decay == 0};
}

static Step adam_of(const Py_buffer *param, const Py_buffer *m, const Py_buffer *v, Adam options) {
  return (Step){.kind = ADAM, .adam = options, .param = param->buf, .state = {m->buf, v->buf}};
}

API(sgd_step)(PyObject *param, PyObject *grad, PyObject *buf, real lr, real momentum, real weight_decay,
              int nesterov) {
  OPEN(v, 2, grad, param, buf);
  if (!are_aligned(v, 3)) return CLOSE(v, 0);
  Step step = sgd_of(v + 1, v + 2, lr, momentum, weight_decay, nesterov);
  take_step(&step, count_items(v), v[1].buf, v[0].buf);
  return CLOSE(v, 1);
}

API(adam_step)(PyObject *param, PyObject *grad, PyObject *m, PyObject *v_, real rate, real beta1, real rest1,
               real beta2, real rest2, real eps, real l2, real keep) {
  OPEN(v, 3, grad, param, m, v_);
  if (!are_aligned(v, 4)) return CLOSE(v, 0);
  Step step = adam_of(v + 1, v + 2, v + 3, (Adam){rate, beta1, rest1, beta2, rest2, eps, l2, keep});
  take_step(&step, count_items(v), v[1].buf, v[0].buf);
  return CLOSE(v, 1);
}
