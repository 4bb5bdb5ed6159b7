// SPDX-License-Identifier: Apache-2.0
// The throughput of both engines, for compare.js: several streams at once, each with a thread of its own.
//
// ONNX Runtime gets a session and a JavaScript thread a stream, since its binding runs inferences on the thread that asks. Its
// runs count as quantbench's do: in the time in which every stream was running, those over its edges by the part inside.
'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { Runner } = require('./runner');

const now = () => Number(process.hrtime.bigint()) / 1e9;  // the same clock in all threads
const answer = (worker) => new Promise((resolve, reject) => {
  worker.once('message', resolve);
  worker.once('error', reject);
});

async function streamOf({ file, batch, threads, extra }) {
  const ort = require('onnxruntime-node');
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
    executionMode: 'sequential', logSeverityLevel: 3, ...(extra && { extra }),
  });
  const { shape } = session.inputMetadata[0];
  const dims = [batch, ...shape.slice(1)];
  const data = new Float32Array(dims.reduce((a, b) => a * b)).map(() => Math.random() * 2 - 1);
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, dims) };
  parentPort.on('message', async (seconds) => {
    const runs = [];
    for (const until = now() + seconds; runs.length < 3 || now() < until;) {
      const start = now();
      await session.run(feeds);
      runs.push([start, now()]);
    }
    parentPort.postMessage(runs);
  });
  parentPort.postMessage('ready');
}

// Images a second of runs of several streams, lists of [start, end].
function rateOf(streams, batch) {
  const opened = Math.max(...streams.map((runs) => runs[0][0]));
  const closed = Math.min(...streams.map((runs) => runs[runs.length - 1][1]));
  if (!(closed > opened)) throw new Error('the streams of ONNX Runtime did not run at once');
  const inside = ([start, end]) => Math.max(0, Math.min(end, closed) - Math.max(start, opened)) / (end - start);
  return batch * streams.flat().reduce((sum, run) => sum + inside(run), 0) / (closed - opened);
}

class OnnxRuntimeStreams {
  static async create(file, { streams, batch, threads }, extra) {
    const engine = new OnnxRuntimeStreams();
    engine.batch = batch;
    engine.workers = [];
    for (let i = 0; i < streams; ++i) engine.workers.push(new Worker(__filename, { workerData: { file, batch, threads, extra } }));
    await Promise.all(engine.workers.map(answer));
    return engine;
  }
  async rate(seconds) {
    const answers = Promise.all(this.workers.map(answer));
    for (const worker of this.workers) worker.postMessage(seconds);
    return rateOf(await answers, this.batch);
  }
  end() { return Promise.all(this.workers.map((worker) => worker.terminate())); }
}

// The plugin's side: network_runner, told for how long.
class PluginStreams extends Runner {
  static create(file, { runner, plugin, isa, streams, batch, threads }) {
    return super.create(runner, [plugin, file, String(batch), String(threads), isa, `streams=${streams}`]);
  }
  async rate(seconds) { return Number(await this.ask(seconds)); }
}

// Images a second of each engine: medians of the rounds, and the highest.
async function ratesOf(engines, rounds) {
  const seconds = 1;
  for (const engine of engines) {
    await engine.rate(seconds / 4);
    engine.rates = [];
  }
  for (let round = 0; round < rounds; ++round) {
    for (const engine of engines) engine.rates.push(await engine.rate(seconds));
  }
  for (const engine of engines) await engine.end();
  return engines.map(({ rates }) => {
    const sorted = rates.slice().sort((a, b) => a - b);
    return { median: sorted[Math.floor(sorted.length / 2)], highest: sorted[sorted.length - 1] };
  });
}

if (!isMainThread) streamOf(workerData);
module.exports = { OnnxRuntimeStreams, PluginStreams, ratesOf };
