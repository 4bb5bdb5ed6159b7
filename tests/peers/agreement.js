// SPDX-License-Identifier: Apache-2.0
// Runs a model that quantbench exported on ONNX Runtime, and counts how often both choose the same class.
//
//   npm install --ignore-scripts && node agreement.js --model FILE --predictions FILE [options]
//
//   --model FILE         an ONNX file of a run: results/<name>/models/<recipe>.onnx
//   --predictions FILE   what quantbench chose: results/<name>/predictions/<backend>-<recipe>.csv
//   --images DIR         folder with images.txt and crops_uint8_nhwc.npy (default ../../../shared/reference)
//   --optimize LEVEL     all (default: fused integer kernels) or disabled (each operator as the file says)
//   --least PERCENT      exit with 1 where less of the images agree (default 99)
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');
const { planes, readCrops, sessionOptions } = require('./crops');

const options = {
  model: '', predictions: '', least: '99', optimize: 'all',
  images: path.join(__dirname, '..', '..', '..', 'shared', 'reference'),
};
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, '');
  if (!(name in options) || process.argv[i + 1] === undefined) {
    console.error(`unknown option or missing value: ${process.argv[i]}`);
    process.exit(2);
  }
  options[name] = process.argv[i + 1];
}

function readPredictions(file) {
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return new Map(lines.map((line) => line.split(',')).map((f) => [f[0], Number(f[2])]));
}

async function main() {
  const crops = readCrops(path.join(options.images, 'crops_uint8_nhwc.npy'));
  const { count, side } = crops;
  const names = fs.readFileSync(path.join(options.images, 'images.txt'), 'utf8').trim().split('\n');
  const ours = readPredictions(options.predictions);
  const session = await ort.InferenceSession.create(options.model, sessionOptions(options.optimize));
  let same = 0;
  for (let image = 0; image < count; ++image) {
    const input = new ort.Tensor('float32', planes(crops, image), [1, 3, side, side]);
    const feeds = { [session.inputNames[0]]: input };
    const scores = (await session.run(feeds))[session.outputNames[0]].data;
    const theirs = scores.indexOf(Math.max(...scores));
    if (theirs === ours.get(names[image])) ++same;
    else console.log(`${names[image]}: ONNX Runtime ${theirs}, quantbench ${ours.get(names[image])}`);
  }
  console.log(`${same} of ${count} images agree (${(100 * same / count).toFixed(1)} %)`);
  process.exitCode = 100 * same >= Number(options.least) * count ? 0 : 1;
}

main().catch((error) => { console.error(error.message); process.exit(2); });
