// SPDX-License-Identifier: Apache-2.0
// Networks on ONNX Runtime and on a quantbench plugin, alternating in one run; prints times and ratios.
//
//   npm install --ignore-scripts && taskset -c 0 node compare.js [options] FOLDER...
//
//   FOLDER          of a network, with fp32.onnx, int8.onnx or both, or of such folders (make_networks.py makes some)
//   --runner FILE   network_runner of the build (default ../../build/release/bin/network_runner)
//   --plugin FILE   plugin library (default ../../build/release/lib/quantbench/x86_vnni.so)
//   --isa NAME      ISA path to force
//   --threads N     default 1     --batch N  default 1     --rounds N  default 15
//   --streams N     images a second of N contexts at once, as in a server, instead of times
//
// Pin the process to as many cores as threads. Each round runs every engine for some 100 ms, one after the other, so that
// all see the same neighbours and clock; a round's time is the median of its inferences. int8 runs on ONNX Runtime twice:
// as it is by default, where products may saturate without VNNI, and exactly (session.x64quantprecision). On a machine that
// others use as well the medians hold their time slices too: the ratio of the least times is the one to trust there.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');
const { Runner } = require('./runner');
const { OnnxRuntimeStreams, PluginStreams, ratesOf } = require('./streams');

const here = (...parts) => path.join(__dirname, ...parts);
const options = {
  runner: here('..', '..', 'build', 'release', 'bin', 'network_runner'),
  plugin: here('..', '..', 'build', 'release', 'lib', 'quantbench', 'x86_vnni.so'),
  isa: '',
  threads: '1',
  batch: '1',
  rounds: '15',
  streams: '0',
};
const folders = [];

function fail(message) {
  console.error(`compare.js: ${message}`);
  process.exit(2);
}

for (let i = 2; i < process.argv.length; ++i) {
  const name = process.argv[i].replace(/^--/, '');
  if (name === process.argv[i]) folders.push(name);
  else if (!(name in options) || process.argv[i + 1] === undefined) fail(`unknown option or missing value: ${process.argv[i]}`);
  else options[name] = process.argv[++i];
}
for (const [file, made] of [
  [options.runner, 'cmake --build build/release --target benchmarks makes it'],
  [options.plugin, './dev build makes it'],
]) {
  if (!fs.existsSync(file)) fail(`there is no ${file}; ${made}`);
}

const hasModels = (folder) => ['fp32.onnx', 'int8.onnx'].some((file) => fs.existsSync(path.join(folder, file)));
const networks = folders.flatMap((folder) => {
  if (hasModels(folder)) return [folder];
  if (!fs.existsSync(folder)) fail(`there is no ${folder}`);
  return fs.readdirSync(folder).map((name) => path.join(folder, name)).filter(hasModels);
});
if (networks.length === 0) fail('name a folder with fp32.onnx or int8.onnx; make_networks.py makes some');

const threads = Number(options.threads), batch = Number(options.batch);
const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];
const least = (values) => values.reduce((a, b) => Math.min(a, b));

// The plugin's side: a child process that runs when told to.
class Plugin extends Runner {
  static create(file) {
    const args = [options.plugin, file, String(batch), String(threads)];
    if (options.isa) args.push(options.isa);
    return super.create(options.runner, args);
  }
  async run(count) { return (await this.ask(count)).split(' ').map(Number); }
}

