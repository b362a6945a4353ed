import { createServer as createHttp } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { Resolution } from "../../delivery/smoke/client.ts";
import type { Issued } from "./certificates.ts";

/** A real HTTPS server with the HTTP server that stands before it, both on this machine. */
export class WebServer {
  readonly #host: string;
  readonly #servers: readonly Server[];

  private constructor(host: string, servers: readonly Server[]) {
    this.#host = host;
    this.#servers = servers;
  }

  /** `plain` answers on port 80; by default it redirects to HTTPS. */
  static async start(
    host: string,
    { cert, key }: Issued,
    secure: RequestListener,
    plain: RequestListener = redirect,
  ): Promise<WebServer> {
    const servers = [createHttps({ cert, key }, secure), createHttp(plain)];
    for (const server of servers)
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new WebServer(host, servers);
  }

  /** How ports 443 and 80 of the host lead here. */
  get resolutions(): Resolution[] {
    return this.#servers.map((server, index) => ({
      host: this.#host,
      port: [443, 80][index] ?? 0,
      address: "127.0.0.1",
      toPort: (server.address() as AddressInfo).port,
    }));
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

const redirect: RequestListener = (request, response) => {
  response.writeHead(308, {
    location: `https://${request.headers.host ?? ""}${request.url ?? ""}`,
  });
  response.end();
};
