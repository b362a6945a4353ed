import assert from "node:assert/strict";
import fc from "fast-check";
import { charts } from "../../../components/addons/charts.ts";
import type { ChartName } from "../../../components/addons/charts.ts";
import {
  resolveChart,
  resolveDigest,
  resolveImage,
  resolveImageParts,
} from "../../../components/addons/mirror.ts";
import type { Mirror } from "../../../components/addons/mirror.ts";
import { upstream } from "./support.ts";

const prefix = "oci://registry.example.com/charts";
const other = (chartVersions: Record<string, string>): Mirror => ({ ...upstream, chartVersions });

describe("charts", () => {
  it("are pinned by exact versions in repositories that are reached securely", () => {
    for (const [name, { version, repository }] of Object.entries(charts)) {
      assert.match(version, /^v?\d+\.\d+\.\d+$/, name);
      assert.match(repository, /^(oci|https):\/\/[^/]+\/?.*[^/]$/, name);
    }
  });

  it("pin the image of the retired ingress-nginx by its digest", () => {
    assert.equal(charts["ingress-nginx"].version, "4.15.1");
    assert.match(charts["ingress-nginx"].digest, /^sha256:[0-9a-f]{64}$/);
  });
});

describe("resolveChart", () => {
  const table: [string, ChartName, Mirror, ReturnType<typeof resolveChart>][] = [
    [
      "finds an OCI chart at its whole address",
      "cert-manager",
      upstream,
      {
        chart: "oci://quay.io/jetstack/charts/cert-manager",
        version: charts["cert-manager"].version,
        digestsPinned: true,
      },
    ],
    [
      "finds other charts by name in their repository",
      "ingress-nginx",
      upstream,
      {
        chart: "ingress-nginx",
        version: "4.15.1",
        repositoryOpts: { repo: "https://kubernetes.github.io/ingress-nginx" },
        digestsPinned: true,
      },
    ],
    [
      "finds every chart by name in a mirror",
      "ingress-nginx",
      { ...upstream, charts: prefix },
      { chart: `${prefix}/ingress-nginx`, version: "4.15.1", digestsPinned: true },
    ],
    [
      "takes the mirror's version, whose images have other digests",
      "ingress-nginx",
      { ...other({ "ingress-nginx": "4.11.0" }), charts: prefix },
      { chart: `${prefix}/ingress-nginx`, version: "4.11.0", digestsPinned: false },
    ],
    [
      "leaves a chart alone when another one has a version of its own",
      "traefik",
      other({ "ingress-nginx": "4.11.0" }),
      {
        chart: "oci://ghcr.io/traefik/helm/traefik",
        version: charts.traefik.version,
        digestsPinned: true,
      },
    ],
  ];
  for (const [behaviour, name, mirror, expected] of table)
    it(behaviour, () => {
      assert.deepEqual(resolveChart(name, mirror), expected);
    });
});

describe("resolveDigest", () => {
  it("gives the pinned digest, nothing where none is known, and an empty one for another version", () => {
    assert.equal(resolveDigest("ingress-nginx", upstream), charts["ingress-nginx"].digest);
    assert.equal(resolveDigest("traefik", upstream), undefined);
    assert.equal(resolveDigest("ingress-nginx", other({ "ingress-nginx": "4.11.0" })), "");
  });
});

describe("resolveImage", () => {
  const images = { ...upstream, images: "registry.example.com/mirror" };
  const table: [string, string, string][] = [
    ["registry.k8s.io/a/b", "registry.k8s.io/a/b", "registry.example.com/mirror/a/b"],
    ["localhost:5000/a", "localhost:5000/a", "registry.example.com/mirror/a"],
    ["localhost/a", "localhost/a", "registry.example.com/mirror/a"],
    ["flyway/flyway", "docker.io/flyway/flyway", "registry.example.com/mirror/flyway/flyway"],
    ["busybox", "docker.io/busybox", "registry.example.com/mirror/busybox"],
  ];
  for (const [image, plain, replaced] of table)
    it(`replaces the host of ${image} and keeps its path`, () => {
      assert.equal(resolveImage(image, upstream), plain);
      assert.equal(resolveImage(image, images), replaced);
    });

  const segment = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const host = fc.tuple(segment, segment).map((labels) => labels.join("."));
  it("keeps the path of any image, and leaves no trace of the public host", () => {
    fc.assert(
      fc.property(host, fc.array(segment, { minLength: 1, maxLength: 4 }), (registry, path) => {
        const image = [registry, ...path].join("/");
        assert.equal(resolveImage(image, upstream), image);
        assert.equal(resolveImage(image, images), [images.images, ...path].join("/"));
        assert.deepEqual(resolveImageParts(image, images), {
          registry: images.images,
          repository: path.join("/"),
        });
      }),
    );
  });

  it("comes to the same when applied twice without a mirror", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (path) => {
        const once = resolveImage(path.join("/"), upstream);
        assert.equal(resolveImage(once, upstream), once);
      }),
    );
  });
});
