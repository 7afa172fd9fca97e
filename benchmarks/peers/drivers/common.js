// What the drivers written for Node share: reading a job, loading the engine, timing, answering, serving.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { createRequire } = require("node:module");

const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

// The engine is installed in a directory of its own, not beside this file.
const load = createRequire(path.join(job.home, "package.json"));

function answer(content) {
  fs.writeFileSync(job.result, JSON.stringify(content));
}

// Warm up, then call for so many seconds and at least twice; microseconds of one call.
async function timed(call) {
  const now = () => process.hrtime.bigint();
  const after = (seconds) => now() + BigInt(Math.round(seconds * 1e9));
  for (let end = after(job.warmUp); now() < end; ) await call();
  const times = [];
  for (let end = after(job.seconds); now() < end || times.length < 2; ) {
    const start = now();
    await call();
    times.push(Number(now() - start) / 1000);
  }
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  return { median: at(0.5), p99: at(0.99), runs: times.length };
}

// Answer every request with what `evaluate` makes of the cart in its body.
async function serve(evaluate) {
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      let status = 200;
      let content;
      try {
        content = await evaluate(JSON.parse(Buffer.concat(parts).toString()));
      } catch (error) {
        status = 500;
        content = { error: String(error) };
      }
      const body = JSON.stringify(content);
      response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
      response.end(body);
    });
  });
  await new Promise((listening) => server.listen(job.port, "127.0.0.1", listening));
}

// Do a job whose engine is this function from a cart to promotions and discount.
async function run(evaluate) {
  if (job.mode === "serve") return serve(evaluate);
  const { hits, discount } = await evaluate(job.workload.cart);
  const timing = await timed(() => evaluate(job.workload.cart));
  answer({ hits, discount, timing });
  process.exit(0);
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

module.exports = { answer, fail, job, load, run };
