// SPDX-License-Identifier: Apache-2.0
// Runs a model on ONNX Runtime and writes every graph output of one crop as raw bytes; for nodes.py.
//
//   node outputs.js MODEL CROPS_NPY IMAGE OUT_DIR
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');
const { normalisedCrop, sessionOptions } = require('./crops');

async function main([model, crops, image, out]) {
  const session = await ort.InferenceSession.create(model, sessionOptions('all'));
  const { data, side } = normalisedCrop(crops, Number(image));
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, [1, 3, side, side]) });
  session.outputNames.forEach((name, i) => {
    const { data: values } = results[name];
    fs.writeFileSync(path.join(out, `${i}.bin`), Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  });
}

main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(2); });
