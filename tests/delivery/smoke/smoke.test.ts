import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { smoke } from "../../../delivery/smoke/smoke.ts";
import type { SmokeResult } from "../../../delivery/smoke/smoke.ts";
import type { SmokeTarget } from "../../../delivery/smoke/targets.ts";
import { Authority } from "../../support/certificates.ts";
import type { Issued } from "../../support/certificates.ts";
import { WebServer } from "../../support/web-server.ts";

const host = "api.example.test";
const target: SmokeTarget = { app: "api", host, health: "/status/ready", apiDocs: "/v3/api-docs" };
const docs = JSON.stringify({ openapi: "3.1.0", info: {}, paths: {} });

const well: RequestListener = (request, response) => {
  response.end(request.url === "/v3/api-docs" ? docs : "well");
};

describe("a smoke test over real HTTPS", () => {
  const authority = new Authority("Test authority");
  const good = authority.issue({ name: host, hosts: [host] });
  let servers: WebServer[] = [];
  afterEach(() => {
    for (const server of servers) server.close();
    servers = [];
  });

  async function run(
    secure: RequestListener,
    {
      plain,
      issued = good,
      timeoutSeconds = 0.1,
      authorities = [authority.cert],
      acceptedIssuer,
    }: {
      readonly plain?: RequestListener;
      readonly issued?: Issued;
      readonly timeoutSeconds?: number;
      readonly authorities?: readonly string[];
      readonly acceptedIssuer?: string;
    } = {},
  ): Promise<SmokeResult[]> {
    const server = await WebServer.start(host, issued, secure, plain);
    servers.push(server);
    const { resolutions } = server;
    return smoke([target], {
      ...{ resolutions, authorities, timeoutSeconds, intervalMs: 20 },
      ...(acceptedIssuer === undefined ? {} : { acceptedIssuer }),
    });
  }

  const failures = (results: readonly SmokeResult[]) =>
    results.filter(({ passed }) => !passed).map(({ url, reason }) => [url, reason]);
  const answering =
    (path: string, answer: RequestListener): RequestListener =>
    (request, response) => {
      (request.url === path ? answer : well)(request, response);
    };

  it("passes when everything is well", async () => {
    assert.deepEqual(await run(well, { timeoutSeconds: 10 }), [
      { app: "api", check: "health", url: `https://${host}/status/ready`, passed: true },
      { app: "api", check: "apiDocs", url: `https://${host}/v3/api-docs`, passed: true },
      { app: "api", check: "redirect", url: `http://${host}/status/ready`, passed: true },
    ]);
  });

  it("asks with the host's name, as a browser does", async () => {
    const seen = new Set<string | undefined>();
    await run((request, response) => {
      seen.add(request.headers.host);
      well(request, response);
    });
    assert.deepEqual([...seen], [host]);
  });

  it("wants three healthy answers in a row", async () => {
    let asked = 0;
    const flaky = answering("/status/ready", (_, response) => {
      asked += 1;
      response.writeHead(asked === 3 ? 503 : 200).end();
    });
    assert.deepEqual(failures(await run(flaky, { timeoutSeconds: 10 })), []);
    assert.equal(asked, 6);
  });

  it("fails when health comes and goes", async () => {
    let asked = 0;
    const flapping = answering("/status/ready", (_, response) => {
      asked += 1;
      response.writeHead(asked % 3 === 1 ? 503 : 200).end();
    });
    const [failure] = failures(await run(flapping, { timeoutSeconds: 0.5 }));
    assert.equal(failure?.[0], `https://${host}/status/ready`);
    assert.match(failure[1] ?? "", /status 503, not 200 to 399$/);
  });

  it("waits for what is not there yet", async () => {
    const ready = performance.now() + 200;
    const late = answering("/status/ready", (_, response) => {
      response.writeHead(performance.now() < ready ? 503 : 200).end();
    });
    assert.deepEqual(failures(await run(late, { timeoutSeconds: 10 })), []);
  });

  const broken: [string, RequestListener, string, string][] = [
    [
      "health with an error",
      answering("/status/ready", (_, response) => response.writeHead(500).end("boom")),
      "/status/ready",
      "status 500, not 200 to 399",
    ],
    [
      "documentation that is not there",
      answering("/v3/api-docs", (_, response) => response.writeHead(404).end()),
      "/v3/api-docs",
      "status 404, not 200",
    ],
    [
      "documentation that is a page of the frontend",
      answering("/v3/api-docs", (_, response) =>
        response.end("<!doctype html><title>Shop</title>"),
      ),
      "/v3/api-docs",
      "no OpenAPI document: neither openapi nor swagger at its top",
    ],
    [
      "documentation that is empty",
      answering("/v3/api-docs", (_, response) => response.end()),
      "/v3/api-docs",
      "no OpenAPI document: neither openapi nor swagger at its top",
    ],
    [
      "a connection that is cut",
      answering("/status/ready", (request) => request.socket.destroy()),
      "/status/ready",
      "socket hang up",
    ],
    [
      "no answer at all",
      answering("/status/ready", () => undefined),
      "/status/ready",
      "no answer within 1 s",
    ],
  ];
  for (const [name, secure, path, reason] of broken)
    it(`fails for ${name}`, async () => {
      const url = `https://${host}${path}`;
      const results = failures(await run(secure)).filter(([failed]) => failed === url);
      assert.deepEqual(results, [[url, reason]]);
    });

  it("takes OpenAPI in YAML", async () => {
    const yaml = answering("/v3/api-docs", (_, response) =>
      response.end("openapi: 3.0.3\npaths: {}"),
    );
    assert.deepEqual(
      failures(await run(yaml)).filter(([url]) => url?.endsWith("docs")),
      [],
    );
  });

  const certificates: [string, Issued, RegExp][] = [
    [
      "has ended",
      authority.issue({ name: host, hosts: [host], days: -1 }),
      /^certificate has expired$/,
    ],
    [
      "is another host's",
      authority.issue({ name: "www", hosts: ["www.example.test"] }),
      /api\.example\.test\. is not in the cert's altnames: DNS:www\.example\.test$/,
    ],
    [
      "comes from an unknown authority",
      new Authority("Another authority").issue({ name: host, hosts: [host] }),
      /^unable to verify the first certificate$/,
    ],
  ];
  for (const [name, issued, reason] of certificates)
    it(`fails for a certificate that ${name}`, async () => {
      const [health, apiDocs, ...rest] = failures(await run(well, { issued }));
      assert.deepEqual(
        [health?.[0], apiDocs?.[0]],
        [`https://${host}/status/ready`, `https://${host}/v3/api-docs`],
      );
      assert.match(health?.[1] ?? "", reason);
      assert.deepEqual(rest, []);
    });

  describe("of a stack with certificates of Let's Encrypt's staging directory", () => {
    const acceptedIssuer = "(STAGING) Let's Encrypt";
    const root = new Authority("(STAGING) Pretend Pear X1", "(STAGING) ISRG");
    const staging = new Authority("(STAGING) Riddling Rhubarb R12", acceptedIssuer, root);
    const another = new Authority("R12", "Let's Encrypt", root);
    const ofHost = { name: host, hosts: [host] };
    const faults = async (issued: Issued, given: Parameters<typeof run>[1] = { acceptedIssuer }) =>
      (await run(well, { issued, ...given }))
        .filter(({ check }) => check !== "redirect")
        .map(({ reason }) => reason);
    const inTime = { acceptedIssuer, timeoutSeconds: 10 };
    const leaf = staging.issue(ofHost);
    const withChain = (issued: Issued, ...authorities: readonly Authority[]): Issued => ({
      ...issued,
      cert: [issued.cert, ...authorities.map(({ cert }) => cert)].join(""),
    });

    for (const [what, issued] of [
      ["the chain", withChain(leaf, staging)],
      ["the chain and its root", withChain(leaf, staging, root)],
      ["no chain", leaf],
    ] as const)
      it(`passes with a root that nobody trusts, where the server sends ${what}`, async () => {
        assert.deepEqual(await faults(issued, inTime), [undefined, undefined]);
      });

    it("passes with a certificate that everybody trusts", async () => {
      assert.deepEqual(await faults(good, inTime), [undefined, undefined]);
    });

    for (const [what, issued, reason] of [
      [
        "is another host's",
        staging.issue({ name: "www", hosts: ["www.example.test"] }),
        /api\.example\.test\. is not in the cert's altnames: DNS:www\.example\.test$/,
      ],
      [
        "has ended",
        staging.issue({ ...ofHost, days: -1 }),
        /^certificate is valid from .* GMT to .* GMT only$/,
      ],
      [
        "comes from another issuer",
        another.issue(ofHost),
        /^certificate is not trusted: UNABLE_TO_\w+, and not issued by \(STAGING\) Let's Encrypt$/,
      ],
    ] as const)
      it(`fails for a certificate that ${what}`, async () => {
        for (const found of await faults(withChain(issued, staging)))
          assert.match(found ?? "passed", reason);
      });

    it("is the only one where they pass", async () => {
      for (const found of await faults(withChain(leaf, staging), {}))
        assert.equal(found, "unable to get local issuer certificate");
    });
  });

  const noRedirects: [string, RequestListener, string][] = [
    [
      "content over plain HTTP",
      (_, response) => response.end("well"),
      "status 200, not a redirect to https",
    ],
    [
      "a redirect to another host",
      (_, response) => response.writeHead(301, { location: "https://evil.example/" }).end(),
      `redirects to https://evil.example/, not to https://${host}`,
    ],
    [
      "a redirect that stays on HTTP",
      (_, response) => response.writeHead(301, { location: `http://${host}/x` }).end(),
      `redirects to http://${host}/x, not to https://${host}`,
    ],
    [
      "a redirect to nowhere",
      (_, response) => response.writeHead(301).end(),
      `redirects to nowhere, not to https://${host}`,
    ],
  ];
  for (const [name, plain, reason] of noRedirects)
    it(`fails for ${name}`, async () => {
      const results = failures(await run(well, { plain }));
      assert.deepEqual(
        results.filter(([url]) => url?.startsWith("http:")),
        [[`http://${host}/status/ready`, reason]],
      );
    });

  it("fails where nothing listens", async () => {
    const server = await WebServer.start(host, good, well);
    const { resolutions } = server;
    server.close();
    const results = await smoke([target], { resolutions, timeoutSeconds: 0.1, intervalMs: 20 });
    assert.equal(results.filter(({ passed }) => passed).length, 0);
    assert.match(results[0]?.reason ?? "", /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });
});
