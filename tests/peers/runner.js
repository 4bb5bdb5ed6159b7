// SPDX-License-Identifier: Apache-2.0
// The plugin's side of a comparison: network_runner as a child process, which runs when told to.
'use strict';
const readline = require('readline');
const { spawn } = require('child_process');

class Runner {
  // `args` are network_runner's; its first line is the plugin's name and ISA path.
  static async create(runner, args) {
    const engine = new this();
    engine.child = spawn(runner, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    engine.lines = readline.createInterface({ input: engine.child.stdout })[Symbol.asyncIterator]();
    engine.name = await engine.line();
    return engine;
  }
  async line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the runner ended early');
    return value;
  }
  ask(question) {
    this.child.stdin.write(`${question}\n`);
    return this.line();
  }
  end() { this.child.stdin.end(); }
}

module.exports = { Runner };
