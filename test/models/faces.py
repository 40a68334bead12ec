"""A picture of drawn faces. On noise a face detector's objectness is a sigmoid near 0, where ONNX
Runtime itself is off by more than the bound; on faces it has something to find at every scale."""

import numpy as np

# per part: centre and half axes in units of the face's half height, then blue, green, red
PARTS = [(0, -0.25, 0.95, 1.2, (20, 25, 35)), (0, 0, 0.75, 1, (120, 150, 205)),
         (0, 0.2, 0.1, 0.04, (70, 85, 120)), (0, 0.5, 0.28, 0.08, (80, 75, 160))]
EYE = [(0.3, -0.2, 0.14, 0.07, (235, 235, 235)), (0.3, -0.2, 0.06, 0.07, (25, 25, 30)),
       (0.3, -0.36, 0.18, 0.035, (30, 35, 45))]
EYES = EYE + [(-x, *rest) for x, *rest in EYE]
FACES = [(250, 60, 12), (130, 190, 90)]  # column, row, half height


def draw(picture, column, row, size):
    height, width = picture.shape[1:]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for dx, dy, a, b, colour in PARTS + EYES:
        across = (x - column - dx * size) / (a * size)
        down = (y - row - dy * size) / (b * size)
        inside = 1 - np.sqrt(across**2 + down**2)
        weight = 1 / (1 + np.exp(-np.clip(inside * min(a, b) * size, -30, 30)))
        for channel, value in enumerate(colour):
            picture[channel] += weight * (value - picture[channel])


def faces(name, size):
    def inputs(random, extents):
        picture = random.uniform(50, 70, (3, size, size)).astype(np.float32)
        for face in FACES:
            draw(picture, *face)
        return {name: picture[None]}
    return inputs
