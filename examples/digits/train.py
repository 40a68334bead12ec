"""Trains a small CNN on scikit-learn's 8x8 digits in plain NumPy. Writes digits.onnx, the held-out
digits as test_inputs.npz and what the trained network answers to them as test_outputs.npz. The sets
of a compressed build: calibration.npz has digits of the training, validation.npz held-out ones with
their labels."""

import pathlib
import sys

import numpy as np
from sklearn.datasets import load_digits

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_writer import GraphWriter  # noqa: E402

EPOCHS, BATCH, RATE, KEPT, CALIBRATING = 30, 64, 2e-3, 16, 128


def windows(x):
    """[n, c, h, w] to the 3x3 windows of a zero-padded picture: [n, h, w, c * 9]."""
    n, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return view.transpose(0, 2, 3, 1, 4, 5).reshape(n, h, w, c * 9)


def convolve(x, weight, bias):
    columns = windows(x)
    y = columns @ weight.reshape(len(weight), -1).T + bias
    return y.transpose(0, 3, 1, 2), columns


def convolve_gradients(gradient, columns, weight):
    """Gradients for the input, the weight and the bias of `convolve`."""
    flat = gradient.transpose(0, 2, 3, 1)
    to_weight = np.tensordot(flat, columns, ((0, 1, 2), (0, 1, 2))).reshape(weight.shape)
    turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return convolve(gradient, turned, 0)[0], to_weight, flat.sum((0, 1, 2))


def pool(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


def pool_gradient(gradient, x, y):
    wide = y.repeat(2, 2).repeat(2, 3)
    return gradient.repeat(2, 2).repeat(2, 3) * (x == wide)


class Network:
    """conv 16, relu, conv 32, relu, pool, dense 10; Adam."""

    def __init__(self, random):
        def normal(*shape):
            fan_in = np.prod(shape[1:])
            return (random.standard_normal(shape) * np.sqrt(2 / fan_in)).astype(np.float32)

        self.values = {
            "conv1.weight": normal(16, 1, 3, 3), "conv1.bias": np.zeros(16, np.float32),
            "conv2.weight": normal(32, 16, 3, 3), "conv2.bias": np.zeros(32, np.float32),
            "dense.weight": normal(10, 512), "dense.bias": np.zeros(10, np.float32),
        }
        self.moments = {name: (np.zeros_like(v), np.zeros_like(v))
                        for name, v in self.values.items()}
        self.steps = 0

    def forward(self, x):
        v = self.values
        a, columns1 = convolve(x, v["conv1.weight"], v["conv1.bias"])
        a = np.maximum(a, 0)
        b, columns2 = convolve(a, v["conv2.weight"], v["conv2.bias"])
        b = np.maximum(b, 0)
        pooled = pool(b)
        flat = pooled.reshape(len(x), -1)
        logits = flat @ v["dense.weight"].T + v["dense.bias"]
        return logits, (a, columns1, b, columns2, pooled, flat)

    def gradients(self, x, labels):
        logits, (a, columns1, b, columns2, pooled, flat) = self.forward(x)
        chance = np.exp(logits - logits.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        chance[np.arange(len(x)), labels] -= 1
        g = chance / len(x)
        found = {"dense.weight": g.T @ flat, "dense.bias": g.sum(0)}
        g = (g @ self.values["dense.weight"]).reshape(pooled.shape)
        g = pool_gradient(g, b, pooled) * (b > 0)
        g, found["conv2.weight"], found["conv2.bias"] = convolve_gradients(
            g, columns2, self.values["conv2.weight"])
        _, found["conv1.weight"], found["conv1.bias"] = convolve_gradients(
            g * (a > 0), columns1, self.values["conv1.weight"])
        return found

    def step(self, x, labels):
        self.steps += 1
        for name, gradient in self.gradients(x, labels).items():
            first, second = self.moments[name]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            scaled = first / (1 - 0.9**self.steps)
            self.values[name] -= RATE * scaled / (
                np.sqrt(second / (1 - 0.999**self.steps)) + 1e-8)


def train(network, images, labels, random):
    for _ in range(EPOCHS):
        order = random.permutation(len(images))
        for begin in range(0, len(order), BATCH):
            part = order[begin:begin + BATCH]
            network.step(images[part], labels[part])


def export(network, path):
    writer = GraphWriter("digits", seed=0)
    x = writer.input("image", ["batch", 1, 8, 8])
    for name, value in network.values.items():
        writer.constant(name, value.astype(np.float32))
    for layer in ("conv1", "conv2"):
        x = writer.node("Conv", [x, f"{layer}.weight", f"{layer}.bias"], layer,
                        kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        x = writer.node("Relu", [x], f"{layer}.relu")
    x = writer.node("MaxPool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
    x = writer.node("Flatten", [x], "flatten", axis=1)
    x = writer.node("Gemm", [x, "dense.weight", "dense.bias"], "dense", transB=1)
    writer.node("Softmax", [x], "softmax", "probabilities", axis=-1)
    writer.output("probabilities", ["batch", 10])
    writer.save(path)


def write_sets(images, labels, training, held_out):
    np.savez_compressed(HERE / "calibration.npz", image=images[training[:CALIBRATING]])
    np.savez_compressed(HERE / "validation.npz", image=images[held_out],
                        label=labels[held_out].astype(np.int64))


def main():
    random = np.random.default_rng(8)
    data = load_digits()
    images = (data.images / 16).astype(np.float32)[:, None]
    order = random.permutation(len(images))
    split = len(order) * 4 // 5
    training, held_out = order[:split], order[split:]
    network = Network(random)
    train(network, images[training], data.target[training], random)
    answers = network.forward(images[held_out])[0].argmax(1)
    right = (answers == data.target[held_out]).mean()
    print(f"{100 * right:.1f} % of {len(held_out)} held-out digits are right")
    export(network, HERE / "digits.onnx")
    kept = held_out[:KEPT]
    logits = network.forward(images[kept])[0].astype(np.float64)
    chance = np.exp(logits - logits.max(1, keepdims=True))
    chance /= chance.sum(1, keepdims=True)
    np.savez_compressed(HERE / "test_inputs.npz", image=images[kept])
    np.savez_compressed(HERE / "test_outputs.npz", probabilities=chance.astype(np.float32))
    write_sets(images, data.target, training, held_out)
    print("the labels of the test inputs are", "".join(map(str, data.target[kept])))


if __name__ == "__main__":
    main()
