// The smallest application that Slipway can deploy: readiness, liveness, and what it was told.
import { createServer } from "node:http";

const port = Number(process.env.PORT ?? "8080");
let draining = false;

const server = createServer((request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  switch (request.url) {
    case "/status/alive":
      return answer(200, { alive: true });
    case "/status/ready":
      return answer(draining ? 503 : 200, { ready: !draining });
    default:
      return answer(200, { pod: process.env.POD_NAME, greeting: process.env.GREETING });
  }
});

server.listen(port, () => console.log(`listening on ${port}`));

// Kubernetes has stopped sending by now (preStop): finish what is open, then go.
process.on("SIGTERM", () => {
  draining = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
