// The same network and step in TensorFlow.js, in a worker as the page's own Python is: 784-1024-10, tanh, batch 64,
// SGD, loss and accuracy read after every step.
importScripts("tf.min.js", "tf-backend-wasm.min.js");

const BATCH = 64, RATE = 0.1, BATCHES = 100;
let images, labels, model, hand;

async function prepare() {
  tf.wasm.setWasmPaths(new URL("./", location.href).href);
  await tf.setBackend("wasm");
  const read = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
  const pixels = await read("images.bin"), digits = await read("labels.bin");
  const count = BATCH * BATCHES;
  images = tf.tidy(() => tf.tensor2d(Float32Array.from(pixels.subarray(0, count * 784)), [count, 784]).div(255));
  labels = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(digits.subarray(0, count)), "int32"), 10).toFloat());

  model = tf.sequential({layers: [
    tf.layers.dense({units: 1024, activation: "tanh", inputShape: [784]}),
    tf.layers.dense({units: 10, activation: "softmax"}),
  ]});
  model.compile({optimizer: tf.train.sgd(RATE), loss: "categoricalCrossentropy", metrics: ["accuracy"]});
  hand = {
    w1: tf.variable(tf.randomNormal([784, 1024], 0, 0.03)), b1: tf.variable(tf.zeros([1024])),
    w2: tf.variable(tf.randomNormal([1024, 10], 0, 0.03)), b2: tf.variable(tf.zeros([10])),
  };
  return `TensorFlow.js ${tf.version.tfjs}, ${tf.getBackend()}`;
}

function batch(i) {
  const start = (i % BATCHES) * BATCH;
  return [images.slice([start, 0], [BATCH, -1]), labels.slice([start, 0], [BATCH, -1])];
}

// The layers API as its guide uses it.
async function trainOnBatch(i) {
  const [x, y] = batch(i);
  await model.trainOnBatch(x, y);
  x.dispose();
  y.dispose();
}

// By hand: forward and backward written out, transposes made before the products, since this backend's transposed
// product is some forty times slower than its plain one.
function byHand(i) {
  tf.tidy(() => {
    const {w1, b1, w2, b2} = hand;
    const [x, y] = batch(i);
    const h = tf.fused.matMul({a: x, b: w1, bias: b1}).tanh();
    const logits = tf.fused.matMul({a: h, b: w2, bias: b2});
    const logp = logits.logSoftmax();
    logp.mul(y).sum().div(-BATCH).dataSync(); // loss
    logits.argMax(1).equal(y.argMax(1)).sum().dataSync(); // correct answers
    const g = logp.exp().sub(y).div(BATCH);
    const gh = g.matMul(w2.transpose()).mul(tf.sub(1, h.square()));
    const move = (variable, gradient) => variable.assign(variable.sub(gradient.mul(RATE)));
    move(w2, h.transpose().matMul(g));
    move(b2, g.sum(0));
    move(w1, x.transpose().matMul(gh));
    move(b1, gh.sum(0));
  });
}

// The small CNN by the layers API. The WebAssembly backend lacks gradients of convolutions: plain JavaScript has them.
let small;
async function cnn(i) {
  if (!small) {
    await tf.setBackend("cpu");
    const conv = (filters, more = {}) =>
      tf.layers.conv2d({filters, kernelSize: 3, padding: "same", activation: "relu", ...more});
    small = tf.sequential({layers: [
      conv(16, {inputShape: [28, 28, 1]}), tf.layers.maxPooling2d({poolSize: 2}),
      conv(32), tf.layers.maxPooling2d({poolSize: 2}), conv(64), tf.layers.flatten(),
      tf.layers.dense({units: 64, activation: "relu"}), tf.layers.dense({units: 10, activation: "softmax"}),
    ]});
    small.compile({optimizer: tf.train.adam(0.003), loss: "categoricalCrossentropy", metrics: ["accuracy"]});
  }
  const [x, y] = batch(i), pictures = x.reshape([BATCH, 28, 28, 1]);
  await small.trainOnBatch(pictures, y);
  tf.dispose([x, y, pictures]);
}

async function rate(step, seconds) {
  const start = performance.now();
  let count = 0, elapsed;
  do {
    await step(count++);
    elapsed = (performance.now() - start) / 1000;
  } while (elapsed < seconds);
  return count / elapsed;
}

onmessage = async ({data: {id, command, seconds}}) => {
  try {
    const value = command === "prepare" ? await prepare()
      : await rate({trainOnBatch, byHand, cnn}[command], seconds);
    postMessage({id, value});
  } catch (error) {
    postMessage({id, error: String(error)});
  }
};
