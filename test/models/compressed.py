"""Networks that mdc quantizes itself: as good as the float graph on pictures that the calibration
did not see."""

import dataclasses
import json
from typing import Callable

import numpy as np
from harness import binary
from harness.shared import missing

COSINE = 0.99      # of each output with the float graph's, at the least
BYTE_SHARE = 0.8   # of the multiply-adds

# of a deploy.toml that quantizes statically
STATIC = {"compress": {"calibration": "calibration.npz"},
          "compress.quantize": {"activations": "int8"}}


def opened(path):
    from PIL import Image  # here alone: few tests read pictures
    return Image.open(path)


def scaled(path, width, height):
    with opened(path) as image:
        return np.asarray(image.convert("RGB").resize((width, height)), np.float32)


def centred(path):
    """For ultraface: RGB from -1 to 1."""
    return ((scaled(path, 320, 240) - 127) / 128).transpose(2, 0, 1)[None]


def luminance(path):
    """For super-resolution: Y from 0 to 1."""
    pixels = scaled(path, 224, 224)
    return (pixels @ np.array([0.299, 0.587, 0.114], np.float32) / 255)[None, None]


def letterboxed(path):
    """For yolox: BGR from 0 to 255, padded with grey to a square."""
    with opened(path) as image:
        ratio = 416 / max(image.size)
        width, height = (int(side * ratio) for side in image.size)
    square = np.full((416, 416, 3), 114, np.float32)
    square[:height, :width] = scaled(path, width, height)
    return square[:, :, ::-1].transpose(2, 0, 1)[None]


@dataclasses.dataclass
class Network:
    name: str
    input: str
    pictures: str      # below data/ of the shared folder
    preprocess: Callable
    dims: dict = dataclasses.field(default_factory=dict)


NETWORKS = [
    Network("ultraface-rfb-320", "input", "faces/linzaer", centred),
    Network("super-resolution-10", "input", "ovms-images", luminance, {"batch_size": 1}),
    Network("yolox-nano", "images", "ovms-images", letterboxed),
]


def samples_of(network, shared):
    """(calibration, evaluation): every third picture is kept for the comparison."""
    found = sorted(path for path in (shared / "data" / network.pictures).rglob("*")
                   if path.suffix in (".jpg", ".jpeg"))
    arrays = [network.preprocess(path) for path in found]
    return ([array for i, array in enumerate(arrays) if i % 3],
            [array for i, array in enumerate(arrays) if i % 3 == 0])


def cosine(a, b):
    a, b = (np.asarray(array, np.float64).ravel() for array in (a, b))
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-300))


def cosine_problem(built, network, samples, reference):
    """The least cosine of any output over all samples is that of the worst."""
    worst = {}
    for sample in samples:
        expected = reference({network.input: sample})
        for name, array in binary.infer(built, {network.input: sample}).items():
            worst[name] = min(worst.get(name, 1), cosine(array, expected[name]))
    text = ", ".join(f"{name} {value:.5f}" for name, value in worst.items())
    print(f"  {network.name}: cosine {text}", flush=True)
    return None if min(worst.values()) >= COSINE else f"cosine {text}, expected {COSINE}"


def byte_share(layers):
    """Part of the multiply-adds of `mdc explain --json` that multiply bytes."""
    macs = {True: 0, False: 0}
    for layer in layers:
        macs[layer.get("precision") == "int8"] += layer.get("macs", 0)
    return macs[True] / max(sum(macs.values()), 1)


def share_problem(regions):
    share = byte_share(regions)
    return None if share >= BYTE_SHARE else f"{share:.3f} are, expected {BYTE_SHARE}"


def reasons_problem(regions):
    """None if each layer that stayed float says why."""
    silent = [layer.get("name") for region in regions for layer in region.get("layers", [])
              if layer.get("precision") == "f32" and not layer.get("note")]
    return f"no reason is given for {', '.join(silent)}" if silent else None


def build(session, network, graph, calibration):
    folder = session.folder / f"{network.name}-int8"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "calibration.npz", **{network.input: np.stack(calibration)})
    return binary.build(session.mdc, folder, network.name, graph, network.dims,
                        [binary.machine_isa()], sections=STATIC)


def check(session, shared, reference, chosen):
    for network in NETWORKS:
        what = f"{network.name} quantized"
        path = f"models/{network.name}/model.onnx"
        if not chosen(network.name):
            continue
        absent = "MDC_SHARED is not set" if shared is None else missing(shared, path)
        if absent:
            session.counts.skip(what, absent)
            continue
        calibration, evaluation = samples_of(network, shared)
        try:
            built = build(session, network, shared / path, calibration)
            session.counts.check(f"{what} answers as the float graph does", cosine_problem(
                built, network, evaluation, reference(str(shared / path))))
        except (binary.BuildError, binary.RunError) as error:
            session.counts.fail(what, str(error)[-1500:])
            continue
        code, text = binary.run_mdc(session.mdc, built.parent.parent.parent, ["explain", "--json"],
                                    60)
        regions = json.loads(text) if code == 0 else []
        session.counts.check(f"{what} multiplies bytes in 80 % of its multiply-adds",
                             share_problem(regions))
        session.counts.check(f"{what} says why a layer is float", reasons_problem(regions))
