import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What ECR has: by `repository:tag`, platforms of an index, or the one platform of an image. */
export type Registry = Readonly<Record<string, readonly string[] | string>>;

const program = `#!${process.execPath}
const { readFileSync, appendFileSync } = require("node:fs");
const { registry, passed, failure, mutability, blobs } = JSON.parse(readFileSync(__dirname + "/registry.json", "utf8"));
const args = process.argv.slice(2);
appendFileSync(__dirname + "/calls", args.join(" ") + "\\n");
const value = (name) => args[args.indexOf(name) + 1];
if (failure) {
  process.stderr.write(failure);
  process.exit(254);
}
if (args[1] === "get-download-url-for-layer") {
  console.log(JSON.stringify({ downloadUrl: blobs + value("--layer-digest") }));
} else if (args[1] === "describe-repositories") {
  if (mutability === null) process.exit(254);
  console.log(JSON.stringify({ repositories: [{ imageTagMutability: mutability }] }));
} else {
  const tag = value("--image-ids").replace("imageTag=", "");
  const key = value("--repository-name") + ":" + tag;
  const found = registry[key];
  if (args[1] === "describe-images") {
    if (found === undefined && passed[key] === undefined) {
      process.stderr.write("An error occurred (ImageNotFoundException) when calling the DescribeImages operation");
      process.exit(254);
    }
    const tags = (passed[key] ?? []).map((stack) => "deployed-" + stack + "-" + tag + "-passed");
    console.log(JSON.stringify({ imageDetails: [{ imageTags: [tag, ...tags] }] }));
    process.exit(0);
  }
  const platform = (name) => ({ os: name.split("/")[0], architecture: name.split("/")[1] });
  const manifest = Array.isArray(found)
    ? { manifests: found.map((name) => ({ platform: platform(name) })) }
    : { config: { digest: found } };
  console.log(JSON.stringify(found === undefined
    ? { images: [], failures: [{ failureCode: "ImageNotFound" }] }
    : { images: [{ imageManifest: JSON.stringify(manifest) }], failures: [] }));
}
`;

/** An `aws` command in front of PATH that answers for ECR, and the server its blobs come from. */
export class FakeAws {
  readonly #directory = mkdtempSync(join(tmpdir(), "slipway-aws-"));
  readonly #path = process.env.PATH ?? "";
  readonly #blobs = createServer((request, response) => {
    const [os, architecture] = decodeURIComponent(request.url ?? "")
      .slice(1)
      .split("/");
    response.end(JSON.stringify({ os, architecture }));
  });

  async start(): Promise<void> {
    writeFileSync(join(this.#directory, "aws"), program);
    chmodSync(join(this.#directory, "aws"), 0o755);
    process.env.PATH = `${this.#directory}${delimiter}${this.#path}`;
    await new Promise<void>((resolve) => this.#blobs.listen(0, "127.0.0.1", resolve));
  }

  /**
   * Says what is there, and with which words everything fails, if it does.
   *
   * @param mutability - of all repositories' tags; null where the caller may not know.
   * @param passed - by `repository:tag`, the stacks whose smoke test passed with the image.
   */
  set(
    registry: Registry,
    failure?: string,
    mutability: string | null = "IMMUTABLE",
    passed: Readonly<Record<string, readonly string[]>> = {},
  ): void {
    const { port } = this.#blobs.address() as AddressInfo;
    const blobs = `http://127.0.0.1:${String(port)}/`;
    writeFileSync(
      join(this.#directory, "registry.json"),
      JSON.stringify({ registry, passed, failure, mutability, blobs }),
    );
    writeFileSync(join(this.#directory, "calls"), "");
  }

  /** Command lines since the last `set`. */
  calls(): string[] {
    return readFileSync(join(this.#directory, "calls"), "utf8").trim().split("\n").filter(Boolean);
  }

  stop(): void {
    process.env.PATH = this.#path;
    this.#blobs.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
