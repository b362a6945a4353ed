import { environment } from "./kubernetes.ts";

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Gives an image of the demo application another tag, or moves that tag to it. */
export async function tagImage(repository: string, existing: string, tag: string): Promise<void> {
  const manifest = (name: string): string => {
    const path = repository.slice(repository.indexOf("/") + 1);
    return `http://${registryHost(repository)}/v2/${path}/manifests/${name}`;
  };
  const read = await fetch(manifest(existing), { headers: { accept: manifestTypes } });
  if (!read.ok) throw new Error(`${manifest(existing)}: status ${String(read.status)}`);
  const written = await fetch(manifest(tag), {
    method: "PUT",
    headers: { "content-type": read.headers.get("content-type") ?? "" },
    body: await read.text(),
  });
  if (!written.ok) throw new Error(`${manifest(tag)}: status ${String(written.status)}`);
}

/** The registry as this machine reaches it: the mirror of charts where there is one. */
function registryHost(repository: string): string {
  const mirror = environment.settings["slipway:mirror"] as { charts?: string } | undefined;
  const address = mirror?.charts?.replace("oci://", "") ?? repository;
  return address.slice(0, address.indexOf("/"));
}
