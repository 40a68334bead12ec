"""Graphs that other tools quantized: integer kernels, the same bits everywhere, the right
answers."""

import csv
import json

import numpy as np
import tritonclient.http
from harness import binary

HASWELL = ("qemu-x86_64", "-cpu", "Haswell")
# ImageNet's means and deviations of red, green and blue, as torchvision states them
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def picture(path):
    """[1, 3, 224, 224] of a picture file: its short side scaled to 256, the middle cut out."""
    from PIL import Image  # here alone: no other test reads pictures
    image = Image.open(path).convert("RGB")
    scale = 256 / min(image.size)
    image = image.resize([round(side * scale) for side in image.size], Image.Resampling.BILINEAR)
    left, top = ((side - 224) // 2 for side in image.size)
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return ((pixels - MEAN) / DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)


def labelled_pictures(folder):
    """(inputs, class) of each picture that labels.csv lists."""
    with open(folder / "labels.csv", encoding="ascii") as file:
        for row in csv.DictReader(file):
            yield picture(folder / row["file"]), int(row["imagenet_class"])


def pictures_problem(built, model, samples):
    """None if the served network names each picture right, asked over HTTP."""
    wrong = []
    with binary.Server(built) as server:
        with tritonclient.http.InferenceServerClient(server.address) as client:
            for number, (pixels, label) in enumerate(samples):
                value = tritonclient.http.InferInput("input", list(pixels.shape), "FP32")
                value.set_data_from_numpy(pixels, binary_data=True)
                answer = client.infer(model, [value]).as_numpy("output")
                if answer.argmax() != label:
                    wrong.append(f"picture {number} is {answer.argmax()}, expected {label}")
    return "; ".join(wrong) or None


def kernels_problem(mdc, folder, kernels, island=()):
    """None if each region whose kernel is one of `kernels` multiplies bytes, but for those of the
    nodes `island`."""
    code, text = binary.run_mdc(mdc, folder, ["explain", "--json"], 60)
    if code != 0:
        return text
    regions = [region for region in json.loads(text)
               if region["kernel"] in kernels and not set(region["nodes"]) & set(island)]
    others = [", ".join(region["nodes"][:2]) for region in regions
              if region["precision"] != "int8"]
    if not regions:
        return f"there is no {' or '.join(kernels)}"
    return f"not of bytes: {'; '.join(others)}" if others else None


def stored_problem(mdc, folder, nodes):
    """None if what each of `nodes` computes is stored as bytes."""
    code, text = binary.run_mdc(mdc, folder, ["explain", "--json"], 60)
    if code != 0:
        return text
    types = {node: region["precision"] for region in json.loads(text) for node in region["nodes"]}
    others = [f"{node} as {types.get(node)}" for node in nodes if types.get(node) != "ui8"]
    return f"not stored as bytes: {', '.join(others)}" if others else None


def bits(built, inputs, arguments, prefix=()):
    outputs = binary.infer(built, inputs, arguments, prefix)
    return {name: array.tobytes() for name, array in outputs.items()}


def check_same_bits(counts, name, built, inputs, emulated):
    """One answer at every level of this machine, by any number of threads, on an older CPU too."""
    first = bits(built, inputs, ["--isa", "v3", "--threads", "1"])
    for level in binary.machine_isas():
        for threads in (1, 2, 3, 4):
            same = bits(built, inputs, ["--isa", level, "--threads", str(threads)]) == first
            counts.check(f"{name} has the same bits on {level} with {threads} threads",
                         None if same else "they differ from v3 with one thread")
    if emulated:
        same = bits(built, inputs, [], HASWELL) == first
        counts.check(f"{name} has the same bits on an emulated Haswell",
                     None if same else "they differ from v3 with one thread")
