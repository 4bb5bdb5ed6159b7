// SPDX-License-Identifier: Apache-2.0
// MobileNetV2 on ONNX Runtime and on a quantbench plugin, alternating in one run; prints medians and ratios.
//
//   npm install --ignore-scripts && taskset -c 0 node compare.js [options]
//
//   --runner FILE   network_runner of the build (default ../../build/release/bin/network_runner)
//   --plugin FILE   plugin library (default ../../build/release/lib/quantbench/x86_vnni.so)
//   --models DIR    folder of the ONNX models (default ../../../shared/models)
//   --isa NAME      ISA path to force
//   --threads LIST  default 1     --batches LIST  default 1,4     --rounds N  default 21
//
// Pin the process to as many cores as threads. Each round runs both engines for a few inferences, one after the other,
// so that both see the same neighbours and clock; a round's time is the median of its inferences. On a machine that
// others use as well the medians hold their time slices too: the ratio of the least times is the one to trust there.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { spawn } = require('child_process');
const ort = require('onnxruntime-node');

const here = (...parts) => path.join(__dirname, ...parts);
const options = {
  runner: here('..', '..', 'build', 'release', 'bin', 'network_runner'),
  plugin: here('..', '..', 'build', 'release', 'lib', 'quantbench', 'x86_vnni.so'),
  models: here('..', '..', '..', 'shared', 'models'),
  isa: '',
  threads: '1',
  batches: '1,4',
  rounds: '21',
};
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, '');
  if (!(name in options) || process.argv[i + 1] === undefined) {
    console.error(`unknown option or missing value: ${process.argv[i]}`);
    process.exit(2);
  }
  options[name] = process.argv[i + 1];
}

for (const [file, made] of [
  [options.runner, 'cmake --build build/release --target benchmarks makes it'],
  [options.plugin, './dev build makes it'],
]) {
  if (!fs.existsSync(file)) {
    console.error(`there is no ${file}; ${made}`);
    process.exit(2);
  }
}

const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

// The plugin's side: a child process that runs when told to.
class Runner {
  constructor(precision, batch, threads) {
    const args = [options.plugin, precision, String(batch), String(threads)];
    if (options.isa) args.push(options.isa);
    this.child = spawn(options.runner, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }
  async line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the runner ended early');
    return value;
  }
  async run(count) {
    this.child.stdin.write(`${count}\n`);
    return (await this.line()).split(' ').map(Number);
  }
  end() { this.child.stdin.end(); }
}

class OnnxRuntime {
  static async create(file, batch, threads) {
    const peer = new OnnxRuntime();
    peer.session = await ort.InferenceSession.create(file, {
      intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
      executionMode: 'sequential', logSeverityLevel: 3,
    });
    const data = new Float32Array(batch * 3 * 224 * 224).map(() => Math.random() * 2 - 1);
    peer.feeds = { [peer.session.inputNames[0]]: new ort.Tensor('float32', data, [batch, 3, 224, 224]) };
    return peer;
  }
  async run(count) {
    const times = [];
    for (let i = 0; i < count; ++i) {
      const start = process.hrtime.bigint();
      await this.session.run(this.feeds);
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    return times;
  }
}

async function compare(precision, batch, threads) {
  const model = precision === 'int8' ? 'mobilenet_v2_int8_qdq.onnx' : 'mobilenet_v2.onnx';
  const ours = new Runner(precision, batch, threads);
  const name = await ours.line();
  const row = { engine: name, precision, batch, threads };
  try {
    const theirs = await OnnxRuntime.create(path.join(options.models, model), batch, threads);
    const times = { ours: [], theirs: [] }, all = { ours: [], theirs: [] };
    await ours.run(10);
    await theirs.run(10);
    for (let round = 0; round < Number(options.rounds); ++round) {
      const [a, b] = [await ours.run(15), await theirs.run(15)];
      times.ours.push(median(a));
      times.theirs.push(median(b));
      all.ours.push(...a);
      all.theirs.push(...b);
    }
    const ratios = times.ours.map((t, i) => t / times.theirs[i]);
    row.quantbench_ms_per_image = (median(times.ours) / batch).toFixed(3);
    row.onnxruntime_ms_per_image = (median(times.theirs) / batch).toFixed(3);
    row.ratio = median(ratios).toFixed(3);
    const least = (rounds) => Math.min(...rounds);
    row.least_ms = `${(least(all.ours) / batch).toFixed(3)} / ${(least(all.theirs) / batch).toFixed(3)}`;
    row.ratio_of_least = (least(all.ours) / least(all.theirs)).toFixed(3);
  } catch (error) {
    row.ratio = `failed: ${error.message.split('\n')[0]}`;
  }
  ours.end();
  return row;
}

async function main() {
  const rows = [];
  for (const threads of options.threads.split(',').map(Number))
    for (const batch of options.batches.split(',').map(Number))
      for (const precision of ['int8', 'fp32']) rows.push(await compare(precision, batch, threads));
  console.log(`onnxruntime-node ${require('onnxruntime-node/package.json').version}`);
  console.table(rows);
}

main().catch((error) => { console.error(error.message); process.exit(1); });