class OnnxRuntime {
  static async create(file, extra) {
    const engine = new OnnxRuntime();
    engine.session = await ort.InferenceSession.create(file, {
      intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
      executionMode: 'sequential', logSeverityLevel: 3, ...(extra && { extra }),
    });
    const { shape } = engine.session.inputMetadata[0];
    const dims = [batch, ...shape.slice(1)];
    const data = new Float32Array(dims.reduce((a, b) => a * b)).map(() => Math.random() * 2 - 1);
    engine.feeds = { [engine.session.inputNames[0]]: new ort.Tensor('float32', data, dims) };
    return engine;
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
  end() { return this.session.release(); }
}

// Milliseconds of each engine on one file: medians of the rounds, and least times.
async function timed(file, engines) {
  for (const engine of engines) {
    await engine.run(3);
    engine.each = Math.max(1, Math.round(100 / median(await engine.run(3))));
    engine.medians = [];
    engine.all = [];
  }
  for (let round = 0; round < Number(options.rounds); ++round) {
    for (const engine of engines) {
      const times = await engine.run(engine.each);
      engine.medians.push(median(times));
      engine.all.push(...times);
    }
  }
  for (const engine of engines) await engine.end();
  return engines.map((engine) => ({ median: median(engine.medians) / batch, least: least(engine.all) / batch }));
}

const ratio = (a, b) => (a.least / b.least).toFixed(2);
const pair = (a, b) => `${a.median.toFixed(2)} / ${b.median.toFixed(2)}`;

let plugin = '';
async function compare(folder) {
  const row = { network: path.basename(folder) };
  const fp32 = path.join(folder, 'fp32.onnx'), int8 = path.join(folder, 'int8.onnx');
  let float, integer;
  if (fs.existsSync(fp32)) {
    const ours = await Plugin.create(fp32);
    plugin = ours.name;
    const [a, b] = await timed(fp32, [ours, await OnnxRuntime.create(fp32)]);
    Object.assign(row, { 'fp32 ms': pair(a, b), fp32: ratio(a, b) });
    float = a;
  }
  if (fs.existsSync(int8)) {
    const ours = await Plugin.create(int8);
    plugin = ours.name;
    const exact = await OnnxRuntime.create(int8, { session: { x64quantprecision: '1' } });
    const [a, b, c] = await timed(int8, [ours, await OnnxRuntime.create(int8), exact]);
    Object.assign(row, { 'int8 ms': pair(a, b), int8: ratio(a, b), 'int8 exact': ratio(a, c) });
    integer = a;
  }
  if (float && integer) row['int8 faster'] = ratio(float, integer);
  return row;
}

// The same of several streams at once: images a second, and ratios of the times an image at the highest rates.
async function compareStreams(folder) {
  const row = { network: path.basename(folder) };
  const settings = { ...options, threads, batch, streams: Number(options.streams) };
  const slower = (a, b) => (b.highest / a.highest).toFixed(2);
  const rates = (a, b) => `${a.median.toFixed(1)} / ${b.median.toFixed(1)}`;
  const best = {};
  for (const type of ['fp32', 'int8']) {
    const file = path.join(folder, `${type}.onnx`);
    if (!fs.existsSync(file)) continue;
    const ours = await PluginStreams.create(file, settings);
    plugin = ours.name;
    const engines = [ours, await OnnxRuntimeStreams.create(file, settings)];
    if (type === 'int8') engines.push(await OnnxRuntimeStreams.create(file, settings, { session: { x64quantprecision: '1' } }));
    const [a, b, exact] = await ratesOf(engines, Number(options.rounds));
    best[type] = a;
    Object.assign(row, { [`${type} img/s`]: rates(a, b), [type]: slower(a, b) });
    if (exact) row['int8 exact'] = slower(a, exact);
  }
  if (best.fp32 && best.int8) row['int8 faster'] = slower(best.fp32, best.int8);
  return row;
}

async function main() {
  const rows = [];
  const streams = Number(options.streams);
  if (!Number.isInteger(streams) || streams < 0) fail('--streams: expected a whole number');
  for (const folder of networks) {
    rows.push(await (streams > 0 ? compareStreams(folder) : compare(folder)));
    process.stderr.write(`${rows.length} of ${networks.length} networks\r`);
  }
  const figures = ['fp32', 'int8', 'int8 exact', 'int8 faster'];
  const summary = (network, of) => ({ network, ...Object.fromEntries(figures.flatMap((figure) => {
    const values = rows.map((row) => Number(row[figure])).filter((value) => value > 0);
    return values.length > 0 ? [[figure, of(values).toFixed(2)]] : [];
  })) });
  const mean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const of = streams > 0
    ? `, ${streams} stream${streams > 1 ? 's' : ''} at once: medians in images a second, ratios of the times an image at the highest rates`
    : ': medians in ms an image, ratios of least times';
  console.log(`${plugin} / onnxruntime-node ${require('onnxruntime-node/package.json').version}, ` +
    `batch ${batch}, ${threads} thread${threads > 1 ? 's' : ''}${of}`);
  const unit = streams > 0 ? 'img/s' : 'ms';
  console.table([...rows, summary('geometric mean', mean), summary('largest', (values) => Math.max(...values))],
    ['network', `fp32 ${unit}`, 'fp32', `int8 ${unit}`, 'int8', 'int8 exact', 'int8 faster']);
}

main().catch((error) => fail(error.message));
