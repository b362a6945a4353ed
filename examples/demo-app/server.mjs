// The smallest application that Slipway can deploy, and one that can misbehave: the cluster suite
// deploys it to see what a failing release does. Switches are variables of the environment.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers";

const {
  PORT = "8080",
  POD_NAME,
  REVISION,
  /** `postgresql://host:port/...`: readiness asks whether something listens there. */
  DATABASE_URL,
  CRASH_AFTER_SECONDS,
  NEVER_READY,
  /** Every so many-th readiness probe fails. */
  READY_FAIL_EVERY,
  START_DELAY_SECONDS = "0",
} = process.env;

if (process.argv.includes("--help")) {
  console.log("a web server; its switches are variables of the environment");
  process.exit(0);
}

let draining = false;
let probes = 0;

function databaseAnswers() {
  if (DATABASE_URL === undefined) return Promise.resolve(true);
  const { hostname, port } = new URL(DATABASE_URL);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || "5432"), timeout: 1000 });
    const answer = (listens) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}

async function isReady() {
  probes += 1;
  const skipped = READY_FAIL_EVERY !== undefined && probes % Number(READY_FAIL_EVERY) === 0;
  return !draining && NEVER_READY !== "1" && !skipped && (await databaseAnswers());
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const variable = /^\/env\/([A-Za-z_][A-Za-z0-9_]*)-sha256$/.exec(pathname)?.[1];
  if (variable !== undefined) {
    const value = process.env[variable];
    if (value === undefined) return answer(404, { missing: variable });
    return answer(200, { sha256: createHash("sha256").update(value).digest("hex") });
  }
  switch (pathname) {
    case "/status/alive":
      return answer(200, { alive: true });
    case "/status/ready": {
      const ready = await isReady();
      return answer(ready ? 200 : 503, { ready });
    }
    case "/v3/api-docs":
      return answer(200, { openapi: "3.1.0", info: { title: "demo", version: REVISION ?? "" } });
    case "/echo":
      return answer(200, { headers: request.headers });
    default:
      return answer(200, {
        revision: REVISION,
        pod: POD_NAME,
        environment: Object.keys(process.env).sort(),
      });
  }
});

setTimeout(
  () => {
    server.listen(Number(PORT), () => console.log(`listening on ${server.address().port}`));
  },
  Number(START_DELAY_SECONDS) * 1000,
);

if (CRASH_AFTER_SECONDS !== undefined)
  setTimeout(
    () => {
      console.error("crashing, as CRASH_AFTER_SECONDS asks");
      process.exit(1);
    },
    Number(CRASH_AFTER_SECONDS) * 1000,
  );

// Kubernetes has stopped sending by now (preStop): finish what is open, then go.
process.on("SIGTERM", () => {
  draining = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
