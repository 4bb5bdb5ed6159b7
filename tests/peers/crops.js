// SPDX-License-Identifier: Apache-2.0
// What the programs that run ONNX Runtime share: crops as its inputs, and its options.
'use strict';
const fs = require('fs');

// [images, side, side, 3] of bytes, version 1 of the format.
function readCrops(file) {
  const bytes = fs.readFileSync(file);
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const shape = bytes.toString('latin1', 10, headerEnd).match(/'shape': \(([^)]*)\)/)[1];
  const [count, side] = shape.split(',').filter((n) => n.trim()).map(Number);
  return { count, side, pixels: bytes.subarray(headerEnd) };
}

// Pixels are normalised to -1..1 as quantbench and torchvision do it, step by step in float32: a network that quantises
// these pixels in steps of 1/127.5 has every one of them at a tie, which another order of operations decides otherwise.
const normalised = (byte) => Math.fround(Math.fround(Math.fround(byte / 255) - 0.5) / 0.5);

// [3, side, side] of crop number `image`.
function planes({ side, pixels }, image) {
  const area = side * side;
  const data = new Float32Array(3 * area);
  for (let p = 0; p < area; ++p)
    for (let c = 0; c < 3; ++c) data[c * area + p] = normalised(pixels[(image * area + p) * 3 + c]);
  return data;
}

function normalisedCrop(file, image) {
  const crops = readCrops(file);
  return { data: planes(crops, image), side: crops.side };
}

// ONNX Runtime's integer products are told to be exact: on x86 without VNNI they saturate by default, which costs
// MobileNetV2 3 points of Top-1 and says nothing about quantbench.
function sessionOptions(graphOptimizationLevel) {
  return { graphOptimizationLevel, logSeverityLevel: 3, extra: { session: { x64quantprecision: '1' } } };
}

module.exports = { readCrops, planes, normalisedCrop, sessionOptions };
