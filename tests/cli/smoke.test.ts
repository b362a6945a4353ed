import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../support/certificates.ts";
import { slipway } from "../support/command-line.ts";
import { WebServer } from "../support/web-server.ts";

const host = "demo.apps.test";

const smoke = (...args: string[]) => slipway(["smoke", ...args]);

describe("slipway smoke", () => {
  const authority = new Authority("Test authority");
  let directory: string;
  let server: WebServer | undefined;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-smoke-"));
    writeFileSync(join(directory, "ca.pem"), authority.cert);
  });
  afterEach(() => {
    server?.close();
    server = undefined;
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function served(listener: RequestListener): Promise<string[]> {
    server = await WebServer.start(host, authority.issue({ name: host, hosts: [host] }), listener);
    const resolve = server.resolutions.flatMap(({ port, address, toPort }) => [
      "--resolve",
      `${host}:${String(port)}:${address}:${String(toPort)}`,
    ]);
    return ["local", "--ca", join(directory, "ca.pem"), ...resolve];
  }

  it("passes for a stack that works, and says what it asked", async () => {
    const { status, stdout, stderr } = await smoke(
      ...(await served((_, response) => response.end("ok"))),
    );
    assert.equal(status, 0, stderr);
    assert.equal(
      stdout,
      [
        `ok    demo health  https://${host}/status/ready`,
        `ok    demo redirect  http://${host}/status/ready`,
        "",
      ].join("\n"),
    );
  });

  it("fails with the URL and the reason, also as JSON", async () => {
    const args = [
      ...(await served((_, response) => response.writeHead(503).end())),
      ...["--timeout-seconds", "1"],
    ];
    const url = `https://${host}/status/ready`;
    const reason = "status 503, not 200 to 399";
    const { status, stdout, stderr } = await smoke(...args);
    assert.equal(status, 1);
    assert.equal(stderr, `${url} failed: ${reason}\n`);
    assert.match(stdout, /^FAIL {2}demo health {2}https/);
    const json = await smoke(...args, "--json");
    assert.equal(json.status, 1);
    assert.deepEqual(JSON.parse(json.stdout), {
      schemaVersion: 1,
      stack: "local",
      passed: false,
      results: [
        { app: "demo", check: "health", url, passed: false, reason },
        {
          ...{ app: "demo", check: "redirect", passed: true },
          url: `http://${host}/status/ready`,
        },
      ],
    });
  });

  it("trusts no authority that was not named", async () => {
    const args = await served((_, response) => response.end("ok"));
    const { status, stderr } = await smoke(
      ...args.filter((arg) => arg !== "--ca" && !arg.endsWith("ca.pem")),
      ...["--timeout-seconds", "1"],
    );
    assert.equal(status, 1);
    assert.match(stderr, /^https:\S+ failed: unable to verify the first certificate$/m);
  });

  describe("with certificates of Let's Encrypt's staging directory", () => {
    const staging = new Authority("(STAGING) Riddling Rhubarb R12", "(STAGING) Let's Encrypt");

    async function asked(hosts: readonly string[], ...args: readonly string[]) {
      const issued = staging.issue({ name: hosts[0] ?? "", hosts });
      server = await WebServer.start("any", issued, (request, response) =>
        response.end(request.url === "/v3/api-docs" ? '{"openapi": "3.1.0"}' : "ok"),
      );
      const resolve = server.resolutions.flatMap(({ port, toPort }) =>
        hosts.flatMap((name) => [
          "--resolve",
          `${name}:${String(port)}:127.0.0.1:${String(toPort)}`,
        ]),
      );
      return smoke(...args, ...resolve);
    }

    it("passes for the stack that has them, and says so", async () => {
      const hosts = ["api.staging.example.net", "www.staging.example.net"];
      const { status, stdout, stderr } = await asked(hosts, "staging");
      assert.equal(status, 0, stderr);
      assert.match(
        stdout,
        /^note {2}certificates of \(STAGING\) Let's Encrypt are accepted, though browsers trust none/m,
      );
    });

    it("fails for production", async () => {
      const hosts = ["api.example.com", "www.example.com"];
      const args = ["production", "--timeout-seconds", "1"];
      const { status, stdout, stderr } = await asked(hosts, ...args);
      assert.equal(status, 1);
      assert.match(stderr, /^https:\S+ failed: unable to verify the first certificate$/m);
      assert.doesNotMatch(stdout, /accepted/);
    });
  });

  const mistakes: [string, string[], RegExp][] = [
    ["an unknown stack", ["nowhere"], /^stack is "nowhere": give one that has a Pulumi/],
    ["no time", ["local", "--timeout-seconds", "0"], /give whole seconds from 1 to 3600/],
    ["an authority that is not there", ["local", "--ca", "no.pem"], /^--ca is "no\.pem": give a/],
    ["an address of no shape", ["local", "--resolve", "x"], /^--resolve is "x": give host:port/],
  ];
  for (const [name, args, message] of mistakes)
    it(`ends with 2 for ${name}`, async () => {
      const { status, stderr } = await smoke(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
});
