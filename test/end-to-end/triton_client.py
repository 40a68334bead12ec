"""triton_client.py ADDRESS MODEL INPUTS.npz OUTPUTS.npz: asks a server with Triton's own client, in
JSON and with binary tensors, and compares the answers with OUTPUTS at 1e-4 of the largest."""

import sys

import numpy as np
import tritonclient.http as triton

BOUND = 1e-4

address, model, inputs_path, outputs_path = sys.argv[1:]
inputs, expected = np.load(inputs_path), np.load(outputs_path)
with triton.InferenceServerClient(address) as client:
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(model)
    metadata = client.get_model_metadata(model)
    print("metadata", metadata["name"], [row["name"] for row in metadata["inputs"]],
          [row["shape"] for row in metadata["outputs"]])
    for binary in (False, True):
        values = []
        for row in metadata["inputs"]:
            array = inputs[row["name"]][:3]
            values.append(triton.InferInput(row["name"], list(array.shape), row["datatype"]))
            values[-1].set_data_from_numpy(array, binary_data=binary)
        wanted = [triton.InferRequestedOutput(name, binary_data=binary) for name in expected.files]
        answer = client.infer(model, values, outputs=wanted, request_id="7")
        assert answer.get_response()["id"] == "7"
        for name in expected.files:
            got, golden = answer.as_numpy(name), expected[name][:3]
            error = np.abs(got - golden).max() / np.abs(golden).max()
            kind = "binary" if binary else "json"
            print(kind, name, list(got.shape), "right" if error <= BOUND else f"off by {error:.2g}")
