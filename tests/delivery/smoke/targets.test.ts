import assert from "node:assert/strict";
import { parseConfiguration } from "../../../config/parse.ts";
import { parseResolution } from "../../../delivery/smoke/client.ts";
import { smokeTargets } from "../../../delivery/smoke/targets.ts";
import { acceptedIssuer } from "../../../delivery/smoke/trust.ts";
import { changed, readDirectory } from "../../config/valid.ts";
import type { Change } from "../../config/valid.ts";

function configuration(...changes: readonly Change[]) {
  const parsed = parseConfiguration(changed(...changes), "staging", readDirectory);
  if ("problems" in parsed) throw new Error(parsed.problems.join("\n"));
  return parsed.configuration;
}
const targets = (...changes: readonly Change[]) => smokeTargets(configuration(...changes));

const api = { app: "api", host: "api.acme.dev", health: "/status/ready" };
const web = { app: "web", host: "www.acme.dev", health: "/status/ready" };

describe("what a smoke test asks", () => {
  it("is Kubernetes' own question, through every public host", () => {
    assert.deepEqual(targets(["apps/web/route/hosts", ["www.acme.dev", "acme.dev"]]), {
      targets: [api, web, { ...web, host: "acme.dev" }],
      wildcards: [],
    });
  });

  it("leaves out applications without a route and wildcards", () => {
    const probed = targets(
      ["apps/api/route", undefined],
      ["apps/web/route/hosts", ["www.acme.dev", "*.acme.dev"]],
    );
    assert.deepEqual(probed, {
      targets: [web],
      wildcards: [{ app: "web", host: "*.acme.dev" }],
    });
  });

  const paths: [string, Change[], string][] = [
    ["the path given", [["apps/web/smoke", { health: "/alive" }]], "/alive"],
    [
      "the route's first path where the probe's is not served",
      [["apps/web/route/paths", ["/shop", "/status/readying"]]],
      "/shop",
    ],
    [
      "the probe's path below a served one",
      [["apps/web/route/paths", ["/status/"]]],
      "/status/ready",
    ],
    [
      "the route's first path where the probe is no HTTP",
      [["apps/web/health", { readiness: { probe: { type: "tcp" } } }]],
      "/",
    ],
  ];
  for (const [name, changes, health] of paths)
    it(`takes ${name} for health`, () => {
      assert.equal(targets(...changes).targets.at(-1)?.health, health);
    });

  it("asks for the API's documentation where the stack says so", () => {
    const [first] = targets(["apps/api/smoke", { apiDocs: "/v3/api-docs" }]).targets;
    assert.deepEqual(first, { ...api, apiDocs: "/v3/api-docs" });
  });
});

describe("the issuer that a smoke test accepts without a known root", () => {
  const issuer = { type: "letsEncrypt", email: "devops@acme.dev" };
  for (const [what, given, accepted] of [
    ["Let's Encrypt's staging", { ...issuer, directory: "staging" }, "(STAGING) Let's Encrypt"],
    ["none for Let's Encrypt's production", { ...issuer, directory: "production" }, undefined],
    ["none for another authority", { type: "selfSigned" }, undefined],
  ] as const)
    it(`is ${what}, whatever the stack is called`, () => {
      const { certificates } = configuration(["certificates/issuer", given]);
      assert.equal(acceptedIssuer({ certificates }), accepted);
    });
});

describe("--resolve", () => {
  it("reads address and port of both kinds", () => {
    const host = { host: "api.example.test", port: 443 };
    assert.deepEqual(parseResolution("api.example.test:443:192.0.2.1"), {
      ...{ ...host, address: "192.0.2.1", toPort: 443 },
    });
    assert.deepEqual(parseResolution("api.example.test:443:[::1]:8443"), {
      ...{ ...host, address: "::1", toPort: 8443 },
    });
  });

  for (const wrong of ["", "api.example.test", "api.example.test:443", "a:b:c", "a:443:::1"])
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parseResolution(wrong), {
        message: `--resolve is ${JSON.stringify(wrong)}: give host:port:address, or host:port:address:port`,
        exitCode: 2,
      });
    });
});
